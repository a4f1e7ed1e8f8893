// SPDX-License-Identifier: GPL-3.0-or-later
// A live source's clock and line against the house's: late pictures, fast and slow clocks, loss and return.
#include "program/live-anchor.h"

#define FRAME  1920
#define SECOND 25 // frames

typedef struct {
  PoLiveAnchorSettings settings;
  PoLiveAnchor anchor;
  gint64 newest;
  gint64 span; // of a picture
} Line;

static Line line_new (void) {
  Line line = {.span = FRAME};
  po_live_anchor_settings_init (&line.settings, 200, 400);
  return line;
}

// @n frames, in each of which a picture comes that is @step long.
static void run (Line *line, gint n, gint64 step) {
  for (gint i = 0; i < n; i++) {
    line->newest += step;
    const PoLiveNewest newest = {.end = line->newest, .middle = line->newest - line->span / 4, .span = line->span};
    po_live_anchor_step (&line->anchor, &line->settings, &newest, FRAME);
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
  g_assert_cmpint (ABS (depth (&line) - line.settings.buffer), <=, FRAME / 2);
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
    g_assert_cmpint (ABS (depth (&line) - line.settings.buffer), <, 2 * FRAME);
  }
}

// How far what is read lies from the middle of the picture there.
static gint64 off_middle (const Line *line) {
  const gint64 from_middle = line->anchor.position + FRAME / 2 - (line->newest - line->span / 4);
  const gint64 off = ((from_middle % line->span) + line->span) % line->span;
  return MIN (off, line->span - off);
}

// After a cut every frame of air is a picture of its own, for as long as the clocks agree to a thousandth of a second.
static void test_middle (void) {
  static const struct {
    gint64 span, burst; // of so many pictures at once
  } cases[] = {{FRAME, 1}, {FRAME / 2, 2}, {FRAME, 4}, {FRAME, 6}, {2 * FRAME, 1}};
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    Line line = line_new ();
    line.span = cases[i].span;
    line.newest = 777;
    const gint64 step = cases[i].span * cases[i].burst, frames = MAX (step / FRAME, 1);
    for (gint k = 0; k < 12 * SECOND; k++) {
      run (&line, 1, k % frames == 0 ? step : 0);
      if (!line.anchor.is_here)
        continue;
      g_assert_cmpint (off_middle (&line), <=, MAX (line.span - FRAME, 0) / 2 + line.span / 20);
      g_assert_cmpint (line.anchor.length, ==, FRAME);
    }
    g_assert_true (line.anchor.is_here);
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
  g_assert_cmpint (ABS (depth (&line) - line.settings.buffer), <=, 2 * FRAME);
  run (&line, 1, 2 * SECOND * FRAME);
  g_assert_true (line.anchor.is_here);
  g_assert_cmpint (ABS (depth (&line) - line.settings.buffer), <=, FRAME / 2);
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
  g_test_add_func ("/live-anchor/middle", test_middle);
  g_test_add_func ("/live-anchor/loss", test_loss);
  g_test_add_func ("/live-anchor/burst", test_burst);
  g_test_add_func ("/live-anchor/uneven", test_uneven);
  return g_test_run ();
}
