// SPDX-License-Identifier: GPL-3.0-or-later
#include "air/air-private.h"

#include <string.h>

#include "air/overrun.h"
#include "air/players.h"
#include "model/error.h"
#include "model/text.h"

#define TICK_MS         100
#define START_LEAD_NS   (500 * PO_NS_PER_MS) // time to cue what is on air at the first frame, on a busy machine too
#define FIRST_MARGIN_NS (300 * PO_NS_PER_MS) // as an adoption's, while the folders are first read

// ---- adoption ----

// The ADOPT entry for what is newer than what holds, or NULL. (transfer full) (nullable)
static PoJournalEntry *adoption_entry (PoAir *self) {
  PoStation *station = self->settings.station;
  const gchar *schedule = po_schedule_revision (po_station_schedule (station));
  const gchar *media = po_media_table_revision (po_station_media (station));
  const gchar *config = self->settings.config->revision;
  PoFrame end = G_MAXINT64;
  gboolean same_schedule = strcmp (schedule, po_station_adopted (station, "schedule", end)) == 0;
  gboolean same_media = strcmp (media, po_station_adopted (station, "media", end)) == 0;
  gboolean same_config = strcmp (config, po_station_adopted (station, "config", end)) == 0;
  if (same_schedule && same_media && same_config)
    return NULL;
  return po_journal_entry_new (0, PO_JOURNAL_ADOPT, "daemon", "schedule", schedule, "media", media, "config", config,
                               NULL);
}

// The adoption, behind what its calendars call otherwise. (transfer full)
static GPtrArray *with_renames (PoAir *self, PoJournalEntry *adoption, PoFrame frame) {
  PoStation *station = self->settings.station;
  GPtrArray *entries = po_station_renames (station, po_station_schedule (station), frame);
  g_ptr_array_add (entries, adoption);
  return entries;
}

void po_air_adopt (PoAir *self) {
  g_autoptr (PoJournalEntry) entry = adoption_entry (self);
  if (!self->is_started || entry == NULL)
    return;
  PoFrame now = po_air_frame (self);
  PoFrame margin = po_plan_adoption_frame (po_station_settings (self->settings.station), now) - now;
  // What this life began without knowing disturbs nobody: there is nothing on air to be kept from an edit.
  if (!self->has_known_inputs)
    margin = po_frames_from_duration_ceil (FIRST_MARGIN_NS, self->rate);
  g_autoptr (GPtrArray) entries = with_renames (self, g_steal_pointer (&entry), now + margin);
  po_air_decide (self, entries, margin);
}

void po_air_inputs_are_known (PoAir *self) {
  self->has_known_inputs = TRUE;
}

void po_air_set_config (PoAir *self, PoConfig *config) {
  po_config_ref (config);
  po_config_unref (self->settings.config);
  self->settings.config = config;
  po_air_watch_set_config (self->watch, config);
  po_runs_set_config (self->runs, config, po_air_frame (self));
  if (self->rundown != NULL)
    po_air_follow_cue (self);
}

// ---- facts ----

// The item of the rundown that @run_key serves, from the one on air on. (nullable)
static const PoItem *find_run_item (PoAir *self, const gchar *run_key) {
  gint first = po_rundown_index_at (self->rundown, MAX (po_air_frame (self), self->anchor.first));
  for (guint i = (guint)MAX (first, 0); i < po_rundown_size (self->rundown) && i < (guint)MAX (first, 0) + 16; i++) {
    const PoItem *item = po_rundown_item (self->rundown, i);
    g_autofree gchar *key = po_item_run_key (item);
    if (strcmp (key, run_key) == 0)
      return item;
  }
  return NULL;
}

static void note_failed (PoAir *self, const gchar *run_key, const PoItem *item, const gchar *why, PoFault fault) {
  g_autofree gchar *file = g_build_filename (self->settings.config->media, item->media, NULL);
  po_failed_runs_add (self->failed, item, run_key, why, file, fault);
}

static void run_failed (PoAir *self, const gchar *run_key, const PoItem *item, const gchar *why, PoFault fault,
                        PoFrame margin) {
  g_autofree gchar *part = g_strdup_printf ("%d", item->part);
  if (!po_runs_fail (self->runs, run_key))
    return;
  note_failed (self, run_key, item, why, fault);
  po_air_decide_one (self,
                     po_journal_entry_new (0, PO_JOURNAL_FAILED, "daemon", "run", run_key, "uid", item->uid, "instance",
                                           item->instance, "part", part, "why", why, NULL),
                     margin);
}

