// SPDX-License-Identifier: GPL-3.0-or-later
// Plans as an operator would draw them: each case is a small schedule, a journal, and what airs when. Times are local.
// "A@300": five minutes into A's clip. "A#1": its second ATTACH. "~short A": filler in A's slot. "!": held. "*":
// command.
#include "rundown/check.h"
#include "rundown/stage.h"

#define MINUTE (60 * 25) // frames

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

// What the last item of A was put off by, in minutes, and how much of its clip lies behind its end.
static void test_put_off (void) {
  static const struct {
    gint line;
    const gchar *script;
    gint put_off, behind;
  } returns[] = {
      {__LINE__, "event A 19:00 19:30 a join=no", 0, 0},
      {__LINE__, "event A 19:05 19:35 a join=no;entry 19:10 start", 0, 0}, // its slot moved with its start
      {__LINE__, "event A 19:00 19:30 a join=no;entry 19:10 slate;entry 19:14 back", 4, 4},
      {__LINE__, "event A 19:00 19:30 a join=no;entry 19:05 slate;entry 19:06 back;entry 19:10 slate;entry 19:14 back",
       5, 5},
      {__LINE__, "event A 19:00 19:30 a join=no;event B 19:10 19:15 five", 5, 5},
      {__LINE__, "event A 19:00 19:30 ten ten five join=no;entry 19:04 slate;entry 19:08 back", 4, 0},
      {__LINE__, "event A 19:00 19:30 ten a join=no;entry 19:04 slate;entry 19:08 back", 4, 14},
      {__LINE__, "event A 19:00 19:30 a join=no;entry 19:10 slate;entry 19:14 back;entry 19:20 extend by=240", 4, 0},
      {__LINE__, "event A 19:00 19:30 a join=no;entry 19:10 slate;entry 19:14 back;entry 19:20 replace of=A media=b", 0,
       20},
      {__LINE__, "event A 19:00 19:30 a;entry 19:10 slate;entry 19:14 back", 0, 0}, // where it would be now
      {__LINE__, "live;event A 19:00 19:30 live:x join=no;entry 19:10 slate;entry 19:14 back", 0, -1},
  };
  for (guint i = 0; i < G_N_ELEMENTS (returns); i++) {
    const PoItem *last = NULL;
    g_test_message ("line %d", returns[i].line);
    g_autoptr (PoStage) stage = po_stage_new ();
    po_stage_script (stage, clips);
    po_stage_script (stage, returns[i].script);
    po_stage_script (stage, "plan 19:00 20:00");
    g_autoptr (PoRundown) rundown = po_stage_plan (stage, stage->from, stage->to, NULL);
    for (guint k = 0; k < po_rundown_size (rundown); k++) {
      const PoItem *item = po_rundown_item (rundown, k);
      if (item->part >= 0 && g_strcmp0 (item->uid, "A") == 0)
        last = item;
    }
    g_assert_nonnull (last);
    g_assert_cmpint (last->put_off, ==, returns[i].put_off * MINUTE);
    if (returns[i].behind >= 0)
      g_assert_cmpint (last->media_end - last->end, ==, returns[i].behind * MINUTE);
  }
}

// When what is on air at 19:29 is due to end.
static void test_due (void) {
  static const struct {
    const gchar *script, *due;
  } shows[] = {
      {"event A 19:00 19:30 live:x", "19:30"},
      {"event A 19:00 19:30 live:x;entry 19:10 extend by=300;entry 19:20 extend by=120", "19:37"},
      {"event A 19:00 19:30 live:x;event B 19:30 19:40 ten;entry 19:10 extend by=300", "19:30"},
      {"event X 18:00 19:05 long;event A 19:00 19:30 live:x start=soft", "19:35"},
      {"event A 19:00 19:30 a", "19:30"},
  };
  for (guint i = 0; i < G_N_ELEMENTS (shows); i++) {
    g_autoptr (PoStage) stage = po_stage_new ();
    po_stage_script (stage, clips);
    po_stage_script (stage, "live;plan 18:59 20:30");
    po_stage_script (stage, shows[i].script);
    g_autoptr (PoRundown) rundown = po_stage_plan (stage, stage->from, stage->to, NULL);
    const PoItem *item = po_rundown_at (rundown, po_stage_frame (stage, "19:29"));
    g_assert_cmpint (po_item_due (item), ==, po_stage_frame (stage, shows[i].due));
    g_assert_cmpint (item->slot_end, ==, po_stage_frame (stage, "19:30"));
  }
}

// A live source whose name nobody knows: on air with its fallback, and said to be missing; without one, filler.
static void test_unknown_source (void) {
  static const struct {
    const gchar *show, *fallback, *says;
    PoItemKind kind;
    PoReason reason;
  } shows[] = {
      {"live:studio fallback=ten", "ten", NULL, PO_ITEM_LIVE, PO_REASON_PLANNED},
      {"live:studio fallback=none", "none",
       "its fallback cannot air: “none” is not in the media folder; the slate airs while its source is away",
       PO_ITEM_LIVE, PO_REASON_PLANNED},
      {"live:studoi fallback=ten", "ten", "its fallback airs until it is there", PO_ITEM_LIVE, PO_REASON_MISSING},
      {"live:studoi fallback=none", NULL, "filler airs until it is there", PO_ITEM_FILLER, PO_REASON_MISSING},
      {"live:studoi", NULL, "filler airs until it is there", PO_ITEM_FILLER, PO_REASON_MISSING},
  };
  for (guint i = 0; i < G_N_ELEMENTS (shows); i++) {
    g_autoptr (PoStage) stage = po_stage_new ();
    g_autofree gchar *event = g_strconcat ("live studio;plan 18:59 20:30;event A 19:00 19:30 ", shows[i].show, NULL);
    po_stage_script (stage, clips);
    po_stage_script (stage, event);
    g_autoptr (GPtrArray) findings = g_ptr_array_new_with_free_func ((GDestroyNotify)po_finding_free);
    g_autoptr (PoRundown) rundown = po_stage_plan (stage, stage->from, stage->to, findings);
    const PoItem *item = po_rundown_at (rundown, po_stage_frame (stage, "19:10"));
    g_assert_cmpint (item->kind, ==, shows[i].kind);
    g_assert_cmpint (item->reason, ==, shows[i].reason);
    g_assert_cmpstr (item->fallback, ==, shows[i].fallback);
    g_assert_cmpuint (findings->len, ==, shows[i].says != NULL ? 1 : 0);
    if (shows[i].says != NULL)
      g_assert_true (g_str_has_suffix (((PoFinding *)findings->pdata[0])->message, shows[i].says));
  }
}

int main (int argc, char **argv) {
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree gchar *path = g_strdup_printf ("/plan/%s", cases[i].name);
    g_test_add_data_func (path, &cases[i], run_case);
  }
  g_test_add_func ("/plan-put-off", test_put_off);
  g_test_add_func ("/plan-due", test_due);
  g_test_add_func ("/plan-unknown-source", test_unknown_source);
  return g_test_run ();
}
