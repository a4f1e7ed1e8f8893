// SPDX-License-Identifier: GPL-3.0-or-later
// Which bytes of each calendar may go on air: the candidate's, or the last good version's, and why. Pure: no file, no
// clock. A file that cannot be used at all, that vanished, or that lost all of today's or over half of its events keeps
// its last good version until an operator says otherwise; a file renamed, or whose events are found in another file, is
// no loss.
#pragma once

#include "model/finding.h"

/** PoCalendarFile: one file of a set; equal bytes have equal hashes. */
typedef struct {
  gchar *name; // base name
  GBytes *bytes;
  gchar *sha256;
} PoCalendarFile;

PoCalendarFile *po_calendar_file_new (const gchar *name, GBytes *bytes); // (transfer full); takes a reference of @bytes
void po_calendar_file_free (PoCalendarFile *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PoCalendarFile, po_calendar_file_free)

typedef enum {
  PO_CALENDAR_ACCEPTED,      // the candidate's bytes
  PO_CALENDAR_KEPT_UNUSABLE, // the last good bytes: the new ones cannot be read at all
  PO_CALENDAR_KEPT_VANISHED, // the last good bytes: the file is gone
  PO_CALENDAR_KEPT_SHRUNK,   // the last good bytes: too much is gone from it
  PO_CALENDAR_REFUSED,       // cannot be read at all and never could
  PO_CALENDAR_REMOVED,       // gone, and its events are in another file
} PoCalendarState;

const gchar *po_calendar_state_to_string (PoCalendarState state); // "kept-vanished"

/** PoCalendarVerdict: about one name. */
typedef struct {
  gchar *name;
  PoCalendarState state;
  PoCalendarFile *effective; // (nullable) what may go on air: REFUSED and REMOVED have none
} PoCalendarVerdict;

/** PoScheduleVerdict: about all, in name order. */
typedef struct {
  GPtrArray *files;        // PoCalendarVerdict
  GPtrArray *findings;     // PoFinding: one error for each file that is not simply accepted
  gboolean needs_operator; // something is KEPT
} PoScheduleVerdict;

void po_schedule_verdict_free (PoScheduleVerdict *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PoScheduleVerdict, po_schedule_verdict_free)

/** @last_good, @candidate: arrays of PoCalendarFile with distinct names, any order. @timezone decides what today is.
 * (transfer full) */
PoScheduleVerdict *po_schedule_judge (const gchar *timezone, GPtrArray *last_good, GPtrArray *candidate,
                                      PoTimeNs now_ns);
