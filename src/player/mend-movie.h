// SPDX-License-Identifier: GPL-3.0-or-later
// What GStreamer 1.22's qtdemux gets wrong of MP4 and QuickTime.
#pragma once

#include <gst/gst.h>

/** @demuxer: a qtdemux, before it has a file. */
void po_mend_movie (GstElement *demuxer);

/** Whether the movie that @pipeline, prerolled, plays is made of several edits: a segment is but one of them. */
gboolean po_mend_movie_is_cut (GstElement *pipeline);
