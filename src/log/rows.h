// SPDX-License-Identifier: GPL-3.0-or-later
// Rows on their way to the log's tables: owned copies of what was appended. Internal to `log`. A row never changes once
// it is queued; its numbers count from 1 in each life, and who writes it (pen.h) adds what the database already holds.
#pragma once

#include "log/airing.h"
#include "model/alarm.h"
#include "model/journal-entry.h"

typedef enum {
  PO_LOG_ROW_JOURNAL,
  PO_LOG_ROW_START,
  PO_LOG_ROW_CLOSE,
  PO_LOG_ROW_ALARM,
  PO_LOG_ROW_MEASURE
} PoLogRowKind;

typedef struct {
  gint ref_count; // atomic
  PoLogRowKind kind;
  gint64 id;     // seq of the journal, or id of the event
  gint64 airing; // START, CLOSE, MEASURE
  PoRate rate;
  PoJournalEntry *entry; // JOURNAL
  PoAiringStart start;   // START: its strings are owned by `strings`
  GStringChunk *strings;
  PoAiringMark mark; // CLOSE; its measures: MEASURE
  PoAiringStatus status;
  gchar *reason;  // (nullable)
  PoAlarm *alarm; // ALARM
  PoAlarmChange change;
  PoTimeNs utc_ns;
} PoLogRow;

PoLogRow *po_log_row_new_journal (const PoJournalEntry *entry, PoRate rate);
PoLogRow *po_log_row_new_start (const PoAiringStart *start);
PoLogRow *po_log_row_new_close (gint64 airing, PoRate rate, const PoAiringMark *mark, PoAiringStatus status,
                                const gchar *reason);
PoLogRow *po_log_row_new_measure (gint64 airing, const PoAiringMeasures *measures);
PoLogRow *po_log_row_new_alarm (const PoAlarm *alarm, PoAlarmChange change, PoTimeNs utc_ns);
PoLogRow *po_log_row_ref (PoLogRow *self);
void po_log_row_unref (PoLogRow *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PoLogRow, po_log_row_unref)

GPtrArray *po_log_rows_copy (GPtrArray *rows); // of PoLogRow, each held; (transfer full)

/** Marks: how far each airing has come, by its number (gint64, owned). (transfer full) of PoAiringMark */
GHashTable *po_log_marks_new (void);
GHashTable *po_log_marks_copy (GHashTable *marks); // (transfer full)
void po_log_marks_set (GHashTable *marks, gint64 airing, const PoAiringMark *mark);

/** PoLogBase: the highest numbers that the database held when this life first met it. */
typedef struct {
  gint64 seq, id, epoch;
} PoLogBase;

gchar *po_log_args_to_json (GHashTable *args);                        // (transfer full), keys sorted
gboolean po_log_args_from_json (const gchar *text, GHashTable *args); // FALSE: not an object of strings
