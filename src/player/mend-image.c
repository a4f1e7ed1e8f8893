// SPDX-License-Identifier: GPL-3.0-or-later
#include "player/mend-image.h"

#include <gst/tag/tag.h>
#include <gst/video/video.h>
#include <string.h>

#define SEGMENT_HEAD_BYTES 4
#define EXIF_HEAD_BYTES    6
#define EXIF_MARKER        0xe1
#define SCAN_MARKER        0xda
#define PNG_HEAD_BYTES     26
#define PNG_DEPTH_AT       24
#define PNG_COLOURS_AT     25
#define PNG_RGB            2

// ---- JPEG ----

// The orientation that EXIF in @data names; NULL: none. (transfer full)
static gchar *read_orientation (const guint8 *data, gsize size) {
  for (gsize at = 2; at + SEGMENT_HEAD_BYTES <= size && data[at] == 0xff && data[at + 1] != SCAN_MARKER;) {
    const gsize length = (gsize)data[at + 2] << 8 | data[at + 3], from = at + SEGMENT_HEAD_BYTES + EXIF_HEAD_BYTES;
    const gsize end = at + 2 + length;
    if (data[at + 1] == EXIF_MARKER && end <= size && from < end &&
        memcmp (data + from - EXIF_HEAD_BYTES, "Exif\0\0", EXIF_HEAD_BYTES) == 0) {
      g_autoptr (GstBuffer) exif = gst_buffer_new_memdup (data + from, end - from);
      g_autoptr (GstTagList) tags = gst_tag_list_from_exif_buffer_with_tiff_header (exif);
      gchar *word = NULL;
      if (tags != NULL)
        gst_tag_list_get_string (tags, GST_TAG_IMAGE_ORIENTATION, &word);
      return word;
    }
    at = end;
  }
  return NULL;
}

// The first picture's: of a still there is but one.
static GstPadProbeReturn on_jpeg (GstPad *pad, GstPadProbeInfo *info, gpointer user_data) {
  GstMapInfo map;
  if (!gst_buffer_map (GST_PAD_PROBE_INFO_BUFFER (info), &map, GST_MAP_READ))
    return GST_PAD_PROBE_REMOVE;
  g_autofree gchar *word = read_orientation (map.data, map.size);
  gst_buffer_unmap (GST_PAD_PROBE_INFO_BUFFER (info), &map);
  if (word != NULL)
    gst_pad_send_event (pad, gst_event_new_tag (gst_tag_list_new (GST_TAG_IMAGE_ORIENTATION, word, NULL)));
  return GST_PAD_PROBE_REMOVE;
}

void po_mend_jpeg (GstElement *decoder) {
  g_autoptr (GstPad) sink = gst_element_get_static_pad (decoder, "sink");
  gst_pad_add_probe (sink, GST_PAD_PROBE_TYPE_BUFFER, on_jpeg, NULL, NULL);
}

// ---- PNG ----

/** Depth: of the pictures that go in. */
typedef struct {
  gint is_deep; // atomic: RGB of 16 bits without alpha
} Depth;

static GstPadProbeReturn on_png (GstPad *pad, GstPadProbeInfo *info, gpointer user_data) {
  static const guint8 signature[] = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
  guint8 head[PNG_HEAD_BYTES];
  if (gst_buffer_extract (GST_PAD_PROBE_INFO_BUFFER (info), 0, head, sizeof head) == sizeof head &&
      memcmp (head, signature, sizeof signature) == 0)
    g_atomic_int_set (&((Depth *)user_data)->is_deep, head[PNG_DEPTH_AT] == 16 && head[PNG_COLOURS_AT] == PNG_RGB);
  return GST_PAD_PROBE_OK;
}

// Alpha was put before red, and then taken for what stands behind blue: each pixel's four values are turned by one.
static void turn_row (guint16 *row, gint width) {
  for (gint x = 0; x < width; x++, row += 4) {
    const guint16 first = row[0];
    memmove (row, row + 1, 3 * sizeof *row);
    row[3] = first;
  }
}

static GstPadProbeReturn on_deep (GstPad *pad, GstPadProbeInfo *info, gpointer user_data) {
  if (!g_atomic_int_get (&((Depth *)user_data)->is_deep))
    return GST_PAD_PROBE_OK;
  g_autoptr (GstCaps) caps = gst_pad_get_current_caps (pad);
  GstVideoInfo video;
  GstVideoFrame frame;
  if (caps == NULL || !gst_video_info_from_caps (&video, caps) ||
      GST_VIDEO_INFO_FORMAT (&video) != GST_VIDEO_FORMAT_ARGB64)
    return GST_PAD_PROBE_OK;
  GstBuffer *buffer = gst_buffer_make_writable (GST_PAD_PROBE_INFO_BUFFER (info));
  GST_PAD_PROBE_INFO_DATA (info) = buffer;
  if (!gst_video_frame_map (&frame, &video, buffer, GST_MAP_READWRITE))
    return GST_PAD_PROBE_OK;
  guint8 *row = GST_VIDEO_FRAME_PLANE_DATA (&frame, 0);
  for (gint y = 0; y < video.height; y++, row += GST_VIDEO_FRAME_PLANE_STRIDE (&frame, 0))
    turn_row ((gpointer)row, video.width);
  gst_video_frame_unmap (&frame);
  return GST_PAD_PROBE_OK;
}

void po_mend_png (GstElement *decoder) {
  g_autoptr (GstPad) sink = gst_element_get_static_pad (decoder, "sink");
  g_autoptr (GstPad) src = gst_element_get_static_pad (decoder, "src");
  Depth *depth = g_atomic_rc_box_new0 (Depth);
  gst_pad_add_probe (sink, GST_PAD_PROBE_TYPE_BUFFER, on_png, g_atomic_rc_box_acquire (depth), g_atomic_rc_box_release);
  gst_pad_add_probe (src, GST_PAD_PROBE_TYPE_BUFFER, on_deep, depth, g_atomic_rc_box_release);
}
