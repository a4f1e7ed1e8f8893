// SPDX-License-Identifier: GPL-3.0-or-later
// The clock's arithmetic, and the decision between source, hold and fallback: tables.
#include <string.h>

#include "program/clockwork.h"
#include "program/head-event.h"
#include "program/hold.h"
#include "program/lateness.h"

#define MS     PO_NS_PER_MS
#define SECOND PO_NS_PER_SECOND

static const PoRate pal = {25, 1};
static const PoRate ntsc = {30000, 1001};

static PoTimeNs utc (const gchar *text) {
  g_autoptr (GTimeZone) zone = g_time_zone_new_utc ();
  PoTimeNs time_ns = 0;
  g_assert_true (po_time_parse (text, zone, &time_ns, NULL));
  return time_ns;
}

static void test_anchor (void) {
  // 19:45:00.013 local: the first frame due 100 ms later or more is the one at .120
  PoTimeNs now = utc ("2027-01-06T12:45:00.013Z");
  PoAnchor anchor = po_anchor_at (now, 5 * SECOND, 100 * MS, pal);
  g_assert_cmpint (anchor.first, ==, po_frame_from_time_ceil (utc ("2027-01-06T12:45:00.120Z"), pal));
  g_assert_cmpint (anchor.mono_ns, ==, 5 * SECOND + 107 * MS);
  g_assert_cmpint (po_anchor_due_ns (&anchor, 50, pal), ==, 7 * SECOND + 107 * MS);
  // Scaled, never accumulated: an hour of NTSC frames is exact.
  g_assert_cmpint (po_anchor_due_ns (&anchor, 108000, ntsc) - anchor.mono_ns, ==, 3603600 * MS);
}

static void test_offsets (void) {
  static const PoOffset offsets[] = {{0, 100}, {50, 101}, {80, 90}};
  static const struct {
    gint64 k;
    PoFrame offset;
  } rows[] = {{-5, 100}, {0, 100}, {49, 100}, {50, 101}, {79, 101}, {80, 90}, {1000, 90}};
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    g_assert_cmpint (po_offset_at (offsets, G_N_ELEMENTS (offsets), rows[i].k), ==, rows[i].offset);
  g_assert_cmpint (po_offset_at (offsets, 1, 500), ==, 100);
}

static void test_error (void) {
  PoTimeNs start = utc ("2027-01-06T12:45:00Z");
  PoAnchor anchor = po_anchor_at (start, 0, 0, pal);
  static const struct {
    gint64 step_ns;
    PoClockStep step;
    PoFrame error;
  } rows[] = {
      {0, PO_CLOCK_STEP_NONE, 0},
      {19 * MS, PO_CLOCK_STEP_NONE, 0},
      {-19 * MS, PO_CLOCK_STEP_NONE, 0},
      {40 * MS, PO_CLOCK_STEP_SLEW, 1},
      {-40 * MS, PO_CLOCK_STEP_SLEW, -1},
      {1000 * MS, PO_CLOCK_STEP_SLEW, 25},
      {1001 * MS, PO_CLOCK_STEP_JUMP, 25},
      {-3600 * SECOND, PO_CLOCK_STEP_JUMP, -90000},
      {-10 * SECOND, PO_CLOCK_STEP_SLEW, -250},
      {-10001 * MS, PO_CLOCK_STEP_JUMP, -250},
  };
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    PoClockError error = po_clock_error (&anchor, anchor.first, start + 7 * SECOND + rows[i].step_ns, 7 * SECOND, pal);
    g_assert_cmpint (error.step, ==, rows[i].step);
    g_assert_cmpint (error.error, ==, rows[i].error);
  }
}

// At output frame 100.
static gboolean next_offset (const PoClockError *error, PoFrame offset, gint64 last_k, gboolean in_filler,
                             gint64 edge_k, PoOffset *ret_next) {
  const PoClockMoment at = {100, offset, last_k, edge_k, in_filler};
  return po_clock_next_offset (error, &at, pal, ret_next);
}

static void test_next_offset (void) {
  PoClockError slew = {PO_CLOCK_STEP_SLEW, -3}, jump = {PO_CLOCK_STEP_JUMP, 500}, none = {PO_CLOCK_STEP_NONE, 0};
  PoOffset next;
  g_assert_false (next_offset (&none, 7, -1, TRUE, 120, &next));
  g_assert_false (next_offset (&slew, 7, -1, FALSE, 120, &next)); // not in a programme
  g_assert_false (next_offset (&slew, 7, 76, TRUE, 120, &next));  // not within the same second
  g_assert_true (next_offset (&slew, 7, 75, TRUE, 120, &next));
  g_assert_cmpint (next.from_k, ==, 100);
  g_assert_cmpint (next.offset, ==, 6);
  g_assert_false (next_offset (&jump, 7, -1, FALSE, -1, &next));
  g_assert_true (next_offset (&jump, 7, -1, FALSE, 120, &next));
  g_assert_cmpint (next.from_k, ==, 120);
  g_assert_cmpint (next.offset, ==, 507);
}

