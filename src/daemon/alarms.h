// SPDX-License-Identifier: GPL-3.0-or-later
// The one list of alarms: what is wrong now and what a person should do. Raised and cleared by name from all over the
// daemon, so that terminal, status and log cannot disagree. Main thread. It decides nothing and plays nothing.
#pragma once

#include <json-glib/json-glib.h>

#include "model/finding.h"

typedef struct _PoAlarms PoAlarms;

/** Called once when an alarm is raised, when its text changes, and when it is cleared. */
typedef void (*PoAlarmFunc) (const gchar *id, PoSeverity severity, const gchar *text, gboolean raised, gpointer user);

PoAlarms *po_alarms_new (PoAlarmFunc on_change, gpointer user);
void po_alarms_free (PoAlarms *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PoAlarms, po_alarms_free)

/** Raises @id, or updates its text. @what_to_do ends the operator's question "and now?". */
void po_alarms_raise (PoAlarms *self, const gchar *id, PoSeverity severity, PoTimeNs now_ns, const gchar *what_to_do,
                      const gchar *format, ...) G_GNUC_PRINTF (6, 7);

/** Raises an alarm for each kind of @findings (PoFinding) that is no mere note; the same about other instances of one
 * event counts as one. Clears those with @prefix that are no longer found. */
void po_alarms_raise_findings (PoAlarms *self, const gchar *prefix, GPtrArray *findings, PoTimeNs now_ns,
                               const gchar *what_to_do);

/** Clears @id if it is up. */
void po_alarms_clear (PoAlarms *self, const gchar *id);

/** Clears every alarm whose id starts with @prefix and is not in @keep (a set of ids, nullable). */
void po_alarms_clear_prefix (PoAlarms *self, const gchar *prefix, GHashTable *keep);

guint po_alarms_count (PoAlarms *self, PoSeverity at_least);

/** Array of {id, severity, since, text, what_to_do}, worst and oldest first. (transfer full) */
JsonNode *po_alarms_to_json (PoAlarms *self);