static void run_recovered (const gchar *run_key, const gchar *uid, const gchar *instance, gpointer user) {
  po_air_decide_one (
      user,
      po_journal_entry_new (0, PO_JOURNAL_RECOVERED, "daemon", "run", run_key, "uid", uid, "instance", instance, NULL),
      PO_COMMAND_MARGIN);
}

// A player that fell over before its item came is worth one more try; a clip that cannot be played is not.
static gboolean try_again (PoAir *self, PoPlayerFactKind kind, const gchar *run_key) {
  gboolean fell_over = kind == PO_PLAYER_FACT_DIED || kind == PO_PLAYER_FACT_VIOLATION;
  return fell_over && po_runs_retry (self->runs, run_key, self->rundown, po_air_frame (self));
}

static void renew_live_players (PoAir *self) {
  for (gchar *player; (player = po_live_watch_fallen (self->live)) != NULL; g_free (player)) {
    for (gchar *key; (key = po_runs_key_of (self->runs, player)) != NULL; g_free (key))
      po_runs_release (self->runs, key);
    po_live_watch_remove (self->live, player, NULL);
  }
}

static void take_fault (PoAir *self, const PoPlayerFact *fact) {
  g_autofree gchar *run_key = po_runs_key_of (self->runs, fact->run_key);
  const PoItem *item = run_key != NULL ? find_run_item (self, run_key) : NULL;
  const PoFault fault = fact->kind == PO_PLAYER_FACT_UNOPENED    ? PO_FAULT_STORAGE
                        : fact->kind == PO_PLAYER_FACT_UNSTARTED ? PO_FAULT_MACHINE
                                                                 : PO_FAULT_CLIP;
  if (item == NULL)
    return;
  if (item->start <= po_air_frame (self) + 1)
    note_failed (self, run_key, item, fact->message, fault); // on air: the head says when the ring is empty
  else if (!try_again (self, fact->kind, run_key))
    run_failed (self, run_key, item, fact->message, fault, PO_COMMAND_MARGIN);
}

// The machine's fault and no clip's: the pool tries again by itself.
static void tell_room (PoAir *self, const PoPlayerFact *fact) {
  static const gchar id[] = "players";
  if (fact->kind == PO_PLAYER_FACT_STARTED)
    po_alarms_clear (self->settings.alarms, id);
  if (fact->kind == PO_PLAYER_FACT_UNSTARTED)
    po_alarms_raise (
        self->settings.alarms, id, PO_SEVERITY_ERROR, po_clock_now_ns (self->settings.clock),
        _ ("Clips wait for it; it is tried again twice a second. See what uses up this machine's memory and "
           "processes (free, ps; MemoryMax= and TasksMax= of the service), and end what does not belong."),
        _ ("The machine has no room for a player: %s"), fact->message);
}

static void on_player_fact (const PoPlayerFact *fact, gpointer user) {
  PoAir *self = user;
  tell_room (self, fact);
  gboolean is_fault = po_player_fact_is_fault (fact->kind);
  if (!po_live_watch_take_fact (self->live, fact) && self->is_started && is_fault && *fact->run_key != '\0')
    take_fault (self, fact);
  po_air_pursue (self);
}

static void source_ended (PoAir *self, const PoHeadEvent *event) {
  g_autofree gchar *part = g_strdup_printf ("%d", event->item->part);
  g_autofree gchar *run_key = po_item_run_key (event->item);
  PoHoldLimits limits;
  po_hold_limits_init (&limits, self->rate, self->settings.config->hold_dead_ms, self->settings.config->hold_silent_ms,
                       self->settings.config->live_hold_ms);
  if (event->item->end - event->n <= limits.ended_frames)
    return; // the hold covers it
  po_recorder_set_reason (self->recorder, _ ("the clip was shorter than it had measured"));
  note_failed (self, run_key, event->item, _ ("the clip was shorter than it had measured"), PO_FAULT_CLIP);
  po_air_decide_one (self,
                     po_journal_entry_new (0, PO_JOURNAL_ENDED, "daemon", "run", run_key, "uid", event->item->uid,
                                           "instance", event->item->instance, "part", part, NULL),
                     limits.ended_frames);
}

