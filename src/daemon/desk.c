// SPDX-License-Identifier: GPL-3.0-or-later
#include "daemon/desk.h"

#include <glib/gi18n-lib.h>
#include <string.h>
#include <unistd.h>

#include "control/item-json.h"
#include "log/reader.h"
#include "model/error.h"
#include "rundown/diff.h"
#include "schedule/occurrence-json.h"

#define LOOK_BACK      2000 // entries of the journal, for who last gave which command
#define STATUS_NEXT    5    // items shown after the one on air
#define WINDOW_NS      (24 * 3600 * PO_NS_PER_SECOND)
#define WINDOW_MOST_NS (40 * WINDOW_NS)

struct _PoDesk {
  PoDeskParts parts;
};

PoDesk *po_desk_new (const PoDeskParts *parts) {
  PoDesk *self = g_new0 (PoDesk, 1);
  self->parts = *parts;
  return self;
}

void po_desk_set_config (PoDesk *self, PoConfig *config) {
  self->parts.config = config;
}

void po_desk_free (PoDesk *self) {
  g_free (self);
}

// ---- small JSON ----

static JsonNode *take_object (JsonObject *object) {
  JsonNode *node = json_node_new (JSON_NODE_OBJECT);
  json_node_take_object (node, object);
  return node;
}

static JsonNode *take_array (JsonArray *array) {
  JsonNode *node = json_node_new (JSON_NODE_ARRAY);
  json_node_take_array (node, array);
  return node;
}

static JsonNode *null_node (void) {
  return json_node_new (JSON_NODE_NULL);
}

static PoRate rate_of (PoDesk *self) {
  return po_rundown_rate (po_air_rundown (self->parts.air));
}

static gint64 frames_to_ms (PoFrame frames, PoRate rate) {
  return po_duration_from_frames_floor (frames, rate) / PO_NS_PER_MS;
}

static gboolean check_on_air (PoDesk *self, GError **error) {
  if (po_air_rundown (self->parts.air) != NULL)
    return TRUE;
  g_set_error (error, PO_ERROR, PO_ERROR_SYSTEM, _ ("playoutd is still starting; ask again in a second"));
  return FALSE;
}

// ---- status ----

static JsonNode *on_air_node (PoDesk *self, PoFrame now, PoRate rate) {
  const PoItem *item = po_rundown_at (po_air_rundown (self->parts.air), now);
  if (item == NULL)
    return null_node ();
  const PoAiringMark *mark = po_air_mark (self->parts.air);
  JsonNode *node = po_item_to_json (item, rate, self->parts.zone);
  JsonObject *object = json_node_get_object (node);
  json_object_set_int_member (object, "left_ms", frames_to_ms (item->end - now - 1, rate));
  json_object_set_int_member (object, "position_ms", frames_to_ms (now - item->start, rate));
  json_object_set_string_member (object, "screen", po_screen_to_string (po_air_screen (self->parts.air)));
  json_object_set_int_member (object, "frames_shown", mark->frames_shown);
  json_object_set_int_member (object, "frames_repeated", mark->frames_repeated);
  json_object_set_int_member (object, "frames_filled", mark->frames_filled);
  return node;
}

static JsonNode *upcoming_node (PoDesk *self, const PoItem *item, PoRate rate) {
  g_autofree gchar *key = po_item_run_key (item);
  const gchar *state = po_air_run_state (self->parts.air, key);
  JsonNode *node = po_item_to_json (item, rate, self->parts.zone);
  if (state != NULL)
    json_object_set_string_member (json_node_get_object (node), "player", state);
  return node;
}

// The items after the one on air. (transfer full)
static JsonArray *next_items (PoDesk *self, PoFrame now, PoRate rate) {
  PoRundown *rundown = po_air_rundown (self->parts.air);
  JsonArray *array = json_array_new ();
  gint index = po_rundown_index_at (rundown, now);
  for (gint i = index + 1; i <= index + STATUS_NEXT && i < (gint)po_rundown_size (rundown); i++)
    json_array_add_element (array, upcoming_node (self, po_rundown_item (rundown, (guint)i), rate));
  return array;
}

