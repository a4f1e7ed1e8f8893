// SPDX-License-Identifier: GPL-3.0-or-later
#include "daemon/daemon.h"

#include <glib-unix.h>
#include <gst/gst.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <systemd/sd-daemon.h>
#include <unistd.h>

#include "air/air.h"
#include "config/config.h"
#include "config/install.h"
#include "daemon/announce.h"
#include "daemon/endpoints.h"
#include "desk/desk.h"
#include "daemon/flaws.h"
#include "wiring/inputs.h"
#include "wiring/messages.h"
#include "daemon/morning.h"
#include "wiring/outputs.h"
#include "daemon/state-folder.h"
#include "daemon/status-line.h"
#include "daemon/viewers.h"
#include "model/error.h"
#include "model/text.h"

#define KNOWN_WITHIN_MS 800 // the slate is on air within 2 s of the start, whatever the folders are like
#define KNOWN_POLL_MS   20
#define ADOPT_WITHIN_MS 300 // changes that come in a burst are adopted together
#define HOUSEKEEPING_MS 1000
#define RESCAN_SECONDS  30 // network mounts tell of no change
#define ROOM_SECONDS    5
#define CLOSE_LOG_MS    10000
#define AIR_NICENESS    (-10)                                // whatever else the machine does comes after the air
#define INHERIT_NS      (60 * PO_NS_PER_SECOND)              // until what an earlier life left up has been raised again
#define LOOK_BACK_NS    (366 * 24 * 3600 * PO_NS_PER_SECOND) // for it; each start writes down anew what is still up

struct _PoDaemon {
  PoConfig *config;
  gchar *config_path;
  PoClock clock;
  PoTimeNs until_ns; // PO_TIME_NONE = for ever
  gboolean is_free_run;
  gboolean wants_status_line;
  GTimeZone *zone;
  GMainLoop *loop;
  const gchar **live_names; // of `config`
  PoAlarms *alarms;
  PoStateFolder *state;
  PoLog *log;
  PoInputs *inputs;
  PoStation *station;
  PoAir *air;
  PoOutputs *outputs;
  PoViewers *viewers;
  PoDesk *desk;
  PoEndpoints *endpoints;
  PoStatusLine *status_line;
  PoMorning *morning;
  PoErrands *errands;
  PoMessages *messages;
  PoDeadlines *deadlines;
  PoFlaws *flaws;
  PoRoom *room;
  guint adopt_id, known_id;
  guint waited_ms; // for the inputs to be known
  guint housekeeping_count;
  gint64 last_k; // output frame at the last housekeeping, for the watchdog
  gboolean is_on_air;
};

// ---- configuration ----

static void on_alarm (const PoAlarm *alarm, PoAlarmChange change, PoTimeNs now_ns, gpointer user) {
  PoDaemon *self = user;
  if (self->log != NULL) // what is raised before the record is open is written once it is
    po_log_append_alarm (self->log, alarm, change, now_ns);
  if (self->status_line != NULL)
    po_status_line_clear (self->status_line);
  po_announce (alarm, change);
  if (self->messages != NULL)
    po_messages_tell (self->messages);
}

static void raise_config_alarm (PoDaemon *self, const gchar *message) {
  po_alarms_raise (self->alarms, "config", PO_SEVERITY_ERROR, po_clock_now_ns (&self->clock),
                   _ ("Mend the file, check it with `playoutd --check-config`, and send SIGHUP."), "%s", message);
}

static void raise_config_findings (PoDaemon *self, GPtrArray *findings) {
  po_alarms_raise_findings (self->alarms, "config-section:", findings, po_clock_now_ns (&self->clock),
                            _ ("This section is left out until it is mended; then send SIGHUP."));
}

static void raise_config_notices (PoDaemon *self) {
  po_alarms_raise_findings (self->alarms, "config-notice:", self->config->notices, po_clock_now_ns (&self->clock),
                            _ ("Mend it in the configuration, then send SIGHUP; the rest of it is in force."));
}

