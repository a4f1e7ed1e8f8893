// SPDX-License-Identifier: GPL-3.0-or-later
// A clip that begins anew: which picture and which sample each frame has, over the ends of its runs.
#include "program/round-source.h"
#include "synthetic-source.h"

#define WIDTH  320
#define HEIGHT 180
#define ROUND  10 // frames of the clip

static const PoFormat format = {.width = WIDTH, .height = HEIGHT, .rate = {25, 1}};

static PoSource *run_new (guint8 code) {
  PoSyntheticSettings settings;
  po_synthetic_settings_init (&settings, &format, code);
  settings.end_frame = ROUND;
  return po_synthetic_source_new (&settings);
}

// What is asked of it each frame, as the head does: "CODE:FRAME", "." for what is not there yet, "-" for the end. Its
// sound, where there is a picture, belongs to it.
static gchar *ask (PoSource *source, gint64 frame) {
  static guint8 luma[WIDTH * HEIGHT], chroma[2][WIDTH * HEIGHT / 4];
  const PoPlanes planes = {{luma, chroma[0], chroma[1]}, {WIDTH, WIDTH / 2, WIDTH / 2}};
  guint64 serial = 0;
  const PoPicture answer = po_source_take_picture (source, frame, 0, &planes, &serial);
  if (answer != PO_PICTURE_NEW)
    return g_strdup (answer == PO_PICTURE_NOT_YET ? "." : "-");
  guint8 code = 0;
  gint64 shown = -1;
  gint16 samples[2], wanted[2];
  g_assert_true (po_synthetic_read (&format, luma, WIDTH, &code, &shown));
  g_assert_cmpuint (po_source_read_samples (source, po_samples_before_frame (frame, format.rate), 1, samples), ==, 1);
  po_synthetic_sample (code, po_samples_before_frame (shown, format.rate), wanted);
  g_assert_cmpint (samples[0], ==, wanted[0]);
  g_assert_cmpint (samples[1], ==, wanted[1]);
  return g_strdup_printf ("%u:%d", code, (gint)shown);
}

static void expect (PoSource *source, gint64 frame, const gchar *expected) {
  g_autofree gchar *got = ask (source, frame);
  g_assert_cmpstr (got, ==, expected);
}

static void test_rounds (void) {
  g_autoptr (PoSource) source = po_round_source_new (run_new (1), format.rate, 0);
  g_assert_false (po_round_source_is_wanting (source));
  expect (source, 0, "1:0");
  expect (source, ROUND - 1, "1:9");
  g_assert_true (po_round_source_is_wanting (source));
  po_round_source_give (source, run_new (2), 0);
  g_assert_false (po_round_source_is_wanting (source));
  expect (source, ROUND, "2:0");
  expect (source, ROUND + 1, "2:1");
  expect (source, 2 * ROUND - 1, "2:9");
  g_assert_true (po_round_source_is_wanting (source));
  PoSource *late = run_new (3);
  po_synthetic_source_set_ready (late, FALSE);
  po_round_source_give (source, late, 0);
  expect (source, 2 * ROUND, ".");
  expect (source, 2 * ROUND + 1, ".");
  po_synthetic_source_set_ready (late, TRUE);
  expect (source, 2 * ROUND + 2, "3:0"); // whole, however late
  expect (source, 2 * ROUND + 3, "3:1");
}

// A clip that ends before its end, by its mark out: neither picture nor sound of what is behind it.
static void test_marked (void) {
  gint16 samples[2 * 8];
  g_autoptr (PoSource) source = po_round_source_new (run_new (1), format.rate, 4);
  expect (source, 3, "1:3");
  g_assert_true (po_round_source_is_wanting (source));
  expect (source, 4, ".");
  const gint64 end = po_samples_before_frame (4, format.rate);
  g_assert_cmpuint (po_source_read_samples (source, end - 3, 8, samples), ==, 3);
  g_assert_cmpuint (po_source_read_samples (source, end, 8, samples), ==, 0);
  po_round_source_give (source, run_new (2), 2); // its marks have been set anew
  expect (source, 5, "2:0");
  expect (source, 6, "2:1");
  expect (source, 7, ".");
}

static void test_nothing_comes (void) {
  g_autoptr (PoSource) source = po_round_source_new (run_new (1), format.rate, 0);
  expect (source, ROUND - 1, "1:9");
  gint64 frame = ROUND;
  for (g_autofree gchar *got = ask (source, frame); g_str_equal (got, "."); got = ask (source, frame)) {
    g_free (got);
    g_assert_cmpint (++frame, <, 10 * 25);
  }
  expect (source, frame + 1, "-");
  po_round_source_give (source, run_new (2), 0);
  expect (source, frame + 2, "2:0");
}

static PoSource *failing_new (guint8 code, gint64 from) {
  PoSyntheticSettings settings;
  po_synthetic_settings_init (&settings, &format, code);
  settings.end_frame = ROUND;
  settings.gone_frame = from;
  return po_synthetic_source_new (&settings);
}

// A player that falls over, in the middle or before its first picture, has a successor: not the slate for the rest of
// the show.
static void test_failures (void) {
  g_autoptr (PoSource) source = po_round_source_new (failing_new (1, 5), format.rate, 0);
  gint64 frame = 5;
  expect (source, 4, "1:4");
  expect (source, frame, ".");
  g_assert_true (po_round_source_is_wanting (source));
  po_round_source_give (source, failing_new (2, 0), 0);
  g_assert_false (po_round_source_is_wanting (source));
  while (!po_round_source_is_wanting (source)) {
    g_autofree gchar *got = ask (source, ++frame);
    g_assert_cmpint (frame, <, 10 * 25);
  }
  po_round_source_give (source, run_new (3), 0);
  expect (source, frame + 1, "3:0");
  expect (source, frame + 2, "3:1");
}

int main (int argc, char **argv) {
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/round-source/rounds", test_rounds);
  g_test_add_func ("/round-source/marked", test_marked);
  g_test_add_func ("/round-source/nothing-comes", test_nothing_comes);
  g_test_add_func ("/round-source/failures", test_failures);
  return g_test_run ();
}
