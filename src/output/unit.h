// SPDX-License-Identifier: GPL-3.0-or-later
// PoUnit: one encoded picture, or one encoded stretch of sound, on its way from an encoder to the outputs that share
// it. Immutable, reference counted, any thread. Its times are running time since output frame 0 and may be negative (an
// encoder's lead-in); an output adds its own constant.
//
// PoUnitQueue: the bounded way into one output. Encoders put in, the output's thread takes out. When it is full it
// either waits (free run) or drops everything it holds and, from then on, whatever comes before the next key picture:
// an output that cannot keep up loses whole stretches, and nobody else notices.
#pragma once

#include <gst/gst.h>

typedef enum { PO_STREAM_VIDEO, PO_STREAM_AUDIO } PoStream;

typedef struct {
  gint ref_count; // atomic
  PoStream stream;
  GstBuffer *buffer; // (nullable) NULL: the stream has ended
  GstCaps *caps;     // (nullable) of the stream at this unit
  gint64 pts_ns;
  gint64 dts_ns;
  gboolean is_key;
} PoUnit;

/** References are taken; a NULL @buffer makes the mark of the stream's end. (transfer full) */
PoUnit *po_unit_new (PoStream stream, GstBuffer *buffer, GstCaps *caps, gint64 pts_ns, gint64 dts_ns, gboolean is_key);
PoUnit *po_unit_ref (PoUnit *self);
void po_unit_unref (PoUnit *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PoUnit, po_unit_unref)

typedef struct _PoUnitQueue PoUnitQueue;

/** @waits: a full queue makes its producers wait instead of dropping. (transfer full) */
PoUnitQueue *po_unit_queue_new (gboolean waits);
PoUnitQueue *po_unit_queue_ref (PoUnitQueue *self);
void po_unit_queue_unref (PoUnitQueue *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PoUnitQueue, po_unit_queue_unref)

/** (transfer none) of @unit. */
void po_unit_queue_put (PoUnitQueue *self, PoUnit *unit);
/** NULL on timeout, or when it was shut. (transfer full) (nullable) */
PoUnit *po_unit_queue_take (PoUnitQueue *self, gint64 timeout_ns);
/** From now on it swallows everything and gives nothing; wakes who waits. */
void po_unit_queue_shut (PoUnitQueue *self);
/** Pictures lost to a full queue so far. */
guint64 po_unit_queue_dropped (PoUnitQueue *self);
/** Pictures that wait in it. */
guint po_unit_queue_pictures (PoUnitQueue *self);
