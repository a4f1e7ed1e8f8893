// SPDX-License-Identifier: GPL-3.0-or-later
// What it would cost if the live show on air, or the next one, overran, in words and before it happens.
// Main thread.
#pragma once

#include <json-glib/json-glib.h>

#include "station/station.h"

/** {uid, instance, title, ends, until, costs: [{minutes, words}]} of the first live show of @rundown from @now on that
 * an operator ends: when it should end, how far it may go, and what five, ten and fifteen minutes more (as far as it
 * may) do to the plan. null: there is none. (transfer full) */
JsonNode *po_overrun_to_json (PoStation *station, PoRundown *rundown, PoFrame now);
