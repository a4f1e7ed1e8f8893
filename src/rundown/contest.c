// SPDX-License-Identifier: GPL-3.0-or-later
// Who is on their way, and who of them has the air: what the clock brings at one frame.
#include "rundown/sim-private.h"

#include <string.h>

#define LOAD_AHEAD_NS   (2 * 86400 * PO_NS_PER_SECOND)
#define FOLLOW_REACH_NS (120 * PO_NS_PER_SECOND)
#define LEAST_KEPT      64
#define MOST_AT_ONCE    200 // events that overlap in one instant

static PoTimeNs time_of (PoSim *self, PoFrame frame) {
  return po_frame_to_time_floor (frame, self->settings->rate);
}

static PoAiring *find (PoSim *self, const PoPlanEvent *event) {
  for (guint i = 0; i < self->state.airings->len; i++) {
    PoAiring *airing = self->state.airings->pdata[i];
    if (po_plan_event_same (airing->event, event))
      return airing;
  }
  return NULL;
}

static gboolean list_take (GPtrArray *events, const PoPlanEvent *event) {
  for (guint i = 0; i < events->len; i++) {
    if (!po_plan_event_same (events->pdata[i], event))
      continue;
    g_ptr_array_remove_index (events, i);
    return TRUE;
  }
  return FALSE;
}

// Those that could not come again anyway. Only when the list has grown to twice what was left the last time.
static void drop_past (GPtrArray *events, guint *limit, PoFrame now, PoRate rate) {
  if (events->len < *limit)
    return;
  for (guint i = events->len; i > 0; i--) {
    const PoPlanEvent *event = events->pdata[i - 1];
    PoFrame wait = po_frames_from_duration_ceil (MAX (event->occurrence->wait_ns, 0), rate);
    if (MAX (event->end, event->start + wait + 1) <= now)
      g_ptr_array_remove_index_fast (events, i - 1);
  }
  *limit = MAX (2 * events->len, LEAST_KEPT);
}

// What the slate or the filler of an operator keeps off the air is no fault of the plan, and known to whoever put it
// there.
static void note_miss (PoSim *self, PoMissKind kind, const PoPlanEvent *event, PoFrame lost) {
  PoMiss miss = {kind, event, self->state.now, lost};
  if (!self->ahead && !self->state.dark && !self->state.slate && !self->state.filling)
    g_array_append_val (self->misses, miss);
}

// --- On their way ---

// Takes @airing off the list; whoever follows it is let go.
static void finish (PoSim *self, PoAiring *airing);

static gboolean is_replaced (PoSim *self, const PoPlanEvent *event) {
  for (guint i = 0; i < event->parts->len; i++) {
    if (po_book_replacement (self->book, event->occurrence->uid, event->instance, i) != NULL)
      return TRUE;
  }
  return FALSE;
}

PoAiring *po_sim_add (PoSim *self, PoPlanEvent *event) {
  po_plan_event_forget_parts (event);
  PoAiring *airing = po_airing_new (event, po_plan_event_set_resolver (self->state.set));
  airing->replaced = !event->synthetic && is_replaced (self, event);
  g_ptr_array_add (self->state.airings, airing);
  return airing;
}

PoAiring *po_sim_enter (PoSim *self, PoPlanEvent *event) {
  if (po_book_is_cancelled (self->book, event->occurrence->uid, event->instance))
    return NULL;
  PoAiring *airing = po_sim_add (self, event);
  if (event->start_type == PO_START_FIXED) {
    airing->contends = TRUE;
    airing->since = event->start;
  }
  return airing;
}

// Of those that start on one frame: a take and a fixed start cut in, the others wait for the air.
static gint cuts_in (const PoAiring *airing) {
  return airing->taken ? 2 : airing->event->start_type == PO_START_FIXED;
}

