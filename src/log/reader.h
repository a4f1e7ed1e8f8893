// SPDX-License-Identifier: GPL-3.0-or-later
// Reading the log: by the daemon through PoLog, and by playoutctl from the state folder while the daemon writes. It
// never writes, and needs no daemon. One thread a reader.
#pragma once

#include "log/airing.h"
#include "log/correction.h"
#include "model/alarm.h"
#include "model/journal-entry.h"

typedef struct _PoLogReader PoLogReader;

/** Opens the log in @state_dir read-only. PO_ERROR_NOT_FOUND: there is none yet. (transfer full) */
PoLogReader *po_log_reader_open (const gchar *state_dir, GError **error);
void po_log_reader_free (PoLogReader *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PoLogReader, po_log_reader_free)

/** PoAsrunFilter: all zero and NULL: everything. */
typedef struct {
  const gchar *channel; // exactly
  const gchar *uid;     // exactly
  const gchar *media;   // exactly
  const gchar *status;  // "partial"
  gboolean own_only;    // only programmes: media and live
  gint64 after_id;      // only rows with a greater id: the next page
  guint limit;          // 0 = no limit
} PoAsrunFilter;

/** The airings that were on air during [from, to), in order of id; PO_TIME_NONE for no bound.
 * (transfer full) array of PoAsrunRow, or NULL */
GPtrArray *po_log_reader_asrun (PoLogReader *self, PoTimeNs from_ns, PoTimeNs to_ns, const PoAsrunFilter *filter,
                                GError **error);

/** All journal entries that take effect at @from (PO_FRAME_NONE: from the beginning) or later, in order of (frame,
 * seq); frames at other rates are converted to @rate through UTC. (transfer full) array of PoJournalEntry, or NULL */
GPtrArray *po_log_reader_journal (PoLogReader *self, PoRate rate, PoFrame from, GError **error);

/** PoAlarmRow: one change of one alarm. */
typedef struct {
  PoTimeNs utc_ns;
  PoAlarmChange change;
  PoAlarm *alarm;
  gint64 epoch;
} PoAlarmRow;

void po_alarm_row_free (PoAlarmRow *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PoAlarmRow, po_alarm_row_free)

/** What happened to alarms during [from, to), in order of time; PO_TIME_NONE for no bound.
 * (transfer full) array of PoAlarmRow, or NULL */
GPtrArray *po_log_reader_alarms (PoLogReader *self, PoTimeNs from_ns, PoTimeNs to_ns, GError **error);

/** The alarms that were raised or changed since @from_ns and never cleared. (transfer full) array of PoAlarm, or NULL
 */
GPtrArray *po_log_reader_open_alarms (PoLogReader *self, PoTimeNs from_ns, GError **error);

/** All corrections in order. (transfer full) array of PoCorrection, or NULL */
GPtrArray *po_log_reader_corrections (PoLogReader *self, GError **error);

/** Whether anything was put on air before @from_ns, and at @to_ns or later. */
gboolean po_log_reader_was_on (PoLogReader *self, PoTimeNs from_ns, PoTimeNs to_ns, gboolean *ret_before,
                               gboolean *ret_after, GError **error);

/** "123 HASH": position and hash of the last link of the chain, to be kept elsewhere. (transfer full) (nullable) */
gchar *po_log_reader_head (PoLogReader *self);

/** When each clip of a programme first aired, of those that did before @before_ns. (transfer full) clip -> gint64
 * pointer, or NULL */
GHashTable *po_log_reader_first_aired (PoLogReader *self, PoTimeNs before_ns, GError **error);
