// SPDX-License-Identifier: GPL-3.0-or-later
// Picture and sound leave an encoder as they went in: the sample that belongs to a picture has the picture's time to
// within a millisecond in what a player decodes, whatever lead-in the codecs add.
#include <math.h>
#include <string.h>

#include "output/rack.h"
#include "program/image.h"
#include "reading.h"
#include "synthetic-source.h"

#define FRAMES      150
#define ONSET_FRAME 75
#define BURST       4096 // samples
#define SEARCH      2400 // samples either way

// A sweep, so that it matches itself at one place only.
static gdouble burst_at (gint64 i) {
  return i < 0 || i >= BURST
             ? 0
             : sin (2 * G_PI * (300.0 * (gdouble)i / 48000 + 0.5 * 30000.0 * pow ((gdouble)i / 48000, 2)));
}

static GstBuffer *sound_of (gint64 k, PoRate rate) {
  gint64 first = po_samples_before_frame (k, rate), end = po_samples_before_frame (k + 1, rate);
  gint64 onset = po_samples_before_frame (ONSET_FRAME, rate);
  GstBuffer *buffer = gst_buffer_new_allocate (NULL, (gsize)(end - first) * 4, NULL);
  GstMapInfo map;
  g_assert_true (gst_buffer_map (buffer, &map, GST_MAP_WRITE));
  gint16 *out = (gint16 *)(gpointer)map.data;
  for (gint64 at = first; at < end; at++)
    out[(at - first) * 2] = out[(at - first) * 2 + 1] = (gint16)(12000 * burst_at (at - onset));
  gst_buffer_unmap (buffer, &map);
  GST_BUFFER_PTS (buffer) = gst_util_uint64_scale ((guint64)first, GST_SECOND, PO_AUDIO_RATE);
  GST_BUFFER_DURATION (buffer) = gst_util_uint64_scale ((guint64)(end - first), GST_SECOND, PO_AUDIO_RATE);
  return buffer;
}

static void push_programme (PoOutputRack *rack, const PoFormat *format) {
  for (gint64 k = 0; k < FRAMES; k++) {
    g_autoptr (PoImage) image = po_image_new (format);
    g_autoptr (GstBuffer) sound = sound_of (k, format->rate);
    PoPlanes planes;
    po_image_planes (image, &planes);
    po_synthetic_paint (format, &planes, 1, k);
    g_autoptr (GstBuffer) picture = gst_buffer_copy (po_image_buffer (image));
    GST_BUFFER_PTS (picture) = (GstClockTime)po_duration_from_frames_floor (k, format->rate);
    GST_BUFFER_DURATION (picture) = (GstClockTime)po_duration_from_frames_floor (1, format->rate);
    po_output_rack_push (rack, picture, sound, k);
  }
}

// Where in the decoded sound the burst stands best, in samples from the stream's first.
static gint64 find_burst (Recording *recording, gint64 expected) {
  const gint16 *sound = (const gint16 *)(gpointer)recording->sound->data;
  gint64 n = recording->sound->len / 4, best = -1;
  gdouble best_match = 0;
  for (gint64 at = MAX (expected - SEARCH, 0); at < MIN (expected + SEARCH, n - BURST); at++) {
    gdouble match = 0;
    for (gint64 i = 0; i < BURST; i++)
      match += sound[(at + i) * 2] * burst_at (i);
    if (match > best_match) {
      best_match = match;
      best = at;
    }
  }
  g_assert_cmpint (best, >=, 0);
  return best;
}

static void check (Recording *recording, PoRate rate) {
  gint64 picture_ns = -1;
  g_assert_cmpint (recording->frames->len, ==, FRAMES);
  for (guint i = 0; i < recording->frames->len; i++) {
    g_assert_cmpint ((gint64)(g_array_index (recording->frames, guint64, i) & 0xffffffffff), ==, i);
    if (i == ONSET_FRAME)
      picture_ns = g_array_index (recording->pts, gint64, i);
  }
  gint64 expected = (picture_ns - recording->sound_pts) * 48 / 1000000;
  gint64 onset = find_burst (recording, expected);
  gint64 sound_ns = recording->sound_pts + onset * 1000000 / 48;
  g_test_message ("sound minus picture: %.3f ms; first sound minus first picture: %.3f ms",
                  (gdouble)(sound_ns - picture_ns) / 1e6,
                  (gdouble)(recording->sound_pts - g_array_index (recording->pts, gint64, 0)) / 1e6);
  g_assert_cmpint (ABS (sound_ns - picture_ns), <, PO_NS_PER_MS);
  // Nothing of the programme's first second is cut off, and nothing stands before it.
  g_assert_cmpint (ABS (recording->sound_pts - g_array_index (recording->pts, gint64, 0)), <, PO_NS_PER_MS);
  g_assert_cmpint (recording->sound->len / 4, >=, po_samples_before_frame (FRAMES, rate));
}

typedef struct {
  const gchar *format;
  PoOutputCodec codec;
  PoOutputContainer container;
} Case;

static void test_sync (gconstpointer data) {
  const Case *row = data;
  PoFormat format;
  g_autoptr (GError) error = NULL;
  g_autoptr (GTimeZone) zone = g_time_zone_new_utc ();
  g_assert_true (po_format_parse (row->format, &format, &error));
  g_autofree gchar *folder = g_dir_make_tmp ("po-sync-XXXXXX", NULL);
  g_autoptr (PoOutputSettings) settings = po_output_settings_new ("rec", "file");
  settings->path = g_strdup (folder);
  settings->codec = row->codec;
  settings->container = row->container;
  g_autoptr (PoOutputRack) rack = po_output_rack_new (&format, zone, TRUE, 0);
  g_assert_true (po_output_rack_add (rack, settings, &error));
  push_programme (rack, &format);
  g_assert_true (po_output_rack_finish (rack, 60 * PO_NS_PER_SECOND));
  g_autoptr (GPtrArray) paths = recording_list (folder, "");
  g_autoptr (Recording) recording = recording_new ();
  g_assert_true (recording_read (recording, paths->pdata[0], &format));
  check (recording, format.rate);
  recording_remove_folder (folder);
}

int main (int argc, char **argv) {
  static const Case cases[] = {
      {"192x108p25", PO_OUTPUT_CODEC_H264, PO_OUTPUT_CONTAINER_TS},
      {"192x108p30000/1001", PO_OUTPUT_CODEC_H264, PO_OUTPUT_CONTAINER_TS},
      {"192x108p25", PO_OUTPUT_CODEC_H264, PO_OUTPUT_CONTAINER_MKV},
      {"192x108p25", PO_OUTPUT_CODEC_LOSSLESS, PO_OUTPUT_CONTAINER_MKV},
      {"192x108p30000/1001", PO_OUTPUT_CODEC_LOSSLESS, PO_OUTPUT_CONTAINER_MKV},
  };
  g_test_init (&argc, &argv, NULL);
  gst_init (&argc, &argv);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree gchar *path = g_strdup_printf (
        "/sync/%s/%s/%s", cases[i].codec == PO_OUTPUT_CODEC_H264 ? "h264" : "lossless",
        cases[i].container == PO_OUTPUT_CONTAINER_TS ? "ts" : "mkv", strchr (cases[i].format, 'p') + 1);
    g_strdelimit (path + 6, ".", '-');
    g_test_add_data_func (path, &cases[i], test_sync);
  }
  return g_test_run ();
}
