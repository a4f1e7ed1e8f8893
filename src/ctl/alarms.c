// SPDX-License-Identifier: GPL-3.0-or-later
// `alarms`: what is wrong now, asked of the daemon; what was wrong, read from the record.
#include <glib/gi18n-lib.h>
#include <stdio.h>
#include <stdlib.h>

#include "ctl/ctl.h"
#include "ctl/online.h"
#include "ctl/print.h"
#include "ctl/table.h"
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

int po_ctl_alarms_acknowledge (PoCtl *ctl, GError **error) {
  g_autoptr (JsonObject) body = json_object_new ();
  json_object_set_string_member (body, "id", ctl->options.words[0]);
  if (ctl->options.who != NULL)
    json_object_set_string_member (body, "who", ctl->options.who);
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
  g_autofree gchar *time = po_time_to_utc_string (row->utc_ns);
  g_autoptr (JsonNode) node = json_node_new (JSON_NODE_OBJECT);
  JsonObject *object = po_alarm_to_json (row->alarm);
  json_object_set_string_member (object, "time", time);
  json_object_set_string_member (object, "change", po_alarm_change_to_string (row->change));
  json_node_take_object (node, object);
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
