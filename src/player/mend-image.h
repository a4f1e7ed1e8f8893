// SPDX-License-Identifier: GPL-3.0-or-later
// What GStreamer 1.22's decoders of still pictures get wrong.
#pragma once

#include <gst/gst.h>

/** @decoder: a jpegdec, which does not heed which way up the camera was held. */
void po_mend_jpeg (GstElement *decoder);

/** @decoder: a pngdec, which mixes up the colours of 16 bits without alpha. */
void po_mend_png (GstElement *decoder);
