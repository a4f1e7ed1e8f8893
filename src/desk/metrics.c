// SPDX-License-Identifier: GPL-3.0-or-later
#include "desk/metrics.h"

#include <string.h>

#include "desk/status.h"
#include "json/tree.h"

static void add_head (GString *out, const gchar *name, const gchar *type, const gchar *help) {
  g_string_append_printf (out, "# HELP playoutd_%s %s\n# TYPE playoutd_%s %s\n", name, help, name, type);
}

static void add_value (GString *out, const gchar *name, gdouble value) {
  gchar text[G_ASCII_DTOSTR_BUF_SIZE];
  g_string_append_printf (out, "playoutd_%s %s\n", name, g_ascii_dtostr (text, sizeof text, value));
}

static void add_plain (GString *out, const gchar *name, const gchar *type, const gchar *help, gdouble value) {
  add_head (out, name, type, help);
  add_value (out, name, value);
}

// name{label="value"} with what the format wants escaped.
static void add_labelled (GString *out, const gchar *name, const gchar *label, const gchar *value, gdouble number) {
  gchar text[G_ASCII_DTOSTR_BUF_SIZE];
  g_string_append_printf (out, "playoutd_%s{%s=\"", name, label);
  for (const gchar *p = value; *p != '\0'; p++) {
    if (*p == '\\' || *p == '"')
      g_string_append_c (out, '\\');
    if (*p == '\n')
      g_string_append (out, "\\n");
    else
      g_string_append_c (out, *p);
  }
  g_string_append_printf (out, "\"} %s\n", g_ascii_dtostr (text, sizeof text, number));
}

static void add_states (GString *out, const gchar *name, const gchar *label, const gchar *value, const gchar *state,
                        const gchar *const *states) {
  for (; *states != NULL; states++) {
    g_autofree gchar *both = g_strdup_printf ("%s{%s=\"", name, label);
    g_autofree gchar *safe = g_strdelimit (g_strdup (value), "\\\"\n", '_');
    g_string_append_printf (out, "playoutd_%s%s\",state=\"%s\"} %d\n", both, safe, *states,
                            g_str_equal (*states, state));
  }
}

static const gchar *text_of (JsonObject *object, const gchar *name) {
  return json_object_get_string_member_with_default (object, name, "");
}

static gint64 int_of (JsonObject *object, const gchar *name) {
  return json_object_get_int_member_with_default (object, name, 0);
}

// One family of figures over a list of {name, …}.
static void add_each (GString *out, JsonArray *list, const gchar *name, const gchar *type, const gchar *help,
                      const gchar *label, const gchar *member) {
  add_head (out, name, type, help);
  for (guint i = 0; list != NULL && i < json_array_get_length (list); i++) {
    JsonObject *one = json_array_get_object_element (list, i);
    add_labelled (out, name, label, text_of (one, "name"), (gdouble)int_of (one, member));
  }
}

static void add_head_figures (GString *out, const PoDeskParts *parts) {
  PoHeadStats head;
  PoPlayerPoolStats players;
  po_air_stats (parts->air, &head, &players);
  add_plain (out, "frames_total", "counter", "Output frames since the start.", (gdouble)head.frames);
  add_plain (out, "late_ticks_total", "counter", "Output frames that were made more than 10 ms late.",
             (gdouble)head.late_ticks);
  add_plain (out, "tick_late_p50_seconds", "gauge", "How late half of the ticks were at most.",
             (gdouble)head.late_p50_ns / 1e9);
  add_plain (out, "tick_late_p99_seconds", "gauge", "How late 99 of 100 ticks were at most.",
             (gdouble)head.late_p99_ns / 1e9);
  add_plain (out, "tick_late_max_seconds", "gauge", "The latest tick since the start.",
             (gdouble)head.late_max_ns / 1e9);
  add_plain (out, "head_events_dropped_total", "counter", "Events of the head that the log did not get.",
             (gdouble)head.events_dropped);
  add_plain (out, "players", "gauge", "Player processes that live.", players.children);
  add_plain (out, "player_runs", "gauge", "Players that are prepared for an item or on air.", players.runs);
  add_plain (out, "players_started_total", "counter", "Player processes started.", (gdouble)players.spawned);
}

static void add_aired (GString *out, const PoDeskParts *parts) {
  PoRecorderTotals totals;
  po_air_totals (parts->air, &totals);
  add_plain (out, "frames_planned_total", "counter", "Frames that showed what was planned.", (gdouble)totals.shown);
  add_plain (out, "frames_held_total", "counter", "Frames on which the last picture stood in for a missing one.",
             (gdouble)totals.repeated);
  add_plain (out, "frames_filled_total", "counter", "Frames on which a card, a fallback or the slate stood in.",
             (gdouble)totals.filled);
  add_head (out, "aired_frames_total", "counter", "Frames by the kind of item that had the air.");
  for (gint kind = 0; kind <= PO_ITEM_SLATE; kind++)
    add_labelled (out, "aired_frames_total", "kind", po_item_kind_to_string ((PoItemKind)kind),
                  (gdouble)totals.by_kind[kind]);
  add_head (out, "airings_total", "counter", "Airings of events that are over, by how they went; aired is as planned.");
  for (gint status = 0; status <= PO_AIRING_FILLED; status++)
    add_labelled (out, "airings_total", "status", po_airing_status_to_string ((PoAiringStatus)status),
                  (gdouble)totals.by_status[status]);
}

static void add_screen (GString *out, PoScreen screen) {
  add_head (out, "screen", "gauge", "What stands on the screen: 1 for it.");
  for (gint one = 0; one <= PO_SCREEN_FALLBACK; one++)
    add_labelled (out, "screen", "screen", po_screen_to_string ((PoScreen)one), one == (gint)screen);
}

