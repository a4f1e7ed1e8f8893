// SPDX-License-Identifier: GPL-3.0-or-later
// Which instance of an event that was moved is which of before, so that a series moved by 15 minutes stays the same
// series: by their order, and never one that is over for one that is to come (a series that begins anew in the middle
// of its season goes on). Of an endless series, or a very long one, an instance whose start did not change stays
// itself. Pure.
#pragma once

#include "model/aliases.h"
#include "schedule/schedule.h"

/** ALIAS entries (without a frame) for what @after calls otherwise than @aliases have it, as of @at_ns. (transfer full)
 * of PoJournalEntry */
GPtrArray *po_renames_between (PoSchedule *before, PoSchedule *after, PoAliases *aliases, PoTimeNs at_ns);