// The configuration to start with: the file's, else the last good one with an alarm.
static gboolean load_config (PoDaemon *self, GError **error) {
  g_autoptr (GPtrArray) findings = g_ptr_array_new_with_free_func ((GDestroyNotify)po_finding_free);
  g_autoptr (GError) broken = NULL;
  self->config = po_config_load_tolerant (self->config_path, findings, &broken);
  if (self->config == NULL) {
    g_ptr_array_set_size (findings, 0); // of what is not in force
    self->config = po_config_load_kept (self->config_path, findings, NULL);
  }
  if (self->config == NULL) {
    g_propagate_error (error, g_steal_pointer (&broken));
    return FALSE;
  }
  raise_config_findings (self, findings);
  raise_config_notices (self);
  if (broken != NULL)
    raise_config_alarm (self, broken->message);
  else
    po_config_keep (self->config, NULL); // a state folder that cannot be written raises its own alarm
  return TRUE;
}

static void name_keys_that_wait (PoDaemon *self, GPtrArray *waiting) {
  g_autoptr (GString) keys = g_string_new (NULL);
  for (guint i = 0; i < waiting->len; i++) {
    const PoConfigChange *change = waiting->pdata[i];
    g_string_append_printf (keys, "%s[%s] %s", keys->len > 0 ? ", " : "", change->section, change->key);
  }
  if (keys->len > 0)
    po_alarms_raise (self->alarms, "config-restart", PO_SEVERITY_WARNING, po_clock_now_ns (&self->clock),
                     _ ("Restart playoutd at a quiet time."), _ ("These keys hold from the next start on: %s"),
                     keys->str);
  else
    po_alarms_clear (self->alarms, "config-restart");
}

// @problem: NULL = it is over.
static void set_alarm (PoDaemon *self, const gchar *id, PoSeverity severity, const gchar *problem,
                       const gchar *what_to_do) {
  po_alarms_set (self->alarms, id, severity, po_clock_now_ns (&self->clock), problem, what_to_do);
}

// ---- a new configuration ----

static gboolean on_sighup (gpointer user) {
  PoDaemon *self = user;
  g_autoptr (GPtrArray) findings = g_ptr_array_new_with_free_func ((GDestroyNotify)po_finding_free);
  g_autoptr (GError) error = NULL;
  g_autoptr (PoConfig) next = NULL;
  g_autoptr (PoConfig) config = po_config_reload (self->config, self->config_path, findings, &next, &error);
  if (config == NULL) {
    raise_config_alarm (self, error->message);
    return G_SOURCE_CONTINUE;
  }
  po_alarms_clear (self->alarms, "config");
  raise_config_findings (self, findings);
  g_autoptr (GPtrArray) changes = po_config_diff (self->config, config);
  g_autoptr (GPtrArray) waiting = po_config_diff (config, next);
  name_keys_that_wait (self, waiting);
  po_config_unref (self->config);
  self->config = po_config_ref (config);
  raise_config_notices (self);
  po_config_keep (next, NULL);
  po_station_set_filler (self->station, config->filler_media);
  po_station_set_overrun_ns (self->station, config->live_overrun_ns);
  g_autofree const gchar **live_names = g_steal_pointer (&self->live_names);
  self->live_names = po_config_source_names (config);
  po_station_set_live_names (self->station, self->live_names);
  po_inputs_set_config (self->inputs, config);
  po_outputs_set_config (self->outputs, config, changes);
  po_air_set_config (self->air, config);
  po_messages_set_config (self->messages, config, changes);
  po_desk_set_config (self->desk, config);
  po_deadlines_set_config (self->deadlines, config);
  po_endpoints_set_config (self->endpoints, config);
  po_air_adopt (self->air);
  return G_SOURCE_CONTINUE;
}

// ---- adoption ----

static gboolean adopt_now (gpointer user) {
  PoDaemon *self = user;
  self->adopt_id = 0;
  po_air_adopt (self->air);
  if (po_inputs_are_known (self->inputs))
    po_air_inputs_are_known (self->air);
  return G_SOURCE_REMOVE;
}

static void on_inputs_changed (gpointer user) {
  PoDaemon *self = user;
  if (self->is_on_air && self->adopt_id == 0)
    self->adopt_id = g_timeout_add (ADOPT_WITHIN_MS, adopt_now, self);
}

// ---- alarms that nobody raises by an event ----