static void source_gone (PoAir *self, const PoHeadEvent *event) {
  if (event->item->kind == PO_ITEM_LIVE)
    return; // its player is replaced
  g_autofree gchar *run_key = po_item_run_key (event->item);
  PoFrame margin = po_frames_from_duration_ceil (self->settings.config->hold_dead_ms * PO_NS_PER_MS, self->rate);
  po_recorder_set_reason (self->recorder, _ ("its player failed"));
  if (event->item->end - event->n > margin)
    run_failed (self, run_key, event->item, _ ("its player failed on air"), PO_FAULT_CLIP, margin);
}

static void on_head_event (const PoHeadEvent *event, gpointer user) {
  PoAir *self = user;
  if (event->kind == PO_HEAD_SCREEN && event->item != NULL && event->item->kind == PO_ITEM_LIVE)
    po_recorder_set_reason (self->recorder, _ ("the live source was away"));
  po_recorder_take_event (self->recorder, event);
  po_air_watch_take_event (self->watch, event);
  switch (event->kind) {
  case PO_HEAD_START:
    po_air_extend_horizon (self);
    po_air_follow_cue (self);
    break;
  case PO_HEAD_SOURCE_ENDED:
    source_ended (self, event);
    break;
  case PO_HEAD_SOURCE_GONE:
    source_gone (self, event);
    break;
  case PO_HEAD_FINISHED:
    self->settings.finished (self->settings.user);
    break;
  case PO_HEAD_SCREEN:
  case PO_HEAD_CHECKPOINT:
  case PO_HEAD_END:
    break;
  }
  PoJournalEntry *live = po_live_watch_take_event (self->live, event);
  if (live != NULL)
    po_air_decide_one (self, live, PO_COMMAND_MARGIN);
}

// ---- the clock ----

static gint64 next_edge_k (PoAir *self, gint64 k, PoFrame n) {
  const PoItem *item = po_rundown_at (self->rundown, n);
  return item != NULL ? k + (item->end - n) : -1;
}

// What has aired cannot be aired again: the air goes on by the time before, and the log has the clock's own.
static void tell_if_set_back (PoAir *self, const PoClockError *error, gint64 k, gint64 mono_to_utc_ns) {
  static const gchar id[] = "clock-set-back";
  const gboolean is_to_come = self->last_steer_k > k + PO_COMMAND_MARGIN;
  if (is_to_come || error->error >= -po_frames_from_duration_ceil (PO_NS_PER_SECOND, self->rate)) {
    po_alarms_clear (self->settings.alarms, id);
    return;
  }
  if (ABS (mono_to_utc_ns - self->mono_to_utc_ns) > PO_NS_PER_SECOND / 2) {
    self->mono_to_utc_ns = mono_to_utc_ns;
    po_head_set_utc (self->head, mono_to_utc_ns);
  }
  const gint64 ahead_ns = po_duration_from_frames_floor (-error->error, self->rate);
  const gint seconds = (gint)((ahead_ns + PO_NS_PER_SECOND / 2) / PO_NS_PER_SECOND);
  po_alarms_raise (self->settings.alarms, id, PO_SEVERITY_ERROR, po_clock_now_ns (self->settings.clock),
                   _ ("See whether it is right now. If so, restart playoutd at a quiet time; ten seconds or less are "
                      "worked off in filler."),
                   NG_ ("The machine's clock was set back: what is on air is %d second ahead of it",
                        "The machine's clock was set back: what is on air is %d seconds ahead of it", (gulong)seconds),
                   seconds);
}

