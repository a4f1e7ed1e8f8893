// SPDX-License-Identifier: GPL-3.0-or-later
// A list of segments that is read again after its writer stood still: what has been on air is not shown again.
#include "player/repeats.h"

#include <gst/app/gstappsink.h>
#include <gst/app/gstappsrc.h>

#define SECOND G_USEC_PER_SEC

// Pieces @first until @until of a source, a second apart from @now_us on or at once: how many of them are repeats.
static guint take (PoRepeats *repeats, guint first, guint until, gint64 now_us, gint64 apart_us) {
  guint n = 0;
  for (guint i = first; i < until; i++)
    n += po_repeats_take (repeats, (const guint8 *)&i, sizeof i, now_us + (i - first) * apart_us);
  return n;
}

static void test_stale (void) {
  g_autoptr (PoRepeats) repeats = po_repeats_new ();
  po_repeats_begin (repeats);
  g_assert_cmpuint (take (repeats, 0, 1000, SECOND, 40000), ==, 0);
  g_assert_cmpuint (take (repeats, 990, 1010, 50 * SECOND, 40000), ==, 0); // within one connection nothing is
  for (guint i = 0; i < 3; i++) {
    po_repeats_begin (repeats);
    g_assert_cmpuint (take (repeats, 900, 1010, 100 * SECOND, 0), ==, 110);
  }
  g_assert_cmpuint (take (repeats, 1010, 1100, 101 * SECOND, 40000), ==, 0);
  po_repeats_begin (repeats);
  g_assert_cmpuint (take (repeats, 2000, 2003, 102 * SECOND, 0), ==, 0); // in another form
  g_assert_cmpuint (take (repeats, 1003, 1100, 102 * SECOND, 0), ==, 97);
  g_assert_cmpuint (take (repeats, 0, 1100, 110 * SECOND, 40000), ==, 0);
}

// The same clip from its beginning again comes in its own time.
static void test_again (void) {
  g_autoptr (PoRepeats) repeats = po_repeats_new ();
  po_repeats_begin (repeats);
  g_assert_cmpuint (take (repeats, 0, 1000, SECOND, 40000), ==, 0);
  po_repeats_begin (repeats);
  g_assert_cmpuint (take (repeats, 0, 1000, 100 * SECOND, 40000), ==, 10 * 25);
}

// In segments of 24 pieces, one a second: three when the writer is killed, which begins them again, as a list
// that stands still would read, and goes on.
static void test_again_at_once (void) {
  g_autoptr (PoRepeats) repeats = po_repeats_new ();
  po_repeats_begin (repeats);
  for (guint i = 0; i < 3; i++)
    take (repeats, i * 24, (i + 1) * 24, (1 + i) * SECOND, 0);
  po_repeats_begin (repeats);
  for (guint i = 0; i < 3; i++)
    g_assert_cmpuint (take (repeats, i * 24, (i + 1) * 24, (20 + i) * SECOND, 0), ==, 24);
  g_assert_cmpuint (take (repeats, 0, 48, 23 * SECOND, 0), ==, 0);
}

// The list stands still, and the line brings its three segments more slowly than they were written.
static void test_slow_line (void) {
  g_autoptr (PoRepeats) repeats = po_repeats_new ();
  po_repeats_begin (repeats);
  for (guint i = 0; i < 10; i++)
    g_assert_cmpuint (take (repeats, i * 72, (i + 1) * 72, (1 + i) * SECOND, 0), ==, 0);
  po_repeats_begin (repeats);
  for (guint i = 7; i < 10; i++)
    g_assert_cmpuint (take (repeats, i * 72, (i + 1) * 72, (13 + 2 * i) * SECOND, 0), ==, 72);
  g_assert_cmpuint (take (repeats, 10 * 72, 11 * 72, 40 * SECOND, 0), ==, 0);
}