// While the planned frame stood, there would be nothing to show but the slate.
static void test_set_back (void) {
  PoClockError hour = {PO_CLOCK_STEP_JUMP, -90000}, seconds = {PO_CLOCK_STEP_SLEW, -100};
  PoOffset next;
  g_assert_false (next_offset (&hour, 7, -1, TRUE, 120, &next));
  g_assert_false (next_offset (&hour, 7, 50, TRUE, 120, &next));
  g_assert_true (next_offset (&seconds, 7, 50, TRUE, 120, &next));
  g_assert_cmpint (next.offset, ==, 6);
  // It went forward and was put right before the edge at which that was to hold.
  g_assert_true (next_offset (&hour, 90007, 120, FALSE, 120, &next));
  g_assert_cmpint (next.from_k, ==, 120);
  g_assert_cmpint (next.offset, ==, 7);
  g_assert_true (next_offset (&seconds, 107, 120, TRUE, 120, &next));
  g_assert_cmpint (next.from_k, ==, 120);
  g_assert_cmpint (next.offset, ==, 7);
}

// Letters: the answer of each frame, and what the screen shows. N new, S same, y not yet, E past the end, G gone,
// - none; screen: s source, h hold, f fallback, c card.
static void test_hold (void) {
  static const struct {
    gboolean is_live;
    const gchar *answers, *screens;
  } rows[] = {
      {FALSE, "NNSN", "ssss"},
      {FALSE, "NEEEEN", "shhffs"},     // two frames of hold after an end
      {FALSE, "NGGGG", "shhff"},       // likewise after a death
      {FALSE, "Nyyyyyyy", "shhhhhff"}, // five when it is merely silent
      {FALSE, "NyyyN", "shhhs"},       // it came back: no fallback
      {FALSE, "NyyyGG", "shhhff"},     // silent, then dead: the shorter bound holds
      {FALSE, "yyyyyyN", "hhhhhfs"},   // not ready yet: what was on air stands
      {FALSE, "GGN", "ffs"},           // failed before its first picture: no wait
      {FALSE, "EE", "ff"},
      {FALSE, "--", "cc"},
      {TRUE, "NyyyyN", "shhhfs"},
  };
  PoHoldLimits limits = {.ended_frames = 2, .silent_frames = 5, .live_frames = 3};
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    PoHold hold = {0};
    for (guint f = 0; rows[i].answers[f] != '\0'; f++) {
      PoPicture answer = (PoPicture)(strchr ("NSyE-G", rows[i].answers[f]) - "NSyE-G");
      PoScreen screen = po_hold_next (&hold, &limits, answer, rows[i].is_live);
      gchar letter = screen == PO_SCREEN_SOURCE ? 's'
                     : screen == PO_SCREEN_HOLD ? 'h'
                     : screen == PO_SCREEN_CARD ? 'c'
                                                : 'f';
      if (letter != rows[i].screens[f])
        g_error ("row %u frame %u: %c instead of %c", i, f, letter, rows[i].screens[f]);
    }
  }
}

static void test_limits (void) {
  PoHoldLimits limits;
  po_hold_limits_init (&limits, pal, 500, 1000, 400);
  g_assert_cmpint (limits.ended_frames, ==, 12); // never longer than asked
  g_assert_cmpint (limits.silent_frames, ==, 25);
  g_assert_cmpint (limits.live_frames, ==, 10);
  po_hold_limits_init (&limits, ntsc, 500, 1000, 400);
  g_assert_cmpint (limits.ended_frames, ==, 14);
  g_assert_cmpint (limits.silent_frames, ==, 29);
}

// What is told of the latest ticks is never later than the latest was, whatever the bounds between which they are
// counted.
static void test_lateness (void) {
  PoLateness lateness = {0};
  g_assert_cmpint (po_lateness_percentile_ns (&lateness, 99), ==, 0);
  for (guint i = 0; i < 98; i++)
    po_lateness_note (&lateness, 60 * 1000);
  po_lateness_note (&lateness, -5);
  g_assert_cmpint (po_lateness_percentile_ns (&lateness, 50), ==, 60 * 1000);
  po_lateness_note (&lateness, 3 * PO_NS_PER_SECOND); // the machine stood still
  g_assert_cmpint (po_lateness_percentile_ns (&lateness, 50), ==, 100 * 1000);
  g_assert_cmpint (po_lateness_percentile_ns (&lateness, 99), ==, 100 * 1000);
  g_assert_cmpint (po_lateness_percentile_ns (&lateness, 99.5), ==, 3 * PO_NS_PER_SECOND);
  g_assert_cmpuint (po_lateness_count_over (&lateness, 10 * PO_NS_PER_MS), ==, 1);
}

int main (int argc, char **argv) {
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/clockwork/anchor", test_anchor);
  g_test_add_func ("/clockwork/offsets", test_offsets);
  g_test_add_func ("/clockwork/error", test_error);
  g_test_add_func ("/clockwork/next-offset", test_next_offset);
  g_test_add_func ("/clockwork/set-back", test_set_back);
  g_test_add_func ("/hold/decisions", test_hold);
  g_test_add_func ("/hold/limits", test_limits);
  g_test_add_func ("/lateness", test_lateness);
  return g_test_run ();
}
