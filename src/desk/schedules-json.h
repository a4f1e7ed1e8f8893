// SPDX-License-Identifier: GPL-3.0-or-later
// The schedule store as JSON: the revision in force, what waits for a decision, every version, alarms and faults.
// Main thread.
#pragma once

#include <json-glib/json-glib.h>

#include "wiring/calendars.h"
#include "schedule/store.h"

/** (transfer full) */
JsonNode *po_schedules_to_json (PoScheduleStore *store, PoCalendars *calendars);
