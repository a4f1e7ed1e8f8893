// SPDX-License-Identifier: GPL-3.0-or-later
// Walks every cell of docs/rundown-table.md: START x END x JOIN x (on time, late, early, restart, restart over the
// start). The event E has the slot 19:00 to 19:30 and a clip of an hour (END FIXED and MANUAL) or of 35 minutes (END
// MEDIA). Nothing but filler comes after it. PLAYOUT_TEST_PRINT=1 prints the cells as they are.
#include "rundown/check.h"
#include "rundown/stage.h"

typedef enum { ON_TIME, LATE, EARLY, RESTART, RESTART_OVER, N_CASES } Situation;

typedef struct {
  const gchar *start, *end, *join;
  const gchar *expected[N_CASES];
} Row;

#include "cells.inc"

static const gchar *const situations[] = {"on time", "late", "early", "restart", "restart over the start"};

// What happens around E, by its START.
static gchar *surroundings (const gchar *start, Situation situation) {
  gboolean follow = g_str_equal (start, "follow"), manual = g_str_equal (start, "manual");
  // P ends as E begins: FOLLOW needs it, and SOFT waits for it.
  const gchar *before = follow ? "event P 18:30 19:00 hour;" : "";
  const gchar *take = manual ? "entry 19:00 take of=E;" : "";
  switch (situation) {
  case ON_TIME:
    return g_strdup_printf ("%s%s", before, take);
  case LATE:
    if (follow)
      return g_strdup_printf ("%sentry 18:50 extend by=300;", before);
    if (manual)
      return g_strdup ("entry 19:05 take of=E;");
    return g_strdup_printf ("event X 18:30 19:05 hour priority=%d;", g_str_equal (start, "fixed") ? 1 : 5);
  case EARLY:
    if (follow)
      return g_strdup_printf ("%sentry 18:55 skip;", before);
    return g_strdup ("entry 18:55 take of=E;");
  case RESTART:
    return g_strdup_printf ("%s%sentry 19:15 start lost=19:10;", before, take);
  case RESTART_OVER:
    return g_strdup_printf ("%s%sentry 19:05 start lost=18:58;", before, manual ? "entry 19:05 take of=E;" : "");
  default:
    g_assert_not_reached ();
  }
}

static gchar *play (const Row *row, Situation situation) {
  g_autoptr (PoStage) stage = po_stage_new ();
  g_autofree gchar *around = surroundings (row->start, situation);
  gboolean media = g_str_equal (row->end, "media");
  g_autofree gchar *event = g_strdup_printf ("event E 19:00 19:30 %s start=%s end=%s join=%s overrun=300",
                                             media ? "m" : "hour", row->start, row->end, row->join);
  po_stage_script (stage, "clip hour 1:00:00;clip m 35:00;clip f/1 1:00;filler f/;plan 18:50 20:00");
  po_stage_script (stage, event);
  po_stage_script (stage, around);
  g_autoptr (PoRundown) rundown = po_stage_plan (stage, stage->from, stage->to, NULL);
  g_autoptr (GPtrArray) bugs = po_rundown_check (rundown, stage->from, stage->to);
  g_assert_cmpuint (bugs->len, ==, 0);
  return po_stage_show (stage, rundown, FALSE);
}

static void run_row (gconstpointer data) {
  const Row *row = data;
  for (guint i = 0; i < N_CASES; i++) {
    g_autofree gchar *shown = play (row, (Situation)i);
    if (g_strcmp0 (shown, row->expected[i]) == 0)
      continue;
    g_test_message ("START %s END %s JOIN %s, %s:\n  got      %s\n  expected %s", row->start, row->end, row->join,
                    situations[i], shown, row->expected[i]);
    g_test_fail ();
  }
}

static void print_rows (void) {
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_print ("  { \"%s\", \"%s\", \"%s\",\n    {\n", rows[i].start, rows[i].end, rows[i].join);
    for (guint k = 0; k < N_CASES; k++) {
      g_autofree gchar *shown = play (&rows[i], (Situation)k);
      g_print ("      \"%s\",\n", shown);
    }
    g_print ("    } },\n");
  }
}

int main (int argc, char **argv) {
  g_test_init (&argc, &argv, NULL);
  if (g_getenv ("PLAYOUT_TEST_PRINT") != NULL) {
    print_rows ();
    return 0;
  }
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree gchar *path = g_strdup_printf ("/cells/%s/%s/%s", rows[i].start, rows[i].end, rows[i].join);
    g_test_add_data_func (path, &rows[i], run_row);
  }
  return g_test_run ();
}
