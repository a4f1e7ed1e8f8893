// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/alarm.h"

#include <string.h>

static const gchar *const change_names[] = {"raised", "changed", "acknowledged", "cleared"};
G_STATIC_ASSERT (G_N_ELEMENTS (change_names) == PO_ALARM_LAST_ + 1);

const gchar *po_alarm_change_to_string (PoAlarmChange change) {
  return change_names[change];
}

gboolean po_alarm_change_from_string (const gchar *text, PoAlarmChange *ret_change) {
  for (guint i = 0; i < G_N_ELEMENTS (change_names); i++)
    if (strcmp (change_names[i], text) == 0) {
      *ret_change = (PoAlarmChange)i;
      return TRUE;
    }
  return FALSE;
}

PoAlarm *po_alarm_new (const gchar *id, PoSeverity severity, PoTimeNs since_ns) {
  PoAlarm *self = g_new0 (PoAlarm, 1);
  self->id = g_strdup (id);
  self->severity = severity;
  self->since_ns = since_ns;
  self->text = g_strdup ("");
  self->what_to_do = g_strdup ("");
  self->acknowledged_ns = PO_TIME_NONE;
  return self;
}

PoAlarm *po_alarm_copy (const PoAlarm *self) {
  PoAlarm *copy = g_memdup2 (self, sizeof *self);
  gchar **texts[] = {&copy->id,   &copy->uid,        &copy->instance,       &copy->title,
                     &copy->text, &copy->what_to_do, &copy->acknowledged_by};
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    *texts[i] = g_strdup (*texts[i]);
  return copy;
}

void po_alarm_free (PoAlarm *self) {
  if (self == NULL)
    return;
  g_free (self->id);
  g_free (self->uid);
  g_free (self->instance);
  g_free (self->title);
  g_free (self->text);
  g_free (self->what_to_do);
  g_free (self->acknowledged_by);
  g_free (self);
}

gint po_alarm_compare (gconstpointer a, gconstpointer b) {
  const PoAlarm *left = *(PoAlarm *const *)a, *right = *(PoAlarm *const *)b;
  if (left->severity != right->severity)
    return left->severity > right->severity ? -1 : 1;
  if (left->since_ns != right->since_ns)
    return left->since_ns < right->since_ns ? -1 : 1;
  return strcmp (left->id, right->id);
}
