// SPDX-License-Identifier: GPL-3.0-or-later
// Decoding with GStreamer, into memory.
#include "reading.h"

#include <glib/gstdio.h>
#include <gst/app/gstappsink.h>
#include <string.h>

#include "synthetic-source.h"

#define TIMEOUT (30 * GST_SECOND)

Recording *recording_new (void) {
  Recording *self = g_new0 (Recording, 1);
  self->frames = g_array_new (FALSE, FALSE, sizeof (guint64));
  self->pts = g_array_new (FALSE, FALSE, sizeof (gint64));
  self->sound = g_byte_array_new ();
  self->sound_pts = -1;
  return self;
}

void recording_free (Recording *self) {
  g_array_unref (self->frames);
  g_array_unref (self->pts);
  g_byte_array_unref (self->sound);
  g_free (self);
}

static void take_picture (Recording *self, GstSample *sample, const PoFormat *format) {
  GstBuffer *buffer = gst_sample_get_buffer (sample);
  GstMapInfo map;
  guint8 code = 0;
  gint64 frame = 0, pts = (gint64)GST_BUFFER_PTS (buffer);
  g_assert_true (gst_buffer_map (buffer, &map, GST_MAP_READ));
  if (!po_synthetic_read (format, map.data, (format->width + 3) / 4 * 4, &code, &frame))
    code = 0;
  guint64 value = code == 0 ? 0 : (guint64)code << 40 | (guint64)frame;
  gst_buffer_unmap (buffer, &map);
  g_array_append_val (self->frames, value);
  g_array_append_val (self->pts, pts);
}

static void take_sound (Recording *self, GstSample *sample) {
  GstMapInfo map;
  if (self->sound_pts < 0)
    self->sound_pts = (gint64)GST_BUFFER_PTS (gst_sample_get_buffer (sample));
  g_assert_true (gst_buffer_map (gst_sample_get_buffer (sample), &map, GST_MAP_READ));
  g_byte_array_append (self->sound, map.data, (guint)map.size);
  gst_buffer_unmap (gst_sample_get_buffer (sample), &map);
}

static void pull_all (Recording *self, GstElement *pipeline, const gchar *name, const PoFormat *format) {
  g_autoptr (GstElement) sink = gst_bin_get_by_name (GST_BIN (pipeline), name);
  GstSample *sample;
  while ((sample = gst_app_sink_try_pull_sample (GST_APP_SINK (sink), TIMEOUT)) != NULL) {
    if (format != NULL)
      take_picture (self, sample, format);
    else
      take_sound (self, sample);
    gst_sample_unref (sample);
  }
}

gboolean recording_read (Recording *self, const gchar *path, const PoFormat *format) {
  g_autoptr (GError) error = NULL;
  guint before = self->frames->len;
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
  pull_all (self, pipeline, "v", format);
  pull_all (self, pipeline, "a", NULL);
  gst_element_set_state (pipeline, GST_STATE_NULL);
  return self->frames->len > before;
}

static gint compare_paths (gconstpointer a, gconstpointer b) {
  return strcmp (*(const gchar *const *)a, *(const gchar *const *)b);
}

gint64 recording_pcr (const guint8 *packet) {
  const guint8 *field = packet + 6;
  if (packet[0] != 0x47 || !(packet[3] & 0x20) || packet[4] < 7 || !(packet[5] & 0x10))
    return -1;
  const gint64 base = (gint64)field[0] << 25 | field[1] << 17 | field[2] << 9 | field[3] << 1 | field[4] >> 7;
  return base * 300 + ((field[4] & 1) << 8 | field[5]);
}

void recording_assert_whole (const Recording *self, gint64 n_frames) {
  g_assert_cmpint (self->frames->len, ==, n_frames);
  for (gint64 k = 0; k < n_frames; k++)
    g_assert_cmphex (g_array_index (self->frames, guint64, k), ==, G_GUINT64_CONSTANT (1) << 40 | (guint64)k);
}

GPtrArray *recording_list (const gchar *folder, const gchar *suffix) {
  GPtrArray *paths = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const gchar *name;
  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    if (g_str_has_suffix (name, suffix))
      g_ptr_array_add (paths, g_build_filename (folder, name, NULL));
  g_ptr_array_sort (paths, compare_paths);
  return paths;
}

void recording_remove_folder (const gchar *folder) {
  g_autoptr (GPtrArray) paths = recording_list (folder, "");
  for (guint i = 0; i < paths->len; i++)
    g_unlink (paths->pdata[i]);
  g_rmdir (folder);
}
