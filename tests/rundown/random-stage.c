// SPDX-License-Identifier: GPL-3.0-or-later
#include "rundown/random-stage.h"

#define DAYS 4

guint po_dice (PoDice *self, guint n) {
  guint value = 0;
  for (guint i = 0; i < 2 && self->at < self->size; i++)
    value = value << 8 | self->data[self->at++];
  return n > 0 ? value % n : 0;
}

static void add_clips (PoStage *stage, PoDice *dice) {
  static const gchar *const names[] = {"a", "b", "c", "d", "s/1", "s/2", "s/3", "s/4"};
  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    guint length = 1 + po_dice (dice, 4000);
    if (po_dice (dice, 8) == 0)
      continue;
    g_autofree gchar *line =
        g_strdup_printf ("clip %s %u.%03u%s%s", names[i], length, po_dice (dice, 1000),
                         po_dice (dice, 12) == 0 ? " still" : "", po_dice (dice, 12) == 0 ? " bad" : "");
    po_stage_line (stage, line);
  }
  guint fillers = po_dice (dice, 8);
  for (guint i = 0; i < fillers; i++) {
    g_autofree gchar *line = g_strdup_printf ("clip f/%u %u.%03u", i, 5 + po_dice (dice, 300), po_dice (dice, 1000));
    po_stage_line (stage, line);
  }
  if (po_dice (dice, 3) > 0)
    po_stage_line (stage, "filler f/");
}

static gchar *clock_text (guint seconds) {
  return g_strdup_printf ("%u:%02u:%02u", seconds / 3600, seconds / 60 % 60, seconds % 60);
}

static void add_event (PoStage *stage, PoDice *dice, guint index) {
  static const gchar *const starts[] = {"fixed", "fixed", "soft", "follow", "manual"};
  static const gchar *const ends[] = {"fixed", "media", "manual"};
  static const gchar *const media[] = {"a",           "b", "c",       "d",      "a b",      "s/",
                                       "s/{episode}", "",  "nothing", "live:x", "b live:x", "c a d"};
  // Coarse times make events adjoin.
  guint grid = po_dice (dice, 2) == 0 ? 900 : 7;
  guint start = po_dice (dice, DAYS * 86400 / grid) * grid;
  guint length = po_dice (dice, 8) == 0 ? 0 : (1 + po_dice (dice, 6)) * (po_dice (dice, 3) == 0 ? 23 : 900);
  g_autofree gchar *from = clock_text (start);
  g_autofree gchar *to = length > 0 ? clock_text (start + length) : g_strdup ("-");
  g_autoptr (GString) line = g_string_new (NULL);
  g_string_append_printf (line, "event E%02u %s %s %s start=%s end=%s priority=%u wait=%u overrun=%u", index, from, to,
                          media[po_dice (dice, G_N_ELEMENTS (media))], starts[po_dice (dice, 5)],
                          ends[po_dice (dice, 3)], po_dice (dice, 2) == 0 ? 5 : 4 + po_dice (dice, 3),
                          po_dice (dice, 1200), po_dice (dice, 900));
  if (po_dice (dice, 3) == 0)
    g_string_append (line, po_dice (dice, 2) == 0 ? " join=yes" : " join=no");
  if (po_dice (dice, 10) == 0)
    g_string_append (line, " tentative");
  if (po_dice (dice, 4) == 0)
    g_string_append_printf (line, " series=S ordinal=%u", index);
  po_stage_line (stage, line->str);
}

static void add_pools (PoStage *stage, PoDice *dice) {
  guint pools = po_dice (dice, 3);
  for (guint i = 0; i < pools; i++) {
    guint start = po_dice (dice, DAYS * 24) * 3600;
    g_autofree gchar *from = clock_text (start);
    g_autofree gchar *to = clock_text (start + (1 + po_dice (dice, 24)) * 3600);
    g_autofree gchar *line = g_strdup_printf ("event T%u %s %s %s transparent", i, from, to, i == 0 ? "s/" : "f/");
    po_stage_line (stage, line);
  }
}

PoFrame po_random_frame (PoStage *stage, PoDice *dice) {
  guint seconds = po_dice (dice, DAYS * 24 * 60) * 60 + po_dice (dice, 60);
  g_autofree gchar *text = clock_text (seconds);
  return po_stage_frame (stage, text) + po_dice (dice, 2);
}

static const PoOccurrence *some_event (PoStage *stage, PoDice *dice) {
  return stage->occurrences->len > 0 ? stage->occurrences->pdata[po_dice (dice, stage->occurrences->len)] : NULL;
}

static void add_args (PoJournalEntry *entry, const gchar *key, const gchar *value) {
  if (value != NULL)
    g_hash_table_replace (entry->args, g_strdup (key), g_strdup (value));
}

// A run key that is on air about then, so that observations find something.
static void add_run (PoStage *stage, PoJournalEntry *entry) {
  g_autoptr (PoRundown) rundown = po_stage_plan (stage, entry->frame - 1, entry->frame + 1, NULL);
  g_autofree gchar *key = po_item_run_key (po_rundown_item (rundown, 0));
  add_args (entry, "run", key);
}

