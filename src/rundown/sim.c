// SPDX-License-Identifier: GPL-3.0-or-later
#include "rundown/sim-private.h"

#define DAY_NS (86400 * PO_NS_PER_SECOND)

static void state_clear (PoSimState *state) {
  g_clear_pointer (&state->airings, g_ptr_array_unref);
  g_clear_pointer (&state->early, g_ptr_array_unref);
  g_clear_pointer (&state->done, g_ptr_array_unref);
  g_clear_pointer (&state->forced, g_ptr_array_unref);
}

static void snapshot_clear (PoSnapshot *snapshot) {
  if (snapshot->made)
    state_clear (&snapshot->state);
}

static void state_copy (const PoSimState *from, PoSimState *ret_to) {
  *ret_to = *from;
  ret_to->airings = g_ptr_array_new_with_free_func ((GDestroyNotify)po_airing_free);
  ret_to->on_air = NULL;
  for (guint i = 0; i < from->airings->len; i++) {
    PoAiring *copy = po_airing_copy (from->airings->pdata[i]);
    g_ptr_array_add (ret_to->airings, copy);
    if (from->on_air == from->airings->pdata[i])
      ret_to->on_air = copy;
  }
  ret_to->early = g_ptr_array_copy (from->early, NULL, NULL);
  ret_to->done = g_ptr_array_copy (from->done, NULL, NULL);
  ret_to->forced = g_ptr_array_copy (from->forced, NULL, NULL);
}

static PoTimeNs time_of (PoSim *self, PoFrame frame) {
  return po_frame_to_time_floor (frame, self->settings->rate);
}

static PoFrame next_midnight (PoSim *self, PoFrame frame) {
  PoTimeNs midnight_ns = po_time_local_midnight (time_of (self, frame), self->settings->zone);
  PoFrame next = frame;
  // A day has 23 to 25 hours; 12 and 36 hours on is surely inside this or the next one.
  for (gint64 hours = 12; next <= frame && hours <= 72; hours += 12) {
    PoTimeNs guess_ns = po_time_local_midnight (midnight_ns + hours * 3600 * PO_NS_PER_SECOND, self->settings->zone);
    next = po_frame_from_time_ceil (guess_ns, self->settings->rate);
  }
  if (next <= frame) // beyond the calendar
    next = frame + po_frames_from_duration_ceil (DAY_NS, self->settings->rate);
  return next;
}

// --- Spans ---

static PoReason play_reason (const PoAiring *airing) {
  if (airing->event->synthetic || airing->replaced || (airing->taken && airing->event->start_type != PO_START_MANUAL))
    return PO_REASON_COMMAND;
  return airing->returned ? PO_REASON_RETURN : PO_REASON_PLANNED;
}

static void describe_owner (const PoAiring *airing, PoFrame now, PoSpan *span) {
  span->event = airing->event;
  if (po_airing_has_content (airing, now)) {
    span->kind = PO_SPAN_PLAY;
    span->part = airing->part;
    span->media = airing->parts->pdata[airing->part];
    span->reason = span->media->problem != NULL ? PO_REASON_MISSING : play_reason (airing);
    span->origin = airing->run_origin;
    span->in_ns = airing->run_in_ns;
    span->media_end = po_airing_part_end (airing);
    span->put_off = po_airing_put_off (airing);
    span->due = airing->end;
    return;
  }
  gboolean missing = po_airing_total (airing) == 0 || airing->failed;
  span->reason = airing->event->tentative ? PO_REASON_TENTATIVE : missing ? PO_REASON_MISSING : PO_REASON_SHORT;
}

static void describe (PoSim *self, PoSpan *span) {
  const PoSimState *state = &self->state;
  const PoAiring *waiting = NULL;
  *span = (PoSpan){.start = state->now, .kind = PO_SPAN_FILL, .reason = PO_REASON_GAP, .part = -1, .held = state->hold};
  if (state->slate) {
    span->kind = PO_SPAN_SLATE;
    span->reason = PO_REASON_COMMAND;
  } else if (state->filling) {
    span->reason = PO_REASON_COMMAND;
  } else if (state->on_air != NULL) {
    describe_owner (state->on_air, state->now, span);
  } else if (!state->dark && (waiting = po_sim_waiting_manual (self)) != NULL) {
    span->event = waiting->event;
    span->reason = PO_REASON_WAITING;
  }
}

