// SPDX-License-Identifier: GPL-3.0-or-later
// The invariants of a rundown, and what in it deserves a warning. Pure.
#pragma once

#include "model/finding.h"
#include "model/item.h"

/** Every frame of [from, to) in exactly one item, ends after starts, nothing without a name or a source. Findings are
 * bugs of the planner. (transfer full) of PoFinding, empty = good */
GPtrArray *po_rundown_check (PoRundown *rundown, PoFrame from, PoFrame to);

/** Spans in which no event and no filler clip is on air, of at least @least_ns. (transfer full) of PoFinding */
GPtrArray *po_rundown_find_gaps (PoRundown *rundown, GTimeZone *zone, gint64 least_ns);