// The first item ahead for which a person is needed, by the plan: something missing, a manual start, a gap.
static const PoItem *attention_item (PoDesk *self, PoFrame now) {
  PoRundown *rundown = po_air_rundown (self->parts.air);
  for (gint i = MAX (po_rundown_index_at (rundown, now), 0); i < (gint)po_rundown_size (rundown); i++) {
    const PoItem *item = po_rundown_item (rundown, (guint)i);
    gboolean is_manual =
        item->slot_start != PO_FRAME_NONE && (item->start_type == PO_START_MANUAL || item->end_type == PO_END_MANUAL);
    if (item->reason == PO_REASON_MISSING || item->reason == PO_REASON_WAITING || item->kind == PO_ITEM_SLATE ||
        is_manual)
      return item;
  }
  return NULL;
}

static void add_attention (PoDesk *self, JsonObject *status, PoFrame now, PoRate rate) {
  const PoItem *item = attention_item (self, now);
  if (item == NULL) {
    json_object_set_null_member (status, "attention_in_ms");
    json_object_set_null_member (status, "attention");
    return;
  }
  json_object_set_int_member (status, "attention_in_ms", frames_to_ms (MAX (item->start - now, 0), rate));
  json_object_set_member (status, "attention", po_item_to_json (item, rate, self->parts.zone));
}

static void add_revisions (PoDesk *self, JsonObject *status, PoFrame now) {
  static const gchar *const kinds[][2] = {
      {"schedule", "schedule_revision"}, {"media", "media_revision"}, {"config", "config_revision"}};
  json_object_set_string_member (status, "rundown_revision", po_rundown_revision (po_air_rundown (self->parts.air)));
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    json_object_set_string_member (status, kinds[i][1], po_station_adopted (self->parts.station, kinds[i][0], now));
}

static void add_stats (PoDesk *self, JsonObject *status) {
  PoHeadStats head;
  PoPlayerPoolStats players;
  JsonObject *lateness = json_object_new (), *pool = json_object_new (), *log = json_object_new ();
  po_air_stats (self->parts.air, &head, &players);
  json_object_set_boolean_member (lateness, "realtime", head.is_realtime);
  json_object_set_int_member (lateness, "p50_ns", head.late_p50_ns);
  json_object_set_int_member (lateness, "p99_ns", head.late_p99_ns);
  json_object_set_int_member (lateness, "max_ns", head.late_max_ns);
  json_object_set_object_member (status, "lateness", lateness);
  json_object_set_int_member (pool, "alive", players.children);
  json_object_set_int_member (pool, "spares", players.spares);
  json_object_set_int_member (pool, "runs", players.runs);
  json_object_set_int_member (pool, "spawned", (gint64)players.spawned);
  json_object_set_int_member (pool, "reaped", (gint64)players.reaped);
  json_object_set_object_member (status, "players", pool);
  json_object_set_int_member (log, "pending", po_log_pending (self->parts.log));
  json_object_set_int_member (log, "epoch", po_log_epoch (self->parts.log));
  json_object_set_object_member (status, "log", log);
}

// Who gave each command last, and when: {"hold": {"who": …, "time": …}, …}.
static void add_last_commands (PoDesk *self, JsonObject *status) {
  GPtrArray *journal = po_station_journal (self->parts.station);
  JsonObject *last = json_object_new ();
  for (guint i = journal->len, seen = 0; i-- > 0 && seen < LOOK_BACK; seen++) {
    const PoJournalEntry *entry = journal->pdata[i];
    const gchar *verb = po_journal_kind_to_string (entry->kind);
    if (entry->kind == PO_JOURNAL_TAKE && po_journal_entry_get (entry, "next") != NULL)
      verb = "take-next";
    if (!g_strv_contains (po_control_verbs (), verb) || json_object_has_member (last, verb))
      continue;
    g_autofree gchar *utc = po_time_to_utc_string (entry->utc_ns);
    JsonObject *command = json_object_new ();
    json_object_set_string_member (command, "who", entry->who);
    json_object_set_string_member (command, "time", utc);
    json_object_set_object_member (last, verb, command);
  }
  json_object_set_object_member (status, "last_commands", last);
}

