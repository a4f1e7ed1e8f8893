// SPDX-License-Identifier: GPL-3.0-or-later
// The obligations: every instance that a calendar in force ever promised, followed through all revisions. Private to
// `report`; one thread.
#pragma once

#include "report/report.h"

typedef struct _PoLedger PoLedger;

/** (transfer full) */
PoLedger *po_ledger_new (const PoReportSource *source);
void po_ledger_free (PoLedger *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PoLedger, po_ledger_free)

/** By the name that a row or an entry has for it. (transfer none) (nullable) */
PoReportInstance *po_ledger_find (PoLedger *self, const gchar *uid, const gchar *instance);

/** The same; where no calendar names it, it is promised by the row itself. (transfer none) */
PoReportInstance *po_ledger_find_or_add (PoLedger *self, const PoAsrunRow *row);

/** All of them, PoReportInstance, each with state CANCELLED, REMOVED or TO_COME. (transfer none) */
GPtrArray *po_ledger_all (PoLedger *self);

void po_report_instance_free (PoReportInstance *self);
