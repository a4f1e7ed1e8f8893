// SPDX-License-Identifier: GPL-3.0-or-later
// The record: the journal and the airing events of one station, append-only in SQLite in the state folder. An append
// gives the row its number and returns at once; the log's own thread writes it (WAL, synced) in the order of appending.
// While it cannot be written (full disk, read-only folder) rows wait in memory in order and are written once there is
// room: nothing lost while the process lives, nothing doubled. A damaged database is moved aside, never deleted. Only
// one process may write a state folder.
// Append functions: any thread. It never logs: what is wrong is a finding, for whoever asks.
#pragma once

#include "log/reader.h"
#include "model/finding.h"

typedef struct _PoLog PoLog;

/** Opens the log of @state_dir (NULL: in memory only). What is still open from an earlier life is closed with
 * `interrupted` at its last mark. It fails only with PO_ERROR_CONFLICT, when another process holds this folder; any
 * other trouble is a finding, with the rows in memory. @node names this machine. What is awaited comes on
 * the thread-default context. (transfer full) */
PoLog *po_log_open (const gchar *state_dir, const gchar *node, GError **error);

/** Writes what waits, for at most @timeout_ms, and closes. FALSE: rows were lost for want of room. */
gboolean po_log_close (PoLog *self, guint timeout_ms);

/** Assigns entry->seq and stores a copy. @rate is the channel's. */
gint64 po_log_append_journal (PoLog *self, PoJournalEntry *entry, PoRate rate);

/** An airing begins. Its id, > 0. */
gint64 po_log_append_start (PoLog *self, const PoAiringStart *start);

/** How far it has come: once a second is right, and sooner where something else has come on air. It is only the mark
 * for recovery; marks of one airing replace each other. An unknown or ended airing is ignored. */
void po_log_append_mark (PoLog *self, gint64 airing, const PoAiringMark *mark);

/** It ends. @reason: (nullable) in a word or a sentence, where it differs from the start's. FALSE: not open. */
gboolean po_log_append_end (PoLog *self, gint64 airing, const PoAiringMark *end, PoAiringStatus status,
                            const gchar *reason);

/** What was measured of @airing, once, also after its end. */
void po_log_append_measures (PoLog *self, gint64 airing, const PoAiringMeasures *measures);

/** What happened to an alarm, at @utc_ns. */
void po_log_append_alarm (PoLog *self, const PoAlarm *alarm, PoAlarmChange change, PoTimeNs utc_ns);

/** Waits until all that was appended before is on disk; FALSE after @timeout_ms. Any thread but the log's. */
gboolean po_log_flush (PoLog *self, guint timeout_ms);

/** Calls @func on the main context, once, when all that was appended before is on disk, or after @timeout_ms. A source
 * to destroy by whoever is no longer there to be called. (transfer full) */
GSource *po_log_when_written (PoLog *self, guint timeout_ms, GSourceFunc func, gpointer user);

/** This life's number: one more than the last life's in this state folder. */
gint64 po_log_epoch (PoLog *self);

/** Where the air had come to in an earlier life, by the latest mark, end or start: for the restart entry and for the
 * rule that no entry lies before what was aired. FALSE: never aired. */
gboolean po_log_last_aired (PoLog *self, PoRate rate, PoFrame *ret_frame, PoTimeNs *ret_utc_ns);

/** The state folder, or NULL: in memory only. */
const gchar *po_log_dir (PoLog *self);

/** How many rows wait. */
guint po_log_pending (PoLog *self);

/** What is wrong with the log now (codes log-waiting, log-moved-aside, log-refused, log-broken, log-unreadable,
 * log-journal, log-alarms, log-rules), with the remedy. (transfer full) array of PoFinding */
GPtrArray *po_log_findings (PoLog *self);

/** As the functions of reader.h, with the rows that still wait. PO_ERROR_SYSTEM: what is on disk cannot be read; it is
 * never told as if there were nothing. (transfer full) all three */
GPtrArray *po_log_asrun (PoLog *self, PoTimeNs from_ns, PoTimeNs to_ns, const PoAsrunFilter *filter, GError **error);
/** That what is on disk could not be read is a finding besides, until it is read by this. */
GPtrArray *po_log_load_journal (PoLog *self, PoRate rate, PoFrame from, GError **error);
/** Of what is on disk only. That it could not be read is a finding besides. */
GPtrArray *po_log_open_alarms (PoLog *self, PoTimeNs from_ns, GError **error);