JsonNode *po_desk_status (PoDesk *self) {
  JsonObject *status = json_object_new ();
  PoRate rate = rate_of (self);
  PoFrame now = po_air_frame (self->parts.air);
  g_autofree gchar *utc = po_time_to_utc_string (po_clock_now_ns (self->parts.clock));
  g_autofree gchar *rate_text = po_rate_to_string (rate);
  g_autofree gchar *format = po_format_to_string (&self->parts.config->format);
  JsonArray *next = next_items (self, now, rate);
  json_object_set_string_member (status, "channel", self->parts.config->name);
  json_object_set_string_member (status, "version", PO_VERSION);
  json_object_set_int_member (status, "pid", getpid ());
  json_object_set_string_member (status, "now", utc);
  json_object_set_string_member (status, "timezone", self->parts.config->timezone);
  json_object_set_string_member (status, "format", format);
  json_object_set_string_member (status, "rate", rate_text);
  json_object_set_int_member (status, "frame", now);
  json_object_set_int_member (status, "k", po_air_output_frame (self->parts.air));
  json_object_set_member (status, "on_air", on_air_node (self, now, rate));
  json_object_set_member (status, "next",
                          json_array_get_length (next) > 0 ? json_array_dup_element (next, 0) : null_node ());
  json_object_set_array_member (status, "upcoming", next);
  add_attention (self, status, now, rate);
  add_revisions (self, status, now);
  add_stats (self, status);
  add_last_commands (self, status);
  json_object_set_member (status, "outputs", po_outputs_to_json (self->parts.outputs));
  json_object_set_member (status, "sources", po_air_sources (self->parts.air));
  json_object_set_member (status, "alarms", po_alarms_to_json (self->parts.alarms));
  return take_object (status);
}

static gchar *span_text (gint64 ms) {
  gint64 seconds = ms / 1000;
  return seconds >= 3600
             ? g_strdup_printf ("%d:%02d:%02d", (gint)(seconds / 3600), (gint)(seconds / 60 % 60), (gint)(seconds % 60))
             : g_strdup_printf ("%02d:%02d", (gint)(seconds / 60), (gint)(seconds % 60));
}

gchar *po_desk_status_text (PoDesk *self) {
  PoRundown *rundown = po_air_rundown (self->parts.air);
  if (rundown == NULL)
    return g_strdup (_ ("starting"));
  PoFrame now = po_air_frame (self->parts.air);
  gint index = po_rundown_index_at (rundown, now);
  const PoItem *item = index >= 0 ? po_rundown_item (rundown, (guint)index) : NULL;
  const PoItem *next = po_rundown_item (rundown, (guint)(index + 1));
  g_autofree gchar *left = span_text (item != NULL ? frames_to_ms (item->end - now, rate_of (self)) : 0);
  return g_strdup_printf (_ ("ON AIR %s (%s) · left %s · next %s · alarms %u"),
                          item != NULL && *item->title != '\0' ? item->title : "–",
                          item != NULL ? po_item_kind_to_string (item->kind) : "–", left,
                          next != NULL ? next->title : "–", po_alarms_count (self->parts.alarms, PO_SEVERITY_WARNING));
}

// ---- the ops ----

static JsonNode *op_status (gpointer user, GError **error) {
  PoDesk *self = user;
  return check_on_air (self, error) ? po_desk_status (self) : NULL;
}

static gboolean read_window (PoDesk *self, PoTimeNs *from_ns, PoTimeNs *to_ns, GError **error) {
  if (!check_on_air (self, error))
    return FALSE;
  if (*from_ns == PO_TIME_NONE)
    *from_ns = po_frame_to_time_floor (po_air_frame (self->parts.air), rate_of (self));
  if (*to_ns == PO_TIME_NONE)
    *to_ns = *from_ns + WINDOW_NS;
  if (*to_ns > *from_ns && *to_ns - *from_ns <= WINDOW_MOST_NS)
    return TRUE;
  g_set_error (error, PO_ERROR, PO_ERROR_INPUT, _ ("from must lie before to, and at most 40 days"));
  return FALSE;
}

