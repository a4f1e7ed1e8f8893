// SPDX-License-Identifier: GPL-3.0-or-later
// What is decided of a movie's streams before anything of them flows is decided by its header: a stream's tags may come
// as late as they like. And what a parser's thread gives is never given to nobody, however early that thread runs.
#include <glib/gstdio.h>
#include <gst/gst.h>

#include "player/decode.h"

#define LATE_PAD "audio_1" // of the demuxer

typedef struct {
  const gchar *languages[2];
  guint tracks;
} Case;

typedef struct {
  GMutex lock;
  GCond changed;
  guint branches;
  gboolean is_known;
  guint questions; // of what a parser gives, before it is known
  gboolean is_over;
  gboolean is_heard, has_ended; // at the end of a branch
} Seen;

static void make_clip (const gchar *description) {
  g_autoptr (GError) error = NULL;
  g_autoptr (GstElement) pipeline = gst_parse_launch (description, &error);
  g_assert_no_error (error);
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  g_autoptr (GstMessage) end =
      gst_bus_timed_pop_filtered (bus, GST_CLOCK_TIME_NONE, GST_MESSAGE_EOS | GST_MESSAGE_ERROR);
  g_assert_cmpint (GST_MESSAGE_TYPE (end), ==, GST_MESSAGE_EOS);
  gst_element_set_state (pipeline, GST_STATE_NULL);
}

// Two tracks of one channel each.
static void make_movie (const gchar *path, const Case *what) {
  g_autoptr (GString) text = g_string_new (NULL);
  g_string_append_printf (text, "qtmux name=movie ! filesink location=%s", path);
  for (gsize i = 0; i < G_N_ELEMENTS (what->languages); i++)
    g_string_append_printf (text,
                            " audiotestsrc num-buffers=20 ! audio/x-raw,format=S16LE,rate=48000,channels=1 ! "
                            "taginject tags=language-code=%s ! movie.",
                            what->languages[i]);
  make_clip (text->str);
}

static void await_known (Seen *seen) {
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&seen->lock);
  while (!seen->is_known)
    g_cond_wait (&seen->changed, &seen->lock);
}

static void await_sound (Seen *seen) {
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&seen->lock);
  while (!seen->is_heard && !seen->has_ended)
    g_cond_wait (&seen->changed, &seen->lock);
  g_assert_true (seen->is_heard);
}

static GstPadProbeReturn on_event (GstPad *pad, GstPadProbeInfo *info, gpointer user_data) {
  if (GST_EVENT_TYPE (GST_PAD_PROBE_INFO_EVENT (info)) == GST_EVENT_TAG)
    await_known (user_data);
  return GST_PAD_PROBE_OK;
}

static void on_pad (GstElement *demuxer, GstPad *pad, gpointer user_data) {
  if (g_str_equal (GST_PAD_NAME (pad), LATE_PAD))
    gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM, on_event, user_data, NULL);
}

// The parser's thread waits until it is asked for the second time what it gives, if it is linked too early and so may
// be; whoever asks then waits until all is over. So what it gives comes at the worst of times.
static GstPadProbeReturn on_parsed (GstPad *pad, GstPadProbeInfo *info, gpointer user_data) {
  Seen *seen = user_data;
  const GstEventType type = GST_EVENT_TYPE (GST_PAD_PROBE_INFO_EVENT (info));
  const gboolean is_early = gst_pad_is_linked (pad) && !gst_pad_has_current_caps (pad);
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&seen->lock);
  while (type == GST_EVENT_STREAM_START && is_early && seen->questions < 2)
    g_cond_wait (&seen->changed, &seen->lock);
  seen->is_over |= type == GST_EVENT_EOS;
  g_cond_broadcast (&seen->changed);
  return GST_PAD_PROBE_OK;
}

static GstPadProbeReturn on_question (GstPad *pad, GstPadProbeInfo *info, gpointer user_data) {
  Seen *seen = user_data;
  if (GST_QUERY_TYPE (GST_PAD_PROBE_INFO_QUERY (info)) != GST_QUERY_CAPS || gst_pad_has_current_caps (pad))
    return GST_PAD_PROBE_OK;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&seen->lock);
  seen->questions++;
  g_cond_broadcast (&seen->changed);
  while (seen->questions >= 2 && !seen->is_over)
    g_cond_wait (&seen->changed, &seen->lock);
  return GST_PAD_PROBE_OK;
}