// The next frame at which the clock alone changes something.
static PoFrame next_edge (PoSim *self) {
  const PoSimState *state = &self->state;
  PoFrame edge = po_frame_from_time_ceil (time_of (self, state->now) + DAY_NS, self->settings->rate);
  const PoPlanEvent *event = po_plan_event_set_get (state->set, state->next);
  if (event != NULL)
    edge = MIN (edge, event->start);
  for (guint i = 0; i < state->airings->len; i++)
    edge = MIN (edge, po_airing_next_edge (state->airings->pdata[i], state->now, self->settings));
  return MAX (MIN (edge, self->midnight), state->now + 1);
}

// Where the gap described by @span ends if no further entry comes, at most at midnight.
static PoFrame look_ahead (PoSim *self, const PoSpan *span, PoFrame edge) {
  PoSimState kept = self->state;
  state_copy (&kept, &self->state);
  self->ahead = TRUE;
  while (edge < self->midnight) {
    PoSpan next;
    self->state.now = edge;
    po_sim_settle (self);
    describe (self, &next);
    if (next.kind != PO_SPAN_FILL || !po_plan_event_same_or_none (next.event, span->event) ||
        next.reason != span->reason)
      break;
    edge = next_edge (self);
  }
  self->ahead = FALSE;
  state_clear (&self->state);
  self->state = kept;
  return edge;
}

static void know_gap (PoSim *self, PoSpan *span, PoFrame edge) {
  gboolean same =
      self->in_gap && po_plan_event_same_or_none (self->gap_event, span->event) && self->gap_reason == span->reason;
  self->in_gap = span->kind == PO_SPAN_FILL;
  if (!self->in_gap)
    return;
  if (!same || self->learned || self->known_end <= span->start) {
    self->known_end = look_ahead (self, span, edge);
    span->fresh = TRUE;
  }
  self->gap_event = span->event;
  self->gap_reason = span->reason;
  span->known_end = self->known_end;
}

static void make_snapshots (PoSim *self) {
  while (self->next_snapshot < self->snapshots->len) {
    PoSnapshot *snapshot = &g_array_index (self->snapshots, PoSnapshot, self->next_snapshot);
    if (snapshot->frame > self->state.now)
      return;
    if (snapshot->frame == self->state.now && !snapshot->made) {
      state_copy (&self->state, &snapshot->state);
      snapshot->made = TRUE;
    }
    self->next_snapshot++;
  }
}

static PoFrame next_interruption (PoSim *self) {
  PoFrame frame = G_MAXINT64;
  if (self->next_entry < self->journal->len)
    frame = ((PoJournalEntry *)self->journal->pdata[self->next_entry])->frame;
  if (self->next_snapshot < self->snapshots->len)
    frame = MIN (frame, g_array_index (self->snapshots, PoSnapshot, self->next_snapshot).frame);
  return frame;
}

static const PoSnapshot *find_snapshot (PoSim *self, PoFrame frame) {
  for (guint i = 0; i < self->snapshots->len; i++) {
    const PoSnapshot *snapshot = &g_array_index (self->snapshots, PoSnapshot, i);
    if (snapshot->made && snapshot->frame == frame)
      return snapshot;
  }
  return NULL;
}

static void advance_dark (PoSim *self, PoFrame until) {
  for (;;) {
    po_sim_settle (self);
    PoFrame edge = next_edge (self);
    self->state.now = MIN (edge, until);
    if (self->state.now >= until)
      return;
  }
}

// The first frame that @start lost: of a channel that never was on air, all since @origin.
static gboolean first_lost (const PoJournalEntry *start, PoFrame origin, PoFrame *ret_frame) {
  gint64 lost_until = origin - 1;
  if (po_journal_entry_get (start, "lost_until") != NULL &&
      !po_journal_entry_get_int (start, "lost_until", &lost_until))
    return FALSE;
  *ret_frame = lost_until + 1;
  return TRUE;
}

// After an outage the state is what it was when the last frame was aired, carried on through a time without air.
static void restart (PoSim *self, const PoJournalEntry *start, guint index) {
  PoFrame lost = 0;
  const PoSnapshot *snapshot = first_lost (start, self->origin, &lost) ? find_snapshot (self, lost) : NULL;
  self->state.hold = FALSE;
  if (snapshot == NULL || snapshot->frame >= start->frame)
    return;
  state_clear (&self->state);
  state_copy (&snapshot->state, &self->state);
  self->state.dark = TRUE;
  self->state.hold = FALSE;
  for (guint i = 0; i < index; i++) {
    const PoJournalEntry *entry = self->journal->pdata[i];
    if (entry->frame < snapshot->frame || entry->kind == PO_JOURNAL_START)
      continue;
    if (entry->frame > self->state.now)
      advance_dark (self, entry->frame);
    po_sim_settle (self);
    po_sim_apply (self, entry);
  }
  if (self->state.now < start->frame)
    advance_dark (self, start->frame);
  self->state.dark = FALSE;
}