static void add_outputs (GString *out, JsonObject *status) {
  static const gchar *const states[] = {"waiting", "running", "failed", "ended", NULL};
  JsonArray *list = po_json_get_array (status, "outputs");
  add_head (out, "output_state", "gauge", "State of each output: 1 for the one that holds.");
  for (guint i = 0; list != NULL && i < json_array_get_length (list); i++) {
    JsonObject *one = json_array_get_object_element (list, i);
    add_states (out, "output_state", "output", text_of (one, "name"), text_of (one, "state"), states);
  }
  add_each (out, list, "output_frames_total", "counter", "Pictures that left by the output.", "output", "frames");
  add_each (out, list, "output_dropped_total", "counter", "Pictures that the output lost.", "output", "dropped");
  add_each (out, list, "output_queued_frames", "gauge", "Encoded pictures that wait for the output to take them.",
            "output", "queued");
  add_each (out, list, "output_unencoded_frames", "gauge", "Pictures that wait for the output's encoder.", "output",
            "unencoded");
  add_each (out, list, "output_errors_total", "counter", "Failures of the output.", "output", "errors");
}

static void add_sources (GString *out, JsonObject *status) {
  static const gchar *const states[] = {"idle",   "connecting", "away",   "picture", "no-sound", "no-picture",
                                        "format", "black",      "frozen", "silent",  NULL};
  JsonArray *list = po_json_get_array (status, "sources");
  add_head (out, "source_state", "gauge", "State of each live source: 1 for the one that holds.");
  for (guint i = 0; list != NULL && i < json_array_get_length (list); i++) {
    JsonObject *one = json_array_get_object_element (list, i);
    add_states (out, "source_state", "source", text_of (one, "name"), text_of (one, "state"), states);
  }
}

static void add_disk (GString *out, const PoDeskParts *parts) {
  const gchar *const folders[][2] = {{"media", parts->config->media}, {"state", parts->config->state}};
  add_head (out, "disk_free_bytes", "gauge", "Room on the disk of the folder.");
  for (guint i = 0; i < G_N_ELEMENTS (folders); i++) {
    const gint64 free_bytes = folders[i][1] != NULL ? po_room_free_bytes (parts->room, folders[i][1]) : -1;
    if (free_bytes >= 0)
      add_labelled (out, "disk_free_bytes", "folder", folders[i][0], (gdouble)free_bytes);
  }
}

// Until nothing but a card or the slate is planned; the end of what is planned where there is none.
static gdouble next_gap_seconds (const PoDeskParts *parts) {
  PoRundown *rundown = po_air_rundown (parts->air);
  const PoFrame now = po_air_frame (parts->air);
  const PoRate rate = po_rundown_rate (rundown);
  PoFrame gap = po_rundown_end (rundown);
  for (gint i = MAX (po_rundown_index_at (rundown, now), 0); i < (gint)po_rundown_size (rundown); i++) {
    const PoItem *item = po_rundown_item (rundown, (guint)i);
    if (item->kind == PO_ITEM_SLATE || (item->kind == PO_ITEM_CARD && item->reason == PO_REASON_GAP)) {
      gap = item->start;
      break;
    }
  }
  return (gdouble)MAX (gap - now, 0) * rate.fps_d / rate.fps_n;
}

static void add_plan (GString *out, const PoDeskParts *parts, JsonObject *status) {
  JsonNode *attention = json_object_get_member (status, "attention_in_ms");
  add_plain (out, "next_gap_seconds", "gauge",
             "Until the plan has nothing but a card; where it always has something, as far as it reaches.",
             next_gap_seconds (parts));
  add_head (out, "attention_in_seconds", "gauge", "Until the plan needs a person; absent where it needs none.");
  if (attention != NULL && JSON_NODE_HOLDS_VALUE (attention))
    add_value (out, "attention_in_seconds", (gdouble)json_node_get_int (attention) / 1000);
}

static void add_alarms (GString *out, const PoDeskParts *parts) {
  g_autoptr (GPtrArray) up = po_alarms_list (parts->alarms);
  guint counts[PO_SEVERITY_ERROR + 1] = {0};
  for (guint i = 0; i < up->len; i++)
    counts[((const PoAlarm *)up->pdata[i])->severity]++;
  add_head (out, "alarms", "gauge", "Alarms that are up, by severity.");
  for (gint severity = 0; severity <= PO_SEVERITY_ERROR; severity++)
    add_labelled (out, "alarms", "severity", po_severity_to_string ((PoSeverity)severity), counts[severity]);
}

gchar *po_metrics_text (const PoDeskParts *parts) {
  GString *out = g_string_new (NULL);
  g_autoptr (JsonNode) node = po_status_to_json (parts);
  JsonObject *status = json_node_get_object (node);
  add_head (out, "build_info", "gauge", "The version that runs.");
  add_labelled (out, "build_info", "version", PO_VERSION, 1);
  add_head_figures (out, parts);
  add_aired (out, parts);
  add_screen (out, po_air_screen (parts->air));
  add_outputs (out, status);
  add_sources (out, status);
  add_plain (out, "log_pending_rows", "gauge", "Rows of the record that wait to be written.",
             po_log_pending (parts->log));
  add_each (out, po_json_get_array (status, "messages"), "messages_waiting", "gauge", "Messages that wait to be sent.",
            "channel", "waiting");
  add_each (out, po_json_get_array (status, "messages"), "messages_sent_total", "counter", "Messages sent.", "channel",
            "sent");
  add_disk (out, parts);
  add_plan (out, parts, status);
  add_alarms (out, parts);
  return g_string_free (out, FALSE);
}
