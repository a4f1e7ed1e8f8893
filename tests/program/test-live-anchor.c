// SPDX-License-Identifier: GPL-3.0-or-later
// A live source's clock and line against the house's: late pictures, fast and slow clocks, loss and return.
#include "program/live-anchor.h"

#define FRAME  1920
#define SECOND 25 // frames

typedef struct {
  PoLiveAnchorSettings settings;
  PoLiveAnchor anchor;
  gint64 newest;
  gint64 span;      // of a picture
  gint64 sound;     // up to where it has come
  guint spoilt;     // pictures, so far
  gint64 shown;     // where the picture on air begins
  gint held, stood; // frames for which it has stood; the longest one while here
  gint away;        // frames since it went
} Line;

static Line line_new (void) {
  Line line = {.span = FRAME};
  po_live_anchor_settings_init (&line.settings, 200, 400);
  return line;
}

// As the slot does: the last picture that began by the middle of the frame; those before the one on air are gone.
static gboolean find_picture (Line *line, gboolean *ret_is_new) {
  const gint64 at = line->anchor.position + FRAME / 2, newest = line->newest - line->span * 3 / 4;
  const gint64 first = newest - (newest > at ? (newest - at + line->span - 1) / line->span * line->span : 0);
  *ret_is_new = line->newest > 0 && first > line->shown + line->span / 2;
  if (!*ret_is_new)
    return first > line->shown - line->span / 2 && at < line->shown + 5 * line->span / 4;
  line->shown = first;
  return TRUE;
}

static void show (Line *line) {
  gboolean is_new = FALSE;
  const gboolean was_here = line->anchor.is_here, is_picture = was_here && find_picture (line, &is_new);
  po_live_anchor_show (&line->anchor, &line->settings, is_picture, FRAME);
  if (was_here && !line->anchor.is_here)
    g_assert_false (is_picture);
  line->held = is_new ? 1 : line->held + 1;
  line->stood = line->anchor.is_here ? MAX (line->stood, line->held) : line->stood;
  line->away = line->anchor.is_here ? 0 : line->away + 1;
}

