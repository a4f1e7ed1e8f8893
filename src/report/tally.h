// SPDX-License-Identifier: GPL-3.0-or-later
// Sums over rows: clips, hours by category, faults. Private to `report`; pure.
#pragma once

#include "report/ledger.h"

/** Fills clips, hours and faults of @report with what was on air in its window. */
void po_report_tally (PoReport *report, const PoReportSource *source, PoLedger *ledger);
