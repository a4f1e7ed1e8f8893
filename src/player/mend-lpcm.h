// SPDX-License-Identifier: GPL-3.0-or-later
// What GStreamer 1.22's decoder of the PCM of discs gets wrong.
#pragma once

#include <gst/gst.h>

/** @decoder: a dvdlpcmdec, which takes PCM of more than 16 bits for something else, or where it is not. */
void po_mend_lpcm (GstElement *decoder);
