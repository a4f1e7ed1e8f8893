// SPDX-License-Identifier: GPL-3.0-or-later
// What must hold for any schedule and any journal: every frame once; the same for the same inputs in any order; plans
// of two windows agree where they overlap; an entry changes nothing before its frame; a FIXED event starts on its own.
#include <stdlib.h>

#include "rundown/check.h"
#include "rundown/random-stage.h"

#define ROUNDS 100
#define BYTES  6000

static PoStage *stage_of_seed (guint32 seed, PoDice *dice, guint8 *bytes) {
  g_autoptr (GRand) rand = g_rand_new_with_seed (seed);
  PoStage *stage = po_stage_new ();
  for (guint i = 0; i < BYTES; i++)
    bytes[i] = (guint8)g_rand_int (rand);
  *dice = (PoDice){bytes, BYTES, 0};
  po_random_stage (stage, dice);
  return stage;
}

// The items of @rundown cut to [from, to), as text that leaves nothing out.
static gchar *dump (PoRundown *rundown, PoFrame from, PoFrame to) {
  GString *out = g_string_new (NULL);
  for (guint i = 0; i < po_rundown_size (rundown); i++) {
    const PoItem *item = po_rundown_item (rundown, i);
    PoFrame start = MAX (item->start, from), end = MIN (item->end, to);
    g_autofree gchar *key = po_item_run_key (item);
    if (start < end)
      g_string_append_printf (out, "%" G_GINT64_FORMAT " %" G_GINT64_FORMAT " %s %s “%s” %d\n", start, end, key,
                              po_reason_to_string (item->reason), item->title, item->held);
  }
  return g_string_free (out, FALSE);
}

static gboolean same_text (guint32 seed, const gchar *what, const gchar *a, const gchar *b) {
  if (g_str_equal (a, b))
    return TRUE;
  g_auto (GStrv) left = g_strsplit (a, "\n", -1);
  g_auto (GStrv) right = g_strsplit (b, "\n", -1);
  guint i = 0;
  while (left[i] != NULL && right[i] != NULL && g_str_equal (left[i], right[i]))
    i++;
  g_test_message ("seed %u: %s, line %u:\n  %s\n  %s", seed, what, i, left[i] != NULL ? left[i] : "(end)",
                  right[i] != NULL ? right[i] : "(end)");
  g_test_fail ();
  return FALSE;
}

static guint32 first_seed (void) {
  const gchar *text = g_getenv ("PLAYOUT_TEST_SEED");
  return text != NULL ? (guint32)strtoul (text, NULL, 10) : 1;
}

static guint32 last_seed (void) {
  return g_getenv ("PLAYOUT_TEST_SEED") != NULL ? first_seed () : ROUNDS;
}

static void test_covers (void) {
  guint8 bytes[BYTES];
  for (guint32 seed = first_seed (); seed <= last_seed (); seed++) {
    PoDice dice;
    g_autoptr (PoStage) stage = stage_of_seed (seed, &dice, bytes);
    PoFrame from = po_random_frame (stage, &dice), to = from + 1 + (PoFrame)po_dice (&dice, 60000) * 50;
    g_autoptr (GPtrArray) findings = g_ptr_array_new_with_free_func ((GDestroyNotify)po_finding_free);
    g_autoptr (PoRundown) rundown = po_stage_plan (stage, from, to, findings);
    g_autoptr (GPtrArray) bugs = po_rundown_check (rundown, from, to);
    for (guint i = 0; i < bugs->len; i++) {
      g_test_message ("seed %u: %s", seed, ((PoFinding *)bugs->pdata[i])->message);
      g_test_fail ();
    }
  }
}

static void test_order (void) {
  guint8 bytes[BYTES];
  for (guint32 seed = first_seed (); seed <= last_seed (); seed++) {
    PoDice dice;
    g_autoptr (PoStage) stage = stage_of_seed (seed, &dice, bytes);
    PoFrame from = po_random_frame (stage, &dice), to = from + 1 + (PoFrame)po_dice (&dice, 60000) * 50;
    g_autoptr (PoRundown) one = po_stage_plan (stage, from, to, NULL);
    stage->reversed = TRUE;
    g_autoptr (PoRundown) two = po_stage_plan (stage, from, to, NULL);
    g_autofree gchar *a = dump (one, from, to);
    g_autofree gchar *b = dump (two, from, to);
    if (same_text (seed, "another order of inputs", a, b))
      g_assert_cmpstr (po_rundown_revision (one), ==, po_rundown_revision (two));
  }
}

static void test_windows (void) {
  guint8 bytes[BYTES];
  for (guint32 seed = first_seed (); seed <= last_seed (); seed++) {
    PoDice dice;
    g_autoptr (PoStage) stage = stage_of_seed (seed, &dice, bytes);
    PoFrame whole_from = po_stage_frame (stage, "0:00"), whole_to = po_stage_frame (stage, "120:00");
    g_autoptr (PoRundown) whole = po_stage_plan (stage, whole_from, whole_to, NULL);
    for (guint i = 0; i < 4; i++) {
      PoFrame from = po_random_frame (stage, &dice);
      PoFrame length = 1 + (PoFrame)po_dice (&dice, 60000) * (i == 0 ? 1 : 40);
      PoFrame to = MIN (from + length, whole_to);
      g_autoptr (PoRundown) part = po_stage_plan (stage, from, to, NULL);
      g_autofree gchar *a = dump (whole, from, to);
      g_autofree gchar *b = dump (part, from, to);
      same_text (seed, "another window", a, b);
    }
  }
}

