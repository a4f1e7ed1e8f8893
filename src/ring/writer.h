// SPDX-License-Identifier: GPL-3.0-or-later
// The child's end of a ring: get a free slot, fill it, publish it for a span of house frames; append samples.
// Files wait for room (backpressure, no CPU); a live ring (layout.overwrite) never does: pictures are dropped and
// samples overwrite.
//
// Threads: pictures from one thread, samples from another; status from any. po_ring_writer_stop() from any thread makes
// every wait return. It knows no GStreamer.
#pragma once

#include "ring/layout.h"

typedef struct _PoRingWriter PoRingWriter;

/** Maps the ring behind @fd (transfer full: closed here), which must be exactly @layout's size. */
PoRingWriter *po_ring_writer_new (const PoRingLayout *layout, gint fd, GError **error);
void po_ring_writer_free (PoRingWriter *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PoRingWriter, po_ring_writer_free)

typedef struct {
  guint32 slot;
  guint8 *data[3];
  guint32 stride[3];
} PoRingSpace;

/** (transfer none) */
const PoRingLayout *po_ring_writer_layout (PoRingWriter *self);

/** Gets the memory of the first @n slots from the system now: pages that are written to for the first time are cleared,
 * which takes 2 ms a picture. Any thread; they may be in use. */
void po_ring_writer_populate (PoRingWriter *self, guint n);

/** A free slot. FALSE when stopped, or, of a live ring, when there is none now. */
gboolean po_ring_writer_begin (PoRingWriter *self, PoRingSpace *ret_space);

/** PoRingSpan: when a picture is on air; the members are those of PoRingDescriptor. */
typedef struct {
  gint64 first, until, intact_until;
} PoRingSpan;

/** Publishes the slot that begin() gave. */
void po_ring_writer_publish (PoRingWriter *self, const PoRingSpace *space, const PoRingSpan *span);

/** Whether so few slots are lent and not with the parent that another one can be: all but PO_RING_FULL_BUT of them can
 * always be filled. Picture thread. */
gboolean po_ring_writer_can_lend (PoRingWriter *self);

/** A free slot, like begin(), for others to write and to read, also when it is published; it is not given again before
 * take_back(). To be called once can_lend() was TRUE. FALSE when stopped. */
gboolean po_ring_writer_lend (PoRingWriter *self, PoRingSpace *ret_space);

/** Nobody uses what lend() gave any more. Any thread. */
void po_ring_writer_take_back (PoRingWriter *self, const PoRingSpace *space);

/** Whether what is appended from here on stands for sound that the clip lost. */
void po_ring_writer_set_sound_lost (PoRingWriter *self, gboolean lost);

/** Appends samples at the write position; NULL is silence. FALSE when stopped. */
gboolean po_ring_writer_samples (PoRingWriter *self, const gint16 *samples, gsize n_samples);

/** The position after the last sample written. */
gint64 po_ring_writer_audio_position (PoRingWriter *self);

/** Live: moves the write position forward without writing. */
void po_ring_writer_skip_samples (PoRingWriter *self, gint64 position);

void po_ring_writer_set_status (PoRingWriter *self, PoRingStatus bits);

/** Live: of the bits in @which exactly those in @are hold now. Any thread. */
void po_ring_writer_set_seen (PoRingWriter *self, PoRingSeen which, PoRingSeen are);

/** Live: a picture came that is too damaged to be shown. */
void po_ring_writer_count_spoilt (PoRingWriter *self);

/** A clip: not 0 once its copy is to be read; atomic, and the ring's. (transfer none) */
const guint32 *po_ring_writer_media_moved (PoRingWriter *self);

void po_ring_writer_stop (PoRingWriter *self);

/** For tests of a child that misbehaves. (transfer none) */
PoRingControl *po_ring_writer_control (PoRingWriter *self);
