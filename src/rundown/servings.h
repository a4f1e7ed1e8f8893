// SPDX-License-Identifier: GPL-3.0-or-later
// The servings of a plan that has been made. Private to `rundown`.
#pragma once

#include "rundown/serving.h"
#include "rundown/sim.h"

/** (transfer full) of PoServing */
GPtrArray *po_servings_collect (PoSim *sim, PoBook *book, PoRundown *rundown, PoFrame from, PoFrame to);
