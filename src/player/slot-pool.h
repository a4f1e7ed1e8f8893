// SPDX-License-Identifier: GPL-3.0-or-later
// PoSlotPool: a buffer pool whose memory are the ring's slots, so that what makes a house picture writes it where the
// head reads it, and nothing is copied on the way. Who keeps pictures (a decoder that renders into its references) gets
// ordinary memory for those beyond the few that the ring can spare, and they are copied as ever.
// The picture branch's streaming thread; memory is given back by any. It waits for a free slot, which is the file's
// backpressure.
#pragma once

#include <gst/gst.h>

#include "ring/writer.h"

#define PO_TYPE_SLOT_POOL (po_slot_pool_get_type ())
G_DECLARE_FINAL_TYPE (PoSlotPool, po_slot_pool, PO, SLOT_POOL, GstBufferPool)

/** Offers the slots of @ring, which outlives all pictures, to whoever sends pictures of the ring's layout to the sink
 * @pad. @is_read_later: its maker may look at a picture after it has been sent on, so that the slot is not used again
 * while anybody has it; else it may be once the head has done with it, whoever still has it. */
void po_slot_pool_offer (PoRingWriter *ring, GstPad *pad, gboolean is_read_later);

/** Whether @buffer lies in a slot that is its own still; it is to be published as it is, and its memory is not looked
 * at any more. */
gboolean po_slot_pool_claim (GstBuffer *buffer, PoRingSpace *ret_space);

/** The same picture, to be sent once more than @buffer is. (transfer full) */
GstBuffer *po_slot_pool_copy (GstBuffer *buffer);

/** @buffer (transfer full) is not sent on. */
void po_slot_pool_discard (GstBuffer *buffer);
