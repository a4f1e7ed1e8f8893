// SPDX-License-Identifier: GPL-3.0-or-later
#include "desk/status.h"

#include <string.h>
#include <unistd.h>

#include "control/item-json.h"
#include "json/tree.h"
#include "model/text.h"

#define LOOK_BACK   2000 // entries of the journal, for who last gave which command
#define STATUS_NEXT 5    // items shown after the one on air

static JsonNode *null_node (void) {
  return json_node_new (JSON_NODE_NULL);
}

static PoRate rate_of (const PoDeskParts *parts) {
  return po_rundown_rate (po_air_rundown (parts->air));
}

static gint64 frames_to_ms (PoFrame frames, PoRate rate) {
  return po_duration_from_frames_floor (frames, rate) / PO_NS_PER_MS;
}

static JsonNode *on_air_node (const PoDeskParts *parts, PoFrame now, PoRate rate) {
  const PoItem *item = po_rundown_at (po_air_rundown (parts->air), now);
  if (item == NULL)
    return null_node ();
  const PoAiringMark *mark = po_air_mark (parts->air, item);
  JsonNode *node = po_item_to_json (item, rate, parts->zone);
  JsonObject *object = json_node_get_object (node);
  json_object_set_int_member (object, "left_ms", frames_to_ms (item->end - now - 1, rate));
  json_object_set_int_member (object, "position_ms", frames_to_ms (now - item->start, rate));
  json_object_set_string_member (object, "screen", po_screen_to_string (po_air_screen (parts->air)));
  json_object_set_int_member (object, "frames_shown", mark != NULL ? mark->frames_shown : 0);
  json_object_set_int_member (object, "frames_repeated", mark != NULL ? mark->frames_repeated : 0);
  json_object_set_int_member (object, "frames_filled", mark != NULL ? mark->frames_filled : 0);
  return node;
}

static JsonNode *upcoming_node (const PoDeskParts *parts, const PoItem *item, PoRate rate) {
  g_autofree gchar *key = po_item_run_key (item);
  const gchar *state = po_air_run_state (parts->air, key);
  JsonNode *node = po_item_to_json (item, rate, parts->zone);
  if (state != NULL)
    json_object_set_string_member (json_node_get_object (node), "player", state);
  return node;
}

// The items after the one on air. (transfer full)
static JsonArray *next_items (const PoDeskParts *parts, PoFrame now, PoRate rate) {
  PoRundown *rundown = po_air_rundown (parts->air);
  JsonArray *array = json_array_new ();
  gint index = po_rundown_index_at (rundown, now);
  for (gint i = index + 1; i <= index + STATUS_NEXT && i < (gint)po_rundown_size (rundown); i++)
    json_array_add_element (array, upcoming_node (parts, po_rundown_item (rundown, (guint)i), rate));
  return array;
}

// Something missing or in doubt, a gap, a manual start or end; a live show until it has begun.
static gboolean needs_person (const PoItem *item, PoFrame now) {
  gboolean is_manual =
      item->slot_start != PO_FRAME_NONE && (item->start_type == PO_START_MANUAL || item->end_type == PO_END_MANUAL);
  gboolean is_ahead = item->start > now;
  return item->reason == PO_REASON_MISSING || item->reason == PO_REASON_WAITING || item->kind == PO_ITEM_SLATE ||
         is_manual || (is_ahead && (item->kind == PO_ITEM_LIVE || item->reason == PO_REASON_TENTATIVE));
}

// The first item ahead for which a person is needed, by the plan. (nullable)
static const PoItem *attention_item (const PoDeskParts *parts, PoFrame now) {
  PoRundown *rundown = po_air_rundown (parts->air);
  for (gint i = MAX (po_rundown_index_at (rundown, now), 0); i < (gint)po_rundown_size (rundown); i++)
    if (needs_person (po_rundown_item (rundown, (guint)i), now))
      return po_rundown_item (rundown, (guint)i);
  return NULL;
}

// A disk is no item, but is told like one: what needs a hand, and when.
static JsonNode *full_disk_node (const PoDeskParts *parts, const gchar *recording, gint64 in_ns) {
  const PoTimeNs at_ns = po_clock_now_ns (parts->clock) + in_ns;
  g_autofree gchar *utc = po_time_to_utc_string (at_ns), *local = po_time_to_local_string (at_ns, parts->zone);
  JsonObject *disk = json_object_new ();
  json_object_set_string_member (disk, "kind", "disk");
  json_object_set_string_member (disk, "reason", "full");
  json_object_set_string_member (disk, "title", recording);
  json_object_set_string_member (disk, "start", utc);
  json_object_set_string_member (disk, "start_local", local);
  return po_json_object_node (disk);
}

// What comes first: an item of the plan, or a disk that fills.
static void add_attention (const PoDeskParts *parts, JsonObject *status, GPtrArray *outputs, PoFrame now, PoRate rate) {
  const PoItem *item = attention_item (parts, now);
  const gint64 item_ms = item != NULL ? frames_to_ms (MAX (item->start - now, 0), rate) : G_MAXINT64;
  g_autofree gchar *recording = NULL;
  const gint64 disk_ns = po_outputs_disk_fills_in_ns (parts->outputs, outputs, &recording);
  const gboolean is_disk = recording != NULL && disk_ns / PO_NS_PER_MS < item_ms;
  if (item == NULL && !is_disk) {
    json_object_set_null_member (status, "attention_in_ms");
    json_object_set_null_member (status, "attention");
    return;
  }
  json_object_set_int_member (status, "attention_in_ms", is_disk ? disk_ns / PO_NS_PER_MS : item_ms);
  json_object_set_member (status, "attention",
                          is_disk ? full_disk_node (parts, recording, disk_ns)
                                  : po_item_to_json (item, rate, parts->zone));
}

