// SPDX-License-Identifier: GPL-3.0-or-later
// PoRepeats: what a list of segments brings once more. Whoever connects anew to one whose writer stands still gets its
// last segments again, which have been on air: they are kept from the decoders until something comes that had not come
// before. Any thread. It knows no protocol and no ring.
#pragma once

#include <gst/gst.h>

typedef struct _PoRepeats PoRepeats;

PoRepeats *po_repeats_new (void);
void po_repeats_free (PoRepeats *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PoRepeats, po_repeats_free)

/** A connection begins: what comes may be a repeat. */
void po_repeats_begin (PoRepeats *self);

/** Of a piece as it goes into a decoder, at @now_us: whether it is a repeat. What keeps coming for longer than a list
 * is read through, or after a pause when all that had come has come again, or lies farther back than a list reaches, is
 * none, whatever it looks like: a clip that is sent from its beginning again. */
gboolean po_repeats_take (PoRepeats *self, const guint8 *data, gsize n_bytes, gint64 now_us);

/** Keeps repeats from @decoder, and what follows on them up to a key picture. Must outlive it. */
void po_repeats_watch (PoRepeats *self, GstElement *decoder);
