// SPDX-License-Identifier: GPL-3.0-or-later
// House pictures in memory, and the conversion of drawn RGB pixels to them (BT.709, limited range).
#include "program/image.h"

#include <gst/video/video.h>

struct _PoImage {
  gint ref_count; // atomic
  PoLayout layout;
  GstBuffer *buffer;
  guint8 *data; // the buffer's one memory, owned by it
};

void po_layout_init (PoLayout *self, const PoFormat *format) {
  GstVideoInfo info;
  gst_video_info_set_format (&info, GST_VIDEO_FORMAT_I420, format->width, format->height);
  self->size_bytes = GST_VIDEO_INFO_SIZE (&info);
  for (gint i = 0; i < 3; i++) {
    self->offset[i] = GST_VIDEO_INFO_PLANE_OFFSET (&info, i);
    self->stride[i] = GST_VIDEO_INFO_PLANE_STRIDE (&info, i);
    self->width[i] = GST_VIDEO_INFO_COMP_WIDTH (&info, i);
    self->height[i] = GST_VIDEO_INFO_COMP_HEIGHT (&info, i);
  }
}

void po_layout_planes (const PoLayout *self, guint8 *data, PoPlanes *ret_planes) {
  for (gint i = 0; i < 3; i++) {
    ret_planes->data[i] = data + self->offset[i];
    ret_planes->stride[i] = self->stride[i];
  }
}

PoImage *po_image_new (const PoFormat *format) {
  PoImage *self = g_new0 (PoImage, 1);
  self->ref_count = 1;
  po_layout_init (&self->layout, format);
  self->data = g_malloc (self->layout.size_bytes);
  memset (self->data, 128, self->layout.size_bytes);
  memset (self->data, 16, self->layout.offset[1]);
  self->buffer = gst_buffer_new_wrapped (self->data, self->layout.size_bytes);
  return self;
}

PoImage *po_image_copy (PoImage *self) {
  PoImage *copy = g_new0 (PoImage, 1);
  copy->ref_count = 1;
  copy->layout = self->layout;
  copy->data = g_memdup2 (self->data, self->layout.size_bytes);
  copy->buffer = gst_buffer_new_wrapped (copy->data, copy->layout.size_bytes);
  return copy;
}

PoImage *po_image_ref (PoImage *self) {
  g_atomic_int_inc (&self->ref_count);
  return self;
}

void po_image_unref (PoImage *self) {
  if (self == NULL || !g_atomic_int_dec_and_test (&self->ref_count))
    return;
  gst_buffer_unref (self->buffer);
  g_free (self);
}

void po_image_planes (PoImage *self, PoPlanes *ret_planes) {
  po_layout_planes (&self->layout, self->data, ret_planes);
}

// BT.709, limited range, 16-bit fixed point.
static guint8 luma (gint r, gint g, gint b) {
  return (guint8)(16 + ((11966 * r + 40254 * g + 4064 * b + 32768) >> 16));
}

static guint8 chroma_b (gint r, gint g, gint b) {
  return (guint8)((-6596 * r - 22189 * g + 28785 * b + (128 << 16) + 32768) >> 16);
}

static guint8 chroma_r (gint r, gint g, gint b) {
  return (guint8)((28785 * r - 26145 * g - 2640 * b + (128 << 16) + 32768) >> 16);
}

static void fill_plane (const PoPlanes *planes, const PoLayout *layout, gint plane, const gint box[4], guint8 value) {
  gint left = CLAMP (box[0], 0, layout->width[plane]), right = CLAMP (box[2], left, layout->width[plane]);
  gint top = CLAMP (box[1], 0, layout->height[plane]), bottom = CLAMP (box[3], top, layout->height[plane]);
  for (gint y = top; y < bottom; y++)
    memset (planes->data[plane] + (gsize)y * planes->stride[plane] + left, value, right - left);
}

void po_image_fill (PoImage *self, gint x, gint y, gint width, gint height, guint32 rgb) {
  gint r = (rgb >> 16) & 0xff, g = (rgb >> 8) & 0xff, b = rgb & 0xff;
  gint half[4] = {x / 2, y / 2, (x + width) / 2, (y + height) / 2};
  gint full[4] = {half[0] * 2, half[1] * 2, half[2] * 2, half[3] * 2};
  PoPlanes planes;
  po_image_planes (self, &planes);
  fill_plane (&planes, &self->layout, 0, full, luma (r, g, b));
  fill_plane (&planes, &self->layout, 1, half, chroma_b (r, g, b));
  fill_plane (&planes, &self->layout, 2, half, chroma_r (r, g, b));
}

static inline guint32 pixel (const guint8 *xrgb, gint stride, gint x, gint y) {
  guint32 value;
  memcpy (&value, xrgb + (gsize)y * stride + (gsize)x * 4, sizeof value);
  return value;
}

static void paint_luma (const PoPlanes *planes, const guint8 *xrgb, gint stride, gint left, gint top, gint width,
                        gint height) {
  for (gint y = 0; y < height; y++) {
    guint8 *row = planes->data[0] + (gsize)(top + y) * planes->stride[0] + left;
    for (gint x = 0; x < width; x++) {
      guint32 p = pixel (xrgb, stride, x, y);
      row[x] = luma ((p >> 16) & 0xff, (p >> 8) & 0xff, p & 0xff);
    }
  }
}

// mpeg2 siting: chroma stands on the left column of its 2x2 block, between its rows.
static void paint_chroma (const PoPlanes *planes, const guint8 *xrgb, gint stride, gint left, gint top, gint width,
                          gint height) {
  for (gint y = 0; y < height; y += 2)
    for (gint x = 0; x < width; x += 2) {
      guint32 above = pixel (xrgb, stride, x, y), below = pixel (xrgb, stride, x, MIN (y + 1, height - 1));
      gint r = (gint)(((above >> 16) & 0xff) + ((below >> 16) & 0xff)) / 2;
      gint g = (gint)(((above >> 8) & 0xff) + ((below >> 8) & 0xff)) / 2;
      gint b = (gint)((above & 0xff) + (below & 0xff)) / 2;
      planes->data[1][(gsize)((top + y) / 2) * planes->stride[1] + (left + x) / 2] = chroma_b (r, g, b);
      planes->data[2][(gsize)((top + y) / 2) * planes->stride[2] + (left + x) / 2] = chroma_r (r, g, b);
    }
}

void po_image_paint (PoImage *self, const guint8 *xrgb, gint stride_bytes, gint x, gint y, gint width, gint height) {
  PoPlanes planes;
  po_image_planes (self, &planes);
  width = MIN (width, self->layout.width[0] - x);
  height = MIN (height, self->layout.height[0] - y);
  paint_luma (&planes, xrgb, stride_bytes, x, y, width, height);
  paint_chroma (&planes, xrgb, stride_bytes, x, y, width, height);
}

GstBuffer *po_image_buffer (PoImage *self) {
  return self->buffer;
}
