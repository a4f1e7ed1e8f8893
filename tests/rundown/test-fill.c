// SPDX-License-Identifier: GPL-3.0-or-later
// Filler: whole clips, the card over what is left, a day's memory, fairness over a year, and how long a year takes.
#include <string.h>

#include "rundown/check.h"
#include "rundown/stage.h"

static const gchar pool[] = "clip f/1 1:00;clip f/2 1:20;clip f/3 2:30;clip f/4 1:45;filler f/;clip a 30:00;";

static gchar *play (PoStage *stage, const gchar *from, const gchar *to) {
  g_autoptr (PoRundown) rundown = po_stage_plan (stage, po_stage_frame (stage, from), po_stage_frame (stage, to), NULL);
  return po_stage_show (stage, rundown, TRUE);
}

static void test_packs_whole_clips (void) {
  g_autoptr (PoStage) stage = po_stage_new ();
  po_stage_script (stage, pool);
  po_stage_script (stage, "event A 0:00 19:00 a;event B 19:05 19:30 a title=Later");
  g_autoptr (PoRundown) rundown =
      po_stage_plan (stage, po_stage_frame (stage, "19:00"), po_stage_frame (stage, "19:05"), NULL);
  PoFrame left = 5 * 60 * 25;
  for (guint i = 0; i < po_rundown_size (rundown); i++) {
    const PoItem *item = po_rundown_item (rundown, i);
    PoFrame length = item->end - item->start;
    left -= length;
    if (item->kind == PO_ITEM_CARD) {
      g_assert_cmpint (left, ==, 0); // the last
      g_assert_cmpint (length, <, 60 * 25);
      g_assert_cmpstr (item->title, ==, "Later");
      continue;
    }
    g_assert_cmpint (item->kind, ==, PO_ITEM_FILLER);
    g_assert_cmpint (item->media_origin, ==, item->start);
    g_assert_cmpint (item->media_in_ns, ==, 0);
  }
  g_assert_cmpint (left, ==, 0);
}