static gboolean is_better (const PoAiring *a, const PoAiring *b) {
  if (a->event->tentative != b->event->tentative)
    return b->event->tentative;
  const PoOccurrence *x = a->event->occurrence, *y = b->event->occurrence;
  if (x->priority != y->priority)
    return x->priority < y->priority;
  if (a->since != b->since)
    return a->since > b->since;
  if (cuts_in (a) != cuts_in (b))
    return cuts_in (a) > cuts_in (b);
  gint by_uid = strcmp (x->uid, y->uid);
  return by_uid != 0 ? by_uid < 0 : strcmp (a->event->instance, b->event->instance) < 0;
}

// A calendar with thousands of events on one instant is broken; so that the plan of it still ends in time, the last in
// right to the air has to go.
static void make_room (PoSim *self) {
  PoSimState *state = &self->state;
  PoAiring *worst = NULL;
  for (guint i = 0; i < state->airings->len && state->airings->len >= MOST_AT_ONCE; i++) {
    PoAiring *airing = state->airings->pdata[i];
    if (!airing->on_air && !airing->taken && (worst == NULL || is_better (worst, airing)))
      worst = airing;
  }
  if (worst == NULL)
    return;
  note_miss (self, PO_MISS_NO_ROOM, worst->event, 0);
  worst->over = TRUE;
  finish (self, worst);
}

static void enter_due (PoSim *self) {
  PoSimState *state = &self->state;
  po_plan_event_set_load (state->set, time_of (self, state->now) + LOAD_AHEAD_NS);
  for (PoPlanEvent *event = po_plan_event_set_get (state->set, state->next);
       event != NULL && event->start <= state->now; event = po_plan_event_set_get (state->set, ++state->next)) {
    if (list_take (state->early, event))
      continue;
    make_room (self);
    po_sim_enter (self, event);
    if (event->start_type == PO_START_FIXED && !event->tentative && event->start == state->now)
      state->filling = FALSE;
  }
}

static gboolean waits_for_pred (PoSim *self, const PoAiring *airing) {
  const PoPlanEvent *pred = airing->event->after != NULL ? airing->event->after : airing->event->pred;
  if (airing->released || airing->started || pred == NULL)
    return FALSE;
  if (airing->event->start_type != PO_START_FOLLOW && airing->event->after == NULL)
    return FALSE;
  return find (self, pred) != NULL;
}

static guint hash_event (gconstpointer event) {
  const PoPlanEvent *self = event;
  return g_str_hash (self->occurrence->uid) * 31 + g_str_hash (self->instance);
}

static gboolean equal_events (gconstpointer a, gconstpointer b) {
  return po_plan_event_same (a, b);
}

// Those that have entered, whatever became of them. (transfer container)
static GHashTable *entered_events (const PoSimState *state) {
  GHashTable *events = g_hash_table_new (hash_event, equal_events);
  for (guint i = 0; i < state->early->len; i++)
    g_hash_table_add (events, state->early->pdata[i]);
  for (guint i = 0; i < state->done->len; i++)
    g_hash_table_add (events, state->done->pdata[i]);
  for (guint i = 0; i < state->airings->len; i++)
    g_hash_table_add (events, ((PoAiring *)state->airings->pdata[i])->event);
  return events;
}

void po_sim_enter_current (PoSim *self) {
  PoSimState *state = &self->state;
  g_autoptr (GHashTable) entered = entered_events (state);
  state->next = po_plan_event_set_first_at (state->set, state->now);
  for (guint i = 0; i < state->next; i++) {
    PoPlanEvent *event = po_plan_event_set_get (state->set, i);
    if (!g_hash_table_add (entered, event))
      continue;
    PoAiring *airing = po_sim_enter (self, event);
    if (airing == NULL)
      continue;
    if (po_airing_is_over (airing, state->now, waits_for_pred (self, airing), self->settings))
      g_ptr_array_remove (state->airings, airing);
    else
      make_room (self);
  }
}