PoJournalEntry *po_random_entry (PoStage *stage, PoDice *dice, PoFrame frame) {
  static const gchar *const revisions[] = {"", "two", "three"};
  static const gchar *const hows[] = {"now", "after", "at"};
  PoJournalKind kind = (PoJournalKind)po_dice (dice, PO_JOURNAL_LAST_ + 1);
  PoJournalEntry *entry = po_journal_entry_new (frame, kind, "test", NULL);
  const PoOccurrence *event = some_event (stage, dice);
  if (kind == PO_JOURNAL_ADOPT)
    add_args (entry, po_dice (dice, 3) > 0 ? "schedule" : "media", revisions[po_dice (dice, 3)]);
  if (kind == PO_JOURNAL_TAKE && po_dice (dice, 2) == 0) {
    add_args (entry, po_dice (dice, 2) == 0 ? "next" : "now", "1");
    return entry;
  }
  if (kind == PO_JOURNAL_START) {
    g_autofree gchar *lost = g_strdup_printf ("%" G_GINT64_FORMAT, frame - (PoFrame)po_dice (dice, 20000));
    add_args (entry, "lost_until", lost);
  }
  if (event != NULL && kind != PO_JOURNAL_EXTEND && kind != PO_JOURNAL_END_LIVE) {
    add_args (entry, "uid", event->uid);
    add_args (entry, "instance", event->instance);
  }
  if (kind == PO_JOURNAL_EXTEND)
    add_args (entry, "by_ns", po_dice (dice, 3) == 0 ? "-60000000000" : "420000000000");
  if (kind == PO_JOURNAL_PIN) {
    g_autofree gchar *episode = g_strdup_printf ("%u", 1 + po_dice (dice, 6));
    add_args (entry, "episode", episode);
    add_args (entry, "series", "S");
    add_args (entry, "media", "s/2");
    add_args (entry, "aired", po_dice (dice, 2) == 0 ? "1" : NULL);
  }
  if (kind == PO_JOURNAL_INSERT || kind == PO_JOURNAL_REPLACE)
    add_args (entry, "media", po_dice (dice, 2) == 0 ? "c" : "b");
  if (kind == PO_JOURNAL_INSERT) {
    g_autofree gchar *at = g_strdup_printf ("%" G_GINT64_FORMAT, frame + (PoFrame)po_dice (dice, 20000));
    add_args (entry, "how", hows[po_dice (dice, 3)]);
    add_args (entry, "at", at);
    g_hash_table_remove (entry->args, "uid");
  }
  if (kind == PO_JOURNAL_LIVE)
    add_args (entry, "state", po_dice (dice, 2) == 0 ? "away" : "here");
  if (kind == PO_JOURNAL_ENDED || kind == PO_JOURNAL_FAILED || kind == PO_JOURNAL_RECOVERED)
    add_run (stage, entry);
  if (kind == PO_JOURNAL_ALIAS) {
    add_args (entry, "from", event != NULL ? event->instance : "2027-01-01T00:00:00Z");
    add_args (entry, "to", "2027-01-07T00:00:00Z");
  }
  return entry;
}

static void add_events (PoStage *stage, PoDice *dice) {
  guint events = po_dice (dice, 40);
  for (guint i = 0; i < events; i++)
    add_event (stage, dice, i);
  add_pools (stage, dice);
}

static void add_revision (PoStage *stage, PoDice *dice, const gchar *name) {
  // Edited from the first: some are as they were, some changed, some are gone.
  GPtrArray *first = g_hash_table_lookup (stage->schedules, "");
  g_autofree gchar *line = g_strdup_printf ("revise %s", name);
  po_stage_line (stage, line);
  for (guint i = 0; i < first->len; i++) {
    if (po_dice (dice, 3) > 0)
      g_ptr_array_add (stage->occurrences, po_occurrence_ref (first->pdata[i]));
    else if (po_dice (dice, 2) == 0)
      add_event (stage, dice, i);
  }
}

static gint by_frame (gconstpointer a, gconstpointer b) {
  const PoJournalEntry *left = *(PoJournalEntry *const *)a, *right = *(PoJournalEntry *const *)b;
  return left->frame < right->frame ? -1 : left->frame > right->frame;
}

void po_random_stage (PoStage *stage, PoDice *dice) {
  static const gchar *const zones[] = {"Asia/Ho_Chi_Minh", "Europe/Berlin", "America/St_Johns"};
  static const gchar *const rates[] = {"25", "30000/1001", "24000/1001", "50"};
  g_autofree gchar *zone = g_strdup_printf ("zone %s", zones[po_dice (dice, 3)]);
  g_autofree gchar *rate = g_strdup_printf ("rate %s", rates[po_dice (dice, 4)]);
  po_stage_line (stage, zone);
  po_stage_line (stage, rate);
  po_stage_line (stage, po_dice (dice, 2) == 0 ? "day 2027-03-26" : "day 2027-01-05"); // Berlin changes on the 28th
  stage->settings.has_live = po_dice (dice, 2) == 0;
  add_clips (stage, dice);
  add_events (stage, dice);
  add_revision (stage, dice, "two");
  add_revision (stage, dice, "three");
  po_stage_line (stage, "remedia two");
  add_clips (stage, dice);
  po_stage_line (stage, "remedia three");
  guint entries = po_dice (dice, 3) == 0 ? 0 : po_dice (dice, 12);
  for (guint i = 0; i < entries; i++)
    g_ptr_array_add (stage->journal, po_random_entry (stage, dice, po_random_frame (stage, dice)));
  g_ptr_array_sort (stage->journal, by_frame);
}