static JsonNode *op_rundown (gpointer user, PoTimeNs from_ns, PoTimeNs to_ns, GError **error) {
  PoDesk *self = user;
  if (!read_window (self, &from_ns, &to_ns, error))
    return NULL;
  PoRate rate = rate_of (self);
  PoFrame from = po_frame_from_time_ceil (from_ns, rate), to = po_frame_from_time_ceil (to_ns, rate);
  PoRundown *in_force = po_air_rundown (self->parts.air);
  // What is planned already is not planned again: the page asks for the next hours at every change.
  gboolean is_at_hand = from >= po_rundown_start (in_force) && to <= po_rundown_end (in_force);
  g_autoptr (PoRundown) rundown =
      is_at_hand ? po_rundown_ref (in_force) : po_station_plan (self->parts.station, NULL, from, to, NULL);
  return po_rundown_to_json (rundown, from, to, self->parts.zone);
}

// How many instances each series has in @list, by UID.
static GHashTable *count_by_uid (GPtrArray *list) {
  GHashTable *counts = g_hash_table_new (g_str_hash, g_str_equal);
  for (guint i = 0; i < list->len; i++) {
    const PoOccurrence *one = list->pdata[i];
    guint count = GPOINTER_TO_UINT (g_hash_table_lookup (counts, one->uid));
    g_hash_table_insert (counts, one->uid, GUINT_TO_POINTER (count + 1));
  }
  return counts;
}

static JsonNode *op_occurrences (gpointer user, PoTimeNs from_ns, PoTimeNs to_ns, gint64 most, GError **error) {
  PoDesk *self = user;
  if (!read_window (self, &from_ns, &to_ns, error))
    return NULL;
  JsonArray *array = json_array_new ();
  g_autoptr (GPtrArray) list = po_schedule_occurrences (po_station_schedule (self->parts.station), from_ns, to_ns);
  g_autoptr (GHashTable) counts = count_by_uid (list);
  for (guint i = 0; i < list->len; i++) {
    const PoOccurrence *one = list->pdata[i];
    if (most > 0 && GPOINTER_TO_UINT (g_hash_table_lookup (counts, one->uid)) > most)
      continue;
    g_autofree gchar *text = po_occurrence_to_json (list->pdata[i]);
    JsonNode *node = json_from_string (text, NULL);
    json_array_add_element (array, node);
  }
  return take_array (array);
}

static JsonNode *op_asrun (gpointer user, PoTimeNs from_ns, PoTimeNs to_ns, GError **error) {
  PoDesk *self = user;
  PoAsrunFilter filter = {0};
  g_autoptr (GPtrArray) rows = po_log_asrun (self->parts.log, from_ns, to_ns, &filter, error);
  if (rows == NULL)
    return NULL;
  JsonArray *array = json_array_new ();
  for (guint i = 0; i < rows->len; i++)
    json_array_add_element (array, po_asrun_row_to_json (rows->pdata[i]));
  return take_array (array);
}

static JsonNode *op_alarms (gpointer user, GError **error) {
  PoDesk *self = user;
  return po_alarms_to_json (self->parts.alarms);
}

static JsonNode *media_node (const PoMediaFacts *facts) {
  static const gchar *const kinds[] = {"video", "still", "audio"};
  g_autofree gchar *rate = facts->rate.fps_n > 0 ? po_rate_to_string (facts->rate) : NULL;
  JsonObject *object = json_object_new ();
  json_object_set_string_member (object, "path", facts->path);
  json_object_set_string_member (object, "sha256", facts->sha256);
  json_object_set_string_member (object, "kind", kinds[facts->kind]);
  json_object_set_int_member (object, "duration_ns", facts->duration_ns);
  json_object_set_int_member (object, "frames", facts->frames);
  json_object_set_int_member (object, "width", facts->width);
  json_object_set_int_member (object, "height", facts->height);
  json_object_set_string_member (object, "rate", rate != NULL ? rate : "");
  json_object_set_boolean_member (object, "has_audio", facts->has_audio);
  if (facts->problem != NULL)
    json_object_set_string_member (object, "problem", facts->problem);
  else
    json_object_set_null_member (object, "problem");
  return take_object (object);
}

static JsonNode *op_media (gpointer user, GError **error) {
  PoDesk *self = user;
  JsonArray *array = json_array_new ();
  g_autoptr (GPtrArray) list = po_media_table_list (po_station_media (self->parts.station));
  for (guint i = 0; i < list->len; i++)
    json_array_add_element (array, media_node (list->pdata[i]));
  return take_array (array);
}