static gboolean has_events (PoDaemon *self) {
  PoTimeNs now_ns = po_frame_to_time_floor (po_air_frame (self->air), self->config->format.rate);
  g_autoptr (GPtrArray) soon = po_station_occurrences (self->station, now_ns, now_ns + 24 * 3600 * PO_NS_PER_SECOND);
  return soon->len > 0;
}

static gboolean has_no_clips (PoDaemon *self) {
  g_autoptr (GPtrArray) clips = po_media_table_list (po_station_media (self->station));
  return clips->len == 0 && po_media_library_is_scanned (po_inputs_library (self->inputs));
}

static void raise_room_alarm (PoDaemon *self) {
  const PoRoomLevel level = po_room_level (po_room_free_bytes (self->room, self->config->state));
  const gchar *const problems[] = {[PO_ROOM_ENOUGH] = NULL,
                                   [PO_ROOM_SCARCE] = _ ("The disk of the state folder has less than 200 MB left"),
                                   [PO_ROOM_NONE] = _ ("The disk of the state folder is full")};
  set_alarm (self, "state-room", level == PO_ROOM_NONE ? PO_SEVERITY_ERROR : PO_SEVERITY_WARNING, problems[level],
             _ ("Free space on it: the log and what operators and producers do are kept there."));
}

static void raise_station_alarms (PoDaemon *self) {
  PoTimeNs now_ns = po_clock_now_ns (&self->clock);
  g_autoptr (GPtrArray) log_findings = po_log_findings (self->log);
  const gchar *problem = po_state_folder_problem (self->state);
  po_alarms_raise_findings (
      self->alarms, "log:", log_findings, now_ns,
      _ ("Make room or mend the state folder: what waits is then written; `playoutctl asrun verify` names the rest."));
  po_alarms_raise_findings (self->alarms, "plan:", po_air_findings (self->air), now_ns,
                            _ ("See `playoutctl check` for the whole plan."));
  GPtrArray *flaws = po_flaws_find (self->flaws, self->config, po_air_rundown (self->air),
                                    po_station_media (self->station), po_air_frame (self->air));
  po_alarms_raise_findings (self->alarms, "clip:", flaws, now_ns,
                            _ ("Send the clip again, whole, before then; if none comes, what it has to show airs."));
  raise_room_alarm (self);
  set_alarm (self, "state", PO_SEVERITY_ERROR, problem,
             _ ("Give the user playoutd runs as write access to [paths] state=, then restart."));
  set_alarm (self, "schedule-empty", PO_SEVERITY_WARNING,
             !has_events (self) ? _ ("Nothing is scheduled for the next 24 hours") : NULL,
             _ ("Put a calendar (.ics) into the folder named by [paths] schedules=."));
  set_alarm (self, "media-empty", PO_SEVERITY_ERROR,
             has_no_clips (self) ? _ ("There is no clip in the media folder") : NULL,
             _ ("Copy clips into the folder named by [paths] media=."));
  set_alarm (self, "clock", PO_SEVERITY_WARNING,
             !po_clock_synchronised (&self->clock) ? _ ("The machine's clock is not synchronised") : NULL,
             _ ("Start a time service (chrony, systemd-timesyncd)."));
  po_air_tell_slate (self->air);
}

// ---- the regular round ----

static void feed_watchdog (PoDaemon *self) {
  gint64 k = po_air_output_frame (self->air);
  gboolean is_sending = po_outputs_are_alive (self->outputs);
  if (k > self->last_k && is_sending)
    sd_notify (0, "WATCHDOG=1");
  self->last_k = k;
}

static void tell_viewers (PoDaemon *self) {
  PoGuideParts parts = {self->config, self->station, self->log, self->zone};
  po_viewers_tell (self->viewers, &parts, self->desk, self->outputs, self->air);
}

// Files are named, and go for their age, by the wall clock as it is now, not as it was at the start.
static void check_outputs (PoDaemon *self) {
  PoTimeNs utc_at_zero_ns = 0;
  const gboolean is_right = po_air_utc_at_zero (self->air, &utc_at_zero_ns);
  po_outputs_set_utc (self->outputs, utc_at_zero_ns, is_right);
  po_outputs_check (self->outputs);
}

