// SPDX-License-Identifier: GPL-3.0-or-later
// A set of calendars at one revision: bytes of iCalendar files in, occurrences and findings out. What a file means is
// said in the documented format; this folder is the only place that knows iCalendar.
// Build it (new, add …, seal), then it never changes: any thread may ask (a lock inside guards what counting
// remembers). No clock, no process-global zone: the same files give the same answers on any machine with the same
// zone data. It must not know media, frames or the plan.
#pragma once

#include "model/finding.h"
#include "model/occurrence.h"

typedef struct _PoSchedule PoSchedule;

/** @timezone: the station's, an Olson name; floating and date-only values are in it. (transfer full) */
PoSchedule *po_schedule_new (const gchar *timezone, GError **error);
PoSchedule *po_schedule_ref (PoSchedule *self);
void po_schedule_unref (PoSchedule *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PoSchedule, po_schedule_unref)

/** Adds one file. FALSE: it cannot be used at all (not iCalendar, cut off), and nothing of it was taken. What is wrong
 * within it goes to the findings. */
gboolean po_schedule_add (PoSchedule *self, const gchar *file_name, GBytes *bytes, GError **error);

/** Resolves versions, overrides and series across all files. Call once, after the last add; nothing may be asked
 * before. */
void po_schedule_seal (PoSchedule *self);

/** All "*.ics" of a folder in name order, sealed; a file that cannot be used becomes a finding. An error only if the
 * folder or the zone cannot be read. (transfer full) */
PoSchedule *po_schedule_load_folder (const gchar *dir, const gchar *timezone, GError **error);

#define PO_SCHEDULE_MAX           500000
#define PO_SCHEDULE_MAX_OF_SERIES 100000
#define PO_SCHEDULE_MAX_AT_FIRST  2000

/** Those with start < @to_ns and end > @from_ns (without length: @from_ns <= start < @to_ns), in the order of
 * po_occurrence_compare. Without CANCELLED ones. recurrence_id is "null for an instance that no override touched"; one
 * that a THISANDFUTURE moved or described was touched, so it names its own original start.
 * There are at most PO_SCHEDULE_MAX: series of fewer than PO_SCHEDULE_MAX_AT_FIRST instances come first, the others
 * share what is left, each at most PO_SCHEDULE_MAX_OF_SERIES, the first of the window.
 * @cut: (nullable) (element-type PoFinding) takes one for each series of which not all may be given.
 * (element-type PoOccurrence) (transfer full) */
GPtrArray *po_schedule_occurrences_and_cut (PoSchedule *self, PoTimeNs from_ns, PoTimeNs to_ns, GPtrArray *cut);
GPtrArray *po_schedule_occurrences (PoSchedule *self, PoTimeNs from_ns, PoTimeNs to_ns);

/** The UIDs of which @before and @after do not say the same, or which only one of them has: the occurrences of all
 * others are the same but for their place in a file. (transfer full) set of UIDs */
GHashTable *po_schedule_changed (PoSchedule *before, PoSchedule *after);

/** As po_schedule_occurrences(), of the UIDs in @uids (nullable: of any), CANCELLED ones too, in no order.
 * (element-type PoOccurrence) (transfer full) */
GPtrArray *po_schedule_all_of (PoSchedule *self, GHashTable *uids, PoTimeNs from_ns, PoTimeNs to_ns);

/** UIDs in both whose own DTSTART or rule (RRULE) is not the same in both. (transfer full) */
GStrv po_schedule_rescheduled (PoSchedule *before, PoSchedule *after);

/** Those of one UID, without CANCELLED ones, in order of their original start: all of them if they end and are at most
 * @most, with @ret_is_whole set; else at most @most of those that overlap [@from_ns, @to_ns). (element-type
 * PoOccurrence) (transfer full) */
GPtrArray *po_schedule_instances (PoSchedule *self, const gchar *uid, PoTimeNs from_ns, PoTimeNs to_ns, guint most,
                                  gboolean *ret_is_whole);

/** How many instances of the series count (not EXDATE, not CANCELLED; TENTATIVE and RDATE do) and have their original
 * start before @original_ns. @series_uid: as in PoOccurrence; all UIDs that continue one series are counted. */
gint64 po_schedule_count_before (PoSchedule *self, const gchar *series_uid, PoTimeNs original_ns);

/** What is wrong, by file and line. (element-type PoFinding) (transfer container), valid while @self lives */
GPtrArray *po_schedule_findings (PoSchedule *self);

/** Hex SHA-256 over names and bytes. (transfer none) */
const gchar *po_schedule_revision (PoSchedule *self);
