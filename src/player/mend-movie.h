// SPDX-License-Identifier: GPL-3.0-or-later
// What GStreamer 1.22's qtdemux gets wrong of MP4 and QuickTime.
#pragma once

#include <gst/gst.h>

/** @demuxer: a qtdemux, before it has a file. */
void po_mend_movie (GstElement *demuxer);
