// SPDX-License-Identifier: GPL-3.0-or-later
#include "daemon/announce.h"

#include <syslog.h>
#include <unistd.h>

#include "daemon/voice.h"
#include "model/text.h"

// One for every change of an alarm: `journalctl MESSAGE_ID=…`.
#define MESSAGE_ID "MESSAGE_ID=5f0c3a0f6d0e4b9d9a2b6c71d5e84a13"

// (transfer full)
static gchar *line_of (const PoAlarm *alarm, PoAlarmChange change) {
  if (change == PO_ALARM_ACKNOWLEDGED)
    return g_strdup_printf (_ ("seen by %s: %s"), alarm->acknowledged_by, alarm->text);
  const gboolean is_over = change == PO_ALARM_CLEARED;
  const gboolean is_helped = !is_over && alarm->what_to_do != NULL && *alarm->what_to_do != '\0';
  return g_strdup_printf ("%s%s: %s%s%s", is_over ? _ ("over: ") : "", _ (po_severity_to_string (alarm->severity)),
                          alarm->text, is_helped ? " → " : "", is_helped ? alarm->what_to_do : "");
}

static gint priority_of (const PoAlarm *alarm, PoAlarmChange change) {
  static const gint priorities[] = {LOG_NOTICE, LOG_WARNING, LOG_ERR};
  return change == PO_ALARM_RAISED || change == PO_ALARM_CHANGED ? priorities[alarm->severity] : LOG_NOTICE;
}

static void add_field (GPtrArray *fields, const gchar *name, const gchar *value) {
  if (value != NULL && *value != '\0')
    g_ptr_array_add (fields, g_strdup_printf ("%s=%s", name, value));
}

// (transfer full)
static GPtrArray *fields_of (const PoAlarm *alarm, PoAlarmChange change, const gchar *line) {
  g_autofree gchar *since = po_time_to_utc_string (alarm->since_ns);
  GPtrArray *fields = g_ptr_array_new_with_free_func (g_free);
  g_ptr_array_add (fields, g_strdup (MESSAGE_ID));
  g_ptr_array_add (fields, g_strdup_printf ("PRIORITY=%d", priority_of (alarm, change)));
  add_field (fields, "MESSAGE", line);
  add_field (fields, "SYSLOG_IDENTIFIER", "playoutd");
  add_field (fields, "PLAYOUT_ALARM", alarm->id);
  add_field (fields, "PLAYOUT_CHANGE", po_alarm_change_to_string (change));
  add_field (fields, "PLAYOUT_SEVERITY", po_severity_to_string (alarm->severity));
  add_field (fields, "PLAYOUT_SINCE", since);
  add_field (fields, "PLAYOUT_UID", alarm->uid);
  add_field (fields, "PLAYOUT_INSTANCE", alarm->instance);
  add_field (fields, "PLAYOUT_TITLE", alarm->title);
  add_field (fields, "PLAYOUT_WHAT_TO_DO", alarm->what_to_do);
  add_field (fields, "PLAYOUT_WHO", alarm->acknowledged_by);
  return fields;
}

void po_announce (const PoAlarm *alarm, PoAlarmChange change) {
  g_autofree gchar *all = line_of (alarm, change), *line = po_text_pick (all, NULL);
  GPtrArray *fields = g_log_writer_is_journald (STDERR_FILENO) ? fields_of (alarm, change, line) : NULL;
  po_voice_say (STDERR_FILENO, g_strdup_printf ("%s\n", line), fields);
}
