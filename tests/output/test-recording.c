// SPDX-License-Identifier: GPL-3.0-or-later
// Head and outputs together in free run, with synthetic sources: what was recorded is read back, frame by frame and
// sample by sample.
#include <glib/gstdio.h>
#include <gst/app/gstappsink.h>
#include <gst/gst.h>
#include <string.h>

#include "output/rack.h"
#include "program/head.h"
#include "program/synthetic-source.h"

#define FIRST G_GINT64_CONSTANT (1000000)

typedef struct {
  GMainLoop *loop;
  gint starts, ends;
} Station;

static void on_event (const PoHeadEvent *event, gpointer user_data) {
  Station *station = user_data;
  station->starts += event->kind == PO_HEAD_START;
  station->ends += event->kind == PO_HEAD_END;
  if (event->kind == PO_HEAD_FINISHED)
    g_main_loop_quit (station->loop);
}

static PoItem *item_new (PoFrame start, PoFrame end, const gchar *media) {
  PoItem *item = g_new0 (PoItem, 1);
  item->start = start;
  item->end = end;
  item->kind = PO_ITEM_MEDIA;
  item->title = g_strdup (media);
  item->media = g_strdup (media);
  item->media_origin = start;
  item->media_out_ns = -1;
  item->slot_start = start;
  item->slot_end = end;
  return item;
}

// @n_items clips of @length frames each, codes 1, 2, 3...
static PoRundown *bind_clips (PoHead *head, const PoFormat *format, guint n_items, PoFrame length) {
  GPtrArray *items = g_ptr_array_new ();
  for (guint i = 0; i < n_items; i++) {
    PoSyntheticSettings settings;
    g_autofree gchar *name = g_strdup_printf ("clip-%u", i + 1);
    PoItem *item = item_new (FIRST + i * length, FIRST + (i + 1) * length, name);
    g_autofree gchar *key = po_item_run_key (item);
    po_synthetic_settings_init (&settings, format, (guint8)(i + 1));
    g_autoptr (PoSource) source = po_synthetic_source_new (&settings);
    po_head_bind (head, key, source);
    g_ptr_array_add (items, item);
  }
  return po_rundown_new (format->rate, items);
}

static void run_station (const PoFormat *format, PoOutputRack *rack, guint n_items, PoFrame length) {
  g_autoptr (GError) error = NULL;
  Station station = {.loop = g_main_loop_new (NULL, FALSE)};
  PoHeadSettings settings;
  PoFeed feed = {po_output_rack_push, rack};
  PoAnchor anchor = {.mono_ns = 0, .first = FIRST};
  g_autoptr (PoImage) slate = po_image_new (format);
  po_head_settings_init (&settings, format);
  settings.is_free_run = TRUE;
  settings.until = FIRST + n_items * length;
  g_autoptr (PoHead) head = po_head_new (&settings, slate, on_event, &station, &error);
  g_assert_no_error (error);
  g_autoptr (PoRundown) rundown = bind_clips (head, format, n_items, length);
  po_head_set_rundown (head, rundown);
  po_head_add_feed (head, &feed);
  po_head_start (head, &anchor, 0);
  g_main_loop_run (station.loop);
  po_head_stop (head);
  g_assert_true (po_output_rack_finish (rack, 60 * PO_NS_PER_SECOND));
  g_assert_cmpint (station.starts, ==, n_items);
  g_assert_cmpint (station.ends, ==, n_items);
  g_main_loop_unref (station.loop);
}

typedef struct {
  GArray *frames; // guint64: code << 40 | frame
  GArray *pts;    // guint64
  GByteArray *sound;
} Recording;

static Recording *recording_new (void) {
  Recording *self = g_new0 (Recording, 1);
  self->frames = g_array_new (FALSE, FALSE, sizeof (guint64));
  self->pts = g_array_new (FALSE, FALSE, sizeof (guint64));
  self->sound = g_byte_array_new ();
  return self;
}

static void recording_free (Recording *self) {
  g_array_unref (self->frames);
  g_array_unref (self->pts);
  g_byte_array_unref (self->sound);
  g_free (self);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Recording, recording_free)

static void read_video (Recording *self, GstElement *pipeline, const PoFormat *format) {
  g_autoptr (GstElement) sink = gst_bin_get_by_name (GST_BIN (pipeline), "v");
  GstSample *sample;
  while ((sample = gst_app_sink_try_pull_sample (GST_APP_SINK (sink), 30 * GST_SECOND)) != NULL) {
    GstBuffer *buffer = gst_sample_get_buffer (sample);
    GstMapInfo map;
    guint8 code = 0;
    gint64 frame = 0;
    guint64 pts = GST_BUFFER_PTS (buffer);
    g_assert_true (gst_buffer_map (buffer, &map, GST_MAP_READ));
    gint stride = (format->width + 3) / 4 * 4;
    if (!po_synthetic_read (format, map.data, stride, &code, &frame))
      code = 0;
    guint64 value = (guint64)code << 40 | (guint64)frame;
    gst_buffer_unmap (buffer, &map);
    g_array_append_val (self->frames, value);
    g_array_append_val (self->pts, pts);
    gst_sample_unref (sample);
  }
}

