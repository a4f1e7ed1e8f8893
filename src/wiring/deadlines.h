// SPDX-License-Identifier: GPL-3.0-or-later
// Readiness deadlines (VALARM) of events whose media are missing: a count-down before, an alarm when one has passed,
// and one mail to whoever the alarm in the calendar names. What was told stays known over a restart. Main thread; a
// look plans the slot of one event, so that it takes a moment only.
#pragma once

#include <json-glib/json-glib.h>

#include "config/config.h"
#include "wiring/messages.h"
#include "message/alarms.h"
#include "program/clock.h"
#include "station/station.h"

typedef struct _PoDeadlines PoDeadlines;

/** All but @config and the string is borrowed. @state_dir: (nullable). (transfer full) */
PoDeadlines *po_deadlines_new (PoStation *station, PoRate rate, GTimeZone *zone, PoAlarms *alarms, PoMessages *messages,
                               const PoClock *clock, PoConfig *config, const gchar *state_dir);
/** After a reload. */
void po_deadlines_set_config (PoDeadlines *self, PoConfig *config);
void po_deadlines_free (PoDeadlines *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PoDeadlines, po_deadlines_free)

/** Once a second: looks at a few. */
void po_deadlines_look (PoDeadlines *self);

/** The deadlines of the next two weeks whose media are missing, the next first, those that passed before: array of
 * {uid, instance, title, start, deadline, in_ms (negative: passed), tell}. (transfer full) */
JsonNode *po_deadlines_to_json (PoDeadlines *self);
