// SPDX-License-Identifier: GPL-3.0-or-later
// What each entry of the journal does to the simulation at its frame. All of them act on what is on air in the frame
// before; the clock's own edges of that frame come after.
#include "rundown/sim-private.h"

#include <string.h>

#define NEXT_WITHIN_NS (86400 * PO_NS_PER_SECOND) // "next" is not the week after

static PoTimeNs now_ns (PoSim *self) {
  return po_frame_to_time_floor (self->state.now, self->settings->rate);
}

static gboolean is_set (const PoJournalEntry *entry, const gchar *key) {
  return g_strcmp0 (po_journal_entry_get (entry, key), "1") == 0;
}

// The airing that the entry names. (nullable)
static PoAiring *named_airing (PoSim *self, const PoJournalEntry *entry) {
  const gchar *uid = po_journal_entry_get (entry, "uid");
  const gchar *instance = po_journal_entry_get (entry, "instance");
  if (uid == NULL || instance == NULL)
    return NULL;
  instance = po_book_given (self->book, uid, instance);
  for (guint i = 0; i < self->state.airings->len; i++) {
    PoAiring *airing = self->state.airings->pdata[i];
    if (strcmp (airing->event->occurrence->uid, uid) == 0 && strcmp (airing->event->instance, instance) == 0)
      return airing;
  }
  return NULL;
}

static gboolean names_an_airing (const PoJournalEntry *entry) {
  return po_journal_entry_get (entry, "uid") != NULL && po_journal_entry_get (entry, "instance") != NULL;
}

static PoAiring *target (PoSim *self, const PoJournalEntry *entry) {
  return names_an_airing (entry) ? named_airing (self, entry) : self->state.on_air;
}

// The airing whose run of a source has the entry's key. (nullable)
static PoAiring *running (PoSim *self, const PoJournalEntry *entry) {
  const gchar *run = po_journal_entry_get (entry, "run");
  PoAiring *airing = self->state.on_air;
  if (run == NULL || airing == NULL || airing->part < 0)
    return NULL;
  g_autofree gchar *key = po_run_key_of_event (airing->event, airing->part, airing->parts->pdata[airing->part],
                                               airing->run_origin, airing->run_in_ns);
  return strcmp (key, run) == 0 ? airing : NULL;
}

static PoAiring *enter_early (PoSim *self, PoPlanEvent *event) {
  PoAiring *airing = po_sim_enter (self, event);
  if (airing != NULL && event->start > self->state.now)
    g_ptr_array_add (self->state.early, event);
  return airing;
}

static gboolean comes_before (const PoPlanEvent *a, const PoPlanEvent *b) {
  if (a->start != b->start)
    return a->start < b->start;
  return strcmp (a->occurrence->uid, b->occurrence->uid) < 0;
}

static PoAiring *next_waiting (PoSim *self, gboolean manual_only) {
  PoAiring *first = NULL;
  for (guint i = 0; i < self->state.airings->len; i++) {
    PoAiring *airing = self->state.airings->pdata[i];
    if (airing->started || airing->event->tentative || po_airing_total (airing) == 0 || airing->event->after != NULL)
      continue;
    if (manual_only && airing->event->start_type != PO_START_MANUAL)
      continue;
    if (first == NULL || comes_before (airing->event, first->event))
      first = airing;
  }
  return first;
}

static PoAiring *next_of_set (PoSim *self) {
  PoSimState *state = &self->state;
  PoFrame limit = po_frame_from_time_ceil (now_ns (self) + NEXT_WITHIN_NS, self->settings->rate);
  po_plan_event_set_load (state->set, now_ns (self) + NEXT_WITHIN_NS);
  for (guint i = state->next; i < po_plan_event_set_size (state->set); i++) {
    PoPlanEvent *event = po_plan_event_set_get (state->set, i);
    if (event->start >= limit)
      return NULL;
    if (event->tentative || po_plan_event_is_among (event, state->early))
      continue;
    po_plan_event_parts (event, po_plan_event_set_resolver (state->set));
    PoAiring *airing = event->total > 0 ? enter_early (self, event) : NULL;
    if (airing != NULL)
      return airing;
  }
  return NULL;
}