static void add_revisions (const PoDeskParts *parts, JsonObject *status, PoFrame now) {
  static const gchar *const kinds[][2] = {
      {"schedule", "schedule_revision"}, {"media", "media_revision"}, {"config", "config_revision"}};
  json_object_set_string_member (status, "rundown_revision", po_rundown_revision (po_air_rundown (parts->air)));
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    json_object_set_string_member (status, kinds[i][1], po_station_adopted (parts->station, kinds[i][0], now));
}

static void add_stats (const PoDeskParts *parts, JsonObject *status) {
  PoHeadStats head;
  PoPlayerPoolStats players;
  JsonObject *lateness = json_object_new (), *pool = json_object_new (), *log = json_object_new ();
  po_air_stats (parts->air, &head, &players);
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
  json_object_set_int_member (log, "pending", po_log_pending (parts->log));
  json_object_set_int_member (log, "epoch", po_log_epoch (parts->log));
  json_object_set_object_member (status, "log", log);
}

// Who gave each command last, and when: {"hold": {"who": …, "time": …}, …}.
static void add_last_commands (const PoDeskParts *parts, JsonObject *status) {
  GPtrArray *journal = po_station_journal (parts->station);
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

gboolean po_status_check_on_air (const PoDeskParts *parts, GError **error) {
  if (po_air_rundown (parts->air) != NULL)
    return TRUE;
  g_set_error_literal (error, PO_ERROR, PO_ERROR_SYSTEM, _ ("playoutd is still starting; ask again in a second"));
  return FALSE;
}

JsonNode *po_status_to_json (const PoDeskParts *parts) {
  JsonObject *status = json_object_new ();
  PoRate rate = rate_of (parts);
  PoFrame now = po_air_frame (parts->air);
  g_autofree gchar *utc = po_time_to_utc_string (po_clock_now_ns (parts->clock));
  g_autofree gchar *rate_text = po_rate_to_string (rate);
  g_autofree gchar *format = po_format_to_string (&parts->config->format);
  JsonArray *next = next_items (parts, now, rate);
  json_object_set_string_member (status, "channel", parts->config->name);
  json_object_set_string_member (status, "version", PO_VERSION);
  json_object_set_int_member (status, "pid", getpid ());
  json_object_set_string_member (status, "now", utc);
  json_object_set_string_member (status, "timezone", parts->config->timezone);
  json_object_set_string_member (status, "format", format);
  json_object_set_string_member (status, "rate", rate_text);
  json_object_set_int_member (status, "frame", now);
  json_object_set_int_member (status, "k", po_air_output_frame (parts->air));
  json_object_set_member (status, "on_air", on_air_node (parts, now, rate));
  json_object_set_member (status, "next",
                          json_array_get_length (next) > 0 ? json_array_dup_element (next, 0) : null_node ());
  json_object_set_array_member (status, "upcoming", next);
  g_autoptr (GPtrArray) outputs = po_outputs_list (parts->outputs);
  add_attention (parts, status, outputs, now, rate);
  add_revisions (parts, status, now);
  add_stats (parts, status);
  add_last_commands (parts, status);
  json_object_set_member (status, "outputs", po_outputs_to_json (outputs));
  json_object_set_member (status, "overrun", po_air_overrun (parts->air));
  json_object_set_member (status, "loudness", po_air_loudness (parts->air));
  json_object_set_member (status, "programme_faults", po_air_faults (parts->air));
  json_object_set_member (status, "sources", po_air_sources (parts->air));
  json_object_set_member (status, "deadlines", po_deadlines_to_json (parts->deadlines));
  json_object_set_member (status, "messages", po_messages_to_json (parts->messages));
  json_object_set_member (status, "alarms", po_alarms_to_json (parts->alarms));
  return po_json_object_node (status);
}

static gchar *span_text (gint64 ms) {
  gint64 seconds = ms / 1000;
  return seconds >= 3600
             ? g_strdup_printf ("%d:%02d:%02d", (gint)(seconds / 3600), (gint)(seconds / 60 % 60), (gint)(seconds % 60))
             : g_strdup_printf ("%02d:%02d", (gint)(seconds / 60), (gint)(seconds % 60));
}

gchar *po_status_to_line (const PoDeskParts *parts) {
  PoRundown *rundown = po_air_rundown (parts->air);
  if (rundown == NULL)
    return g_strdup (_ ("starting"));
  PoFrame now = po_air_frame (parts->air);
  gint index = po_rundown_index_at (rundown, now);
  const PoItem *item = index >= 0 ? po_rundown_item (rundown, (guint)index) : NULL;
  const PoItem *next = po_rundown_item (rundown, (guint)(index + 1));
  // A live show that a person ends may go on to its end in the plan; it is due to end with its slot.
  const gboolean is_open = item != NULL && item->kind == PO_ITEM_LIVE && item->end_type == PO_END_MANUAL;
  const PoFrame left = item == NULL ? 0 : (is_open ? po_item_due (item) : item->end) - now;
  g_autofree gchar *span = span_text (frames_to_ms (ABS (left), rate_of (parts)));
  g_autofree gchar *time = item != NULL && po_item_is_endless (item)
                               ? g_strdup (_ ("until another command"))
                               : g_strdup_printf (left < 0 ? _ ("over by %s") : _ ("left %s"), span);
  return g_strdup_printf (_ ("ON AIR %s (%s) · %s · next %s · alarms %u"),
                          item != NULL && *item->title != '\0' ? item->title : "–",
                          item != NULL ? po_item_kind_to_string (item->kind) : "–", time,
                          next != NULL ? next->title : "–", po_alarms_count (parts->alarms, PO_SEVERITY_WARNING));
}
