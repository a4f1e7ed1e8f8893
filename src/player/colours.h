// SPDX-License-Identifier: GPL-3.0-or-later
// What colours the numbers of a decoded picture mean. Pure.
#pragma once

#include <gst/video/video.h>

/** The colours that @caps mean, with what they leave open as their size has it. FALSE: nothing is said, or it is neither
 * YUV nor grey. */
gboolean po_colours_of_caps (GstCaps *caps, GstVideoColorimetry *ret_colours);

/** Writes them into @caps: a decoder that knows the range alone says nothing of the rest, and nobody assumes it then.
 */
void po_colours_complete (GstCaps *caps);
