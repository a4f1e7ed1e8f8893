// SPDX-License-Identifier: GPL-3.0-or-later
// The last element of the picture branch: house-format pictures into slots of the ring, for the frames that the picker
// wrote on them. The picture branch's streaming thread; waits for a free slot, which is the file's backpressure.
#pragma once

#include <gst/gst.h>

#include "player/damage.h"
#include "player/subtitle.h"
#include "ring/writer.h"

/** Puts the picture of @sample (house caps, [offset, offset_end) set) into the ring, with what @subtitle (nullable)
 * has to say in it: anew where that changes. @damage: which of its frames are damaged. FALSE when it was stopped. */
gboolean po_publisher_take (PoRingWriter *ring, GstSample *sample, PoSubtitle *subtitle, PoDamage *damage);

/** Likewise for a live source: on @span of its own timeline. FALSE when there was no room: it is dropped. */
gboolean po_publisher_take_live (PoRingWriter *ring, GstSample *sample, const PoRingSpan *span);
