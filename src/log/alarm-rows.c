// SPDX-License-Identifier: GPL-3.0-or-later
// Reading the record of alarms.
#include "log/reader-private.h"

#define COLUMNS                                                                                                        \
  "utc_ns, event, alarm, severity, since_ns, uid, instance, title, text, what_to_do, who, epoch FROM main.alarm_event"

void po_alarm_row_free (PoAlarmRow *self) {
  if (self == NULL)
    return;
  po_alarm_free (self->alarm);
  g_free (self);
}

static PoSeverity severity_from_text (const gchar *text) {
  for (gint severity = PO_SEVERITY_NOTE; severity < PO_SEVERITY_ERROR; severity++)
    if (g_strcmp0 (text, po_severity_to_string ((PoSeverity)severity)) == 0)
      return (PoSeverity)severity;
  return PO_SEVERITY_ERROR;
}

static void set_text (gchar **place, PoSqlStatement *statement, gint column) {
  g_free (*place);
  *place = g_strdup (po_sql_column_text (statement, column));
}

static PoAlarmRow *read_row (PoSqlStatement *statement) {
  PoAlarmRow *row = g_new0 (PoAlarmRow, 1);
  const gchar *event = po_sql_column_text (statement, 1);
  row->utc_ns = sqlite3_column_int64 (statement, 0);
  if (event == NULL || !po_alarm_change_from_string (event, &row->change))
    row->change = PO_ALARM_CHANGED;
  row->alarm = po_alarm_new (po_sql_column_text (statement, 2), severity_from_text (po_sql_column_text (statement, 3)),
                             sqlite3_column_int64 (statement, 4));
  gchar **texts[] = {&row->alarm->uid,  &row->alarm->instance,   &row->alarm->title,
                     &row->alarm->text, &row->alarm->what_to_do, &row->alarm->acknowledged_by};
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    set_text (texts[i], statement, 5 + (gint)i);
  row->epoch = sqlite3_column_int64 (statement, 11);
  if (row->alarm->acknowledged_by != NULL)
    row->alarm->acknowledged_ns = row->utc_ns;
  return row;
}

// (transfer full) of PoAlarmRow
static GPtrArray *read_rows (PoSqlStatement *statement, GError **error) {
  gboolean more = FALSE;
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify)po_alarm_row_free);
  for (;;) {
    if (!po_sql_step (statement, &more, error))
      return NULL;
    if (!more)
      return g_steal_pointer (&rows);
    g_ptr_array_add (rows, read_row (statement));
  }
}

GPtrArray *po_log_reader_alarms (PoLogReader *self, PoTimeNs from_ns, PoTimeNs to_ns, GError **error) {
  g_autoptr (PoSqlStatement) statement =
      po_sql_prepare (po_log_reader_db (self),
                      "SELECT " COLUMNS " WHERE utc_ns >= ?1 AND utc_ns < ?2 ORDER BY utc_ns, epoch, number", error);
  if (statement == NULL)
    return NULL;
  sqlite3_bind_int64 (statement, 1, from_ns != PO_TIME_NONE ? from_ns : G_MININT64);
  sqlite3_bind_int64 (statement, 2, to_ns != PO_TIME_NONE ? to_ns : G_MAXINT64);
  return read_rows (statement, error);
}

GPtrArray *po_log_reader_open_alarms (PoLogReader *self, PoTimeNs from_ns, GError **error) {
  g_autoptr (GPtrArray) rows = po_log_reader_alarms (self, from_ns, PO_TIME_NONE, error);
  if (rows == NULL)
    return NULL;
  g_autoptr (GHashTable) open = g_hash_table_new (g_str_hash, g_str_equal); // id -> PoAlarm of `rows`
  for (guint i = 0; i < rows->len; i++) {
    const PoAlarmRow *row = rows->pdata[i];
    if (row->change == PO_ALARM_CLEARED)
      g_hash_table_remove (open, row->alarm->id);
    else
      g_hash_table_replace (open, row->alarm->id, row->alarm);
  }
  GPtrArray *alarms = g_ptr_array_new_with_free_func ((GDestroyNotify)po_alarm_free);
  for (guint i = 0; i < rows->len; i++) {
    const PoAlarmRow *row = rows->pdata[i];
    if (g_hash_table_lookup (open, row->alarm->id) == row->alarm)
      g_ptr_array_add (alarms, po_alarm_copy (row->alarm));
  }
  return alarms;
}
