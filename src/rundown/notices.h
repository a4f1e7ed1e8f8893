// SPDX-License-Identifier: GPL-3.0-or-later
// What an operator should know about a plan: missing clips, overlaps, cuts, gaps, series that begin again. Private to
// `rundown`.
#pragma once

#include "rundown/sim.h"

/** Appends PoFinding for what concerns [from, to), in order of time. */
void po_notices_collect (const PoPlanSettings *settings, const PoPlanSource *source, PoBook *book, PoSim *sim,
                         PoRundown *rundown, PoFrame from, PoFrame to, GPtrArray *findings);