static void look_for_room (PoDaemon *self) {
  po_room_look (self->room, self->config->media);
  po_room_look (self->room, self->config->state);
}

static gboolean keep_house (gpointer user) {
  PoDaemon *self = user;
  feed_watchdog (self);
  raise_station_alarms (self);
  check_outputs (self);
  po_inputs_check_calendars (self->inputs);
  tell_viewers (self);
  if (po_media_library_is_scanned (po_inputs_library (self->inputs))) // before that, nothing is there
    po_deadlines_look (self->deadlines);
  po_messages_check (self->messages);
  po_alarms_tick (self->alarms, po_clock_now_ns (&self->clock));
  po_messages_tell (self->messages);
  po_endpoints_check (self->endpoints);
  if (self->housekeeping_count % ROOM_SECONDS == 0)
    look_for_room (self);
  if (++self->housekeeping_count % RESCAN_SECONDS == 0)
    po_inputs_rescan (self->inputs);
  if (self->status_line != NULL)
    po_status_line_show (self->status_line);
  return G_SOURCE_CONTINUE;
}

static gboolean on_signal_end (gpointer user) {
  PoDaemon *self = user;
  g_main_loop_quit (self->loop);
  return G_SOURCE_CONTINUE;
}

static gboolean go_on_air (gpointer user) {
  PoDaemon *self = user;
  self->known_id = 0;
  po_outputs_set_utc (self->outputs, po_air_anchor (self->air), TRUE);
  po_air_start (self->air);
  self->is_on_air = TRUE;
  if (po_inputs_are_known (self->inputs))
    po_air_inputs_are_known (self->air);
  self->last_k = -1;
  g_timeout_add (HOUSEKEEPING_MS, keep_house, self);
  sd_notify (0, "READY=1");
  return G_SOURCE_REMOVE;
}

// Until both folders are known, but (on a real channel) not longer than the slate may wait.
static gboolean wait_for_inputs (gpointer user) {
  PoDaemon *self = user;
  gboolean known = self->is_free_run ? po_inputs_are_probed (self->inputs) : po_inputs_are_known (self->inputs);
  self->waited_ms += KNOWN_POLL_MS;
  if (!known && (self->is_free_run || self->waited_ms < KNOWN_WITHIN_MS))
    return G_SOURCE_CONTINUE;
  return go_on_air (self);
}

// ---- making the parts ----

static gboolean read_times (PoDaemon *self, const PoOptions *options, GError **error) {
  PoTimeNs at_ns = 0;
  self->zone = g_time_zone_new_identifier (self->config->timezone);
  self->clock = po_clock_real ();
  self->until_ns = PO_TIME_NONE;
  if (options->until != NULL && !po_time_parse (options->until, self->zone, &self->until_ns, error)) {
    g_prefix_error (error, "--until: ");
    return FALSE;
  }
  if (options->at == NULL)
    return TRUE;
  if (!po_time_parse (options->at, self->zone, &at_ns, error)) {
    g_prefix_error (error, "--at: ");
    return FALSE;
  }
  self->clock = options->free_run ? po_clock_standing (at_ns) : po_clock_at (at_ns);
  return TRUE;
}

// An alarm outlives a restart, with its beginning and with who has seen it.
static void take_over_alarms (PoDaemon *self) {
  const PoTimeNs now_ns = po_clock_now_ns (&self->clock);
  g_autoptr (GPtrArray) open = po_log_open_alarms (self->log, now_ns - LOOK_BACK_NS, NULL);
  g_autoptr (GPtrArray) up = po_alarms_list (self->alarms);
  if (open != NULL)
    po_alarms_inherit (self->alarms, open, now_ns + INHERIT_NS);
  for (guint i = 0; i < up->len; i++)
    po_log_append_alarm (self->log, up->pdata[i], PO_ALARM_RAISED, now_ns);
}

static gboolean open_record (PoDaemon *self, GError **error) {
  self->state = po_state_folder_open (self->config->state, self->clock.pretended, error);
  if (self->state == NULL)
    return FALSE;
  const gchar *dir = po_state_folder_problem (self->state) == NULL ? po_state_folder_path (self->state) : NULL;
  self->log = po_log_open (dir, g_get_host_name (), error);
  if (self->log == NULL)
    return FALSE;
  take_over_alarms (self);
  return TRUE;
}

