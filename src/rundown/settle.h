// SPDX-License-Identifier: GPL-3.0-or-later
// Where a simulation may begin: an instant that nothing earlier reaches, found without simulating. Private to
// `rundown`.
#pragma once

#include "rundown/plan.h"

/** The latest frame at or before @midnight such that no event that starts before it, and no entry of @journal (in frame
 * order) before it, can still matter, by the longest that each could last: waits, drifts, moved slots, overruns,
 * extensions. At most 35 days back; what has mattered for longer than that is given up. */
PoFrame po_settle_point (const PoPlanSettings *settings, const PoPlanSource *source, GPtrArray *journal,
                         PoFrame midnight);
