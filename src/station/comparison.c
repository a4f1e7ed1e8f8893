// SPDX-License-Identifier: GPL-3.0-or-later
#include "station/comparison.h"

#include <string.h>

#include "model/text.h"
#include "rundown/summary.h"
#include "rundown/words.h"

void po_comparison_free (PoComparison *self) {
  if (self == NULL)
    return;
  g_ptr_array_unref (self->changes);
  g_strfreev (self->summary);
  g_ptr_array_unref (self->problems);
  g_free (self->undisturbed);
  g_free (self);
}

static GPtrArray *findings_new (void) {
  return g_ptr_array_new_with_free_func ((GDestroyNotify)po_finding_free);
}

// Not by its words: they name lines, and lines move when anything above them is edited.
static gchar *exact_key (const PoFinding *finding) {
  return g_strdup_printf ("%s\n%s\n%s\n%" G_GINT64_FORMAT "\n%" G_GINT64_FORMAT, finding->code,
                          finding->uid != NULL ? finding->uid : "", finding->instance != NULL ? finding->instance : "",
                          finding->start_ns, finding->end_ns);
}

// The same at another time: a series that is moved takes its missing clips along, and none of them is news.
static gchar *loose_key (const PoFinding *finding) {
  GString *key = g_string_new (finding->code);
  g_string_append_printf (key, "\n%s\n", finding->uid != NULL ? finding->uid : "");
  for (const gchar *c = finding->message; *c != '\0'; c++)
    if (!g_ascii_isdigit (*c))
      g_string_append_c (key, *c);
  return g_string_free (key, FALSE);
}

typedef gchar *(*FindingKey) (const PoFinding *finding);

// Takes out of both what they have alike, one for one.
static void cancel (GPtrArray *after, GPtrArray *before, FindingKey key_of) {
  g_autoptr (GHashTable) known = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_array_unref);
  g_autoptr (GPtrArray) left = findings_new (), used = findings_new ();
  for (guint i = 0; i < before->len; i++) {
    gchar *key = key_of (before->pdata[i]);
    GArray *places = g_hash_table_lookup (known, key);
    if (places == NULL)
      g_hash_table_insert (known, g_strdup (key), places = g_array_new (FALSE, FALSE, sizeof (guint)));
    g_array_append_val (places, i);
    g_free (key);
  }
  for (guint i = 0; i < after->len; i++) {
    g_autofree gchar *key = key_of (after->pdata[i]);
    GArray *places = g_hash_table_lookup (known, key);
    gboolean alike = places != NULL && places->len > 0;
    if (alike) {
      guint place = g_array_index (places, guint, 0);
      g_array_remove_index (places, 0);
      g_ptr_array_add (used, g_steal_pointer (&before->pdata[place]));
    }
    g_ptr_array_add (alike ? used : left, g_steal_pointer (&after->pdata[i]));
  }
  for (guint i = before->len; i > 0; i--)
    if (before->pdata[i - 1] == NULL)
      g_ptr_array_remove_index (before, i - 1);
  g_ptr_array_set_size (after, 0);
  g_ptr_array_extend_and_steal (after, g_steal_pointer (&left));
}

// Notes, and what an outline says of gaps: it has no filler.
static void drop_notes (GPtrArray *findings) {
  for (guint i = findings->len; i > 0; i--) {
    const PoFinding *finding = findings->pdata[i - 1];
    if (finding->severity == PO_SEVERITY_NOTE || strcmp (finding->code, "gap") == 0)
      g_ptr_array_remove_index (findings, i - 1);
  }
}

// Leaves in @after what is not in @before, notes aside.
static void keep_new (GPtrArray *after, GPtrArray *before) {
  drop_notes (after);
  drop_notes (before);
  cancel (after, before, exact_key);
  cancel (after, before, loose_key);
}

static const PoOccurrence *find_occurrence (PoStation *station, GPtrArray *list, const PoItem *item) {
  for (guint i = 0; i < list->len; i++) {
    const PoOccurrence *one = list->pdata[i];
    if (strcmp (one->uid, item->uid) == 0 &&
        g_strcmp0 (po_station_instance (station, one->uid, one->instance), item->instance) == 0)
      return one;
  }
  return NULL;
}