// Compares the frame on air with the wall clock and works a difference off, journalling each change of offset.
static void steer (PoAir *self) {
  gint64 k = 0;
  PoFrame n = 0;
  PoOffset change;
  if (self->settings.is_free_run || !po_head_position (self->head, &k, &n))
    return;
  gint64 mono_ns = po_air_monotonic_ns ();
  PoTimeNs utc_ns = po_clock_now_ns (self->settings.clock);
  PoClockError error = po_clock_error (&self->anchor, self->offset, utc_ns, mono_ns, self->rate);
  tell_if_set_back (self, &error, k, utc_ns - mono_ns);
  if (error.step == PO_CLOCK_STEP_NONE)
    return;
  const PoItem *item = po_rundown_at (self->rundown, n);
  const PoClockMoment at = {
      .k = k + PO_COMMAND_MARGIN,
      .offset = self->offset,
      .last_k = self->last_steer_k,
      .edge_k = next_edge_k (self, k, n),
      .in_filler = item != NULL && (item->kind == PO_ITEM_FILLER || item->kind == PO_ITEM_CARD),
  };
  if (!po_clock_next_offset (&error, &at, self->rate, &change))
    return;
  g_autofree gchar *offset = g_strdup_printf ("%" G_GINT64_FORMAT, change.offset);
  PoJournalEntry *entry = po_journal_entry_new (change.from_k + self->offset, PO_JOURNAL_CLOCK, "daemon", "offset",
                                                offset, "why", "wall clock", NULL);
  self->last_steer_k = change.from_k;
  self->offset = change.offset;
  po_head_set_offset (self->head, change.from_k, change.offset);
  self->mono_to_utc_ns = utc_ns - mono_ns;
  po_head_set_utc (self->head, self->mono_to_utc_ns);
  po_air_append (self, entry);
}

// A machine that lost its time and has not been told it yet, and says it is earlier than what it has already aired,
// must not play the schedule by that time.
static gboolean is_clock_doubtful (PoAir *self) {
  return !self->settings.clock->pretended && !po_clock_synchronised (self->settings.clock) &&
         po_air_frame (self) < self->aired_before;
}

static void doubt_clock (PoAir *self) {
  if (self->is_in_doubt == is_clock_doubtful (self))
    return;
  self->is_in_doubt = !self->is_in_doubt;
  po_air_decide_one (
      self,
      po_journal_entry_new (0, self->is_in_doubt ? PO_JOURNAL_FILL : PO_JOURNAL_BACK, "daemon", "why", "clock", NULL),
      PO_COMMAND_MARGIN);
  if (self->is_in_doubt)
    po_alarms_raise (self->settings.alarms, "clock-before-log", PO_SEVERITY_ERROR,
                     po_clock_now_ns (self->settings.clock),
                     _ ("Set the machine's clock or start its time service; `playoutctl back` accepts the time."),
                     _ ("The clock is earlier than what has already aired; filler only"));
  else
    po_alarms_clear (self->settings.alarms, "clock-before-log");
}

static gboolean on_tick (gpointer user) {
  PoAir *self = user;
  po_head_sweep (self->head);
  doubt_clock (self);
  if (!self->settings.is_free_run && self->settings.until != PO_FRAME_NONE &&
      po_air_frame (self) >= self->settings.until - 1)
    self->settings.finished (self->settings.user);
  po_air_extend_horizon (self);
  renew_live_players (self);
  po_air_follow_cue (self);
  po_air_pursue (self);
  po_failed_runs_check (self->failed, po_air_frame (self));
  po_live_watch_check (self->live, self->settings.config, po_air_frame (self), g_get_monotonic_time ());
  steer (self);
  return G_SOURCE_CONTINUE;
}

// ---- life ----

static gboolean open_head (PoAir *self, GError **error) {
  const PoConfig *config = self->settings.config;
  PoHeadSettings settings;
  po_head_settings_init (&settings, &config->format);
  po_hold_limits_init (&settings.hold, config->format.rate, config->hold_dead_ms, config->hold_silent_ms,
                       config->live_hold_ms);
  settings.is_free_run = self->settings.is_free_run;
  settings.until = self->settings.until;
  self->cards = po_cards_new (&config->format, config->name, config->timezone);
  self->head = po_head_new (&settings, po_cards_slate (self->cards), on_head_event, self, error);
  return self->head != NULL;
}

static void open_watch (PoAir *self) {
  const PoAirWatchSettings settings = {.config = self->settings.config,
                                       .station = self->settings.station,
                                       .alarms = self->settings.alarms,
                                       .clock = self->settings.clock,
                                       .recorder = self->recorder,
                                       .is_free_run = self->settings.is_free_run};
  self->watch = po_air_watch_new (&settings);
  const PoFeed feed = po_air_watch_feed (self->watch);
  po_head_add_feed (self->head, &feed);
}

