// SPDX-License-Identifier: GPL-3.0-or-later
// Demuxers of libav (through GStreamer 1.22) that turn in circles at the end of a file, asking for what is behind it.
#pragma once

#include <gst/gst.h>

/** Ends what @demuxer gives once it turns in circles; where it has not found any stream yet, by an error. */
void po_mend_endless (GstElement *demuxer);