static void test_words (void) {
  static const struct {
    const gchar *name, *script, *from, *to, *expected;
  } rows[] = {
      {"gap shorter than any clip",
       "clip f/1 1:00;filler f/;clip a 30:00;event A 18:30 19:00 a;event B 19:00:30 19:30 a", "19:00", "19:00:30",
       "19:00 ~gap card"},
      {"no filler, something to announce", "clip a 30:00;event B 19:30 20:00 a", "19:00", "19:30", "19:00 ~gap card"},
      {"no filler, nothing to announce", "", "19:00", "19:30", "19:00 ~gap slate"},
      {"filler leaves something over before midnight, nothing to announce",
       "clip f/1 15:00;filler f/;clip a 30:00;event A 23:10 23:40 a", "23:39", "24:05",
       "23:39 A@1740 | 23:40 ~gap f/1 | 23:55 ~gap card | 00:00 ~gap f/1"},
      {"all filler has failed, nothing to announce",
       "clip f/1 1:00:00;filler f/;clip a 30:00;event A 23:10 23:40 a;entry 22:00 failed run=22:00", "23:39", "24:01",
       "23:39 A@1740 | 23:40 ~gap slate | 00:00 ~gap f/1"},
      {"filler that no day has room for, nothing to announce",
       "clip f/1 25:00:00;filler f/;clip a 30:00;event A 23:10 23:40 a", "23:39", "23:50",
       "23:39 A@1740 | 23:40 ~gap slate"},
      {"take cuts the clip",
       "clip f/1 10:00;filler f/;clip a 30:00;event A 19:00 19:30 a start=manual;"
       "entry 19:03 take of=A",
       "19:00", "19:10", "19:00 ~waiting A f/1 | 19:03 A"},
      {"skip goes to the next clip",
       "clip f/1 10:00;clip f/2 10:00;filler f/;clip a 30:00;event A 18:30 19:00 a;"
       "event A 19:20 19:30 a;entry 19:03 skip",
       "19:00", "19:20", "19:00 ~gap f/1 | 19:03 ~gap f/2 | 19:13 ~gap card"},
      {"pools of one time unite",
       "clip x 5:00;clip y 5:00;clip z 5:00;filler z;event T 0:00 24:00 x transparent;"
       "event U 0:00 24:00 y transparent;clip a 30:00;event A 18:30 19:00 a;event B 19:20 19:30 a",
       "19:00", "19:20", "19:00 ~gap x | 19:05 ~gap y | 19:10 ~gap x | 19:15 ~gap y"},
      {"configuration's filler where no pool is offered",
       "clip x 5:00;clip z 5:00;filler z;"
       "event T 0:00 19:10 x transparent;clip a 30:00;event A 18:30 19:00 a;event B 19:20 19:30 a",
       "19:00", "19:20", "19:00 ~gap x | 19:05 ~gap x | 19:10 ~gap z | 19:15 ~gap z"},
      {"no clip runs across midnight",
       "clip f/1 7:00;filler f/;clip a 30:00;event A 23:25 23:55 a;event B 24:07 24:30 a", "23:54", "24:08",
       "23:54 A@1740 | 23:55 ~gap card | 00:00 ~gap f/1 | 00:07 B"},
      {"a failed clip is not tried again that day",
       "clip f/1 2:00;clip f/2 2:00;filler f/;clip a 30:00;"
       "event A 18:30 19:00 a;event B 19:08 19:30 a;entry 19:01 failed run=19:00:30",
       "19:00", "19:08", "19:00 ~gap f/1 | 19:01 ~gap f/2 | 19:03 ~gap f/2 | 19:05 ~gap f/2 | 19:07 ~gap card"},
      {"a failed clip that has recovered is taken again at once, and in later gaps",
       "clip f/1 2:00;filler f/;clip a 30:00;event A 18:30 19:00 a;event B 19:08 19:30 a;"
       "entry 19:01 failed run=19:00:30;entry 19:04 recovered run=last",
       "19:00", "19:32",
       "19:00 ~gap f/1 | 19:01 ~gap card | 19:04 ~gap f/1 | 19:06 ~gap f/1 | 19:08 B | 19:30 ~gap f/1"},
      {"a start tries failed clips again",
       "clip f/1 2:00;filler f/;clip a 30:00;event A 18:30 19:00 a;event B 19:08 19:30 a;"
       "entry 19:01 failed run=19:00:30;entry 19:04 start",
       "19:00", "19:08", "19:00 ~gap f/1 | 19:01 ~gap card | 19:04 ~gap f/1 | 19:06 ~gap f/1"},
      {"filler that has recovered says nothing of the media it stands in for",
       "clip f/1 2:00;filler f/;clip a 30:00;event A 19:00 19:08 a;event B 19:08 19:30 a;entry 18:58 failed run=19:00;"
       "entry 19:01 failed run=19:00:30;entry 19:04 recovered of=A run=last",
       "19:00", "19:08", "19:00 ~missing A f/1 | 19:01 ~missing A card | 19:04 ~missing A f/1 | 19:06 ~missing A f/1"},
      {"an ended clip gives way",
       "clip f/1 2:00;clip f/2 2:00;filler f/;clip a 30:00;"
       "event A 18:30 19:00 a;event B 19:04 19:30 a;entry 19:01 ended run=19:00:30",
       "19:00", "19:04", "19:00 ~gap f/1 | 19:01 ~gap f/2 | 19:03 ~gap card"},
      {"an adoption does not cut the clip that is on in somebody's slot",
       "clip f/1 4:00;filler f/;event A 18:30 19:08 nothing;remedia two;clip f/1 4:00;clip f/2 1:00;"
       "entry 0:00 adopt media=;entry 18:31 adopt media=two",
       "18:30", "18:36", "18:30 ~missing A f/1 | 18:34 ~missing A f/2 | 18:35 ~missing A f/1"},
  };
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (PoStage) stage = po_stage_new ();
    po_stage_script (stage, "clip zz 24:00:00;event Z 0:00 18:30 zz priority=9"); // the rotation begins at 18:30
    po_stage_script (stage, rows[i].script);
    g_autofree gchar *shown = play (stage, rows[i].from, rows[i].to);
    if (g_strcmp0 (shown, rows[i].expected) == 0)
      continue;
    g_test_message ("%s:\n  got      %s\n  expected %s", rows[i].name, shown, rows[i].expected);
    g_test_fail ();
  }
}

// An edit of the evening leaves the morning's filler and tomorrow's alone.
static void test_day_memory (void) {
  g_autoptr (PoStage) stage = po_stage_new ();
  po_stage_script (stage, pool);
  po_stage_script (stage, "event A 8:00 8:30 a;event A 32:00 32:30 a;revise two;event A 8:00 8:30 a;"
                          "event N 18:07:13 18:30 a;event A 32:00 32:30 a;entry 0:00 adopt schedule=;"
                          "entry 17:00 adopt schedule=two");
  g_autofree gchar *edited_next = play (stage, "24:00", "48:00");
  g_autofree gchar *edited_before = play (stage, "0:00", "17:00");
  g_autofree gchar *edited_after = play (stage, "17:00", "24:00");
  g_ptr_array_set_size (stage->journal, 1);
  g_autofree gchar *plain_next = play (stage, "24:00", "48:00");
  g_autofree gchar *plain_before = play (stage, "0:00", "17:00");
  g_autofree gchar *plain_after = play (stage, "17:00", "24:00");
  g_assert_cmpstr (edited_next, ==, plain_next);
  g_assert_cmpstr (edited_before, ==, plain_before);
  g_assert_cmpstr (edited_after, !=, plain_after);
}

