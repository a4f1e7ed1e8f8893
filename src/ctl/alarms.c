// SPDX-License-Identifier: GPL-3.0-or-later
// `alarms`: what is wrong now, asked of the daemon; what was wrong, read from the record.
#include <glib/gi18n-lib.h>
#include <stdio.h>
#include <stdlib.h>

#include "ctl/ctl.h"
#include "ctl/online.h"
#include "ctl/print.h"
#include "ctl/table.h"
#include "json/tree.h"
#include "log/reader.h"
#include "message/alarm-json.h"
#include "model/recall.h"

#define HISTORY_NS (24 * 3600 * PO_NS_PER_SECOND)

static int show (PoCtl *ctl, const gchar *method, const gchar *path, JsonObject *body, GError **error) {
  int code = EXIT_SUCCESS;
  g_autoptr (JsonNode) answer = po_ctl_ask (ctl, method, path, body, &code, error);
  if (answer == NULL)
    return code;
  if (ctl->options.json || !JSON_NODE_HOLDS_ARRAY (answer))
    po_print_json_lines (answer);
  else if (json_array_get_length (json_node_get_array (answer)) == 0)
    printf ("%s\n", _ ("no alarms"));
  else
    po_print_alarms (json_node_get_array (answer), ctl->zone);
  return EXIT_SUCCESS;
}

int po_ctl_alarms (PoCtl *ctl, GError **error) {
  return show (ctl, "GET", "/alarms", NULL, error);
}

// (transfer full)
static JsonObject *who_body (PoCtl *ctl) {
  JsonObject *body = json_object_new ();
  if (ctl->options.who != NULL)
    json_object_set_string_member (body, "who", ctl->options.who);
  return body;
}

// Those of @alarms that nobody has seen, and their ids.
static void find_unseen (JsonArray *alarms, JsonArray *unseen, JsonArray *ids) {
  for (guint i = 0; i < json_array_get_length (alarms); i++) {
    JsonObject *alarm = json_array_get_object_element (alarms, i);
    if (!json_object_get_null_member (alarm, "acknowledged"))
      continue;
    json_array_add_object_element (unseen, json_object_ref (alarm));
    json_array_add_string_element (ids, po_print_member (alarm, "id"));
  }
}

static void print_results (JsonArray *results) {
  guint seen = 0;
  for (guint i = 0; i < json_array_get_length (results); i++) {
    JsonObject *result = json_array_get_object_element (results, i);
    if (json_object_get_boolean_member_with_default (result, "acknowledged", FALSE))
      seen++;
    else
      po_print_wrapped (PO_COLOUR_NONE, po_print_member (result, "problem"), 0, PO_INDENT_CELLS);
  }
  printf (_ ("acknowledged: %u of %u\n"), seen, json_array_get_length (results));
}

// What it shows, no other: an alarm that comes meanwhile has not been seen.
static int acknowledge_all (PoCtl *ctl, GError **error) {
  int code = EXIT_SUCCESS;
  g_autoptr (JsonNode) alarms = po_ctl_ask (ctl, "GET", "/alarms", NULL, &code, error);
  if (alarms == NULL || !JSON_NODE_HOLDS_ARRAY (alarms))
    return code;
  g_autoptr (JsonArray) unseen = json_array_new ();
  JsonArray *ids = json_array_new ();
  g_autoptr (JsonObject) body = who_body (ctl);
  json_object_set_array_member (body, "ids", ids);
  find_unseen (json_node_get_array (alarms), unseen, ids);
  if (json_array_get_length (ids) == 0) {
    if (!ctl->options.json)
      printf ("%s\n", _ ("no alarms that nobody has seen"));
    return EXIT_SUCCESS;
  }
  if (!ctl->options.json)
    po_print_alarms (unseen, ctl->zone);
  g_autoptr (JsonNode) results = po_ctl_ask (ctl, "POST", "/alarms/acknowledgements", body, &code, error);
  if (results == NULL)
    return code;
  if (ctl->options.json || !JSON_NODE_HOLDS_ARRAY (results))
    po_print_json_lines (results);
  else
    print_results (json_node_get_array (results));
  return EXIT_SUCCESS;
}

int po_ctl_alarms_acknowledge (PoCtl *ctl, GError **error) {
  const gchar *id = ctl->options.words != NULL ? ctl->options.words[0] : NULL;
  if ((id != NULL) == ctl->options.all) {
    g_set_error_literal (error, PO_ERROR, PO_ERROR_INPUT, _ ("give the ID of an alarm, or --all"));
    return EXIT_SUCCESS;
  }
  if (ctl->options.all)
    return acknowledge_all (ctl, error);
  g_autoptr (JsonObject) body = who_body (ctl);
  json_object_set_string_member (body, "id", id);
  return show (ctl, "POST", "/alarms/acknowledge", body, error);
}

// ---- from the record ----

static const gchar *change_word (PoAlarmChange change) {
  static const gchar *const words[] = {N_ ("raised"), N_ ("changed"), N_ ("seen"), N_ ("over")};
  return _ (words[change]);
}

static PoColour colour_of (const PoAlarmRow *row) {
  if (row->change == PO_ALARM_CLEARED)
    return PO_COLOUR_GREEN;
  if (row->change == PO_ALARM_ACKNOWLEDGED)
    return PO_COLOUR_NONE;
  return row->alarm->severity == PO_SEVERITY_ERROR ? PO_COLOUR_RED : PO_COLOUR_AMBER;
}

static void print_table (GPtrArray *rows, GTimeZone *zone) {
  g_autoptr (PoTable) table = po_table_new (_ ("TIME"), _ ("WHAT"), _ ("SEVERITY"), _ ("ALARM"), _ ("WHO"), NULL);
  for (guint i = 0; i < rows->len; i++) {
    const PoAlarmRow *row = rows->pdata[i];
    g_autofree gchar *time = po_print_local (row->utc_ns, zone), *text = po_text_recall (row->alarm->text);
    po_table_add (table, colour_of (row), time, change_word (row->change),
                  po_print_word (po_severity_to_string (row->alarm->severity)), text,
                  row->change == PO_ALARM_ACKNOWLEDGED ? row->alarm->acknowledged_by : "");
  }
  po_table_print (table);
}

static void print_row (const PoAlarmRow *row) {
  JsonObject *object = po_alarm_to_json (row->alarm);
  po_json_set_time (object, "time", row->utc_ns);
  json_object_set_string_member (object, "change", po_alarm_change_to_string (row->change));
  g_autoptr (JsonNode) node = po_json_object_node (object);
  po_print_json_lines (node);
}

int po_ctl_alarms_history (PoCtl *ctl, GError **error) {
  PoTimeNs from_ns = 0, to_ns = 0;
  if (!po_ctl_window (ctl, ctl->now_ns - HISTORY_NS, HISTORY_NS + PO_NS_PER_SECOND, &from_ns, &to_ns, error))
    return EXIT_SUCCESS;
  const gchar *state = po_ctl_state (ctl, error);
  g_autoptr (PoLogReader) reader = state != NULL ? po_log_reader_open (state, error) : NULL;
  g_autoptr (GPtrArray) rows = reader != NULL ? po_log_reader_alarms (reader, from_ns, to_ns, error) : NULL;
  if (rows == NULL)
    return EXIT_SUCCESS;
  if (!ctl->options.json)
    print_table (rows, ctl->zone);
  for (guint i = 0; ctl->options.json && i < rows->len; i++)
    print_row (rows->pdata[i]);
  return EXIT_SUCCESS;
}