void po_sim_take (PoSim *self, PoAiring *airing, gboolean whole) {
  PoSimState *state = &self->state;
  for (guint i = 0; i < state->airings->len; i++) {
    PoAiring *other = state->airings->pdata[i];
    if (other != airing && other->contends && other->pusher == NULL)
      other->pusher = airing->event;
  }
  state->hold = state->filling = FALSE;
  airing->pusher = NULL;
  airing->contends = airing->released = airing->taken = TRUE;
  airing->since = airing->released_at = state->now;
  if (whole && !airing->on_air) {
    airing->whole = TRUE;
    airing->started = FALSE;
    airing->content = 0;
  }
}

// Those of them that have not begun have waited for their turn till now.
void po_sim_give_back (PoSim *self, const PoPlanEvent *event, gboolean is_over) {
  for (guint i = 0; i < self->state.airings->len; i++) {
    PoAiring *other = self->state.airings->pdata[i];
    if (other->pusher == NULL || !po_plan_event_same (other->pusher, event))
      continue;
    other->over |= is_over && other->yields;
    other->yields = FALSE;
    other->pusher = NULL;
    if (!other->started) {
      other->released = TRUE;
      other->released_at = self->state.now;
    }
  }
}

void po_sim_untake (PoSim *self, PoAiring *airing) {
  PoSimState *state = &self->state;
  PoPlanEvent *event = airing->event;
  po_sim_give_back (self, event, FALSE);
  if (event->synthetic || (airing->whole && event->end <= state->now)) {
    airing->over = TRUE;
  } else if (event->start > state->now) { // it comes at its time, as if it had not been on
    list_take (state->early, event);
    if (state->on_air == airing)
      state->on_air = NULL;
    g_ptr_array_remove (state->airings, airing);
  } else {
    airing->taken = FALSE;
    if (event->start_type != PO_START_MANUAL)
      airing->since = MIN (airing->since, event->start);
  }
}

// However late its chain lets it go, a FOLLOW has no better right to the air than it had in time: an overrun must not
// carry it into the slot of a FIXED event. Nor does it cut off what a command put on air.
static void let_go (PoSim *self, PoAiring *airing) {
  const PoAiring *on_air = self->state.on_air;
  if (airing->released || airing->started)
    return;
  if (on_air != NULL && on_air->taken && on_air != airing)
    airing->pusher = on_air->event;
  airing->released = airing->contends = TRUE;
  airing->released_at = self->state.now;
  airing->since = MIN (self->state.now, airing->event->start);
}

static void release_followers (PoSim *self, const PoPlanEvent *event) {
  PoSimState *state = &self->state;
  po_plan_event_set_load (state->set, time_of (self, event->end) + FOLLOW_REACH_NS);
  g_autoptr (GPtrArray) followers = po_plan_event_set_followers (state->set, event);
  for (guint i = 0; i < followers->len; i++) {
    PoPlanEvent *follower = followers->pdata[i];
    PoAiring *airing = find (self, follower);
    if (airing == NULL && follower->start > state->now && !po_plan_event_is_among (follower, state->early)) {
      airing = po_sim_enter (self, follower);
      if (airing != NULL)
        g_ptr_array_add (state->early, follower);
    }
    if (airing != NULL)
      let_go (self, airing);
  }
  for (guint i = 0; i < state->airings->len && self->inserted->len > 0; i++) {
    PoAiring *airing = state->airings->pdata[i];
    if (airing->event->after != NULL && !airing->started && po_plan_event_same (airing->event->after, event))
      po_sim_take (self, airing, TRUE);
  }
}

static void note_end (PoSim *self, const PoAiring *airing) {
  if (airing->over)
    return;
  if (!airing->started)
    note_miss (self, airing->event->start_type == PO_START_MANUAL ? PO_MISS_NOT_TAKEN : PO_MISS_NO_ROOM, airing->event,
               0);
}

static void finish (PoSim *self, PoAiring *airing) {
  PoSimState *state = &self->state;
  PoPlanEvent *event = airing->event;
  note_end (self, airing);
  drop_past (state->done, &state->done_limit, state->now, self->settings->rate);
  drop_past (state->forced, &state->forced_limit, state->now, self->settings->rate);
  g_ptr_array_add (state->done, event);
  if (airing->over)
    g_ptr_array_add (state->forced, event);
  if (airing->taken)
    po_sim_give_back (self, event, TRUE);
  if (state->on_air == airing)
    state->on_air = NULL;
  g_ptr_array_remove_fast (state->airings, airing);
  release_followers (self, event);
}

