// SPDX-License-Identifier: GPL-3.0-or-later
// PoDamage: which of a clip's pictures are not as they were made: lost on the way through the decoder, so that the one
// before stands in for them; made up by it from what was left; or built on such a one, which all are up to the next key
// picture. It watches what goes into the decoder and what comes out, and is asked in the order of showing.
// Any thread. It knows no ring; what it says of house frames the picker has told it.
#pragma once

#include <gst/gst.h>

typedef struct _PoDamage PoDamage;

typedef enum {
  PO_DAMAGE_LOSSY = 1 << 0, // of packets that can be lost without a trace but the hole; live: once there was another
  PO_DAMAGE_LIVE = 1 << 1,  // may be broken off and begun again in the middle
  PO_DAMAGE_TOLD = 1 << 2,  // an event tells of packets that were lost; any other hole is as it was made
} PoDamageWay;

/** How pictures come out of a @container (nullable). */
PoDamageWay po_damage_way (const gchar *container);

/** Tells those who watch what @demuxer gives out that packets were lost in what comes next, or shortly after. */
void po_damage_tell_lost (GstElement *demuxer);

/** One a process at a time: what the decoders of libav say of themselves names no stream. @longest: so long at most
 * what one damaged picture left behind stays, if no key picture comes before. */
PoDamage *po_damage_new (GstClockTime longest);
/** After the pipeline has stopped. */
void po_damage_free (PoDamage *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PoDamage, po_damage_free)

/** Watches the decoder whose pictures come out of @pad, or of the ghost that @pad is. @way: how they come. Must outlive
 * the pipeline. */
void po_damage_watch (PoDamage *self, GstPad *pad, PoDamageWay way);

/** From when on the picture stamped @pts, which stands until @next, is not what should be seen; @next when it is. In
 * order: what was before @pts is forgotten. */
GstClockTime po_damage_begins (PoDamage *self, GstClockTime pts, GstClockTime next);

/** House frames [@first, @until) are damaged. In order. */
void po_damage_add_frames (PoDamage *self, gint64 first, gint64 until);

/** The first damaged one of house frames [@first, @until), or @until. Asked in order: earlier ones are forgotten. */
gint64 po_damage_intact_until (PoDamage *self, gint64 first, gint64 until);
