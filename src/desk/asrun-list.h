// SPDX-License-Identifier: GPL-3.0-or-later
// The as-run as a list for the API. Main thread; the rows are read and written down away from it.
#pragma once

#include "desk/lists.h"
#include "log/log.h"

/** What was on air during [@from_ns, @to_ns), or where either is PO_TIME_NONE, during 400 days on its one side, or up
 * to a day after @now_ns. @log outlives @lists. @done: once; PO_ERROR_SYSTEM: the record cannot be read. */
void po_asrun_list_make (PoLists *lists, PoLog *log, PoTimeNs from_ns, PoTimeNs to_ns, PoTimeNs now_ns,
                         const PoControlPage *page, PoControlPageDone done, gpointer data);