static gboolean says_the_same (const PoOccurrence *a, const PoOccurrence *b) {
  if (a->start_ns != b->start_ns || a->end_ns != b->end_ns || a->status != b->status || a->n_attach != b->n_attach)
    return FALSE;
  for (guint i = 0; i < a->n_attach; i++)
    if (g_strcmp0 (a->attach[i].uri, b->attach[i].uri) != 0)
      return FALSE;
  return TRUE;
}

// Whether @after says something else of @item, which is on air, than its slot has been planned by.
static gboolean is_edited (PoStation *station, PoSchedule *after, const PoItem *item, PoRate rate) {
  PoTimeNs from_ns = po_frame_to_time_floor (item->slot_start, rate);
  PoTimeNs to_ns = po_frame_to_time_floor (item->slot_end, rate);
  const gchar *revision = po_station_adopted (station, "schedule", item->start);
  PoSchedule *before = po_station_find_schedule (station, *revision != '\0' ? revision : NULL);
  g_autoptr (GPtrArray) old = before != NULL ? po_schedule_occurrences (before, from_ns, to_ns) : g_ptr_array_new ();
  g_autoptr (GPtrArray) new = po_schedule_occurrences (after, from_ns, to_ns);
  const PoOccurrence *was = find_occurrence (station, old, item), *is = find_occurrence (station, new, item);
  return was != NULL && (is == NULL || !says_the_same (was, is));
}

static gchar *undisturbed_words (PoStation *station, PoSchedule *after, PoRundown *plan, PoFrame adopted) {
  const PoPlanSettings *settings = po_station_settings (station);
  const PoItem *item = po_rundown_at (plan, adopted - 1);
  if (item == NULL || item->uid == NULL || (item->kind != PO_ITEM_MEDIA && item->kind != PO_ITEM_LIVE) ||
      !is_edited (station, after, item, settings->rate))
    return NULL;
  gint year = po_words_year (adopted, settings->rate, settings->zone);
  g_autofree gchar *end = po_words_frame (item->end, settings->rate, year, settings->zone);
  return g_strdup_printf (_ ("“%s” is on air and goes on as it was planned, until %s; only a command (skip, take, "
                             "extend) changes it now"),
                          *item->title != '\0' ? item->title : item->uid, end);
}

static void add_adoption (PoStation *station, GPtrArray *entries, PoSchedule *schedule, PoFrame frame) {
  g_autoptr (GPtrArray) renames = po_station_renames (station, schedule, frame);
  g_ptr_array_extend_and_steal (entries, g_steal_pointer (&renames));
  g_ptr_array_add (entries, po_journal_entry_new (frame, PO_JOURNAL_ADOPT, "plan", "schedule",
                                                  po_schedule_revision (schedule), NULL));
}

// One that is written down already may lie a moment ahead; ours comes after it.
static PoFrame last_adoption (PoStation *station) {
  GPtrArray *journal = po_station_journal (station);
  for (guint i = journal->len; i > 0; i--) {
    const PoJournalEntry *entry = journal->pdata[i - 1];
    if (entry->kind == PO_JOURNAL_ADOPT)
      return entry->frame;
  }
  return PO_FRAME_NONE;
}

PoComparison *po_station_compare (PoStation *station, PoSchedule *after, PoFrame now, PoFrame to) {
  const PoPlanSettings *settings = po_station_settings (station);
  PoComparison *self = g_new0 (PoComparison, 1);
  g_autoptr (GPtrArray) known = findings_new ();
  g_autoptr (GPtrArray) as_is = g_ptr_array_new_with_free_func ((GDestroyNotify)po_journal_entry_free);
  g_autoptr (GPtrArray) adoption = g_ptr_array_new_with_free_func ((GDestroyNotify)po_journal_entry_free);
  self->adopted = MAX (po_plan_adoption_frame (settings, now), last_adoption (station));
  self->problems = findings_new ();
  po_station_know_schedule (station, after);
  add_adoption (station, adoption, after, self->adopted);
  // What has come into force a moment ago may not be adopted yet.
  PoSchedule *newest = po_station_schedule (station);
  if (newest != NULL)
    add_adoption (station, as_is, newest, self->adopted);
  g_autoptr (PoRundown) before = po_station_outline (station, as_is, now, to, known);
  g_autoptr (PoRundown) plan = po_station_outline (station, adoption, now, to, self->problems);
  keep_new (self->problems, known);
  self->changes = po_rundown_diff (before, plan, settings->zone);
  self->summary = po_changes_summary (self->changes, settings->rate);
  self->undisturbed = undisturbed_words (station, after, plan, self->adopted);
  return self;
}