static void take_next (PoSim *self) {
  PoAiring *current = self->state.on_air;
  PoAiring *next = next_waiting (self, FALSE);
  if (next == NULL)
    next = next_of_set (self);
  if (next == NULL)
    return;
  po_sim_take (self, next, TRUE);
  if (current != NULL)
    current->yields = TRUE;
}

// (nullable) The airing that @entry names, if it has anything to show.
static PoAiring *find_or_enter (PoSim *self, const PoJournalEntry *entry) {
  PoAiring *airing = named_airing (self, entry);
  if (airing != NULL)
    return airing->event->tentative || po_airing_total (airing) == 0 ? NULL : airing;
  const gchar *uid = po_journal_entry_get (entry, "uid");
  const gchar *instance = po_book_given (self->book, uid, po_journal_entry_get (entry, "instance"));
  // Looked for in a set of its own, from yesterday to next week: how far back the plan reaches must not matter.
  PoPlanEventSet *near =
      po_plan_event_set_new (self->settings, self->source, self->book, now_ns (self) - NEXT_WITHIN_NS);
  g_ptr_array_add (self->aside, near);
  po_plan_event_set_load (near, now_ns (self) + 8 * NEXT_WITHIN_NS);
  PoPlanEvent *event = po_plan_event_set_find (near, uid, instance);
  if (event == NULL || event->tentative)
    return NULL;
  po_plan_event_parts (event, po_plan_event_set_resolver (near));
  return event->total > 0 ? enter_early (self, event) : NULL;
}

static void take (PoSim *self, const PoJournalEntry *entry) {
  PoSimState *state = &self->state;
  gboolean was_blocked = state->slate || state->filling;
  const gboolean is_named = names_an_airing (entry);
  PoAiring *airing = is_named ? find_or_enter (self, entry) : NULL;
  if (airing == NULL && is_named)
    return; // it leaves the air as it is
  state->slate = state->hold = state->filling = FALSE;
  if (airing == NULL && is_set (entry, "now"))
    airing = next_waiting (self, TRUE);
  if (airing != NULL) {
    const PoPlanEvent *event = airing->event;
    gboolean early = event->start > state->now && event->start_type != PO_START_MANUAL;
    po_sim_take (self, airing, early || event->end <= state->now || is_set (entry, "whole"));
  } else if (is_set (entry, "next") || (is_set (entry, "now") && !was_blocked)) {
    take_next (self);
  }
}

static void skip (PoSim *self) {
  PoSimState *state = &self->state;
  PoAiring *airing = state->on_air;
  if (state->slate)
    return;
  state->hold = FALSE;
  if (airing == NULL || !po_airing_has_content (airing, state->now))
    state->cut = TRUE;
  if (airing != NULL && !po_airing_skip_part (airing, state->now))
    airing->over = TRUE;
}

static void extend (PoSim *self, const PoJournalEntry *entry) {
  PoAiring *airing = target (self, entry);
  gint64 by_ns = 0;
  if (airing == NULL || !po_journal_entry_get_int (entry, "by_ns", &by_ns))
    return;
  PoFrame by = po_frames_from_duration_ceil (by_ns, self->settings->rate);
  by = MAX (by, self->state.now - airing->end);
  airing->extension += by;
  airing->end += by;
}

// Operators' interventions end. A manual start within its slot is what the schedule asked for.
static void back (PoSim *self) {
  PoSimState *state = &self->state;
  state->slate = state->hold = state->filling = FALSE;
  for (guint i = state->airings->len; i > 0; i--) {
    PoAiring *airing = state->airings->pdata[i - 1];
    if (airing->taken)
      po_sim_untake (self, airing);
  }
}

