// SPDX-License-Identifier: GPL-3.0-or-later
// Works around what GStreamer 1.22's demuxers and decoders get wrong, each in one place, at the pad of the element
// concerned.
#pragma once

#include <gst/gst.h>

/** To be called for every element that a pipeline gets. */
void po_mend_element (GstElement *element);

/** Once after gst_init(): takes decoders that do more harm than good out of the running. */
void po_mend_ranks (void);
