// SPDX-License-Identifier: GPL-3.0-or-later
// Other calendars or other media hold from now on: the tables are swapped and the state is carried over. What is on air
// stays as it was planned; what comes later is as the new tables say.
#include "rundown/sim-private.h"

#define DAY_NS (86400 * PO_NS_PER_SECOND)

static PoPlanEventSet *find_set (PoSim *self) {
  for (guint i = 0; i < self->sets->len; i++) {
    if (po_plan_event_set_is_for (self->sets->pdata[i], self->book))
      return self->sets->pdata[i];
  }
  PoTimeNs now_ns = po_frame_to_time_floor (self->state.now, self->settings->rate);
  PoPlanEventSet *set = po_plan_event_set_new (self->settings, self->source, self->book, now_ns - DAY_NS);
  g_ptr_array_add (self->sets, set);
  return set;
}

static void set_parts (PoAiring *airing, GPtrArray *parts) {
  g_ptr_array_unref (airing->parts);
  airing->parts = parts;
}

// Up to the part that is on as it was, then as the tables now have it.
static GPtrArray *splice_parts (const PoAiring *airing, GPtrArray *newer) {
  GPtrArray *parts = g_ptr_array_new_with_free_func ((GDestroyNotify)po_part_unref);
  for (guint i = 0; i < newer->len; i++) {
    GPtrArray *from = (gint)i <= airing->part && i < airing->parts->len ? airing->parts : newer;
    g_ptr_array_add (parts, po_part_ref (from->pdata[i]));
  }
  return parts;
}

static void carry_on_air (PoSim *self, PoAiring *airing, PoPlanEvent *newer) {
  PoSimState *state = &self->state;
  if (newer == NULL)
    return;
  if (po_plan_event_airs_alike (airing->event, newer)) {
    po_plan_event_forget_parts (newer);
    airing->event = newer;
    set_parts (airing, splice_parts (airing, po_plan_event_parts (newer, po_plan_event_set_resolver (state->set))));
  } else if (newer->start > state->now && newer->start < airing->event->end) {
    g_ptr_array_add (state->early, newer); // moved a little while it is on: it airs once
  }
}

// What was planned, or pushed off, or filled for want of media. FALSE: it is to be dropped.
static gboolean carry_waiting (PoSim *self, PoAiring *airing, PoPlanEvent *newer) {
  PoSimState *state = &self->state;
  if (newer == NULL)
    return FALSE;
  gboolean alike = po_plan_event_airs_alike (airing->event, newer);
  if (!alike && (!airing->started || newer->start > state->now))
    return FALSE;
  gboolean had_nothing = po_airing_total (airing) == 0;
  airing->end += newer->end - airing->event->end;
  airing->event = newer;
  po_plan_event_forget_parts (newer);
  set_parts (airing, g_ptr_array_ref (po_plan_event_parts (newer, po_plan_event_set_resolver (state->set))));
  airing->part = -1;
  if (had_nothing && airing->on_air && (!newer->join || airing->whole))
    airing->base = state->now; // its clip has come: from its beginning
  return TRUE;
}

static void carry (PoSim *self) {
  PoSimState *state = &self->state;
  for (guint i = state->airings->len; i > 0; i--) {
    PoAiring *airing = state->airings->pdata[i - 1];
    if (airing->event->synthetic)
      continue;
    PoPlanEvent *newer = po_plan_event_set_find (state->set, airing->event->occurrence->uid, airing->event->instance);
    if (airing == state->on_air && po_airing_has_content (airing, state->now)) {
      carry_on_air (self, airing, newer);
    } else if (!carry_waiting (self, airing, newer)) {
      if (state->on_air == airing)
        state->on_air = NULL;
      if (airing->taken)
        po_sim_give_back (self, airing->event, FALSE);
      g_ptr_array_remove_index (state->airings, i - 1);
    }
  }
}

// What is over stays over, unless an edit gives it time that it did not have.
static void reconsider_done (PoSim *self) {
  PoSimState *state = &self->state;
  g_autoptr (GHashTable) by_command = g_hash_table_new (NULL, NULL);
  for (guint i = 0; i < state->forced->len; i++)
    g_hash_table_add (by_command, state->forced->pdata[i]);
  for (guint i = state->done->len; i > 0; i--) {
    const PoPlanEvent *event = state->done->pdata[i - 1];
    const PoPlanEvent *newer = po_plan_event_set_find (state->set, event->occurrence->uid, event->instance);
    gboolean forced = g_hash_table_contains (by_command, event);
    if (newer == NULL || forced || !newer->join || po_plan_event_airs_alike (event, newer))
      continue;
    g_ptr_array_remove_index (state->done, i - 1);
  }
}

void po_sim_adopt (PoSim *self) {
  PoSimState *state = &self->state;
  PoPlanEventSet *set = find_set (self);
  if (set == state->set)
    return;
  gboolean first = state->set == NULL;
  state->set = set;
  po_plan_event_set_load (set, po_frame_to_time_floor (state->now, self->settings->rate) + DAY_NS);
  if (!first) {
    carry (self);
    reconsider_done (self);
  }
  po_sim_enter_current (self);
}
