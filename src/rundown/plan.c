// SPDX-License-Identifier: GPL-3.0-or-later
// From settle point to rundown: the simulation says who has the air, fill says with what, the lineup makes items of it.
#include "rundown/plan.h"

#include "rundown/fill.h"
#include "rundown/notices.h"
#include "rundown/past.h"
#include "rundown/servings.h"
#include "rundown/settle.h"

#define SAFETY_NS  (3 * PO_NS_PER_SECOND)
#define DAY_NS     (86400 * PO_NS_PER_SECOND)
#define OVERRUN_NS (900 * PO_NS_PER_SECOND)

void po_plan_settings_init (PoPlanSettings *self, PoRate rate, GTimeZone *zone) {
  *self = (PoPlanSettings){.rate = rate, .zone = zone, .safety_ns = SAFETY_NS, .overrun_ns = OVERRUN_NS};
}

PoFrame po_plan_adoption_frame (const PoPlanSettings *settings, PoFrame now) {
  return now + 1 + po_frames_from_duration_ceil (MAX (settings->safety_ns, 0), settings->rate);
}

// Takes the command that @dropped names out of @sorted, if its frame had not come before.
static void drop (GPtrArray *sorted, const PoJournalEntry *dropped) {
  const gchar *id = po_journal_entry_get (dropped, "asked");
  for (guint i = sorted->len; i > 0 && id != NULL; i--) {
    const PoJournalEntry *entry = sorted->pdata[i - 1];
    if (entry->frame < dropped->frame)
      return;
    if (g_strcmp0 (po_journal_entry_get (entry, "asked"), id) == 0)
      g_ptr_array_remove_index (sorted, i - 1);
  }
}

// By frame, without what is no part of a plan; entries of one frame stay in the order of writing. (transfer container)
static GPtrArray *in_frame_order (GPtrArray *journal) {
  GPtrArray *sorted = g_ptr_array_sized_new (journal != NULL ? journal->len : 0);
  for (guint i = 0; journal != NULL && i < journal->len; i++) {
    PoJournalEntry *entry = journal->pdata[i];
    if (entry->kind == PO_JOURNAL_DROPPED)
      drop (sorted, entry);
    if (entry->kind == PO_JOURNAL_ASKED || entry->kind == PO_JOURNAL_DROPPED)
      continue;
    guint at = sorted->len; // nearly always the end
    while (at > 0 && ((PoJournalEntry *)sorted->pdata[at - 1])->frame > entry->frame)
      at--;
    g_ptr_array_insert (sorted, (gint)at, entry);
  }
  return sorted;
}

// No plan begins earlier: settle.c looks back 35 days, and a day more for what was in force.
static PoFrame past_before (const PoPlanSettings *settings, PoFrame midnight) {
  return midnight - po_frames_from_duration_ceil (PO_SETTLE_NS + 2 * DAY_NS, settings->rate);
}

static PoFrame midnight_before (const PoPlanSettings *settings, PoFrame frame) {
  PoTimeNs midnight_ns = po_time_local_midnight (po_frame_to_time_floor (frame, settings->rate), settings->zone);
  return MIN (po_frame_from_time_ceil (midnight_ns, settings->rate), frame);
}

static void run (PoSim *sim, PoFill *fill, PoLineup *lineup, PoFrame midnight, PoFrame to) {
  while (po_sim_now (sim) < to) {
    PoSpan span;
    po_sim_step (sim, &span);
    if (span.end <= midnight)
      continue;
    span.start = MAX (span.start, midnight);
    if (span.kind == PO_SPAN_FILL)
      po_fill_span (fill, po_sim_set (sim), &span, lineup);
    else
      po_lineup_add_span (lineup, &span, po_resolver_table (po_plan_event_set_resolver (po_sim_set (sim))));
  }
}

// @findings, @ret_servings: (nullable)
static PoRundown *plan (const PoPlanSettings *settings, const PoPlanSource *source, GPtrArray *journal, PoFrame from,
                        PoFrame to, GPtrArray *findings, GPtrArray **ret_servings) {
  g_autoptr (GPtrArray) entries = in_frame_order (journal);
  PoFrame midnight = midnight_before (settings, from);
  guint noted = 0;
  if (source->past != NULL && source->past_grows)
    po_plan_past_grow (source->past, entries, past_before (settings, midnight), settings->rate);
  PoFrame start = po_settle_point (settings, source, entries, midnight);
  g_autoptr (PoBook) book =
      po_plan_past_open (source->past, settings->zone, entries, past_before (settings, midnight), &noted);
  for (guint i = noted; i < entries->len && ((PoJournalEntry *)entries->pdata[i])->frame < start; i++)
    po_book_note (book, entries->pdata[i]);
  g_autoptr (PoSim) sim = po_sim_new (settings, source, book, entries, start);
  g_autoptr (PoFill) fill = po_fill_new (settings, book);
  g_autoptr (PoLineup) lineup = po_lineup_new (from, to);
  run (sim, fill, lineup, midnight, to);
  g_autoptr (PoRundown) rundown = po_rundown_new (settings->rate, po_lineup_steal (lineup));
  if (findings != NULL)
    po_notices_collect (settings, source, book, sim, rundown, from, to, findings);
  if (ret_servings != NULL)
    *ret_servings = po_servings_collect (sim, book, rundown, from, to);
  return g_steal_pointer (&rundown);
}

PoRundown *po_plan (const PoPlanSettings *settings, const PoPlanSource *source, GPtrArray *journal, PoFrame from,
                    PoFrame to, GPtrArray *findings) {
  return plan (settings, source, journal, from, to, findings, NULL);
}

GPtrArray *po_plan_servings (const PoPlanSettings *settings, const PoPlanSource *source, GPtrArray *journal,
                             PoFrame from, PoFrame to) {
  GPtrArray *servings = NULL;
  g_autoptr (PoRundown) rundown = plan (settings, source, journal, from, to, NULL, &servings);
  return servings;
}
