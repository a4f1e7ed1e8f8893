// SPDX-License-Identifier: GPL-3.0-or-later
#include "player/luma.h"

gboolean po_luma_is_readable (const GstVideoInfo *info) {
  const GstVideoFormatInfo *format = info->finfo;
  return !GST_VIDEO_FORMAT_INFO_IS_COMPLEX (format) && !GST_VIDEO_FORMAT_INFO_IS_TILED (format) &&
         !GST_VIDEO_FORMAT_INFO_HAS_PALETTE (format) && GST_VIDEO_FORMAT_INFO_PSTRIDE (format, 0) > 0 &&
         (GST_VIDEO_FORMAT_INFO_DEPTH (format, 0) <= 8 || GST_VIDEO_FORMAT_INFO_IS_LE (format));
}

static const guint8 *row_of (const GstVideoFrame *frame, guint component, gint y) {
  return (const guint8 *)GST_VIDEO_FRAME_COMP_DATA (frame, component) +
         (gsize)y * (gsize)GST_VIDEO_FRAME_COMP_STRIDE (frame, component);
}

guint8 po_luma_read (const GstVideoFrame *frame, guint component, gint x, gint y) {
  const GstVideoFormatInfo *format = frame->info.finfo;
  const guint8 *at = row_of (frame, component, y) + (gsize)x * (gsize)GST_VIDEO_FRAME_COMP_PSTRIDE (frame, component);
  const guint depth = GST_VIDEO_FORMAT_INFO_DEPTH (format, component);
  const guint shift = GST_VIDEO_FORMAT_INFO_SHIFT (format, component);
  if (depth > 8)
    return (guint8)((GST_READ_UINT16_LE (at) >> shift) >> (depth - 8));
  const guint bits = shift + depth > 8 ? GST_READ_UINT16_LE (at) : *at; // RGB of 15 or 16 bits lies across two bytes
  return (guint8)((bits >> shift) << (8 - depth));
}

void po_luma_read_row (const GstVideoFrame *frame, gint y, gint step, gint width, guint8 *ret_samples) {
  const guint component = GST_VIDEO_INFO_IS_RGB (&frame->info) ? 1 : 0;
  const gsize stride = (gsize)GST_VIDEO_FRAME_COMP_PSTRIDE (frame, component) * (gsize)step;
  const guint8 *at = row_of (frame, component, y);
  if (GST_VIDEO_FORMAT_INFO_DEPTH (frame->info.finfo, component) == 8) {
    for (gint i = 0; i < width; i++, at += stride)
      ret_samples[i] = *at;
    return;
  }
  for (gint i = 0; i < width; i++)
    ret_samples[i] = po_luma_read (frame, component, i * step, y);
}

void po_luma_read_points (const GstVideoFrame *frame, guint component, gint y, const gint *columns, guint n,
                          guint8 *ret_samples) {
  const gint stride = GST_VIDEO_FRAME_COMP_PSTRIDE (frame, component);
  const guint8 *row = row_of (frame, component, y);
  const gboolean is_plain = GST_VIDEO_FORMAT_INFO_DEPTH (frame->info.finfo, component) == 8;
  for (guint i = 0; i < n; i++)
    ret_samples[i] = is_plain ? row[columns[i] * stride] : po_luma_read (frame, component, columns[i], y);
}
