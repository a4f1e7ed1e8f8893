// SPDX-License-Identifier: GPL-3.0-or-later
// The one time line of a run, shared by its picture and sound branches: which time stamp is house frame 0.
// Origin is the first picture's time stamp (of a source without picture: the first sample's), moved by media_in; sound
// waits until pictures have said it. Locked; any streaming thread. It knows no pipeline.
#pragma once

#include <gst/gst.h>

#include "model/format.h"

typedef struct _PoTimeline PoTimeline;

PoTimeline *po_timeline_new (PoRate rate, gint64 media_in_ns);
void po_timeline_free (PoTimeline *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PoTimeline, po_timeline_free)

/** Time stamps of this container are to be taken as they are, not turned into running time (Matroska: its demuxer
 * starts one segment at the first block's time and the next at 0). */
void po_timeline_set_raw (PoTimeline *self, gboolean raw);

/** The sound is Opus. Muxers put its first block at 0 and the pictures a pre-skip (6.5 ms) later, though what is left
 * of the block belongs with the first picture: in Matroska it is moved there. */
void po_timeline_set_opus (PoTimeline *self);

/** No picture will come: the sound decides. */
void po_timeline_set_sound_leads (PoTimeline *self);

/** The stream time of the first picture or sample, for the seek to media_in. GST_CLOCK_TIME_NONE: none seen yet. */
GstClockTime po_timeline_first_stream_time (PoTimeline *self);

/** A seek to stream time @target was made: what comes after the flush has its frame 0 there. */
void po_timeline_set_seek (PoTimeline *self, GstClockTime target);

/** The seek could not be made: decode from the start, frame 0 is media_in after the first picture. */
void po_timeline_set_no_seek (PoTimeline *self);

/** A flush came by: the origin is to be found anew. */
void po_timeline_flush (PoTimeline *self);

/** Time of @pts from frame 0, may be negative. The first caller that leads sets the origin; sound that does not lead
 * waits for it. FALSE: no time stamp, or the wait was ended by a flush or stop. */
gboolean po_timeline_locate (PoTimeline *self, const GstSegment *segment, GstClockTime pts, gboolean is_picture,
                             gint64 *ret_ns);

/** Ends every wait, for good. */
void po_timeline_stop (PoTimeline *self);

/** House frames [0, result) that no later picture than the one at @held_ns will serve, when the next one is at
 * @next_ns: those to which the held one is nearer, and those more than half a frame before the next one (a slow
 * source's picture is never shown earlier than that). A millisecond of grace lets the earlier picture win a tie,
 * whatever the container's rounding. */
gint64 po_timeline_frames_decided (PoRate rate, gint64 held_ns, gint64 next_ns);

/** Frames that begin before the source's end at @end_ns, less rounding. */
gint64 po_timeline_frames_before_end (PoRate rate, gint64 end_ns);
