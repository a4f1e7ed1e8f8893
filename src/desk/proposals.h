// SPDX-License-Identifier: GPL-3.0-or-later
// Calendars that somebody uploaded and nobody has confirmed yet, and what they, an earlier version or the folder would
// change on the air. They wait in memory, a few of them; a restart forgets them. Main thread.
#pragma once

#include "control/server.h"
#include "wiring/errand.h"
#include "schedule/judge.h"

typedef struct _PoProposals PoProposals;

#define PO_PROPOSAL_PREFIX "u-" // by which an upload is told from a revision

/** @errands is borrowed; what an earlier life left behind in its state folder is removed. (transfer full) */
PoProposals *po_proposals_new (PoErrands *errands);
void po_proposals_free (PoProposals *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PoProposals, po_proposals_free)

/** What @wish would change from @now_ns on; @done gets what `playoutctl schedule diff --json` says, with "upload" for
 * what an upload is to be confirmed by. */
void po_proposals_compare (PoProposals *self, const PoControlCalendar *wish, PoTimeNs now_ns, PoControlDone done,
                           gpointer data);

/** The upload @id; PO_ERROR_NOT_FOUND. (transfer none) */
const PoCalendarFile *po_proposals_find (PoProposals *self, const gchar *id, GError **error);
/** The upload with which the calendars would be @revision, as its difference was answered; NULL: none. (transfer none)
 */
const gchar *po_proposals_of_revision (PoProposals *self, const gchar *revision);
/** Forgets it, once it is in force. */
void po_proposals_drop (PoProposals *self, const gchar *id);
