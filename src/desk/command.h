// SPDX-License-Identifier: GPL-3.0-or-later
// An operator's command as it stands in the journal: read from a verb and its arguments. Pure; it knows neither the air
// nor who asks how.
#pragma once

#include <json-glib/json-glib.h>

#include "model/journal-entry.h"

/** @verb: as po_control_verbs(); @args: plain values, durations like PT5M. @zone: of instants that name none. Without a
 * frame or time yet. (transfer full) */
PoJournalEntry *po_command_entry_new (const gchar *verb, JsonObject *args, const gchar *who, GTimeZone *zone,
                                      GError **error);