PoAir *po_air_new (const PoAirSettings *settings, GError **error) {
  g_autoptr (PoAir) self = g_new0 (PoAir, 1);
  self->settings = *settings;
  self->settings.config = po_config_ref (settings->config);
  self->rate = settings->config->format.rate;
  self->last_steer_k = -1;
  self->findings = g_ptr_array_new_with_free_func ((GDestroyNotify)po_finding_free);
  self->recorder = po_recorder_new (settings->log, settings->config->name, self->rate);
  self->failed = po_failed_runs_new (settings->alarms, settings->clock, run_recovered, self);
  self->live = po_live_watch_new (settings->alarms, settings->clock);
  self->pool =
      po_players_new (settings->config, settings->player_path, settings->registry_path, on_player_fact, self, error);
  if (self->pool == NULL || !open_head (self, error))
    return NULL;
  open_watch (self);
  self->runs = po_runs_new (self->pool, self->head, self->live, self->settings.station, self->settings.config);
  return g_steal_pointer (&self);
}

void po_air_free (PoAir *self) {
  if (self == NULL)
    return;
  g_clear_handle_id (&self->tick_id, g_source_remove);
  g_clear_handle_id (&self->look_id, g_source_remove);
  if (self->is_started)
    po_head_stop (self->head);
  g_clear_pointer (&self->head, po_head_free);
  g_clear_pointer (&self->watch, po_air_watch_free);
  g_clear_pointer (&self->runs, po_runs_free);
  g_clear_pointer (&self->failed, po_failed_runs_free);
  g_clear_pointer (&self->live, po_live_watch_free);
  g_clear_pointer (&self->pool, po_player_pool_free);
  g_clear_pointer (&self->cards, po_cards_free);
  g_clear_pointer (&self->recorder, po_recorder_free);
  g_clear_pointer (&self->rundown, po_rundown_unref);
  g_clear_pointer (&self->replaceable, po_journal_entry_free);
  g_clear_pointer (&self->overrun, json_node_unref);
  g_clear_pointer (&self->findings, g_ptr_array_unref);
  g_clear_pointer (&self->settings.config, po_config_unref);
  g_free (self);
}

void po_air_add_feed (PoAir *self, const PoFeed *feed) {
  po_head_add_feed (self->head, feed);
}

// START, ADOPT and CLOCK of this life, all from its first frame. (transfer full)
static GPtrArray *first_entries (PoAir *self) {
  GPtrArray *entries = g_ptr_array_new_with_free_func ((GDestroyNotify)po_journal_entry_free);
  g_autofree gchar *offset = g_strdup_printf ("%" G_GINT64_FORMAT, self->anchor.first);
  g_autofree gchar *lost_until = NULL;
  PoFrame last = 0;
  PoTimeNs last_ns = 0;
  self->aired_before = PO_FRAME_NONE;
  if (po_log_last_aired (self->settings.log, self->rate, &last, &last_ns)) {
    self->aired_before = last;
    lost_until = g_strdup_printf ("%" G_GINT64_FORMAT, last);
  }
  g_ptr_array_add (entries, po_journal_entry_new (0, PO_JOURNAL_START, "daemon", "lost_until", lost_until, NULL));
  PoJournalEntry *adopt = adoption_entry (self);
  if (adopt != NULL) {
    g_autoptr (GPtrArray) adoption = with_renames (self, adopt, self->anchor.first);
    g_ptr_array_extend_and_steal (entries, g_steal_pointer (&adoption));
  }
  g_ptr_array_add (entries,
                   po_journal_entry_new (0, PO_JOURNAL_CLOCK, "daemon", "offset", offset, "why", "start", NULL));
  return entries;
}

// How long a plan takes now, with calendars and facts read for the first time: the first frame must not be due before.
static gint64 measure_plan_ns (PoAir *self) {
  gint64 begun_ns = po_air_monotonic_ns ();
  self->anchor.first = po_frame_from_time_ceil (po_clock_now_ns (self->settings.clock), self->rate);
  g_autoptr (PoRundown) rundown = po_air_plan_ahead (self, NULL, NULL);
  return po_air_monotonic_ns () - begun_ns;
}

