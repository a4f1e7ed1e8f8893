// SPDX-License-Identifier: GPL-3.0-or-later
// Planned against aired: what the calendars in force had promised for a window, and what the log says became of it.
// Pure: adopted calendars, as-run rows, journal and the present instant in, figures out, each with the ids of the rows
// behind it. Knows no database, no iCalendar and no clock. Any thread.
//
// An obligation is one instance of one series: (series UID, original start). It belongs to the window in which it was
// first to begin, wherever it was moved to. It is planned if a calendar in force before its end held it. When a rule or
// a start changes, an instance that vanishes is the one that appears with the same ordinal: moved, not another.
//
// planned = aired + partial + cancelled + missed + removed + to_come. `moved` and `made_up` are told besides.
// owed = missed, removed or partial, and not made up; what was cancelled is decided and not owed. What a calendar no
// longer holds stays planned until a correction says that it was withdrawn, or cancelled, by whom and why.
//
// A live show is aired when it was ended by the operator, however early, or at its time, and lost no more than a
// twentieth of its length to its source; what it lost stands among the faults. Its real length is told in any case.
#pragma once

#include "log/airing.h"
#include "log/correction.h"
#include "model/journal-entry.h"

/** PoReportRevision: the calendars that were in force from an instant on. */
typedef struct {
  const gchar *revision;
  PoTimeNs from_ns;
  const gchar *who;       // (nullable)
  GHashTable *changed;    // (nullable) set of the UIDs that are not as they were in the revision before; NULL: any
  GPtrArray *occurrences; // PoOccurrence of those, CANCELLED ones too, under their first names; at least those that end
                          // after from_ns
} PoReportRevision;

/** How long the clip with the content @media_hash is; 0: nobody knows. */
typedef gint64 (*PoReportLengthFunc) (const gchar *media_hash, gpointer user);

typedef struct {
  GPtrArray *revisions; // PoReportRevision, in the order in which they came into force
  GPtrArray *rows;      // PoAsrunRow, in order of id
  GPtrArray *journal;   // (nullable) PoJournalEntry: CANCEL, PIN, LIVE and END_LIVE are looked at
  GTimeZone *zone;
  PoTimeNs now_ns;
  GPtrArray *corrections;       // (nullable) PoCorrection: those of obligations are looked at, rows bring their own
  gboolean was_on, is_on;       // the channel was on air before the window, and after it
  PoReportLengthFunc length_ns; // (nullable)
  gpointer user;
} PoReportSource;

typedef enum {
  PO_REPORT_AIRED,
  PO_REPORT_PARTIAL,
  PO_REPORT_CANCELLED,
  PO_REPORT_MISSED,
  PO_REPORT_REMOVED,
  PO_REPORT_TO_COME,   // or on air now
  PO_REPORT_WITHDRAWN, // no longer planned, by a correction
  PO_REPORT_LAST_ = PO_REPORT_WITHDRAWN,
} PoReportState;

const gchar *po_report_state_to_string (PoReportState state); // "to_come"

/** PoReportInstance: one obligation. */
typedef struct {
  gchar *series_uid, *uid, *instance, *title;
  gchar *category;           // (nullable)
  gchar *media;              // (nullable) what it is to show, where that is known
  PoTimeNs original_ns;      // when it was first to begin
  PoTimeNs start_ns, end_ns; // its slot as last known
  gint64 ordinal;
  guint parts; // how many clips it is to show; 0: not known
  gboolean join;
  gboolean live;

  PoReportState state;
  gboolean moved, made_up, owed;
  gchar *why; // (nullable) MISSED: missing, tentative, waiting, off-air, pre-empted, not-aired, or the log's words;
              // else the correction's
  gchar *who; // (nullable) CANCELLED, REMOVED, WITHDRAWN: by whom
  PoTimeNs decided_ns; // CANCELLED, REMOVED, WITHDRAWN: when; else PO_TIME_NONE
  PoTimeNs aired_ns;   // its first picture on air, or PO_TIME_NONE
  gint64 shown_ns, lost_ns;
  GArray *rows;       // gint64: ids of its own rows
  gint64 made_up_row; // 0 = none
} PoReportInstance;

/** PoReportSeries: all of one series in the window, in order of original start. */
typedef struct {
  gchar *uid, *title;
  guint planned, moved, made_up, owed;
  guint count[PO_REPORT_LAST_ + 1]; // by state
  gint64 shown_ns;
  gint64 step_ns;       // between most of its starts; 0 = once
  gboolean live;        // all of it
  GPtrArray *instances; // PoReportInstance
} PoReportSeries;

/** PoReportClip: one file, as a programme or as filler. A clip that was cut and went on is one airing. */
typedef struct {
  gchar *media, *title;
  gboolean filler; // only ever as filler
  guint airings;
  gint64 shown_ns;
} PoReportClip;

/** PoReportHours: how long a category was on air; `category` is a kind ("filler", "card", "slate") for what has none.
 */
typedef struct {
  gchar *category;
  gint64 ns;
} PoReportHours;

/** PoReportFault: what the viewer saw that should not have been. */
typedef struct {
  const gchar *kind; // "held", "filled", "failed", "interrupted", "slate", "off-air", "source-loss"
  PoTimeNs time_ns;
  gint64 length_ns;
  gint64 row;         // 0: between rows
  const gchar *title; // (nullable) and
  const gchar *why;   // (nullable): of the source's rows
} PoReportFault;

typedef struct {
  PoTimeNs from_ns, to_ns;
  GPtrArray *series; // PoReportSeries, by title
  GPtrArray *clips;  // PoReportClip, by name
  GPtrArray *hours;  // PoReportHours, by name
  GArray *faults;    // PoReportFault, in order of time
} PoReport;

/** What [from, to) had promised and what became of it. @source must outlive the report. (transfer full) */
PoReport *po_report_make (const PoReportSource *source, PoTimeNs from_ns, PoTimeNs to_ns);
void po_report_free (PoReport *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PoReport, po_report_free)

/** Whether anything ever promised the obligation of this name or showed it, and what became of it. @source must reach
 * over its start. */
gboolean po_report_find (const PoReportSource *source, const gchar *uid, const gchar *instance,
                         PoReportState *ret_state);

/** {from, to, series: [{uid, title, planned, aired, partial, partial_minutes, moved, cancelled, missed, removed,
 * to_come, made_up, owed, live, shown_seconds, rows: {aired: [ids], …}, instances: [{…, rows: [ids]}]}], clips, hours,
 * faults}. (transfer full) */
gchar *po_report_to_json (const PoReport *self);

/** One sentence for the yearly report, in the reader's language. (transfer full) */
gchar *po_report_series_sentence (const PoReportSeries *self);

gchar *po_report_step_text (const PoReportSeries *self); // "every 2 weeks"; (transfer full)
gchar *
po_report_percent_text (const PoReportSeries *self); // "96.1", as the reader's language writes it; (transfer full)

/** All series' sentences as one paragraph. (transfer full) */
gchar *po_report_paragraph (const PoReport *self);

/** How much of the plan was met, made-up ones too, in tenths of a percent, rounded down. */
guint po_report_series_permille (const PoReportSeries *self);
