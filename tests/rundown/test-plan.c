// SPDX-License-Identifier: GPL-3.0-or-later
// Plans as an operator would draw them: each case is a small schedule, a journal, and what airs when. Times are local.
// "A@300": five minutes into A's clip. "A#1": its second ATTACH. "~short A": filler in A's slot. "!": held. "*":
// command.
#include "rundown/check.h"
#include "rundown/stage.h"

typedef struct {
  gint line;
  const gchar *name;
  const gchar *script;
  const gchar *expected;
} Case;

#define CASE(name, script, expected)                                                                                   \
  { __LINE__, name, script, expected }

static const gchar clips[] = "clip a 30:00;clip b 30:00;clip c 10:00;clip long 1:30:00;clip ten 10:00;clip five 5:00;"
                             "clip hour 1:00:00;clip f/1 1:00;clip f/2 1:00;clip f/3 1:00;filler f/;";

#include "cases.inc"

static void run_case (gconstpointer data) {
  const Case *c = data;
  g_autoptr (PoStage) stage = po_stage_new ();
  po_stage_script (stage, clips);
  po_stage_script (stage, c->script);
  g_autoptr (PoRundown) rundown = po_stage_plan (stage, stage->from, stage->to, NULL);
  g_autofree gchar *shown = po_stage_show (stage, rundown, FALSE);
  g_autoptr (GPtrArray) bugs = po_rundown_check (rundown, stage->from, stage->to);
  for (guint i = 0; i < bugs->len; i++)
    g_test_message ("%s", ((PoFinding *)bugs->pdata[i])->message);
  g_assert_cmpuint (bugs->len, ==, 0);
  if (g_strcmp0 (shown, c->expected) != 0) {
    g_test_message ("cases.inc:%d: %s\n  got      %s\n  expected %s", c->line, c->name, shown, c->expected);
    g_test_fail ();
  }
}

int main (int argc, char **argv) {
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree gchar *path = g_strdup_printf ("/plan/%s", cases[i].name);
    g_test_add_data_func (path, &cases[i], run_case);
  }
  return g_test_run ();
}
