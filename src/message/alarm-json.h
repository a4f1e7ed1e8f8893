// SPDX-License-Identifier: GPL-3.0-or-later
// An alarm as page, API, webhook and command see it. Pure.
#pragma once

#include <json-glib/json-glib.h>

#include "model/alarm.h"

/** {id, severity, since, event: {uid, instance, title} or null, text, what_to_do, acknowledged: {who, time} or null}.
 * (transfer full) */
JsonObject *po_alarm_to_json (const PoAlarm *self);

/** The same back; what is missing is empty. (transfer full) (nullable) */
PoAlarm *po_alarm_from_json (JsonObject *object);