// Three segments of 72 pieces at first, then one a second, which tells how long the list is.
static void test_far_back (void) {
  g_autoptr (PoRepeats) repeats = po_repeats_new ();
  po_repeats_begin (repeats);
  g_assert_cmpuint (take (repeats, 0, 216, SECOND, 0), ==, 0);
  for (guint i = 3; i < 20; i++)
    g_assert_cmpuint (take (repeats, i * 72, (i + 1) * 72, i * SECOND, 0), ==, 0);
  po_repeats_begin (repeats);
  g_assert_cmpuint (take (repeats, 17 * 72, 20 * 72, 30 * SECOND, 0), ==, 216); // it stands still
  po_repeats_begin (repeats);
  g_assert_cmpuint (take (repeats, 0, 216, 50 * SECOND, 0), ==, 0); // from the beginning: no list is so long
  po_repeats_begin (repeats);
  g_assert_cmpuint (take (repeats, 0, 216, 60 * SECOND, 0), ==, 216); // which stands still in its turn
}

static void test_memory (void) {
  g_autoptr (PoRepeats) repeats = po_repeats_new ();
  po_repeats_begin (repeats);
  g_assert_cmpuint (take (repeats, 0, 100000, SECOND, 0), ==, 0);
  po_repeats_begin (repeats);
  g_assert_cmpuint (take (repeats, 99000, 100000, SECOND, 0), ==, 1000);
  po_repeats_begin (repeats);
  g_assert_cmpuint (take (repeats, 1000, 2000, SECOND, 0), ==, 0); // so long ago
}

static void push (GstElement *source, guint piece, gboolean is_key) {
  GstBuffer *buffer = gst_buffer_new_memdup (&piece, sizeof piece);
  GST_BUFFER_PTS (buffer) = piece * GST_SECOND;
  if (!is_key)
    GST_BUFFER_FLAG_SET (buffer, GST_BUFFER_FLAG_DELTA_UNIT);
  g_assert_cmpint (gst_app_src_push_buffer (GST_APP_SRC (source), buffer), ==, GST_FLOW_OK);
}

// What stands for a decoder gets pictures 0 to 5, and of the list read again, from 3 on, those from key picture 8 on.
static void test_decoder (void) {
  g_autoptr (GstElement) pipeline =
      gst_parse_launch ("appsrc name=in format=time ! identity name=decoder ! appsink name=out sync=false", NULL);
  g_autoptr (GstElement) in = gst_bin_get_by_name (GST_BIN (pipeline), "in");
  g_autoptr (GstElement) decoder = gst_bin_get_by_name (GST_BIN (pipeline), "decoder");
  g_autoptr (GstElement) out = gst_bin_get_by_name (GST_BIN (pipeline), "out");
  g_autoptr (PoRepeats) repeats = po_repeats_new ();
  g_autoptr (GString) seen = g_string_new (NULL);
  po_repeats_watch (repeats, decoder);
  po_repeats_begin (repeats);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  for (guint i = 0; i < 6; i++)
    push (in, i, i % 4 == 0);
  for (guint i = 0; i < 6; i++)
    gst_sample_unref (gst_app_sink_pull_sample (GST_APP_SINK (out)));
  po_repeats_begin (repeats);
  for (guint i = 3; i < 12; i++)
    push (in, i, i % 4 == 0);
  gst_app_src_end_of_stream (GST_APP_SRC (in));
  for (GstSample *sample; (sample = gst_app_sink_pull_sample (GST_APP_SINK (out))) != NULL; gst_sample_unref (sample))
    g_string_append_printf (seen, "%d ", (gint)(GST_BUFFER_PTS (gst_sample_get_buffer (sample)) / GST_SECOND));
  gst_element_set_state (pipeline, GST_STATE_NULL);
  g_assert_cmpstr (seen->str, ==, "8 9 10 11 ");
}

int main (int argc, char **argv) {
  gst_init (&argc, &argv);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/player/repeats/stale", test_stale);
  g_test_add_func ("/player/repeats/again", test_again);
  g_test_add_func ("/player/repeats/again-at-once", test_again_at_once);
  g_test_add_func ("/player/repeats/slow-line", test_slow_line);
  g_test_add_func ("/player/repeats/far-back", test_far_back);
  g_test_add_func ("/player/repeats/memory", test_memory);
  g_test_add_func ("/player/repeats/decoder", test_decoder);
  return g_test_run ();
}
