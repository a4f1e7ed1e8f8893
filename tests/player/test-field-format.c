// SPDX-License-Identifier: GPL-3.0-or-later
// Pictures of a white and a black field, in formats that deinterlace knows and in those that it does not, through the
// branches of files and of live sources: what comes out is the first field and nothing of a comb.
#include <gst/app/gstappsrc.h>
#include <gst/video/video.h>

#include "player/branch.h"
#include "player/live-branch.h"
#include "player/picker.h"

#define WIDTH    64
#define HEIGHT   48
#define PICTURES 4
#define LEAST    (16 + 219 * 6 / 10) // the filter lets a quarter of the other field in

typedef struct {
  GMutex lock;
  guint pictures;
  guint least; // luma of any point
} Seen;

typedef struct {
  const gchar *format;
  PoFieldOrder fields;
  gboolean is_live, is_said;
} Case;

static GstFlowReturn on_picture (GstAppSink *sink, gpointer user_data) {
  Seen *seen = user_data;
  g_autoptr (GstSample) sample = gst_app_sink_pull_sample (sink);
  GstVideoInfo info;
  GstVideoFrame frame;
  g_assert_true (gst_video_info_from_caps (&info, gst_sample_get_caps (sample)));
  g_assert_true (gst_video_frame_map (&frame, &info, gst_sample_get_buffer (sample), GST_MAP_READ));
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&seen->lock);
  seen->pictures++;
  for (gint y = 4; y < HEIGHT - 4; y++)
    for (gint x = 0; x < WIDTH; x++)
      seen->least =
          MIN (seen->least,
               ((guint8 *)GST_VIDEO_FRAME_PLANE_DATA (&frame, 0))[y * GST_VIDEO_FRAME_PLANE_STRIDE (&frame, 0) + x]);
  gst_video_frame_unmap (&frame);
  return GST_FLOW_OK;
}

static void on_told (GstCaps *caps, gboolean is_picture, gpointer user_data) {
}

// Even lines white, odd lines black.
static GstBuffer *make_picture (const GstVideoInfo *info, guint number) {
  GstBuffer *buffer = gst_buffer_new_allocate (NULL, info->size, NULL);
  GstVideoFrame frame;
  g_assert_true (gst_video_frame_map (&frame, (GstVideoInfo *)info, buffer, GST_MAP_WRITE));
  const guint depth = GST_VIDEO_INFO_COMP_DEPTH (info, 0);
  for (gint plane = 0; plane < (gint)GST_VIDEO_FRAME_N_PLANES (&frame); plane++)
    for (gint y = 0; y < GST_VIDEO_FRAME_COMP_HEIGHT (&frame, plane); y++)
      for (gint x = 0; x < GST_VIDEO_FRAME_COMP_WIDTH (&frame, plane); x++) {
        const guint level = plane > 0 ? 128 : y % 2 == 0 ? 235 : 16;
        guint8 *row =
            (guint8 *)GST_VIDEO_FRAME_PLANE_DATA (&frame, plane) + y * GST_VIDEO_FRAME_PLANE_STRIDE (&frame, plane);
        if (depth > 8)
          GST_WRITE_UINT16_LE (row + 2 * x, level << (depth - 8));
        else
          row[x] = (guint8)level;
      }
  gst_video_frame_unmap (&frame);
  GST_BUFFER_FLAG_SET (buffer, GST_VIDEO_BUFFER_FLAG_INTERLACED | GST_VIDEO_BUFFER_FLAG_TFF);
  GST_BUFFER_PTS (buffer) = number * 40 * GST_MSECOND;
  GST_BUFFER_DURATION (buffer) = 40 * GST_MSECOND;
  return buffer;
}

