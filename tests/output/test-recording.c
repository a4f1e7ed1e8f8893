// SPDX-License-Identifier: GPL-3.0-or-later
// Head and outputs together in free run, with synthetic sources: what was recorded is read back, frame by frame and
// sample by sample.
#include <gst/gst.h>

#include "output/rack.h"
#include "program/head.h"
#include "reading.h"
#include "synthetic-source.h"

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
  const PoItem item = {.start = start,
                       .end = end,
                       .kind = PO_ITEM_MEDIA,
                       .title = media,
                       .media = media,
                       .media_origin = start,
                       .media_out_ns = -1,
                       .slot_start = start,
                       .slot_end = end};
  return po_item_copy (&item);
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

static PoOutputSettings *recorder_settings (const gchar *folder, PoOutputCodec codec, gint64 segment_ns) {
  PoOutputSettings *settings = po_output_settings_new ("rec", "file");
  settings->path = g_strdup (folder);
  settings->codec = codec;
  settings->segment_ns = segment_ns;
  return settings;
}

static void test_lossless (gconstpointer data) {
  PoFormat format;
  g_autoptr (GError) error = NULL;
  g_assert_true (po_format_parse (data, &format, &error));
  g_autofree gchar *folder = g_dir_make_tmp ("po-recording-XXXXXX", NULL);
  g_autoptr (PoOutputSettings) settings = recorder_settings (folder, PO_OUTPUT_CODEC_LOSSLESS, 0);
  g_autoptr (PoOutputRack) rack = rack_with (&format, settings);
  run_station (&format, rack, 3, 40);
  g_autoptr (GPtrArray) paths = recording_list (folder, ".mkv");
  g_assert_cmpint (paths->len, ==, 1);
  g_autoptr (Recording) recording = recording_new ();
  g_assert_true (recording_read (recording, paths->pdata[0], &format));
  check_frames (recording, 3, 40);
  check_sound (recording, format.rate, 3, 40);
  recording_remove_folder (folder);
}

// A second's segments: each in a file of its own, and nothing lost or doubled between them.
static void test_lossless_segments (gconstpointer data) {
  PoFormat format;
  g_autoptr (GError) error = NULL;
  g_assert_true (po_format_parse (data, &format, &error));
  g_autofree gchar *folder = g_dir_make_tmp ("po-recording-XXXXXX", NULL);
  g_autoptr (PoOutputSettings) settings = recorder_settings (folder, PO_OUTPUT_CODEC_LOSSLESS, PO_NS_PER_SECOND);
  g_autoptr (PoOutputRack) rack = rack_with (&format, settings);
  run_station (&format, rack, 3, 40);
  g_autoptr (GPtrArray) paths = recording_list (folder, ".mkv");
  g_assert_cmpint (paths->len, >=, 4);
  g_autoptr (Recording) recording = recording_new ();
  for (guint i = 0; i < paths->len; i++)
    g_assert_true (recording_read (recording, paths->pdata[i], &format));
  check_frames (recording, 3, 40);
  check_sound (recording, format.rate, 3, 40);
  recording_remove_folder (folder);
}

// H.264 in transport streams: every picture once, alone by segment and joined to one file.
static void test_segments (void) {
  const PoFormat format = {192, 108, {25, 1}};
  g_autofree gchar *folder = g_dir_make_tmp ("po-recording-XXXXXX", NULL);
  g_autoptr (PoOutputSettings) settings = recorder_settings (folder, PO_OUTPUT_CODEC_H264, 2 * PO_NS_PER_SECOND);
  g_autoptr (PoOutputRack) rack = rack_with (&format, settings);
  run_station (&format, rack, 3, 100);
  g_autoptr (GPtrArray) paths = recording_list (folder, ".ts");
  g_assert_cmpint (paths->len, >=, 4);
  g_autoptr (Recording) single = recording_new ();
  g_autoptr (Recording) joined = recording_new ();
  g_autoptr (GString) bytes = g_string_new (NULL);
  g_autofree gchar *whole = g_build_filename (folder, "whole", NULL);
  for (guint i = 0; i < paths->len; i++) {
    g_autofree gchar *content = NULL;
    gsize length = 0;
    g_assert_true (recording_read (single, paths->pdata[i], &format));
    g_assert_true (g_file_get_contents (paths->pdata[i], &content, &length, NULL));
    g_assert_cmpint (length % 188, ==, 0);
    g_string_append_len (bytes, content, (gssize)length);
  }
  check_frames (single, 3, 100);
  g_assert_true (g_file_set_contents (whole, bytes->str, (gssize)bytes->len, NULL));
  g_assert_true (recording_read (joined, whole, &format));
  check_frames (joined, 3, 100);
  recording_remove_folder (folder);
}

int main (int argc, char **argv) {
  g_test_init (&argc, &argv, NULL);
  gst_init (&argc, &argv);
  g_test_add_data_func ("/recording/lossless/25", "192x108p25", test_lossless);
  g_test_add_data_func ("/recording/lossless/29.97", "192x108p30000/1001", test_lossless);
  g_test_add_data_func ("/recording/lossless/segments/25", "192x108p25", test_lossless_segments);
  g_test_add_data_func ("/recording/lossless/segments/29.97", "192x108p30000/1001", test_lossless_segments);
  g_test_add_func ("/recording/h264/segments", test_segments);
  return g_test_run ();
}
