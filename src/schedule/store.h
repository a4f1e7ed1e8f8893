// SPDX-License-Identifier: GPL-3.0-or-later
// Adoption: which version of each calendar is in force, kept by hash in the state folder (`schedules/blobs`,
// `schedules/revisions`, `schedules/history`) so that it survives a reboot with an empty or broken schedule folder.
// Accepts what the watch offers by the rules of judge.h; an operator confirms what was held back, or goes back to an
// earlier revision. It journals nothing: the daemon writes the ADOPT entry when the revision changed.
// One thread. No clock: time is an argument. Never deletes or rewrites what it has accepted.
#pragma once

#include "schedule/judge.h"
#include "schedule/schedule.h"

typedef struct _PoScheduleStore PoScheduleStore;

/** @state_dir: NULL: in memory only. Loads the revision last in force. It fails only for a @timezone that does not
 * exist; an unwritable or damaged state folder is a finding. (transfer full) */
PoScheduleStore *po_schedule_store_open (const gchar *state_dir, const gchar *timezone, GError **error);
void po_schedule_store_free (PoScheduleStore *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PoScheduleStore, po_schedule_store_free)

/** What is in the schedule folder now (array of PoCalendarFile). Judges, adopts, keeps. TRUE: another revision is in
 * force than before. */
gboolean po_schedule_store_offer (PoScheduleStore *self, GPtrArray *candidate, PoTimeNs now_ns);

/** The schedule in force; empty before the first offer of a new station. (transfer none), valid until the next change;
 * take a reference to keep it. */
PoSchedule *po_schedule_store_current (PoScheduleStore *self);
const gchar *po_schedule_store_revision (PoScheduleStore *self);

/** The schedule of @revision, in this life or an earlier one. (transfer full), PO_ERROR_NOT_FOUND. */
PoSchedule *po_schedule_store_at (PoScheduleStore *self, const gchar *revision, GError **error);

/** What the store and the judge have to say (not the calendars' own findings: po_schedule_findings()). (transfer full)
 */
GPtrArray *po_schedule_store_findings (PoScheduleStore *self);

/** The operator accepts what lies in the folder as it was last offered: vanished and shrunk files go, unusable ones
 * too; a rollback ends. @ret_changed (nullable): another revision is in force. PO_ERROR_CONFLICT when @candidate
 * (nullable: don't check) is not the candidate revision of po_schedule_store_candidate(). */
gboolean po_schedule_store_confirm (PoScheduleStore *self, const gchar *candidate, const gchar *who, PoTimeNs now_ns,
                                    gboolean *ret_changed, GError **error);

/** As po_schedule_store_offer(), but the file @accepted is taken as it is in @candidate, whatever it has lost: an
 * operator has looked at it. PO_ERROR_INPUT when it is no calendar at all. */
gboolean po_schedule_store_upload (PoScheduleStore *self, GPtrArray *candidate, const gchar *accepted, const gchar *who,
                                   PoTimeNs now_ns, gboolean *ret_changed, GError **error);

/** What would be in force after po_schedule_store_upload(), or with @accepted NULL after po_schedule_store_confirm();
 * nothing changes. (transfer full) */
PoSchedule *po_schedule_store_preview (PoScheduleStore *self, GPtrArray *candidate, const gchar *accepted,
                                       PoTimeNs now_ns, GError **error);

/** What would be in force after po_schedule_store_offer(); nothing changes. @findings gets the judge's. (transfer full)
 */
PoSchedule *po_schedule_store_foresee (PoScheduleStore *self, GPtrArray *candidate, PoTimeNs now_ns,
                                       GPtrArray *findings);

/** The one revision that begins with @prefix; NULL: the one before the one in force. (transfer none) */
const gchar *po_schedule_store_find (PoScheduleStore *self, const gchar *prefix, GError **error);

/** Puts @revision (NULL: the one in force before this; a unique prefix is enough) in force until the folder changes or
 * the next confirm. */
gboolean po_schedule_store_rollback (PoScheduleStore *self, const gchar *revision, const gchar *who, PoTimeNs now_ns,
                                     gboolean *ret_changed, GError **error);

/** Revision of what was last offered, as it lies in the folder. (transfer none) (nullable before the first offer) */
const gchar *po_schedule_store_candidate (PoScheduleStore *self);

/** PoScheduleRevision: one line of `schedule list`. */
typedef struct {
  gchar *revision;
  PoTimeNs time_ns; // when it came into force
  gchar *why;       // "changed", "confirm", "rollback", "upload"
  gchar *who;
  gboolean in_force;
  GStrv files; // names
} PoScheduleRevision;
void po_schedule_revision_free (PoScheduleRevision *self);

/** The adoption history, oldest first. (transfer full) */
GPtrArray *po_schedule_store_list (PoScheduleStore *self);

/** The verdict on the last offer. (transfer none) (nullable before the first) */
const PoScheduleVerdict *po_schedule_store_verdict (PoScheduleStore *self);
