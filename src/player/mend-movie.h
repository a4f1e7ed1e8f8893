// SPDX-License-Identifier: GPL-3.0-or-later
// What GStreamer 1.22's qtdemux gets wrong of MP4 and QuickTime.
#pragma once

#include <gst/gst.h>

/** @demuxer: a qtdemux, before it has a file. */
void po_mend_movie (GstElement *demuxer);

/** Whether the movie that @pipeline, prerolled, plays is made of several edits: a segment is but one of them. */
gboolean po_mend_movie_is_cut (GstElement *pipeline);

/** The language that a movie's header says of the track which is decoded on @pad: known as soon as there is the pad,
 * whereas its tags may come later. A number that means nothing but whether two are alike; 0: it says none. */
guint po_mend_movie_language (GstPad *pad);