// @n frames, in each of which a picture comes that is @step long.
static void run (Line *line, gint n, gint64 step) {
  for (gint i = 0; i < n; i++) {
    line->newest += step;
    const PoLiveNewest newest = {.end = line->newest,
                                 .middle = line->newest - line->span / 4,
                                 .span = line->span,
                                 .sound = line->sound,
                                 .spoilt = line->spoilt};
    po_live_anchor_step (&line->anchor, &line->settings, &newest, FRAME);
    show (line);
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

// One frame in so many brings a picture that cannot be shown, of @n frames.
static void run_spoilt (Line *line, gint n, gint every) {
  for (gint k = 0; k < n; k++) {
    const gboolean is_spoilt = k % every == 0;
    line->spoilt += is_spoilt;
    run (line, 1, is_spoilt ? 0 : k % every == 1 ? 2 * FRAME : FRAME);
  }
}

// A line that spoils pictures is not good: back on air it would not stay there. Whole again it is back in a second; one
// that never is so is better than none.
static void test_spoilt (void) {
  Line line = line_new ();
  run (&line, 3 * SECOND, FRAME);
  run (&line, SECOND, 0);
  run_spoilt (&line, 3 * SECOND, 5);
  g_assert_false (line.anchor.is_here);
  run (&line, SECOND - 6, FRAME);
  g_assert_false (line.anchor.is_here);
  run (&line, 8, FRAME);
  g_assert_true (line.anchor.is_here);
  run_spoilt (&line, 10 * SECOND, 5); // on air a picture that is missing is none more than that
  g_assert_true (line.anchor.is_here);
  run (&line, SECOND, 0);
  run_spoilt (&line, 4 * SECOND, 5);
  g_assert_false (line.anchor.is_here);
  run_spoilt (&line, 2 * SECOND, 5);
  g_assert_true (line.anchor.is_here);
}

// However long the line stands still, whatever trickles in meanwhile and whatever it owes comes at once: the last
// picture stands no longer than it may, or the source counts as away, and then for a second at least.
static void test_held (void) {
  static const gint64 bursts[] = {1, 4, 6};
  for (guint i = 0; i < G_N_ELEMENTS (bursts); i++)
    for (gint gap = 1; gap < 30; gap++)
      for (gint trickle = 5; trickle <= 30; trickle += 5)
        for (gint owes = 0; owes < 2; owes++) {
          Line line = line_new ();
          for (gint k = 0; k < 5 * SECOND; k++)
            run (&line, 1, k % bursts[i] == bursts[i] - 1 ? bursts[i] * FRAME : 0);
          g_assert_true (line.anchor.is_here);
          for (gint k = 0, away = 0; k < 4 * SECOND; k++) {
            const gint64 comes = k >= gap || k % trickle == trickle - 1 ? FRAME : 0;
            run (&line, 1, k == gap && owes ? gap * FRAME : comes);
            g_assert_true (away == 0 || line.away > 0 || away >= SECOND);
            away = line.away;
          }
          g_assert_true (line.anchor.is_here);
          g_assert_cmpint (line.stood, <=, 11); // 400 ms, and less than a frame for where it was in the first of them
        }
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

// A frame, after the sound in pieces of @piece frames, each when it is whole: as multiplexers send it.
static void run_with_sound (Line *line, gint piece) {
  if (line->newest + FRAME - line->sound >= piece * FRAME)
    line->sound += piece * FRAME;
  run (line, 1, FRAME);
}

// Sound that comes a third of a second behind the pictures is waited for: from the first frame on when it was so
// before, after two stumbles when it comes to be so.
static void test_late_sound (void) {
  for (gint piece = 1; piece <= 9; piece++) {
    Line line = line_new ();
    guint cuts = 0;
    for (gint k = 0; k < 8 * SECOND; k++) {
      const gboolean was_here = line.anchor.is_here;
      run_with_sound (&line, piece);
      cuts += was_here && (line.anchor.is_cut || !line.anchor.is_here);
      if (line.anchor.is_here)
        g_assert_cmpint (line.anchor.position + FRAME, <=, line.sound);
    }
    g_assert_true (line.anchor.is_here);
    g_assert_cmpuint (cuts, ==, 0);
  }
  Line line = line_new ();
  for (gint k = 0; k < 8 * SECOND; k++)
    run_with_sound (&line, k < 3 * SECOND ? 1 : 9);
  for (gint k = 0; k < 8 * SECOND; k++) {
    run_with_sound (&line, 9);
    g_assert_true (line.anchor.is_here && !line.anchor.is_cut);
    g_assert_cmpint (line.anchor.position + FRAME, <=, line.sound);
  }
}

// A minute that a line owes comes at once, with holes: it is not here before all of it is.
static void test_owed (void) {
  Line line = line_new ();
  run (&line, 3 * SECOND, FRAME);
  run (&line, 2 * SECOND, 0);
  g_assert_false (line.anchor.is_here);
  for (gint k = 0; k < 2 * SECOND; k++) {
    run (&line, 1, SECOND * FRAME);
    g_assert_false (line.anchor.is_here);
  }
  run (&line, SECOND - 2, FRAME);
  g_assert_false (line.anchor.is_here);
  run (&line, 4, FRAME);
  g_assert_true (line.anchor.is_here);
}

// Pictures are waited for no longer because sound broke off, or never came.
static void test_no_sound (void) {
  Line line = line_new ();
  for (gint k = 0; k < 4 * SECOND; k++)
    run_with_sound (&line, 2);
  const gint64 before = depth (&line);
  run (&line, 8 * SECOND, FRAME);
  g_assert_true (line.anchor.is_here);
  g_assert_cmpint (ABS (depth (&line) - before), <=, FRAME);
}

// Nor because a last piece comes when it has been away for long.
static void test_last_piece (void) {
  Line line = line_new ();
  for (gint k = 0; k < 4 * SECOND; k++)
    run_with_sound (&line, 2);
  run (&line, 2 * SECOND, FRAME);
  line.sound = line.anchor.position + FRAME / 2;
  for (gint k = 0; k < 2 * SECOND; k++) {
    run (&line, 1, FRAME);
    g_assert_true (line.anchor.is_here && !line.anchor.is_cut);
  }
}

int main (int argc, char **argv) {
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/live-anchor/comes", test_comes);
  g_test_add_func ("/live-anchor/clocks", test_clocks);
  g_test_add_func ("/live-anchor/middle", test_middle);
  g_test_add_func ("/live-anchor/loss", test_loss);
  g_test_add_func ("/live-anchor/spoilt", test_spoilt);
  g_test_add_func ("/live-anchor/burst", test_burst);
  g_test_add_func ("/live-anchor/owed", test_owed);
  g_test_add_func ("/live-anchor/held", test_held);
  g_test_add_func ("/live-anchor/uneven", test_uneven);
  g_test_add_func ("/live-anchor/late-sound", test_late_sound);
  g_test_add_func ("/live-anchor/no-sound", test_no_sound);
  g_test_add_func ("/live-anchor/last-piece", test_last_piece);
  return g_test_run ();
}
