// SPDX-License-Identifier: GPL-3.0-or-later
// What players are told, as decisions: the whole evening is replayed in steps of a frame or more without any player.
#include "rundown/cue.h"
#include "rundown/stage.h"

#include <string.h>

static PoRundown *evening (PoStage *stage, const gchar *script) {
  po_stage_script (stage, script);
  return po_stage_plan (stage, stage->from, stage->to, NULL);
}

// "prepare A@5:00 release B": commands for @running (UIDs' keys are what the test compares, so titles stand for them).
static gchar *decide (PoRundown *rundown, GPtrArray *running, PoFrame now) {
  PoCueSettings settings;
  g_autoptr (GPtrArray) keys = g_ptr_array_new ();
  GString *out = g_string_new (NULL);
  static const gchar *const kinds[] = {[PO_CUE_PREPARE] = "prepare", [PO_CUE_RELEASE] = "release"};
  po_cue_settings_init (&settings);
  for (guint i = 0; i < running->len; i++)
    g_ptr_array_add (keys, running->pdata[i]);
  g_ptr_array_add (keys, NULL);
  g_autoptr (GPtrArray) commands = po_cue_next (rundown, (const gchar *const *)keys->pdata, now, &settings);
  for (guint i = 0; i < commands->len; i++) {
    const PoCueCommand *command = commands->pdata[i];
    g_auto (GStrv) fields = g_strsplit (command->run_key, "|", -1);
    g_string_append_printf (out, "%s%s %s", out->len > 0 ? ", " : "", kinds[command->kind], fields[4]);
    if (command->kind == PO_CUE_PREPARE) {
      g_string_append_printf (out, "@%" G_GINT64_FORMAT " in %" G_GINT64_FORMAT,
                              command->media_in_ns / PO_NS_PER_SECOND, command->due - now);
      g_ptr_array_add (running, g_strdup (command->run_key));
    } else {
      guint index = 0;
      g_assert_true (g_ptr_array_find_with_equal_func (running, command->run_key, g_str_equal, &index));
      g_ptr_array_remove_index (running, index);
    }
  }
  return g_string_free (out, FALSE);
}

static void test_steps (void) {
  g_autoptr (PoStage) stage = po_stage_new ();
  g_autoptr (GPtrArray) running = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (PoRundown) rundown =
      evening (stage, "live;clip a 10:00;clip b 10:00;clip c 10:00;clip d 10:00;event A 19:00 19:10 a;"
                      "event B 19:10 19:20 b;event C 19:20 19:30 c;event L 19:30 19:40 live:x end=fixed;"
                      "event D 19:40 19:50 d;plan 18:55 19:50");
  static const struct {
    const gchar *time;
    const gchar *expected;
  } rows[] = {
      {"18:55", "prepare a@0 in 7500"}, // the card needs no player; the next is kept ready
      {"18:59:50", ""},
      {"19:00", "prepare b@0 in 15000"},
      {"19:05", ""},
      {"19:10", "release a, prepare c@0 in 15000"},
      {"19:20", "release b, prepare d@0 in 30000"}, // the live source has its own lead
      {"19:28:59", ""},
      {"19:29", "prepare live:x@0 in 1500"}, // a minute ahead
      {"19:30", "release c"},
      {"19:45", "release live:x"},
  };
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree gchar *shown = decide (rundown, running, po_stage_frame (stage, rows[i].time));
    g_assert_cmpstr (shown, ==, rows[i].expected);
    g_autofree gchar *again = decide (rundown, running, po_stage_frame (stage, rows[i].time));
    g_assert_cmpstr (again, ==, "");
  }
}

static void test_join (void) {
  g_autoptr (PoStage) stage = po_stage_new ();
  g_autoptr (GPtrArray) running = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (PoRundown) rundown = evening (stage, "clip a 10:00;event A 19:00 19:10 a som=60;plan 19:02 19:20");
  g_autofree gchar *shown = decide (rundown, running, po_stage_frame (stage, "19:02"));
  g_assert_cmpstr (shown, ==, "prepare a@180 in 0");
}

// 1,000 items of one second: each is prepared before it is due, never more than a handful at a time.
static void test_short_items (void) {
  g_autoptr (PoStage) stage = po_stage_new ();
  g_autoptr (GPtrArray) running = g_ptr_array_new_with_free_func (g_free);
  PoCueSettings settings;
  po_cue_settings_init (&settings);
  po_stage_script (stage, "clip s 1;plan 19:00:00 19:16:40");
  for (gint i = 0; i < 1000; i++) {
    g_autofree gchar *line =
        g_strdup_printf ("event E%03d 19:%02d:%02d 19:%02d:%02d s", i, i / 60, i % 60, (i + 1) / 60, (i + 1) % 60);
    po_stage_line (stage, line);
  }
  g_autoptr (PoRundown) rundown = po_stage_plan (stage, stage->from, stage->to, NULL);
  g_assert_cmpuint (po_rundown_size (rundown), ==, 1000);
  guint most = 0;
  for (PoFrame now = stage->from; now < stage->to; now++) {
    g_autofree gchar *ignored = decide (rundown, running, now);
    g_autofree gchar *key = po_item_run_key (po_rundown_at (rundown, now));
    g_assert_true (g_ptr_array_find_with_equal_func (running, key, g_str_equal, NULL));
    const PoItem *soon = po_rundown_at (rundown, now + 50);
    g_autofree gchar *soon_key = soon != NULL ? po_item_run_key (soon) : g_strdup (key);
    g_assert_true (g_ptr_array_find_with_equal_func (running, soon_key, g_str_equal, NULL));
    most = MAX (most, running->len);
  }
  const guint within_lead = (guint)(settings.lead_ns / PO_NS_PER_SECOND);
  g_assert_cmpuint (most, ==, 1 + MIN (settings.most_ahead, within_lead));
}

// However many items begin within the lead, no more players than so many are started for them.
static void test_most_ahead (void) {
  g_autoptr (PoStage) stage = po_stage_new ();
  g_autoptr (PoRundown) rundown =
      evening (stage, "clip s 1;event A 19:00:00 19:00:01 s;event B 19:00:01 19:00:02 s;event C 19:00:02 19:00:03 s;"
                      "event D 19:00:03 19:00:04 s;plan 19:00:00 19:00:04");
  PoCueSettings settings;
  po_cue_settings_init (&settings);
  for (settings.most_ahead = 1; settings.most_ahead <= 3; settings.most_ahead++) {
    g_autoptr (GPtrArray) commands = po_cue_next (rundown, NULL, stage->from, &settings);
    g_assert_cmpuint (commands->len, ==, 1 + settings.most_ahead);
  }
}

// A rundown that says nothing of now takes nobody away.
static void test_outside (void) {
  g_autoptr (PoStage) stage = po_stage_new ();
  g_autoptr (PoRundown) rundown = evening (stage, "clip a 10:00;event A 19:00 19:10 a;plan 19:00 19:10");
  const gchar *const keys[] = {"something", NULL};
  PoCueSettings settings;
  po_cue_settings_init (&settings);
  g_autoptr (GPtrArray) commands = po_cue_next (rundown, keys, stage->to + 5, &settings);
  g_assert_cmpuint (commands->len, ==, 0);
}

int main (int argc, char **argv) {
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/cue/steps", test_steps);
  g_test_add_func ("/cue/join", test_join);
  g_test_add_func ("/cue/most-ahead", test_most_ahead);
  g_test_add_func ("/cue/short-items", test_short_items);
  g_test_add_func ("/cue/outside", test_outside);
  return g_test_run ();
}
