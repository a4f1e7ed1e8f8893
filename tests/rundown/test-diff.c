// SPDX-License-Identifier: GPL-3.0-or-later
// What changed, in words; what an overrun would cost; what the check of a rundown refuses.
#include "rundown/check.h"
#include "rundown/diff.h"
#include "rundown/summary.h"
#include "rundown/stage.h"

#include <string.h>

static gchar *words (GPtrArray *changes) {
  GString *out = g_string_new (NULL);
  for (guint i = 0; i < changes->len; i++) {
    const PoChange *change = changes->pdata[i];
    g_string_append_printf (out, "%s%s: %s", i > 0 ? "; " : "", po_change_kind_to_string (change->kind), change->text);
  }
  return g_string_free (out, FALSE);
}

static void test_words (void) {
  static const struct {
    const gchar *before, *after, *expected;
  } rows[] = {
      {"event A 19:00 19:30 a", "event A 19:00 19:30 a", ""},
      {"event A 19:00 19:30 a", "event A 20:00 20:30 a instance=20270106T120000Z",
       "moved: “A” moves from 2027-01-06 19:00 to 2027-01-06 20:00"},
      {"event A 19:00 19:30 a", "",
       "removed: “A”, 2027-01-06 19:00 to 19:30, no longer airs; filler: 30 min more filler"},
      {"", "event A 19:00 19:30 a", "added: “A” airs from 2027-01-06 19:00 to 19:30; filler: 30 min less filler"},
      {"event A 19:00 19:30 a", "event A 19:00 19:30 gone",
       "missing: “A”, 2027-01-06 19:00, has lost its clip; filler airs"},
      {"event A 19:00 19:30 gone", "event A 19:00 19:30 a", "found: “A”, 2027-01-06 19:00, has its clip now"},
      {"event A 19:00 19:30 a", "event A 19:00 19:30 b", "media: “A”, 2027-01-06 19:00, plays b instead of a"},
      {"event A 19:00 19:30 a", "event A 19:00 19:20 a",
       "length: “A”, 2027-01-06 19:00, loses 10 min; filler: 10 min more filler"},
      {"event A 19:00 19:30 a", "event A 20:00 20:30 a", "moved: “A” moves from 2027-01-06 19:00 to 2027-01-06 20:00"},
      {"event A 19:00 19:30 a;event A 20:00 20:30 b", "event A 19:15 19:45 a;event A 20:15 20:45 b",
       "moved: “A” moves from 2027-01-06 19:00 to 2027-01-06 19:15; "
       "moved: “A” moves from 2027-01-06 20:00 to 2027-01-06 20:15"},
      {"event A 19:00 19:30 e-{episode} series=A ordinal=6", "event A 20:00 20:30 e-{episode} series=A ordinal=6",
       "moved: “A” episode 7 moves from 2027-01-06 19:00 to 2027-01-06 20:00"},
      {"", "event A 19:00 19:30 gone",
       "added: “A” airs from 2027-01-06 19:00 to 19:30, but its clip is missing; filler airs; "
       "filler: 30 min less filler"},
      {"event A 19:00 19:30 a", "event A 19:00 19:30 a title=New", "title: “A”, 2027-01-06 19:00, is called “New” now"},
  };
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (PoStage) one = po_stage_new ();
    g_autoptr (PoStage) two = po_stage_new ();
    po_stage_script (one, "clip a 30:00;clip b 30:00;clip e-7 30:00;clip f/1 1:00;filler f/;plan 18:00 22:00");
    po_stage_script (two, "clip a 30:00;clip b 30:00;clip e-7 30:00;clip f/1 1:00;filler f/;plan 18:00 22:00");
    po_stage_script (one, rows[i].before);
    po_stage_script (two, rows[i].after);
    g_autoptr (PoRundown) before = po_stage_plan (one, one->from, one->to, NULL);
    g_autoptr (PoRundown) after = po_stage_plan (two, two->from, two->to, NULL);
    g_autoptr (GPtrArray) changes = po_rundown_diff (before, after, one->zone);
    g_autofree gchar *shown = words (changes);
    g_assert_cmpstr (shown, ==, rows[i].expected);
  }
}

