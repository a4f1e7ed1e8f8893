// SPDX-License-Identifier: GPL-3.0-or-later
// The last element of the picture branch: house-format pictures into slots of the ring, for the frames that the picker
// wrote on them. The picture branch's streaming thread; waits for a free slot, which is the file's backpressure.
#pragma once

#include <gst/gst.h>

#include "ring/writer.h"

/** Copies the picture of @sample (house caps, [offset, offset_end) set) into the ring. FALSE when it was stopped. */
gboolean po_publisher_take (PoRingWriter *ring, GstSample *sample);
