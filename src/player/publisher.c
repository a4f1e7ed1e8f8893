// SPDX-License-Identifier: GPL-3.0-or-later
// None where the picture was made in its slot; else one copy, row by row where strides differ.
#include "player/publisher.h"

#include <string.h>

#include <gst/video/video.h>

#include "player/slot-pool.h"

static void copy_plane (const PoRingSpace *space, const GstVideoFrame *frame, guint plane) {
  const guint8 *from = GST_VIDEO_FRAME_PLANE_DATA (frame, plane);
  const gsize from_stride = (gsize)GST_VIDEO_FRAME_PLANE_STRIDE (frame, plane);
  const gsize row_bytes = (gsize)GST_VIDEO_FRAME_COMP_WIDTH (frame, plane);
  const gsize rows = (gsize)GST_VIDEO_FRAME_COMP_HEIGHT (frame, plane);
  guint8 *to = space->data[plane];
  if (from_stride == space->stride[plane]) {
    memcpy (to, from, from_stride * (rows - 1) + row_bytes);
    return;
  }
  for (gsize row = 0; row < rows; row++)
    memcpy (to + row * space->stride[plane], from + row * from_stride, row_bytes);
}

static gboolean publish (PoRingWriter *ring, GstSample *sample, PoSubtitle *subtitle, const PoRingSpan *span) {
  GstBuffer *buffer = gst_sample_get_buffer (sample);
  GstVideoInfo info;
  GstVideoFrame frame;
  PoRingSpace space;
  if (subtitle == NULL && po_slot_pool_claim (buffer, &space)) {
    po_ring_writer_publish (ring, &space, span);
    return TRUE;
  }
  if (!gst_video_info_from_caps (&info, gst_sample_get_caps (sample)) ||
      !gst_video_frame_map (&frame, &info, buffer, GST_MAP_READ))
    return TRUE;
  const gboolean going = po_ring_writer_begin (ring, &space);
  if (going) {
    for (guint plane = 0; plane < 3; plane++)
      copy_plane (&space, &frame, plane);
    if (subtitle != NULL)
      po_subtitle_draw (subtitle, span->first, space.data, space.stride);
    po_ring_writer_publish (ring, &space, span);
  }
  gst_video_frame_unmap (&frame);
  return going;
}

gboolean po_publisher_take (PoRingWriter *ring, GstSample *sample, PoSubtitle *subtitle, PoDamage *damage) {
  GstBuffer *buffer = gst_sample_get_buffer (sample);
  gint64 first = (gint64)GST_BUFFER_OFFSET (buffer);
  const gint64 end = (gint64)GST_BUFFER_OFFSET_END (buffer);
  gboolean going = TRUE;
  while (going && first < end) {
    const gint64 until = subtitle != NULL ? MIN (po_subtitle_until (subtitle, first), end) : end;
    const PoRingSpan span = {first, until, .intact_until = po_damage_intact_until (damage, first, until)};
    going = publish (ring, sample, subtitle, &span);
    first = until;
  }
  return going;
}

gboolean po_publisher_take_live (PoRingWriter *ring, GstSample *sample, const PoRingSpan *span) {
  return publish (ring, sample, NULL, span);
}
