// SPDX-License-Identifier: GPL-3.0-or-later
// Reports for those who ask over the API: an errand, because they read calendars and years of log. One at a time. Main
// thread.
#pragma once

#include "control/server.h"
#include "daemon/errand.h"

typedef struct _PoReports PoReports;

/** @errands is borrowed. (transfer full) */
PoReports *po_reports_new (PoErrands *errands);
void po_reports_free (PoReports *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PoReports, po_reports_free)

/** @done is called once, later or at once; PO_ERROR_SYSTEM: another report is being made. */
void po_reports_make (PoReports *self, PoTimeNs from_ns, PoTimeNs to_ns, PoControlDone done, gpointer data);