static void watch_parser (GstElement *parser, Seen *seen) {
  g_autoptr (GstPad) pad = gst_element_get_static_pad (parser, "src");
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM, on_parsed, seen, NULL);
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_QUERY_UPSTREAM | GST_PAD_PROBE_TYPE_PUSH, on_question, seen, NULL);
}

static void on_element (GstBin *bin, GstBin *sub_bin, GstElement *element, gpointer user_data) {
  GstElementFactory *factory = gst_element_get_factory (element);
  const gchar *name = factory != NULL ? GST_OBJECT_NAME (factory) : "";
  if (g_str_equal (name, "qtdemux"))
    g_signal_connect (element, "pad-added", G_CALLBACK (on_pad), user_data);
  else if (g_str_equal (name, "aiffparse"))
    watch_parser (element, user_data);
}

static GstPadProbeReturn on_arrival (GstPad *pad, GstPadProbeInfo *info, gpointer user_data) {
  Seen *seen = user_data;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&seen->lock);
  const gboolean is_sound = GST_IS_BUFFER (info->data);
  seen->is_heard |= is_sound;
  seen->has_ended |= !is_sound && GST_EVENT_TYPE (GST_PAD_PROBE_INFO_EVENT (info)) == GST_EVENT_EOS;
  g_cond_broadcast (&seen->changed);
  return GST_PAD_PROBE_OK;
}

static GstElement *make_branch (PoDecode *decode, GstPad *pad, gboolean is_picture, gpointer user_data) {
  Seen *seen = user_data;
  g_assert_false (is_picture);
  seen->branches++;
  GstElement *sink = gst_element_factory_make ("fakesink", NULL);
  g_object_set (sink, "async", FALSE, NULL);
  g_autoptr (GstPad) pad_of_sink = gst_element_get_static_pad (sink, "sink");
  gst_pad_add_probe (pad_of_sink, GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM, on_arrival, seen,
                     NULL);
  return sink;
}

static void on_known (PoDecode *decode, gboolean has_picture, gboolean has_sound, gpointer user_data) {
  Seen *seen = user_data;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&seen->lock);
  seen->is_known = TRUE;
  g_cond_broadcast (&seen->changed);
}

// Until it is known, in so many tracks, and heard.
static void decode_clip (const gchar *path, guint tracks) {
  g_autofree gchar *uri = g_filename_to_uri (path, NULL, NULL);
  Seen seen = {.branches = 0};
  g_autoptr (PoDecode) decode = po_decode_new (uri, make_branch, on_known, &seen);
  po_decode_set_sound (decode, PO_DECODE_EVERY_SOUND);
  g_signal_connect (po_decode_pipeline (decode), "deep-element-added", G_CALLBACK (on_element), &seen);
  gst_element_set_state (po_decode_pipeline (decode), GST_STATE_PAUSED);
  await_known (&seen);
  g_assert_cmpuint (seen.branches, ==, tracks);
  await_sound (&seen);
}

static void test_late_tags (gconstpointer data) {
  const Case *what = data;
  g_autofree gchar *folder = g_dir_make_tmp ("playoutd-decode-XXXXXX", NULL);
  g_autofree gchar *path = g_build_filename (folder, "tongues.mov", NULL);
  make_movie (path, what);
  decode_clip (path, what->tracks);
  g_unlink (path);
  g_rmdir (folder);
}

static void test_early_parser (void) {
  g_autofree gchar *folder = g_dir_make_tmp ("playoutd-decode-XXXXXX", NULL);
  g_autofree gchar *path = g_build_filename (folder, "sound.aiff", NULL);
  g_autofree gchar *description = g_strdup_printf (
      "audiotestsrc num-buffers=20 ! audio/x-raw,format=S16BE,rate=48000,channels=1 ! aiffmux ! filesink location=%s",
      path);
  make_clip (description);
  decode_clip (path, 1);
  g_unlink (path);
  g_rmdir (folder);
}

int main (int argc, char **argv) {
  static const Case tongues = {{"vi", "en"}, 2}, sides = {{"vi", "vi"}, 1}, half = {{"vi", "und"}, 1};
  g_test_init (&argc, &argv, NULL);
  gst_init (&argc, &argv);
  g_test_add_data_func ("/decode/late-tags/two-languages", &tongues, test_late_tags);
  g_test_add_data_func ("/decode/late-tags/left-and-right", &sides, test_late_tags);
  g_test_add_data_func ("/decode/late-tags/one-unsaid", &half, test_late_tags);
  g_test_add_func ("/decode/early-parser", test_early_parser);
  return g_test_run ();
}