// "12345-2": the second clip inserted at frame 12345, whenever the plan began.
static gchar *insert_name (PoSim *self, const PoJournalEntry *entry) {
  guint count = 0;
  for (guint i = 0; i < self->journal->len; i++) {
    const PoJournalEntry *other = self->journal->pdata[i];
    if (other->kind == PO_JOURNAL_INSERT && other->frame == entry->frame)
      count++;
    if (other == entry)
      break;
  }
  return g_strdup_printf ("%" G_GINT64_FORMAT "-%u", entry->frame, count);
}

static PoPlanEvent *new_insert (PoSim *self, const PoJournalEntry *entry, PoFrame start) {
  const gchar *uid = po_journal_entry_get (entry, "uid");
  const gchar *instance = po_journal_entry_get (entry, "instance");
  const gchar *media = po_journal_entry_get (entry, "media");
  PoPart *part = po_resolver_file (po_plan_event_set_resolver (self->state.set), media);
  g_autofree gchar *own = insert_name (self, entry);
  PoTimeNs start_ns = po_frame_to_time_floor (start, self->settings->rate);
  PoPlanEvent *event = po_plan_event_new_insert (uid != NULL ? uid : PO_INSERT_UID, instance != NULL ? instance : own,
                                                 start, part, start_ns);
  g_ptr_array_add (self->inserted, event);
  return event;
}

static void insert (PoSim *self, const PoJournalEntry *entry) {
  PoSimState *state = &self->state;
  const gchar *how = po_journal_entry_get (entry, "how");
  const gchar *at = po_journal_entry_get (entry, "at");
  PoFrame start = state->now;
  if (po_journal_entry_get (entry, "media") == NULL)
    return;
  if (at != NULL && g_strcmp0 (how, "now") != 0 && g_strcmp0 (how, "after") != 0 &&
      !po_journal_entry_get_frame (entry, "at", self->settings->zone, self->settings->rate, &start))
    return;
  PoPlanEvent *event = new_insert (self, entry, MAX (start, state->now));
  if (event->total == 0)
    return;
  if (g_strcmp0 (how, "after") == 0 && state->on_air != NULL)
    event->after = state->on_air->event;
  PoAiring *airing = po_sim_add (self, event);
  airing->end = event->start + event->total;
  if (event->after == NULL && event->start <= state->now)
    po_sim_take (self, airing, TRUE);
}

static void replace (PoSim *self, const PoJournalEntry *entry) {
  PoSimState *state = &self->state;
  PoAiring *airing = named_airing (self, entry);
  if (airing == NULL || airing->event->synthetic)
    return;
  gint current = airing->on_air ? airing->part : -1;
  gint64 part = 0;
  po_journal_entry_get_int (entry, "part", &part);
  po_plan_event_forget_parts (airing->event);
  g_ptr_array_unref (airing->parts);
  airing->parts = g_ptr_array_ref (po_plan_event_parts (airing->event, po_plan_event_set_resolver (state->set)));
  airing->replaced = TRUE;
  airing->part = -1;
  if (!airing->on_air || (current >= 0 && part != current))
    return;
  // On air: the new clip begins at its beginning.
  PoFrame offset = 0;
  for (guint i = 0; i < part && i < airing->parts->len; i++)
    offset += ((PoPart *)airing->parts->pdata[i])->frames;
  airing->first_base = airing->base = state->now - offset;
}

static void cancel (PoSim *self, const PoJournalEntry *entry) {
  PoAiring *airing = named_airing (self, entry);
  if (airing != NULL)
    airing->over = TRUE;
  po_plan_event_set_relink (self->state.set);
}

static void source_ended (PoSim *self, const PoJournalEntry *entry) {
  PoAiring *airing = running (self, entry);
  if (airing != NULL) {
    if (entry->kind == PO_JOURNAL_FAILED)
      po_airing_fail_part (airing, self->state.now);
    else
      po_airing_skip_part (airing, self->state.now);
    return;
  }
  g_free (self->ended_run);
  self->ended_run = g_strdup (po_journal_entry_get (entry, "run"));
}