// --- Who has the air ---

static gboolean may_contend (const PoAiring *airing) {
  return airing->contends && airing->pusher == NULL;
}

static gboolean is_past_slot_by_media (const PoAiring *airing, PoFrame now) {
  return airing->event->end_type == PO_END_MEDIA && !airing->event->synthetic && po_airing_is_overtime (airing, now);
}

// Something that END MEDIA may not pass its slot over: not filler, SOFT or FOLLOW.
static gboolean is_hard (const PoAiring *airing, PoFrame now) {
  PoStartType start = airing->event->start_type;
  return may_contend (airing) && !airing->event->tentative && !is_past_slot_by_media (airing, now) &&
         (start == PO_START_FIXED || start == PO_START_MANUAL || airing->taken);
}

static PoAiring *contest (PoSim *self) {
  const PoSimState *state = &self->state;
  PoAiring *best = NULL;
  gboolean hard = FALSE;
  for (guint i = 0; i < state->airings->len && !hard; i++)
    hard = is_hard (state->airings->pdata[i], state->now);
  for (guint i = 0; i < state->airings->len; i++) {
    PoAiring *airing = state->airings->pdata[i];
    if (!may_contend (airing) || (hard && is_past_slot_by_media (airing, state->now)))
      continue;
    if (best == NULL || is_better (airing, best))
      best = airing;
  }
  return best;
}

static gboolean finish_over (PoSim *self) {
  PoSimState *state = &self->state;
  gboolean any = FALSE;
  for (guint i = 0; i < state->airings->len;) {
    PoAiring *airing = state->airings->pdata[i];
    if (po_airing_is_over (airing, state->now, waits_for_pred (self, airing), self->settings)) {
      finish (self, airing); // another takes its place in the list
      any = TRUE;
    } else {
      i++;
    }
  }
  return any;
}

static gboolean is_earlier_in_line (const PoAiring *a, const PoAiring *b) {
  if (a->event->start != b->event->start)
    return a->event->start < b->event->start;
  return is_better (a, b);
}

// SOFT: the first in line when the air is free; at its deadline in any case.
static gboolean release_soft (PoSim *self, gboolean is_free) {
  PoSimState *state = &self->state;
  PoAiring *first = NULL;
  for (guint i = 0; i < state->airings->len; i++) {
    PoAiring *airing = state->airings->pdata[i];
    if (airing->contends || airing->started || !po_airing_is_soft (airing) || airing->event->start > state->now)
      continue;
    if (!is_free && state->now < po_airing_deadline (airing, self->settings->rate))
      continue;
    if (first == NULL || is_earlier_in_line (airing, first))
      first = airing;
  }
  if (first == NULL)
    return FALSE;
  first->contends = TRUE;
  first->since = state->now;
  return TRUE;
}

// An inserted clip whose time has come, and FOLLOW whose predecessor is gone without a word: cancelled, or taken out of
// the calendar.
static gboolean release_orphan (PoSim *self) {
  PoSimState *state = &self->state;
  for (guint i = 0; i < state->airings->len; i++) {
    PoAiring *airing = state->airings->pdata[i];
    const PoPlanEvent *event = airing->event;
    gboolean follows = event->synthetic || (event->start_type == PO_START_FOLLOW && event->pred != NULL);
    if (!follows || airing->contends || airing->started || event->start > state->now || waits_for_pred (self, airing))
      continue;
    if (event->synthetic)
      po_sim_take (self, airing, TRUE);
    else
      let_go (self, airing);
    return TRUE;
  }
  return FALSE;
}

static gboolean is_blocked (const PoSimState *state) {
  return state->slate || state->filling || state->dark;
}

