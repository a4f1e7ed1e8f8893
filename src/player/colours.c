// SPDX-License-Identifier: GPL-3.0-or-later
#include "player/colours.h"

#define SD_LINES 576

// GstVideoInfo forgets the range where the matrix is not known.
gboolean po_colours_of_caps (GstCaps *caps, GstVideoColorimetry *ret_colours) {
  const GstStructure *structure = gst_caps_get_structure (caps, 0);
  const gchar *text = gst_structure_get_string (structure, "colorimetry");
  GstVideoInfo info;
  gint height = 0;
  if (text == NULL || !gst_video_colorimetry_from_string (ret_colours, text) ||
      !gst_video_info_from_caps (&info, caps) || !(GST_VIDEO_INFO_IS_YUV (&info) || GST_VIDEO_INFO_IS_GRAY (&info)))
    return FALSE;
  gst_structure_get_int (structure, "height", &height);
  if (ret_colours->matrix == GST_VIDEO_COLOR_MATRIX_UNKNOWN) {
    ret_colours->matrix = height <= SD_LINES ? GST_VIDEO_COLOR_MATRIX_BT601 : GST_VIDEO_COLOR_MATRIX_BT709;
    ret_colours->transfer = GST_VIDEO_TRANSFER_BT709;
    ret_colours->primaries = GST_VIDEO_COLOR_PRIMARIES_BT709;
  }
  if (ret_colours->range == GST_VIDEO_COLOR_RANGE_UNKNOWN)
    ret_colours->range = GST_VIDEO_COLOR_RANGE_16_235;
  return TRUE;
}

void po_colours_complete (GstCaps *caps) {
  GstVideoColorimetry colours;
  if (!po_colours_of_caps (caps, &colours))
    return;
  g_autofree gchar *text = gst_video_colorimetry_to_string (&colours);
  gst_caps_set_simple (caps, "colorimetry", G_TYPE_STRING, text, NULL);
}
