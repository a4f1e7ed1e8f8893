// SPDX-License-Identifier: GPL-3.0-or-later
// How soon a live source is called again: never so late that one which was away is not back in time.
#include "player/live-back-off.h"

#define S G_GINT64_CONSTANT (1000000)

static void test_by_time (void) {
  static const struct {
    gboolean has_brought;
    gint64 away_us;
    guint ms;
  } rows[] = {
      {TRUE, 0, 20},   {TRUE, 3 * S, 20}, // it was on air just now
      {FALSE, 0, 100}, {FALSE, 2 * S, 100}, {FALSE, 60 * S - 1, 100}, {FALSE, 60 * S, 200}, {FALSE, 24 * 3600 * S, 200},
  };
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    g_assert_cmpuint (po_live_back_off_ms (rows[i].has_brought, rows[i].away_us), ==, rows[i].ms);
}

// Of the 1.5 s until it is back, one is for its being good, 200 ms are the buffer's, and it has yet to answer.
static void test_in_time (void) {
  for (gint64 away_us = 0; away_us < 48 * 3600 * S; away_us += S)
    g_assert_cmpuint (po_live_back_off_ms (FALSE, away_us), <=, 1500 - 1000 - 200 - 50);
}

int main (int argc, char **argv) {
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/live-back-off/by-time", test_by_time);
  g_test_add_func ("/live-back-off/in-time", test_in_time);
  return g_test_run ();
}
