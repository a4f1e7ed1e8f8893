// SPDX-License-Identifier: GPL-3.0-or-later
// The one list of alarms: what is wrong now and what a person should do. Raised and cleared by name from all over the
// daemon, so that terminal, status, log and messages cannot disagree. An alarm that comes and goes stays up as one
// until it has been quiet for a while, so that nothing is told again and again. Its texts carry all languages, for
// whoever asks; what is told of it goes by this process's. Main thread. It reads no clock, decides nothing on air and
// plays nothing.
#pragma once

#include <json-glib/json-glib.h>

#include "model/alarm.h"

typedef struct _PoAlarms PoAlarms;

/** Called once for each change, at @now_ns. */
typedef void (*PoAlarmFunc) (const PoAlarm *alarm, PoAlarmChange change, PoTimeNs now_ns, gpointer user);

PoAlarms *po_alarms_new (PoAlarmFunc on_change, gpointer user);
void po_alarms_free (PoAlarms *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PoAlarms, po_alarms_free)

/** Raises @id, or updates its text. @what_to_do ends the operator's question "and now?". */
void po_alarms_raise (PoAlarms *self, const gchar *id, PoSeverity severity, PoTimeNs now_ns, const gchar *what_to_do,
                      const gchar *format, ...) G_GNUC_PRINTF (6, 7);
/** The same about something on air. @event: (nullable) */
void po_alarms_raise_for (PoAlarms *self, const gchar *id, PoSeverity severity, PoTimeNs now_ns,
                          const PoAlarmEvent *event, const gchar *what_to_do, const gchar *format, ...)
    G_GNUC_PRINTF (7, 8);

/** Raises @id with @problem, or clears it where that is NULL. */
void po_alarms_set (PoAlarms *self, const gchar *id, PoSeverity severity, PoTimeNs now_ns, const gchar *problem,
                    const gchar *what_to_do);

/** Raises an alarm for each kind of @findings (PoFinding) that is no mere note; the same about other instances of one
 * event counts as one. Past a hundred of one @prefix, errors first, all others are one alarm. Clears those with @prefix
 * that are no longer found. */
void po_alarms_raise_findings (PoAlarms *self, const gchar *prefix, GPtrArray *findings, PoTimeNs now_ns,
                               const gchar *what_to_do);

/** Clears @id if it is up. */
void po_alarms_clear (PoAlarms *self, const gchar *id);

/** Clears every alarm whose id starts with @prefix and is not in @keep (a set of ids, nullable). */
void po_alarms_clear_prefix (PoAlarms *self, const gchar *prefix, GHashTable *keep);

/** Once a second: ends what was quiet long enough, and tells of words that changed meanwhile. */
void po_alarms_tick (PoAlarms *self, PoTimeNs now_ns);

/** @who has seen @id: it stays up, and nobody is reminded of it. It counts for this raising of it and this severity.
 * PO_ERROR_NOT_FOUND: it is not up. */
gboolean po_alarms_acknowledge (PoAlarms *self, const gchar *id, const gchar *who, PoTimeNs now_ns, GError **error);

/** What an earlier life left up (PoAlarm, transfer none): if raised again before @until_ns, each goes on from its own
 * beginning, and stays acknowledged; what is not is cleared then. */
void po_alarms_inherit (PoAlarms *self, GPtrArray *alarms, PoTimeNs until_ns);

guint po_alarms_count (PoAlarms *self, PoSeverity at_least);

/** PoAlarm in this process's language, worst and oldest first; valid until the next change. (transfer container) */
GPtrArray *po_alarms_list (PoAlarms *self);

/** Array of {id, severity, since, event, text, what_to_do, acknowledged}, worst and oldest first, its texts in all
 * languages. (transfer full) */
JsonNode *po_alarms_to_json (PoAlarms *self);
