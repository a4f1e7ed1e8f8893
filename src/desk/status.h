// SPDX-License-Identifier: GPL-3.0-or-later
// What is so at this moment: on air, next, when a person is needed, outputs, sources, alarms. Read from the parts when
// asked, never kept. Main thread.
#pragma once

#include "desk/desk.h"

/** Whether anything can be said yet. FALSE with PO_ERROR_SYSTEM: the channel is starting. */
gboolean po_status_check_on_air (const PoDeskParts *parts, GError **error);

/** The status object of the API; only after the channel's start. (transfer full) */
JsonNode *po_status_to_json (const PoDeskParts *parts);

/** The same in one line for a terminal: on air, time left, next, alarms. (transfer full) */
gchar *po_status_to_line (const PoDeskParts *parts);