// --- A year ---

static void add_year (PoStage *stage, gboolean busy) {
  for (gint day = 0; day < 365; day++) {
    g_autofree gchar *news = g_strdup_printf ("event N %d:00 %d:30 a instance=n%d", day * 24 + 19, day * 24 + 19, day);
    po_stage_line (stage, news);
    for (gint hour = 6; busy && hour < 23; hour += 2) {
      // Gaps of uneven length, many of them short.
      gint minute = (day * 7 + hour * 11) % 50;
      g_autofree gchar *line = g_strdup_printf ("event B%02d %d:%02d %d:%02d a instance=b%d-%d", hour, day * 24 + hour,
                                                minute, day * 24 + hour, minute + 9, day, hour);
      if (hour != 18)
        po_stage_line (stage, line);
    }
  }
}

static void check_fair (PoRundown *rundown, guint clips) {
  g_autoptr (GHashTable) counts = g_hash_table_new (g_str_hash, g_str_equal);
  gint64 total = 0;
  for (guint i = 0; i < po_rundown_size (rundown); i++) {
    const PoItem *item = po_rundown_item (rundown, i);
    if (item->kind != PO_ITEM_FILLER)
      continue;
    g_hash_table_insert (counts, (gpointer)item->media,
                         GINT_TO_POINTER (GPOINTER_TO_INT (g_hash_table_lookup (counts, item->media)) + 1));
    total++;
  }
  GHashTableIter iter;
  gpointer path = NULL, count = NULL;
  g_assert_cmpuint (g_hash_table_size (counts), ==, clips);
  g_hash_table_iter_init (&iter, counts);
  while (g_hash_table_iter_next (&iter, &path, &count)) {
    gint64 mine = GPOINTER_TO_INT (count);
    g_test_message ("%s: %" G_GINT64_FORMAT " of %" G_GINT64_FORMAT, (gchar *)path, mine, total);
    g_assert_cmpint (ABS (mine * clips - total) * 10, <=, total);
  }
}

static void test_year (gconstpointer busy) {
  g_autoptr (PoStage) stage = po_stage_new ();
  gint64 begin = g_get_monotonic_time ();
  po_stage_script (stage, "clip a 30:00;filler f/;day 2027-01-01");
  for (gint i = 1; i <= 12; i++) {
    g_autofree gchar *line = g_strdup_printf ("clip f/%02d %d.%03d", i, 60 + i * 10, i * 77);
    po_stage_line (stage, line);
  }
  add_year (stage, GPOINTER_TO_INT (busy));
  PoFrame from = po_stage_frame (stage, "0:00"), to = po_stage_frame (stage, "8760:00");
  g_autoptr (PoRundown) rundown = po_stage_plan (stage, from, to, NULL);
  g_test_message ("%u items in %.1f s", po_rundown_size (rundown), (gdouble)(g_get_monotonic_time () - begin) / 1e6);
  g_autoptr (GPtrArray) bugs = po_rundown_check (rundown, from, to);
  g_assert_cmpuint (bugs->len, ==, 0);
  check_fair (rundown, 12);
}

// Filler that is commanded where there is none leaves the slate for want of all else: nobody put that there.
static void test_commanded (void) {
  g_autoptr (PoStage) stage = po_stage_new ();
  po_stage_script (stage, "clip a 1:00:00;event A 19:00 20:00 a;entry 19:10 fill");
  g_autoptr (PoRundown) rundown =
      po_stage_plan (stage, po_stage_frame (stage, "19:00"), po_stage_frame (stage, "19:30"), NULL);
  const PoItem *item = po_rundown_at (rundown, po_stage_frame (stage, "19:15"));
  g_assert_cmpint (item->kind, ==, PO_ITEM_SLATE);
  g_assert_cmpint (item->reason, ==, PO_REASON_GAP);
  g_assert_false (po_item_is_endless (item));
}

int main (int argc, char **argv) {
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/fill/whole-clips", test_packs_whole_clips);
  g_test_add_func ("/fill/words", test_words);
  g_test_add_func ("/fill/day-memory", test_day_memory);
  g_test_add_data_func ("/fill/year", GINT_TO_POINTER (FALSE), test_year);
  g_test_add_data_func ("/fill/busy-year", GINT_TO_POINTER (TRUE), test_year);
  g_test_add_func ("/fill/commanded", test_commanded);
  return g_test_run ();
}