PoTimeNs po_air_anchor (PoAir *self) {
  gint64 lead_ns = self->settings.is_free_run ? 0 : START_LEAD_NS + 2 * measure_plan_ns (self);
  gint64 mono_ns = po_air_monotonic_ns ();
  PoTimeNs utc_ns = po_clock_now_ns (self->settings.clock);
  self->anchor = po_anchor_at (utc_ns, mono_ns, lead_ns, self->rate);
  self->offset = self->anchor.first;
  self->mono_to_utc_ns = utc_ns - mono_ns;
  return po_frame_to_time_floor (self->anchor.first, self->rate);
}

gboolean po_air_utc_at_zero (PoAir *self, PoTimeNs *ret_utc_ns) {
  const gint64 mono_ns = po_air_monotonic_ns ();
  const PoClockError error =
      po_clock_error (&self->anchor, self->offset, po_clock_now_ns (self->settings.clock), mono_ns, self->rate);
  *ret_utc_ns = po_frame_to_time_floor (self->offset, self->rate);
  return self->settings.is_free_run || error.step != PO_CLOCK_STEP_JUMP;
}

void po_air_start (PoAir *self) {
  g_autoptr (GPtrArray) entries = first_entries (self);
  po_air_answer_for_lost (self, entries);
  po_air_decide (self, entries, 1);
  po_head_start (self->head, &self->anchor, self->mono_to_utc_ns);
  self->is_started = TRUE;
  self->tick_id = g_timeout_add (TICK_MS, on_tick, self);
}

// For want of all else, or because an operator put it there.
void po_air_tell_slate (PoAir *self) {
  static const gchar id[] = "slate";
  PoAlarms *alarms = self->settings.alarms;
  const PoTimeNs now_ns = po_clock_now_ns (self->settings.clock);
  PoHeadShown shown;
  const gboolean has_begun = po_head_shown (self->head, &shown);
  const PoItem *item = has_begun ? po_rundown_at (self->rundown, shown.n) : NULL;
  const gboolean is_fallback = shown.screen == PO_SCREEN_FALLBACK && !shown.is_stand_in;
  if (shown.screen != PO_SCREEN_SLATE && !is_fallback)
    po_alarms_clear (alarms, id);
  else if (!is_fallback && item != NULL && po_item_is_endless (item))
    po_alarms_raise (alarms, id, PO_SEVERITY_WARNING, now_ns,
                     _ ("When the schedule is to go on: “Back to schedule”, or `playoutctl back`."), "%s",
                     _ ("The slate is on air by command, until another one"));
  else
    po_alarms_raise (alarms, id, PO_SEVERITY_ERROR, now_ns,
                     _ ("See the other alarms for the cause; add filler with [filler] media=."), "%s",
                     _ ("The slate is on air: nothing else can be played"));
}

// ---- what others ask ----

PoRundown *po_air_rundown (PoAir *self) {
  return self->rundown;
}

GPtrArray *po_air_findings (PoAir *self) {
  return self->findings;
}

PoScreen po_air_screen (PoAir *self) {
  PoHeadShown shown;
  po_head_shown (self->head, &shown);
  return shown.screen;
}

const PoAiringMark *po_air_mark (PoAir *self, const PoItem *item) {
  return po_recorder_mark (self->recorder, item);
}

void po_air_stats (PoAir *self, PoHeadStats *ret_head, PoPlayerPoolStats *ret_players) {
  po_head_stats (self->head, ret_head);
  po_player_pool_stats (self->pool, ret_players);
}

void po_air_totals (PoAir *self, PoRecorderTotals *ret_totals) {
  po_recorder_totals (self->recorder, ret_totals);
}

const gchar *po_air_run_state (PoAir *self, const gchar *run_key) {
  return po_runs_state (self->runs, run_key);
}

JsonNode *po_air_sources (PoAir *self) {
  return po_live_watch_to_json (self->live, self->settings.config);
}

JsonNode *po_air_overrun (PoAir *self) {
  if (self->overrun == NULL)
    self->overrun = po_overrun_to_json (self->settings.station, self->rundown, po_air_frame (self));
  return json_node_copy (self->overrun);
}

JsonNode *po_air_loudness (PoAir *self) {
  return po_air_watch_loudness (self->watch);
}

JsonNode *po_air_faults (PoAir *self) {
  return po_air_watch_faults (self->watch);
}
