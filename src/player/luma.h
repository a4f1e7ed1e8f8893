// SPDX-License-Identifier: GPL-3.0-or-later
// Reads the brightness of a decoded picture in whatever format it comes, as 8-bit samples. Plain functions, any thread.
#pragma once

#include <gst/video/video.h>

/** Formats whose components lie plainly in memory. */
gboolean po_luma_is_readable (const GstVideoInfo *info);

/** One sample of one component. */
guint8 po_luma_read (const GstVideoFrame *frame, guint component, gint x, gint y);

/** The samples of row @y of one component at @n @columns. */
void po_luma_read_points (const GstVideoFrame *frame, guint component, gint y, const gint *columns, guint n,
                          guint8 *ret_samples);

/** @width samples of row @y, each @step columns from the last: luma, or green. */
void po_luma_read_row (const GstVideoFrame *frame, gint y, gint step, gint width, guint8 *ret_samples);
