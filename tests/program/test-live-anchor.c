// SPDX-License-Identifier: GPL-3.0-or-later
// A live source's clock and line against the house's: late pictures, fast and slow clocks, loss and return.
#include "program/live-anchor.h"

#define FRAME  1920
#define SECOND 25 // frames

typedef struct {
  PoLiveAnchorSettings settings;
  PoLiveAnchor anchor;
  gint64 newest;
} Line;

static Line line_new (void) {
  Line line = {0};
  po_live_anchor_settings_init (&line.settings, 200, 400);
  return line;
}

// @n frames, in each of which a picture comes that is @step long.
static void run (Line *line, gint n, gint64 step) {
  for (gint i = 0; i < n; i++) {
    line->newest += step;
    po_live_anchor_step (&line->anchor, &line->settings, line->newest, FRAME);
  }
}

static gint64 depth (const Line *line) {
  return line->newest - line->anchor.position;
}

static void test_comes (void) {
  Line line = line_new ();
  run (&line, SECOND, FRAME);
  g_assert_false (line.anchor.is_here); // not yet good for a second
  run (&line, 2, FRAME);
  g_assert_true (line.anchor.is_here);
  g_assert_cmpint (depth (&line), ==, line.settings.buffer);
  run (&line, 1, FRAME);
  g_assert_false (line.anchor.is_cut);
}

static void test_clocks (void) {
  static const gint64 ppm[] = {-200, -50, 50, 200};
  for (guint i = 0; i < G_N_ELEMENTS (ppm); i++) {
    Line line = line_new ();
    run (&line, 2 * SECOND, FRAME);
    gint64 parts = 0;
    guint cuts = 0;
    for (gint k = 0; k < 3600 * SECOND; k++) {
      parts += FRAME * ppm[i];
      run (&line, 1, FRAME + parts / 1000000);
      parts %= 1000000;
      cuts += line.anchor.is_cut || !line.anchor.is_here;
      g_assert_cmpint (ABS (line.anchor.length - FRAME), <=, 2);
    }
    g_assert_cmpint (cuts, ==, 0);
    g_assert_cmpint (ABS (depth (&line) - line.settings.buffer), <, FRAME);
  }
}

static void test_loss (void) {
  Line line = line_new ();
  run (&line, 3 * SECOND, FRAME);
  gint dry = 0;
  for (; line.anchor.is_here && dry < SECOND; dry++)
    run (&line, 1, 0);
  g_assert_cmpint (dry, >=, 5 + 9); // what was in the buffer, then the hold from its last picture on
  g_assert_cmpint (dry, <=, 5 + 11);
  run (&line, 4 * SECOND, 0);
  g_assert_false (line.anchor.is_here);
  run (&line, SECOND / 2, FRAME); // half a second is not good enough
  run (&line, SECOND, 0);
  run (&line, SECOND - 2, FRAME);
  g_assert_false (line.anchor.is_here);
  run (&line, 4, FRAME);
  g_assert_true (line.anchor.is_here);
}

// What stood still for a moment and comes late from then on is shown late; a surplus is skipped.
static void test_burst (void) {
  Line line = line_new ();
  run (&line, 3 * SECOND, FRAME);
  run (&line, 10, 0);
  run (&line, SECOND, FRAME);
  g_assert_true (line.anchor.is_here);
  g_assert_cmpint (ABS (depth (&line) - line.settings.buffer), <=, FRAME);
  run (&line, 1, 2 * SECOND * FRAME);
  g_assert_true (line.anchor.is_here);
  g_assert_cmpint (depth (&line), ==, line.settings.buffer);
}

// Six pictures at once every six frames: the buffer is beyond that, so that it never runs dry.
static void test_uneven (void) {
  Line line = line_new ();
  guint cuts = 0;
  for (gint k = 0; k < 20 * SECOND; k++) {
    const gboolean was_here = line.anchor.is_here;
    run (&line, 1, k % 6 == 5 ? 6 * FRAME : 0);
    cuts += was_here && (line.anchor.is_cut || !line.anchor.is_here);
    if (was_here)
      g_assert_cmpint (line.anchor.position + FRAME / 2, <, line.newest);
  }
  g_assert_true (line.anchor.is_here);
  g_assert_cmpuint (cuts, ==, 0);
}

int main (int argc, char **argv) {
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/live-anchor/comes", test_comes);
  g_test_add_func ("/live-anchor/clocks", test_clocks);
  g_test_add_func ("/live-anchor/loss", test_loss);
  g_test_add_func ("/live-anchor/burst", test_burst);
  g_test_add_func ("/live-anchor/uneven", test_uneven);
  return g_test_run ();
}