// Of two rundowns, only what both reach: the later one has neither lost what is over nor gained what comes after.
static void test_windows (void) {
  static const struct {
    const gchar *script, *expected;
  } rows[] = {
      {"", ""},
      {"entry 20:06:00 extend by=120",
       "length: “D”, 2027-01-06 20:05, is on air 2 min longer; filler: 2 min less filler"},
  };
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (PoStage) stage = po_stage_new ();
    po_stage_script (stage, "clip a 30:00;clip b 30:00;clip f/1 1:00;filler f/;plan 18:00 22:00;event A 19:00 19:30 a;"
                            "event D 20:05 20:15 b;event Z 21:55 22:20 a");
    g_autoptr (PoRundown) before = po_stage_plan (stage, stage->from, stage->to, NULL);
    po_stage_script (stage, rows[i].script);
    g_autoptr (PoRundown) after =
        po_stage_plan (stage, po_stage_frame (stage, "20:06"), po_stage_frame (stage, "22:10"), NULL);
    g_autoptr (GPtrArray) changes = po_rundown_diff (before, after, stage->zone);
    g_autofree gchar *shown = words (changes);
    g_assert_cmpstr (shown, ==, rows[i].expected);
  }
}

// What operators put over the schedule is told too, though no airing changes its place.
static void test_commands (void) {
  static const struct {
    const gchar *before, *after, *expected;
  } rows[] = {
      {"", "entry 19:05:00 hold",
       "held: from 2027-01-06 19:05 the picture stands still, without sound, until “resume” or the next fixed start"},
      {"entry 19:05:00 hold", "entry 19:06:00 resume",
       "held: from 2027-01-06 19:06 the picture moves again, with its sound"},
      {"", "entry 19:05:00 slate",
       "slate: from 2027-01-06 19:05 the slate is on air, until another command; length: “A”, 2027-01-06 19:00, loses "
       "25 min; filler: 30 min less filler"},
      {"entry 19:05:00 slate", "entry 19:10:00 back",
       "slate: from 2027-01-06 19:10 the slate is no longer on air; length: “A”, 2027-01-06 19:00, is on air 20 min "
       "longer; filler: 30 min more filler"},
      {"entry 19:05:00 slate", "", ""},
  };
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (PoStage) stage = po_stage_new ();
    po_stage_script (stage, "clip a 30:00;clip f/1 1:00;filler f/;plan 18:00 20:00;event A 19:00 19:30 a");
    po_stage_script (stage, rows[i].before);
    g_autoptr (PoRundown) before = po_stage_plan (stage, stage->from, stage->to, NULL);
    po_stage_script (stage, rows[i].after);
    g_autoptr (PoRundown) after = po_stage_plan (stage, stage->from, stage->to, NULL);
    g_autoptr (GPtrArray) changes = po_rundown_diff (before, after, stage->zone);
    g_autofree gchar *shown = words (changes);
    g_assert_cmpstr (shown, ==, rows[i].expected);
  }
}

// What a whole edit comes to: what moves alike is one sentence.
static void test_summary (void) {
  static const struct {
    const gchar *before, *after, *expected;
  } rows[] = {
      {"event A 19:00 19:30 a", "event A 19:00 19:30 a", ""},
      {"event A 19:00 19:30 a", "event A 20:00 20:30 a", "1 item moves"},
      {"event A 18:30 18:40 a;event A 19:30 19:40 a;event A 20:30 20:40 a",
       "event A 18:45 18:55 a;event A 19:45 19:55 a;event A 20:45 20:55 a", "“A”: 3 airings start 15 min later"},
      {"event A 18:30 18:40 a;event B 19:00 19:30 a;event C 20:00 20:30 a",
       "event B 19:00 19:30 gone;event C 20:00 20:30 gone;event D 21:00 21:10 gone",
       "2 items lose their clip|1 item no longer airs|1 item is new|1 new item has no clip yet"},
  };
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (PoStage) one = po_stage_new ();
    g_autoptr (PoStage) two = po_stage_new ();
    po_stage_script (one, "clip a 30:00;clip f/1 1:00;filler f/;plan 18:00 22:00");
    po_stage_script (two, "clip a 30:00;clip f/1 1:00;filler f/;plan 18:00 22:00");
    po_stage_script (one, rows[i].before);
    po_stage_script (two, rows[i].after);
    g_autoptr (PoRundown) before = po_stage_plan (one, one->from, one->to, NULL);
    g_autoptr (PoRundown) after = po_stage_plan (two, two->from, two->to, NULL);
    g_autoptr (GPtrArray) changes = po_rundown_diff (before, after, one->zone);
    g_auto (GStrv) lines = po_changes_summary (changes, po_rundown_rate (after));
    g_autofree gchar *shown = g_strjoinv ("|", lines);
    g_assert_cmpstr (shown, ==, rows[i].expected);
  }
}