static void read_audio (Recording *self, GstElement *pipeline) {
  g_autoptr (GstElement) sink = gst_bin_get_by_name (GST_BIN (pipeline), "a");
  GstSample *sample;
  while ((sample = gst_app_sink_try_pull_sample (GST_APP_SINK (sink), 30 * GST_SECOND)) != NULL) {
    GstMapInfo map;
    g_assert_true (gst_buffer_map (gst_sample_get_buffer (sample), &map, GST_MAP_READ));
    g_byte_array_append (self->sound, map.data, (guint)map.size);
    gst_buffer_unmap (gst_sample_get_buffer (sample), &map);
    gst_sample_unref (sample);
  }
}

static void read_file (Recording *self, const gchar *path, const PoFormat *format) {
  g_autoptr (GError) error = NULL;
  g_autofree gchar *text =
      g_strdup_printf ("filesrc location=\"%s\" ! decodebin name=d "
                       "d. ! video/x-raw ! queue max-size-buffers=0 max-size-bytes=0 max-size-time=0 ! videoconvert ! "
                       "video/x-raw,format=I420 ! appsink name=v sync=false max-buffers=0 "
                       "d. ! audio/x-raw ! queue max-size-buffers=0 max-size-bytes=0 max-size-time=0 ! audioconvert ! "
                       "audio/x-raw,format=S16LE,channels=2 ! appsink name=a sync=false max-buffers=0",
                       path);
  g_autoptr (GstElement) pipeline = gst_parse_launch (text, &error);
  g_assert_no_error (error);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  read_video (self, pipeline, format);
  read_audio (self, pipeline);
  gst_element_set_state (pipeline, GST_STATE_NULL);
}

static gint compare_paths (gconstpointer a, gconstpointer b) {
  return strcmp (*(const gchar *const *)a, *(const gchar *const *)b);
}

// Files of @folder in order of their names, and the folder's end.
static GPtrArray *list_files (const gchar *folder) {
  GPtrArray *paths = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const gchar *name;
  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    g_ptr_array_add (paths, g_build_filename (folder, name, NULL));
  g_ptr_array_sort (paths, compare_paths);
  return paths;
}

static void remove_folder (const gchar *folder) {
  g_autoptr (GPtrArray) paths = list_files (folder);
  for (guint i = 0; i < paths->len; i++)
    g_unlink (paths->pdata[i]);
  g_rmdir (folder);
}

// Samples of a clip but for the first 5 ms, where it is faded in against the one before.
static void check_sound (Recording *recording, PoRate rate, guint n_items, PoFrame length) {
  gint64 total = po_samples_before_frame (n_items * length, rate);
  g_assert_cmpint (recording->sound->len, ==, total * 4);
  const gint16 *sound = (const gint16 *)(gpointer)recording->sound->data;
  for (guint i = 0; i < n_items; i++) {
    gint64 first = po_samples_before_frame (i * length, rate), end = po_samples_before_frame ((i + 1) * length, rate);
    for (gint64 at = first + 240; at < end; at++) {
      gint16 expected[2];
      po_synthetic_sample ((guint8)(i + 1), at - first, expected);
      g_assert_cmpint (sound[at * 2], ==, expected[0]);
      g_assert_cmpint (sound[at * 2 + 1], ==, expected[1]);
    }
  }
}

static void check_frames (Recording *recording, guint n_items, PoFrame length) {
  g_assert_cmpint (recording->frames->len, ==, n_items * length);
  for (guint i = 0; i < recording->frames->len; i++) {
    guint64 expected = (guint64)(i / length + 1) << 40 | (guint64)(i % length);
    g_assert_cmphex (g_array_index (recording->frames, guint64, i), ==, expected);
  }
}

static PoOutputRack *rack_with (const PoFormat *format, PoOutputSettings *settings) {
  g_autoptr (GError) error = NULL;
  g_autoptr (GTimeZone) zone = g_time_zone_new_offset (7 * 3600);
  PoOutputRack *rack = po_output_rack_new (format, zone, TRUE, po_frame_to_time_floor (FIRST, format->rate));
  g_assert_true (po_output_rack_add (rack, settings, &error));
  g_assert_no_error (error);
  return rack;
}

static void test_lossless (gconstpointer data) {
  PoFormat format;
  g_autoptr (GError) error = NULL;
  g_assert_true (po_format_parse (data, &format, &error));
  g_autofree gchar *folder = g_dir_make_tmp ("po-recording-XXXXXX", NULL);
  g_autoptr (PoOutputSettings) settings = po_output_settings_new ("rec", "file");
  settings->path = g_strdup (folder);
  settings->codec = PO_OUTPUT_CODEC_LOSSLESS;
  g_autoptr (PoOutputRack) rack = rack_with (&format, settings);
  run_station (&format, rack, 3, 40);
  g_autoptr (GPtrArray) paths = list_files (folder);
  g_assert_cmpint (paths->len, ==, 1);
  g_autoptr (Recording) recording = recording_new ();
  read_file (recording, paths->pdata[0], &format);
  check_frames (recording, 3, 40);
  check_sound (recording, format.rate, 3, 40);
  remove_folder (folder);
}

int main (int argc, char **argv) {
  g_test_init (&argc, &argv, NULL);
  gst_init (&argc, &argv);
  g_test_add_data_func ("/recording/lossless/25", "192x108p25", test_lossless);
  g_test_add_data_func ("/recording/lossless/29.97", "192x108p30000/1001", test_lossless);
  return g_test_run ();
}
