// SPDX-License-Identifier: GPL-3.0-or-later
// Reports for those who ask over the API, and corrections of the record: errands, because they read calendars and years
// of log, or wait for its disk. One report at a time, the others wait for their turn. Main thread.
#pragma once

#include "control/server.h"
#include "wiring/errand.h"

typedef struct _PoReports PoReports;

/** @errands is borrowed. (transfer full) */
PoReports *po_reports_new (PoErrands *errands);
void po_reports_free (PoReports *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PoReports, po_reports_free)

/** @done is called once, later or at once; PO_ERROR_SYSTEM: too many wait, among others. Its text is JSON.
 * @language: (nullable) */
void po_reports_make (PoReports *self, PoTimeNs from_ns, PoTimeNs to_ns, const gchar *language, PoControlTextDone done,
                      gpointer data);

/** Appends a correction to the record, as `playoutctl asrun correct` does: @wish is {airing, or uid and instance;
 * status, why}. @done: likewise, with {correction: its id}; PO_ERROR_INPUT: it says too little, or names no airing. */
void po_reports_correct (PoReports *self, JsonObject *wish, const gchar *who, const gchar *language, PoControlDone done,
                         gpointer data);