static void test_overrun_cost (void) {
  static const struct {
    const gchar *next, *expected;
  } rows[] = {
      {"event B 19:30 19:40 b start=soft;event C 20:00 20:30 c",
       "length: “A”, 2027-01-06 19:00, is on air 5 min longer; "
       "moved: “B” moves from 2027-01-06 19:30 to 2027-01-06 19:35; filler: 5 min less filler"},
      {"event B 19:40 19:50 b", "length: “A”, 2027-01-06 19:00, is on air 5 min longer; filler: 5 min less filler"},
      {"event B 19:30 19:40 b start=follow",
       "length: “A”, 2027-01-06 19:00, is on air 5 min longer; "
       "moved: “B” moves from 2027-01-06 19:30 to 2027-01-06 19:35; filler: 5 min less filler"},
      {"event B 19:30 19:40 b", ""}, // FIXED: it would not
  };
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (PoStage) stage = po_stage_new ();
    po_stage_script (stage, "live;clip b 10:00;clip c 30:00;clip f/1 1:00;filler f/;"
                            "event A 19:00 19:30 live:x;plan 19:00 21:00");
    po_stage_script (stage, rows[i].next);
    PoPlanSource source = po_stage_source (stage);
    const PoFrame end = po_stage_frame (stage, "19:30");
    g_autoptr (PoRundown) plan = po_stage_plan (stage, stage->from, stage->to, NULL);
    const PoItem *show = po_rundown_at (plan, stage->from);
    g_autoptr (GPtrArray) changes = po_plan_overrun_cost (&stage->settings, &source, stage->journal, show, end,
                                                          5 * 60 * 25, stage->from, stage->to);
    g_autofree gchar *shown = words (changes);
    g_assert_cmpstr (shown, ==, rows[i].expected);
  }
}

static PoItem *item_new (PoFrame start, PoFrame end) {
  const PoItem item = {.start = start, .end = end, .kind = PO_ITEM_CARD, .part = -1, .title = ""};
  return po_item_copy (&item);
}

static guint count_bugs (const PoFrame edges[][2], guint n) {
  GPtrArray *items = g_ptr_array_new ();
  for (guint i = 0; i < n; i++)
    g_ptr_array_add (items, item_new (edges[i][0], edges[i][1]));
  g_autoptr (PoRundown) rundown = po_rundown_new ((PoRate){25, 1}, items);
  g_autoptr (GPtrArray) bugs = po_rundown_check (rundown, 0, 100);
  return bugs->len;
}

static void test_check (void) {
  g_assert_cmpuint (count_bugs ((const PoFrame[][2]){{0, 40}, {40, 100}}, 2), ==, 0);
  g_assert_cmpuint (count_bugs ((const PoFrame[][2]){{0, 40}, {41, 100}}, 2), ==, 1);
  g_assert_cmpuint (count_bugs ((const PoFrame[][2]){{0, 41}, {40, 100}}, 2), ==, 1);
  g_assert_cmpuint (count_bugs ((const PoFrame[][2]){{0, 40}, {40, 99}}, 2), ==, 1);
  g_assert_cmpuint (count_bugs ((const PoFrame[][2]){{0, 100}, {100, 100}}, 2), ==, 1);
  g_assert_cmpuint (count_bugs (NULL, 0), ==, 1);
}

int main (int argc, char **argv) {
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/diff/words", test_words);
  g_test_add_func ("/diff/windows", test_windows);
  g_test_add_func ("/diff/commands", test_commands);
  g_test_add_func ("/diff/summary", test_summary);
  g_test_add_func ("/diff/overrun-cost", test_overrun_cost);
  g_test_add_func ("/check/invariants", test_check);
  return g_test_run ();
}