// Filler on behalf of an airing has its name, too, but says nothing of the airing's own media.
static void recovered (PoSim *self, const PoJournalEntry *entry) {
  const gchar *run = po_journal_entry_get (entry, "run");
  const gboolean is_filler = run != NULL && po_run_key_is_filler (run);
  PoAiring *airing = is_filler ? NULL : named_airing (self, entry);
  if (airing != NULL)
    po_airing_recover (airing, self->state.now);
}

static void live_state (PoSim *self, const PoJournalEntry *entry) {
  PoAiring *airing = running (self, entry);
  if (airing == NULL)
    airing = named_airing (self, entry);
  if (airing == NULL)
    return;
  gboolean away = g_strcmp0 (po_journal_entry_get (entry, "state"), "away") == 0;
  if (!away)
    airing->away_since = PO_FRAME_NONE;
  else if (airing->away_since == PO_FRAME_NONE)
    airing->away_since = self->state.now;
}

// Without a name it means a live show, or what waits for an end: a moment too late it must not end what came after.
static void end_live (PoSim *self, const PoJournalEntry *entry) {
  PoAiring *airing = target (self, entry);
  if (airing == NULL ||
      (!names_an_airing (entry) && !po_plan_event_is_live (airing->event) && airing->event->end_type != PO_END_MANUAL))
    return;
  airing->over = TRUE;
}

static void set_slate (PoSimState *state) {
  state->slate = TRUE;
  state->hold = state->filling = FALSE;
}

static void force_filler (PoSimState *state) {
  state->filling = state->cut = TRUE;
  state->slate = state->hold = FALSE;
}

// What became of a source.
static void observe (PoSim *self, const PoJournalEntry *entry) {
  if (entry->kind == PO_JOURNAL_LIVE)
    live_state (self, entry);
  else if (entry->kind == PO_JOURNAL_RECOVERED)
    recovered (self, entry);
  else
    source_ended (self, entry);
}

void po_sim_apply (PoSim *self, const PoJournalEntry *entry) {
  PoSimState *state = &self->state;
  switch (entry->kind) {
  case PO_JOURNAL_ADOPT:
  case PO_JOURNAL_PIN:
    po_sim_adopt (self);
    break;
  case PO_JOURNAL_ENDED:
  case PO_JOURNAL_FAILED:
  case PO_JOURNAL_RECOVERED:
  case PO_JOURNAL_LIVE:
    observe (self, entry);
    break;
  case PO_JOURNAL_TAKE:
    take (self, entry);
    break;
  case PO_JOURNAL_SKIP:
    skip (self);
    break;
  case PO_JOURNAL_HOLD:
    state->hold = !state->slate;
    break;
  case PO_JOURNAL_RESUME:
    state->hold = FALSE;
    break;
  case PO_JOURNAL_EXTEND:
    extend (self, entry);
    break;
  case PO_JOURNAL_END_LIVE:
    end_live (self, entry);
    break;
  case PO_JOURNAL_SLATE:
    set_slate (state);
    break;
  case PO_JOURNAL_BACK:
    back (self);
    break;
  case PO_JOURNAL_INSERT:
    insert (self, entry);
    break;
  case PO_JOURNAL_REPLACE:
    po_sim_adopt (self);
    replace (self, entry);
    break;
  case PO_JOURNAL_CANCEL:
    cancel (self, entry);
    break;
  case PO_JOURNAL_FILL:
    force_filler (state);
    break;
  case PO_JOURNAL_ALIAS: // holds with the adoption that follows
  case PO_JOURNAL_START:
  case PO_JOURNAL_CLOCK:
  case PO_JOURNAL_ASKED:
  case PO_JOURNAL_DROPPED:
    break;
  }
}