static void test_prefix (void) {
  guint8 bytes[BYTES];
  for (guint32 seed = first_seed (); seed <= last_seed (); seed++) {
    PoDice dice;
    g_autoptr (PoStage) stage = stage_of_seed (seed, &dice, bytes);
    PoFrame from = po_stage_frame (stage, "0:00"), to = po_stage_frame (stage, "110:00");
    for (guint i = 0; i < 6; i++) {
      g_autoptr (PoRundown) before = po_stage_plan (stage, from, to, NULL);
      PoFrame frame = po_random_frame (stage, &dice);
      const PoFrame last = stage->journal->len > 0
                               ? ((PoJournalEntry *)stage->journal->pdata[stage->journal->len - 1])->frame
                               : G_MININT64;
      frame = MAX (frame, last);
      PoJournalEntry *entry = po_random_entry (stage, &dice, frame);
      g_ptr_array_add (stage->journal, entry);
      g_autoptr (PoRundown) after = po_stage_plan (stage, from, to, NULL);
      g_autofree gchar *a = dump (before, from, frame);
      g_autofree gchar *b = dump (after, from, frame);
      if (!same_text (seed, po_journal_kind_to_string (entry->kind), a, b))
        break;
    }
  }
}

// A command that is dropped before its frame is as if it had never been given, and until then changes nothing; one
// whose frame has come cannot be dropped.
static void test_dropped (void) {
  guint8 bytes[BYTES];
  for (guint32 seed = first_seed (); seed <= last_seed (); seed++) {
    PoDice dice;
    g_autoptr (PoStage) stage = stage_of_seed (seed, &dice, bytes);
    PoFrame from = po_stage_frame (stage, "0:00"), to = po_stage_frame (stage, "110:00");
    PoFrame frame = po_random_frame (stage, &dice);
    if (stage->journal->len == 0)
      continue;
    guint index = po_dice (&dice, stage->journal->len);
    PoJournalEntry *entry = stage->journal->pdata[index];
    gboolean has_come = entry->frame < frame;
    g_hash_table_insert (entry->args, g_strdup ("asked"), g_strdup ("x"));
    g_autoptr (PoRundown) before = po_stage_plan (stage, from, to, NULL);
    g_ptr_array_add (stage->journal, po_journal_entry_new (frame, PO_JOURNAL_DROPPED, "test", "asked", "x", NULL));
    g_autoptr (PoRundown) after = po_stage_plan (stage, from, to, NULL);
    g_autofree gchar *a = dump (before, from, has_come ? to : frame);
    g_autofree gchar *b = dump (after, from, has_come ? to : frame);
    same_text (seed, "dropped", a, b);
    if (!has_come)
      g_ptr_array_remove_index (stage->journal, index);
    g_autoptr (PoRundown) never = po_stage_plan (stage, from, to, NULL);
    g_assert_cmpstr (po_rundown_revision (never), ==, po_rundown_revision (after));
  }
}

static const PoOccurrence *find_event (GPtrArray *occurrences, const gchar *uid) {
  for (guint i = 0; i < occurrences->len; i++) {
    const PoOccurrence *occurrence = occurrences->pdata[i];
    if (g_strcmp0 (occurrence->uid, uid) == 0)
      return occurrence;
  }
  return NULL;
}

// Who may have the air when @event, which is FIXED, starts: itself, a better one, or another FIXED on the same frame.
static gboolean may_have_air (const PoOccurrence *owner, const PoOccurrence *event) {
  if (owner == NULL || owner->status != PO_STATUS_CONFIRMED)
    return FALSE;
  return owner == event || owner->priority < event->priority ||
         (owner->priority == event->priority && owner->start == PO_START_FIXED && owner->start_ns == event->start_ns);
}

// Without commands a FIXED event starts on its frame, whatever overran, waited or followed by then.
static void test_fixed (void) {
  guint8 bytes[BYTES];
  for (guint32 seed = first_seed (); seed <= last_seed (); seed++) {
    PoDice dice;
    g_autoptr (PoStage) stage = stage_of_seed (seed, &dice, bytes);
    GPtrArray *occurrences = g_hash_table_lookup (stage->schedules, "");
    g_ptr_array_set_size (stage->journal, 0);
    for (guint i = 0; i < occurrences->len; i++) {
      const PoOccurrence *event = occurrences->pdata[i];
      if (event->start != PO_START_FIXED || event->transparent || event->status != PO_STATUS_CONFIRMED ||
          event->end_ns <= event->start_ns)
        continue;
      PoFrame frame = po_frame_from_time_ceil (event->start_ns, stage->settings.rate);
      g_autoptr (PoRundown) rundown = po_stage_plan (stage, frame, frame + 1, NULL);
      const PoItem *item = po_rundown_item (rundown, 0);
      if (may_have_air (find_event (occurrences, item->uid), event))
        continue;
      g_test_message ("seed %u: %s has the air on the frame of %s", seed, item->uid, event->uid);
      g_test_fail ();
    }
  }
}

int main (int argc, char **argv) {
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/properties/every-frame-once", test_covers);
  g_test_add_func ("/properties/order-of-inputs", test_order);
  g_test_add_func ("/properties/windows-agree", test_windows);
  g_test_add_func ("/properties/fixed-on-its-frame", test_fixed);
  g_test_add_func ("/properties/entries-change-nothing-before", test_prefix);
  g_test_add_func ("/properties/dropped", test_dropped);
  return g_test_run ();
}