static gchar *op_hls_folder (gpointer user, const gchar *name) {
  PoDesk *self = user;
  const PoConfigOutput *output = po_config_output (self->parts.config, name);
  return output != NULL && output->type == PO_CONFIG_OUTPUT_HLS ? g_strdup (output->path) : NULL;
}

static JsonArray *findings_array (GPtrArray *findings) {
  JsonArray *array = json_array_new ();
  for (guint i = 0; i < findings->len; i++) {
    g_autofree gchar *text = po_finding_to_string (findings->pdata[i]);
    json_array_add_string_element (array, text);
  }
  return array;
}

static JsonNode *revision_node (const PoScheduleRevision *revision) {
  JsonObject *object = json_object_new ();
  JsonArray *files = json_array_new ();
  g_autofree gchar *time = po_time_to_utc_string (revision->time_ns);
  for (guint i = 0; revision->files[i] != NULL; i++)
    json_array_add_string_element (files, revision->files[i]);
  json_object_set_string_member (object, "revision", revision->revision);
  json_object_set_string_member (object, "time", time);
  json_object_set_string_member (object, "why", revision->why);
  json_object_set_string_member (object, "who", revision->who);
  json_object_set_boolean_member (object, "in_force", revision->in_force);
  json_object_set_array_member (object, "files", files);
  return take_object (object);
}

static JsonArray *verdict_array (const PoScheduleVerdict *verdict) {
  JsonArray *array = json_array_new ();
  for (guint i = 0; verdict != NULL && i < verdict->files->len; i++) {
    const PoCalendarVerdict *file = verdict->files->pdata[i];
    JsonObject *object = json_object_new ();
    json_object_set_string_member (object, "name", file->name);
    json_object_set_string_member (object, "state", po_calendar_state_to_string (file->state));
    json_array_add_object_element (array, object);
  }
  return array;
}

static JsonNode *op_schedules (gpointer user, GError **error) {
  PoDesk *self = user;
  PoScheduleStore *store = po_inputs_store (self->parts.inputs);
  JsonObject *object = json_object_new ();
  JsonArray *revisions = json_array_new ();
  g_autoptr (GPtrArray) history = po_schedule_store_list (store);
  g_autoptr (GPtrArray) findings = po_schedule_store_findings (store);
  g_autoptr (GPtrArray) faults = po_schedule_findings (po_schedule_store_current (store));
  const gchar *candidate = po_schedule_store_candidate (store);
  for (guint i = 0; i < history->len; i++)
    json_array_add_element (revisions, revision_node (history->pdata[i]));
  json_object_set_string_member (object, "in_force", po_schedule_store_revision (store));
  if (candidate != NULL)
    json_object_set_string_member (object, "candidate", candidate);
  else
    json_object_set_null_member (object, "candidate");
  json_object_set_array_member (object, "files", verdict_array (po_schedule_store_verdict (store)));
  json_object_set_array_member (object, "revisions", revisions);
  json_object_set_array_member (object, "alarms", findings_array (findings));
  json_object_set_array_member (object, "faults", findings_array (faults));
  return take_object (object);
}

static JsonNode *op_schedule_confirm (gpointer user, const gchar *revision, const gchar *who, GError **error) {
  PoDesk *self = user;
  gboolean changed = FALSE;
  if (!po_schedule_store_confirm (po_inputs_store (self->parts.inputs), revision, who,
                                  po_clock_now_ns (self->parts.clock), &changed, error))
    return NULL;
  po_inputs_take_schedule (self->parts.inputs);
  return op_schedules (self, error);
}

static JsonNode *op_schedule_rollback (gpointer user, const gchar *revision, const gchar *who, GError **error) {
  PoDesk *self = user;
  gboolean changed = FALSE;
  if (!po_schedule_store_rollback (po_inputs_store (self->parts.inputs), revision, who,
                                   po_clock_now_ns (self->parts.clock), &changed, error))
    return NULL;
  po_inputs_take_schedule (self->parts.inputs);
  return op_schedules (self, error);
}

// ---- commands ----