static gboolean open_inputs (PoDaemon *self, const gchar *state_dir, const gchar *player_path, GError **error) {
  PoInputsSettings settings = {self->config, state_dir, player_path, &self->clock, self->alarms};
  PoPlanSettings plan;
  self->inputs = po_inputs_new (&settings, error);
  if (self->inputs == NULL)
    return FALSE;
  po_plan_settings_init (&plan, self->config->format.rate, self->zone);
  plan.overrun_ns = self->config->live_overrun_ns;
  plan.filler_media = self->config->filler_media;
  plan.has_live = TRUE;
  self->live_names = po_config_source_names (self->config);
  plan.live_names = self->live_names;
  PoStationLoaders loaders = po_inputs_loaders (self->inputs);
  self->station = po_station_new (&plan, &loaders);
  g_autoptr (GPtrArray) journal = po_log_load_journal (self->log, plan.rate, PO_FRAME_NONE, NULL);
  if (journal != NULL)
    g_ptr_array_set_free_func (journal, NULL);
  for (guint i = 0; journal != NULL && i < journal->len; i++)
    po_station_append (self->station, journal->pdata[i]);
  return TRUE;
}

static gboolean on_finished (gpointer user) {
  PoDaemon *self = user;
  g_main_loop_quit (self->loop);
  return G_SOURCE_REMOVE;
}

static gboolean open_air (PoDaemon *self, const gchar *player_path, GError **error) {
  PoAirSettings settings = {.config = self->config,
                            .station = self->station,
                            .log = self->log,
                            .alarms = self->alarms,
                            .clock = &self->clock,
                            .player_path = player_path,
                            .is_free_run = self->is_free_run,
                            .until = PO_FRAME_NONE,
                            .finished = on_finished,
                            .user = self};
  if (self->until_ns != PO_TIME_NONE)
    settings.until = po_frame_from_time_ceil (self->until_ns, self->config->format.rate);
  self->air = po_air_new (&settings, error);
  if (self->air == NULL)
    return FALSE;
  self->outputs = po_outputs_new (self->config, self->zone, self->alarms, &self->clock, self->is_free_run);
  self->viewers = po_viewers_new ();
  PoFeed feed = po_outputs_feed (self->outputs);
  po_air_add_feed (self->air, &feed);
  return TRUE;
}

static void open_control (PoDaemon *self, const gchar *state_dir) {
  self->errands = po_errands_new (self->config_path, state_dir);
  self->room = po_room_new ();
  look_for_room (self);
  PoDeskParts parts = {self->config,   self->zone,      &self->clock, self->alarms,  self->station,
                       self->log,      self->inputs,    self->air,    self->outputs, self->errands,
                       self->messages, self->deadlines, self->room};
  self->desk = po_desk_new (&parts);
  self->endpoints = po_endpoints_new (self->config, state_dir, self->desk, self->zone, self->alarms, &self->clock);
}

static void on_morning (const gchar *date, const gchar *text, gpointer user) {
  PoDaemon *self = user;
  po_alarms_clear (self->alarms, "morning");
  po_messages_post_morning (self->messages, date, text);
}

static void on_no_morning (const gchar *date, const gchar *why, gpointer user) {
  PoDaemon *self = user;
  po_alarms_raise (self->alarms, "morning", PO_SEVERITY_WARNING, po_clock_now_ns (&self->clock),
                   _ ("It is tried again in an hour; `playoutctl morning` makes it by hand."),
                   _ ("The morning report of %s could not be made: %s"), date, why);
}

// Of the real channel only: a pretended one has no mornings.
static void open_morning (PoDaemon *self, const gchar *state_dir) {
  PoMorningSettings settings = {.config_path = self->config_path,
                                .state_dir = state_dir,
                                .zone = self->zone,
                                .clock = &self->clock,
                                .after_ns = self->config->log_morning_after_ns,
                                .told = on_morning,
                                .failed = on_no_morning,
                                .user = self};
  if (state_dir != NULL && !self->clock.pretended && settings.after_ns > 0)
    self->morning = po_morning_new (&settings);
}