static void apply_entries (PoSim *self) {
  while (self->next_entry < self->journal->len) {
    guint index = self->next_entry;
    const PoJournalEntry *entry = self->journal->pdata[index];
    if (entry->frame > self->state.now)
      return;
    self->next_entry++;
    self->learned = TRUE;
    po_book_note (self->book, entry);
    if (entry->kind == PO_JOURNAL_START)
      restart (self, entry, index);
    else
      po_sim_apply (self, entry);
  }
}

void po_sim_step (PoSim *self, PoSpan *ret_span) {
  PoSimState *state = &self->state;
  g_clear_pointer (&self->ended_run, g_free);
  self->learned = FALSE;
  if (state->now >= self->midnight)
    self->midnight = next_midnight (self, state->now);
  make_snapshots (self);
  apply_entries (self);
  po_sim_settle (self);
  describe (self, ret_span);
  ret_span->cut = state->cut;
  ret_span->ended_run = self->ended_run;
  state->cut = FALSE;
  PoFrame edge = next_edge (self);
  know_gap (self, ret_span, edge);
  ret_span->end = MIN (edge, next_interruption (self));
  state->now = ret_span->end;
}

PoFrame po_sim_now (PoSim *self) {
  return self->state.now;
}

PoPlanEventSet *po_sim_set (PoSim *self) {
  return self->state.set;
}

GArray *po_sim_misses (PoSim *self) {
  return self->misses;
}

static gint compare_snapshots (gconstpointer a, gconstpointer b) {
  const PoSnapshot *left = a, *right = b;
  return left->frame < right->frame ? -1 : left->frame > right->frame;
}

// Where the state will be wanted again: at the first frame that each restart lost.
static void plan_snapshots (PoSim *self, PoFrame start) {
  for (guint i = 0; i < self->journal->len; i++) {
    const PoJournalEntry *entry = self->journal->pdata[i];
    PoSnapshot snapshot = {0};
    if (entry->kind != PO_JOURNAL_START || !first_lost (entry, start, &snapshot.frame))
      continue;
    if (snapshot.frame >= start && snapshot.frame < entry->frame)
      g_array_append_val (self->snapshots, snapshot);
  }
  g_array_sort (self->snapshots, compare_snapshots);
}

PoSim *po_sim_new (const PoPlanSettings *settings, const PoPlanSource *source, PoBook *book, GPtrArray *journal,
                   PoFrame start) {
  PoSim *self = g_new0 (PoSim, 1);
  PoSimState *state = &self->state;
  self->settings = settings;
  self->source = source;
  self->book = book;
  self->journal = journal;
  self->origin = start;
  self->sets = g_ptr_array_new_with_free_func ((GDestroyNotify)po_plan_event_set_free);
  self->aside = g_ptr_array_new_with_free_func ((GDestroyNotify)po_plan_event_set_free);
  self->inserted = g_ptr_array_new_with_free_func ((GDestroyNotify)po_plan_event_free);
  self->snapshots = g_array_new (FALSE, TRUE, sizeof (PoSnapshot));
  g_array_set_clear_func (self->snapshots, (GDestroyNotify)snapshot_clear);
  self->misses = g_array_new (FALSE, FALSE, sizeof (PoMiss));
  while (self->next_entry < journal->len && ((PoJournalEntry *)journal->pdata[self->next_entry])->frame < start)
    self->next_entry++;
  state->now = start;
  state->airings = g_ptr_array_new_with_free_func ((GDestroyNotify)po_airing_free);
  state->early = g_ptr_array_new ();
  state->done = g_ptr_array_new ();
  state->forced = g_ptr_array_new ();
  state->slate = po_book_slate (book);
  self->midnight = next_midnight (self, start);
  plan_snapshots (self, start);
  po_sim_adopt (self);
  return self;
}

void po_sim_free (PoSim *self) {
  if (self == NULL)
    return;
  state_clear (&self->state);
  g_array_unref (self->snapshots);
  g_ptr_array_unref (self->inserted);
  g_ptr_array_unref (self->aside);
  g_ptr_array_unref (self->sets);
  g_array_unref (self->misses);
  g_free (self->ended_run);
  g_free (self);
}