static GstCaps *make_caps (const Case *what) {
  return gst_caps_new_simple ("video/x-raw", "format", G_TYPE_STRING, what->format, "width", G_TYPE_INT, WIDTH,
                              "height", G_TYPE_INT, HEIGHT, "framerate", GST_TYPE_FRACTION, 25, 1, "interlace-mode",
                              G_TYPE_STRING, what->is_said ? "interleaved" : "progressive", "pixel-aspect-ratio",
                              GST_TYPE_FRACTION, 1, 1, NULL);
}

static GstElement *make_branch (const Case *what, GstPad *pad, PoTimeline *timeline, Seen *seen) {
  static const GstAppSinkCallbacks callbacks = {.new_sample = on_picture};
  const PoFormat house = {.width = WIDTH, .height = HEIGHT, .rate = {25, 1}};
  if (what->is_live)
    return po_live_branch_picture (&house, &callbacks, on_told, seen);
  return po_branch_picture (pad, &house, what->fields, po_picker_new (timeline, house.rate, NULL), &callbacks, seen);
}

static void test_apart (gconstpointer data) {
  const Case *what = data;
  Seen seen = {.least = G_MAXUINT};
  g_autoptr (PoTimeline) timeline = po_timeline_new ((PoRate){25, 1}, 0); // outlives the pipeline
  g_autoptr (GstCaps) caps = make_caps (what);
  g_autoptr (GstElement) pipeline = gst_object_ref_sink (gst_pipeline_new (NULL));
  GstElement *source = gst_element_factory_make ("appsrc", NULL);
  g_object_set (source, "caps", caps, "format", GST_FORMAT_TIME, NULL);
  g_autoptr (GstPad) pad = gst_element_get_static_pad (source, "src");
  GstElement *branch = make_branch (what, pad, timeline, &seen);
  gst_bin_add_many (GST_BIN (pipeline), source, branch, NULL);
  g_assert_true (gst_element_link (source, branch));
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  GstVideoInfo info;
  g_assert_true (gst_video_info_from_caps (&info, caps));
  for (guint i = 0; i < PICTURES; i++)
    gst_app_src_push_buffer (GST_APP_SRC (source), make_picture (&info, i));
  gst_app_src_end_of_stream (GST_APP_SRC (source));
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);
  g_autoptr (GstMessage) message =
      gst_bus_timed_pop_filtered (bus, GST_CLOCK_TIME_NONE, GST_MESSAGE_EOS | GST_MESSAGE_ERROR);
  g_assert_cmpstr (GST_MESSAGE_TYPE_NAME (message), ==, "eos");
  gst_element_set_state (pipeline, GST_STATE_NULL);
  g_assert_cmpuint (seen.pictures, >=, PICTURES - 1);
  g_assert_cmpuint (seen.least, >=, LEAST);
}

int main (int argc, char **argv) {
  static const Case cases[] = {
      {"I420", PO_FIELDS_TOP_FIRST, FALSE, TRUE},      {"I420", PO_FIELDS_AS_SAID, FALSE, TRUE},
      {"I420_10LE", PO_FIELDS_AS_SAID, FALSE, TRUE},   {"I422_10LE", PO_FIELDS_AS_SAID, FALSE, TRUE},
      {"I422_10LE", PO_FIELDS_TOP_FIRST, FALSE, TRUE}, {"I422_10LE", PO_FIELDS_TOP_FIRST, FALSE, FALSE},
      {"Y444_12LE", PO_FIELDS_AS_SAID, FALSE, TRUE},   {"I420", PO_FIELDS_AS_SAID, TRUE, TRUE},
      {"I422_10LE", PO_FIELDS_AS_SAID, TRUE, TRUE},
  };
  g_test_init (&argc, &argv, NULL);
  gst_init (NULL, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree gchar *name = g_strdup_printf ("/field-format/%s/%s/%s/%s", cases[i].is_live ? "live" : "file",
                                              cases[i].format, cases[i].is_said ? "said" : "unsaid",
                                              cases[i].fields == PO_FIELDS_AS_SAID ? "as-said" : "top");
    g_test_add_data_func (name, &cases[i], test_apart);
  }
  return g_test_run ();
}
