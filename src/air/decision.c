// SPDX-License-Identifier: GPL-3.0-or-later
// Decisions: what is to hold, from which frame on, and the new rundown before the head in time.
#include "air/air-private.h"

#include <pthread.h>
#include <sched.h>
#include <time.h>

#include "model/text.h"

#define HORIZON_NS     (2 * 3600 * PO_NS_PER_SECOND) // how far the rundown in force reaches
#define DECIDE_TRIES   8
#define GUARD_NS       (5 * PO_NS_PER_MS)     // before a frame is due, to put what it shows before the head
#define SHORT_GUARD_NS (3 * PO_NS_PER_MS / 2) // where nothing that the machine does besides comes between

gint64 po_air_monotonic_ns (void) {
  struct timespec now;
  clock_gettime (CLOCK_MONOTONIC, &now);
  return (gint64)now.tv_sec * PO_NS_PER_SECOND + now.tv_nsec;
}

PoFrame po_air_frame (PoAir *self) {
  gint64 k = 0;
  PoFrame n = 0;
  return po_head_position (self->head, &k, &n) ? n : self->anchor.first - 1;
}

gint64 po_air_output_frame (PoAir *self) {
  gint64 k = 0;
  PoFrame n = 0;
  return po_head_position (self->head, &k, &n) ? k : -1;
}

gint64 po_air_running_ns (PoAir *self, PoFrame frame) {
  gint64 k = 0;
  PoFrame n = 0;
  if (!po_head_position (self->head, &k, &n))
    n = self->anchor.first;
  return po_duration_from_frames_floor (frame - n + k, self->rate);
}

void po_air_follow_cue (PoAir *self) {
  po_runs_follow (self->runs, self->rundown, po_air_frame (self));
  po_cards_follow (self->cards, self->head, self->rundown, po_air_frame (self));
}

// From the choice of a frame until the head has its rundown nothing that the machine does besides may come between: the
// frame would be shown as it was planned before. After the head itself; where it is not granted, GUARD_NS must do.
// It takes 0.05 ms; each ms of guard makes one command in forty a frame late.
// (SCHED_RESET_ON_FORK could not be given back without privileges, and with it not the priority; nothing forks here.)
static void hurry (PoAir *self, gboolean hurried) {
  struct sched_param param = {.sched_priority = hurried ? 1 : 0};
  if (self->settings.is_free_run)
    return;
  const gboolean granted = pthread_setschedparam (pthread_self (), hurried ? SCHED_FIFO : SCHED_OTHER, &param) == 0;
  if (hurried)
    self->guard_ns = granted ? SHORT_GUARD_NS : GUARD_NS;
}

// What the head needs comes first, and nothing else in a hurry.
static void publish (PoAir *self, PoRundown *rundown, GPtrArray *findings) {
  po_runs_prepare (self->runs, rundown, po_air_frame (self));
  po_head_set_rundown (self->head, rundown);
  hurry (self, FALSE);
  g_clear_pointer (&self->overrun, json_node_unref);
  g_clear_pointer (&self->rundown, po_rundown_unref);
  self->rundown = po_rundown_ref (rundown);
  g_clear_pointer (&self->findings, g_ptr_array_unref);
  self->findings = g_ptr_array_ref (findings);
  po_air_follow_cue (self);
}

PoRundown *po_air_plan_ahead (PoAir *self, GPtrArray *entries, GPtrArray *findings) {
  PoFrame now = MAX (po_air_frame (self), self->anchor.first);
  const PoItem *on_air = self->rundown != NULL ? po_rundown_at (self->rundown, now) : NULL;
  PoFrame to = now + po_frames_from_duration_ceil (HORIZON_NS, self->rate);
  return po_station_plan (self->settings.station, entries, on_air != NULL ? on_air->start : now, to, findings);
}

// The record is kept in the station's language alone.
static void speak_plainly (PoJournalEntry *entry) {
  const gchar *why = po_journal_entry_get (entry, "why");
  if (po_text_is_carrying (why))
    g_hash_table_replace (entry->args, g_strdup ("why"), po_text_pick (why, NULL));
}

void po_air_append (PoAir *self, PoJournalEntry *entry) {
  speak_plainly (entry);
  entry->utc_ns = po_clock_now_ns (self->settings.clock);
  po_log_append_journal (self->settings.log, entry, self->rate);
  po_station_append (self->settings.station, entry);
}

// Pins only write down what the plan has already decided, so nothing is planned anew.
static void append_pins (PoAir *self) {
  PoFrame now = po_air_frame (self);
  g_autoptr (GPtrArray) pins =
      po_plan_new_pins (self->rundown, po_station_journal (self->settings.station), now + PO_COMMAND_MARGIN, now);
  g_ptr_array_set_free_func (pins, NULL);
  for (guint i = 0; i < pins->len; i++)
    po_air_append (self, pins->pdata[i]);
}

// Whether there is time to put a new rundown before the head that differs from @frame on.
static gboolean is_in_time (PoAir *self, PoFrame frame) {
  if (self->settings.is_free_run || !self->is_started)
    return po_air_frame (self) + 1 < frame || !self->is_started;
  gint64 k = frame - self->offset;
  if (k <= self->last_steer_k) // the clock is being steered: frames may come sooner
    return po_air_frame (self) + 1 < frame;
  return po_anchor_due_ns (&self->anchor, k, self->rate) - po_air_monotonic_ns () > self->guard_ns;
}

PoFrame po_air_decide (PoAir *self, GPtrArray *entries, PoFrame margin) {
  PoFrame frame = 0;
  g_autoptr (PoRundown) rundown = NULL;
  g_autoptr (GPtrArray) findings = NULL;
  hurry (self, TRUE);
  for (guint i = 0; i < DECIDE_TRIES; i++, margin *= 2) {
    g_clear_pointer (&rundown, po_rundown_unref);
    g_clear_pointer (&findings, g_ptr_array_unref);
    findings = g_ptr_array_new_with_free_func ((GDestroyNotify)po_finding_free);
    frame = po_air_frame (self) + margin;
    for (guint e = 0; e < entries->len; e++)
      ((PoJournalEntry *)entries->pdata[e])->frame = frame;
    rundown = po_air_plan_ahead (self, entries, findings);
    if (is_in_time (self, frame))
      break;
  }
  publish (self, rundown, findings);
  for (guint e = 0; e < entries->len; e++)
    po_air_append (self, entries->pdata[e]);
  g_ptr_array_set_free_func (entries, NULL);
  append_pins (self);
  return frame;
}

PoFrame po_air_decide_one (PoAir *self, PoJournalEntry *entry, PoFrame margin) {
  g_autoptr (GPtrArray) entries = g_ptr_array_new_with_free_func ((GDestroyNotify)po_journal_entry_free);
  g_ptr_array_add (entries, entry);
  return po_air_decide (self, entries, margin);
}

void po_air_extend_horizon (PoAir *self) {
  PoFrame half = po_frames_from_duration_ceil (HORIZON_NS / 2, self->rate);
  if (po_rundown_end (self->rundown) - po_air_frame (self) >= half)
    return;
  g_autoptr (GPtrArray) findings = g_ptr_array_new_with_free_func ((GDestroyNotify)po_finding_free);
  g_autoptr (PoRundown) rundown = po_air_plan_ahead (self, NULL, findings);
  publish (self, rundown, findings);
  append_pins (self);
}