// Encoders and players inherit it. Where the machine does not grant it (systemd: Nice=) the air goes on without.
static void claim_priority (void) {
  setpriority (PRIO_PROCESS, 0, AIR_NICENESS);
}

PoDaemon *po_daemon_new (const PoOptions *options, GError **error) {
  g_autoptr (PoDaemon) self = g_new0 (PoDaemon, 1);
  g_autofree gchar *player_path = po_install_find_player ();
  self->config_path = g_strdup (options->config_path);
  self->is_free_run = options->free_run;
  if (!self->is_free_run)
    claim_priority ();
  self->wants_status_line = options->status_line;
  self->loop = g_main_loop_new (NULL, FALSE);
  self->alarms = po_alarms_new (on_alarm, self);
  if (!load_config (self, error) || !read_times (self, options, error) || !open_record (self, error))
    return NULL;
  gst_init (NULL, NULL);
  const gchar *state_dir = po_state_folder_problem (self->state) == NULL ? po_state_folder_path (self->state) : NULL;
  if (!open_inputs (self, state_dir, player_path, error) || !open_air (self, player_path, error))
    return NULL;
  self->messages = po_messages_new (self->config, state_dir, self->zone, self->alarms, &self->clock);
  self->deadlines = po_deadlines_new (self->station, self->config->format.rate, self->zone, self->alarms,
                                      self->messages, &self->clock, self->config, state_dir);
  self->flaws = po_flaws_new (self->zone);
  open_control (self, state_dir);
  open_morning (self, state_dir);
  if (self->wants_status_line)
    self->status_line = po_status_line_new (self->desk);
  return g_steal_pointer (&self);
}

static void complain (const gchar *text) {
  g_autofree gchar *said = po_text_pick (text, NULL);
  fputs (said, stderr);
}

void po_daemon_free (PoDaemon *self) {
  if (self == NULL)
    return;
  g_clear_handle_id (&self->adopt_id, g_source_remove);
  g_clear_handle_id (&self->known_id, g_source_remove);
  g_clear_pointer (&self->status_line, po_status_line_free);
  g_clear_pointer (&self->morning, po_morning_free);
  if (self->air != NULL)
    po_air_end_commands (self->air);
  g_clear_pointer (&self->endpoints, po_endpoints_free);
  g_clear_pointer (&self->errands, po_errands_free);
  g_clear_pointer (&self->desk, po_desk_free);
  g_clear_pointer (&self->room, po_room_free);
  g_clear_pointer (&self->deadlines, po_deadlines_free);
  g_clear_pointer (&self->flaws, po_flaws_free);
  g_clear_pointer (&self->messages, po_messages_free);
  g_clear_pointer (&self->air, po_air_free); // ends the airing on air
  g_clear_pointer (&self->viewers, po_viewers_free);
  g_clear_pointer (&self->outputs, po_outputs_free); // and writes what was on its way
  if (self->log != NULL && !po_log_close (self->log, CLOSE_LOG_MS))
    complain (_ ("playoutd: rows of the log could not be written and are lost; the state folder has no room\n"));
  g_clear_pointer (&self->inputs, po_inputs_free);
  g_clear_pointer (&self->station, po_station_free);
  g_free (self->live_names);
  g_clear_pointer (&self->state, po_state_folder_free);
  g_clear_pointer (&self->alarms, po_alarms_free);
  g_clear_pointer (&self->zone, g_time_zone_unref);
  g_clear_pointer (&self->config, po_config_unref);
  g_clear_pointer (&self->loop, g_main_loop_unref);
  g_free (self->config_path);
  g_free (self);
}

gboolean po_daemon_run (PoDaemon *self, GError **error) {
  g_unix_signal_add (SIGINT, on_signal_end, self);
  g_unix_signal_add (SIGTERM, on_signal_end, self);
  g_unix_signal_add (SIGHUP, on_sighup, self);
  po_inputs_start (self->inputs, self->station, on_inputs_changed, self);
  po_desk_prepare (self->desk);
  self->known_id = g_timeout_add (KNOWN_POLL_MS, wait_for_inputs, self);
  g_main_loop_run (self->loop);
  sd_notify (0, "STOPPING=1");
  return TRUE;
}
