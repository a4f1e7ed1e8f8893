// SPDX-License-Identifier: GPL-3.0-or-later
// What a report is made from, read from a state folder whether or not the daemon runs: the calendars that were in force
// and when, the log's rows and journal, the corrections. One thread (it reads calendars).
#pragma once

#include "media/remembered.h"
#include "report/report.h"

typedef struct {
  PoReportSource source; // its arrays are the evidence's
  gchar *head;           // (nullable) position and hash of the end of the log's chain
  PoMediaRemembered *clips;
  GPtrArray *held; // what the rows stand in
} PoEvidence;

/** For [from, to): every airing in it, and around it those of programmes, as far as an episode may be moved or made
 * up. @now_ns: the present; a rehearsal's log lies ahead of it, then it is later. (transfer full) */
PoEvidence *po_evidence_read (const gchar *state_dir, const gchar *timezone, PoRate rate, PoTimeNs from_ns,
                              PoTimeNs to_ns, PoTimeNs now_ns, GError **error);
void po_evidence_free (PoEvidence *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PoEvidence, po_evidence_free)