// Every plain value of @args becomes an argument of the entry, durations ("by": "PT5M") in nanoseconds.
static gboolean copy_args (PoJournalEntry *entry, JsonObject *args, GError **error) {
  g_autoptr (GList) names = json_object_get_members (args);
  for (GList *l = names; l != NULL; l = l->next) {
    const gchar *name = l->data;
    JsonNode *node = json_object_get_member (args, name);
    if (!JSON_NODE_HOLDS_VALUE (node)) {
      g_set_error (error, PO_ERROR, PO_ERROR_INPUT, _ ("“%s” must be a plain value"), name);
      return FALSE;
    }
    GType type = json_node_get_value_type (node);
    gchar *text = type == G_TYPE_STRING    ? g_strdup (json_node_get_string (node))
                  : type == G_TYPE_BOOLEAN ? g_strdup (json_node_get_boolean (node) ? "1" : "0")
                                           : g_strdup_printf ("%" G_GINT64_FORMAT, json_node_get_int (node));
    g_hash_table_replace (entry->args, g_strdup (name), text);
  }
  return TRUE;
}

static gboolean read_extension (PoJournalEntry *entry, GError **error) {
  const gchar *by = po_journal_entry_get (entry, "by");
  gint64 by_ns = 0;
  if (by == NULL) {
    g_set_error (error, PO_ERROR, PO_ERROR_INPUT, _ ("extend needs “by”, a duration like PT5M"));
    return FALSE;
  }
  if (!po_duration_parse (by, &by_ns, error))
    return FALSE;
  g_hash_table_replace (entry->args, g_strdup ("by_ns"), g_strdup_printf ("%" G_GINT64_FORMAT, by_ns));
  return TRUE;
}

static PoJournalEntry *command_entry (const gchar *verb, JsonObject *args, const gchar *who, GError **error) {
  PoJournalKind kind = PO_JOURNAL_TAKE;
  gboolean is_next = strcmp (verb, "take-next") == 0;
  gboolean is_now = strcmp (verb, "take") == 0 && !json_object_has_member (args, "uid");
  if (!is_next && !po_journal_kind_from_string (verb, &kind)) {
    g_set_error (error, PO_ERROR, PO_ERROR_NOT_FOUND, _ ("there is no command “%s”"), verb);
    return NULL;
  }
  g_autoptr (PoJournalEntry) entry =
      po_journal_entry_new (0, kind, who, "next", is_next ? "1" : NULL, "now", is_now ? "1" : NULL, NULL);
  if (!copy_args (entry, args, error) || (kind == PO_JOURNAL_EXTEND && !read_extension (entry, error)))
    return NULL;
  return g_steal_pointer (&entry);
}

static JsonNode *op_command (gpointer user, const gchar *verb, JsonObject *args, gboolean dry_run, const gchar *who,
                             GError **error) {
  PoDesk *self = user;
  g_autoptr (GPtrArray) changes = NULL;
  if (!check_on_air (self, error))
    return NULL;
  PoJournalEntry *entry = command_entry (verb, args, who, error);
  if (entry == NULL)
    return NULL;
  PoFrame frame = po_air_command (self->parts.air, entry, dry_run, &changes, error);
  if (frame == PO_FRAME_NONE)
    return NULL;
  JsonObject *answer = json_object_new ();
  JsonArray *words = json_array_new ();
  g_autofree gchar *utc = po_time_to_utc_string (po_frame_to_time_floor (frame, rate_of (self)));
  for (guint i = 0; i < changes->len; i++)
    json_array_add_string_element (words, ((PoChange *)changes->pdata[i])->text);
  json_object_set_int_member (answer, "frame", frame);
  json_object_set_string_member (answer, "time", utc);
  json_object_set_boolean_member (answer, "dry_run", dry_run);
  json_object_set_array_member (answer, "changes", words);
  json_object_set_string_member (answer, "rundown_revision", po_rundown_revision (po_air_rundown (self->parts.air)));
  return take_object (answer);
}

const PoControlOps *po_desk_ops (void) {
  static const PoControlOps ops = {
      .status = op_status,
      .rundown = op_rundown,
      .occurrences = op_occurrences,
      .asrun = op_asrun,
      .alarms = op_alarms,
      .media = op_media,
      .hls_folder = op_hls_folder,
      .schedules = op_schedules,
      .schedule_confirm = op_schedule_confirm,
      .schedule_rollback = op_schedule_rollback,
      .command = op_command,
  };
  return &ops;
}
