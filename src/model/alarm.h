// SPDX-License-Identifier: GPL-3.0-or-later
// One thing that is wrong now and that a person should know of: what page, API, log and messages all show. A plain
// value; the one list of them is in message/alarms.h.
#pragma once

#include "model/finding.h"

/** PoAlarmEvent: what on air it belongs to. Borrowed strings. */
typedef struct {
  const gchar *uid;      // (nullable)
  const gchar *instance; // (nullable)
  const gchar *title;    // (nullable)
} PoAlarmEvent;

typedef struct {
  gchar *id; // "output:main"
  PoSeverity severity;
  PoTimeNs since_ns;
  gchar *uid, *instance, *title; // (nullable) the event it belongs to
  gchar *text;                   // what is wrong
  gchar *what_to_do;             // may be empty
  gchar *acknowledged_by;        // (nullable) who has seen it
  PoTimeNs acknowledged_ns;
} PoAlarm;

/** What happens to an alarm. */
typedef enum {
  PO_ALARM_RAISED,       // new, or of another severity
  PO_ALARM_CHANGED,      // other words
  PO_ALARM_ACKNOWLEDGED, // somebody has seen it
  PO_ALARM_CLEARED,      // over
  PO_ALARM_LAST_ = PO_ALARM_CLEARED,
} PoAlarmChange;

const gchar *po_alarm_change_to_string (PoAlarmChange change); // "raised"
gboolean po_alarm_change_from_string (const gchar *text, PoAlarmChange *ret_change);

PoAlarm *po_alarm_new (const gchar *id, PoSeverity severity, PoTimeNs since_ns); // (transfer full)
PoAlarm *po_alarm_copy (const PoAlarm *self);                                    // (transfer full)
void po_alarm_free (PoAlarm *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PoAlarm, po_alarm_free)

/** Worst first, then oldest: for g_ptr_array_sort. */
gint po_alarm_compare (gconstpointer a, gconstpointer b);