gchar *po_run_key_of_event (const PoPlanEvent *event, gint part, const PoPart *media, PoFrame origin, gint64 in_ns) {
  PoItem item = {.kind = media->live ? PO_ITEM_LIVE : PO_ITEM_MEDIA,
                 .uid = event->occurrence->uid,
                 .instance = event->instance,
                 .part = part,
                 .media = media->media,
                 .sha256 = media->sha256,
                 .media_in_ns = in_ns,
                 .media_origin = origin};
  return po_item_run_key (&item);
}

// The run that is on, begun now if another part is on. TRUE if it is known not to play, so that its part is over.
static gboolean run_failed (PoSim *self, PoAiring *airing) {
  PoFrame into = 0;
  gint part = po_airing_part_at (airing, po_airing_content_at (airing, self->state.now), &into);
  if (part < 0 || airing->event->tentative)
    return FALSE;
  const PoPart *media = airing->parts->pdata[part];
  if (part != airing->part) {
    airing->part = part;
    airing->run_origin = self->state.now;
    gboolean seeks = !media->live && !media->still;
    airing->run_in_ns = seeks ? media->in_ns + po_duration_from_frames_floor (into, self->settings->rate) : 0;
  }
  if (!po_book_any_failed (self->book))
    return FALSE;
  g_autofree gchar *key = po_run_key_of_event (airing->event, part, media, airing->run_origin, airing->run_in_ns);
  if (!po_book_has_failed (self->book, key))
    return FALSE;
  po_airing_fail_part (airing, self->state.now);
  return TRUE;
}

static void put_on_air (PoSim *self, PoAiring *winner) {
  PoSimState *state = &self->state;
  if (state->on_air == winner)
    return;
  if (state->on_air != NULL) {
    po_airing_go_off (state->on_air, state->now);
    state->on_air->suspended = winner == NULL && (state->slate || state->dark);
  }
  state->on_air = winner;
  if (winner == NULL)
    return;
  if (!winner->started && winner->event->start_type == PO_START_FIXED)
    state->hold = FALSE;
  if (!winner->started && state->now > winner->event->start)
    note_miss (self, PO_MISS_LATE, winner->event, state->now - winner->event->start);
  po_airing_go_on (winner, state->now);
}

// What passed its slot by its media and met something hard, or lost the air in its overrun, is over.
static gboolean end_losers (PoSim *self, const PoAiring *winner) {
  PoSimState *state = &self->state;
  for (guint i = 0; i < state->airings->len; i++) {
    PoAiring *airing = state->airings->pdata[i];
    gboolean holds_on = airing->on_air || airing->suspended;
    if (airing == winner || !holds_on || !po_airing_is_overtime (airing, state->now))
      continue;
    note_miss (self, PO_MISS_CUT, airing->event, 0);
    finish (self, airing);
    return TRUE;
  }
  return FALSE;
}

void po_sim_settle (PoSim *self) {
  PoSimState *state = &self->state;
  enter_due (self);
  for (;;) {
    while (finish_over (self))
      continue;
    PoAiring *winner = contest (self);
    gboolean blocked = is_blocked (state);
    gboolean is_free = !blocked && (winner == NULL || !po_airing_has_content (winner, state->now));
    if (release_orphan (self) || release_soft (self, is_free) || end_losers (self, winner))
      continue;
    put_on_air (self, blocked ? NULL : winner);
    if (state->on_air == NULL)
      return;
    if (po_airing_is_over (state->on_air, state->now, FALSE, self->settings) || run_failed (self, state->on_air))
      continue;
    return;
  }
}

const PoAiring *po_sim_waiting_manual (PoSim *self) {
  const PoAiring *first = NULL;
  for (guint i = 0; i < self->state.airings->len; i++) {
    const PoAiring *airing = self->state.airings->pdata[i];
    if (airing->event->start_type != PO_START_MANUAL || airing->contends || airing->event->synthetic ||
        airing->event->start > self->state.now)
      continue;
    if (first == NULL || is_earlier_in_line (airing, first))
      first = airing;
  }
  return first;
}
