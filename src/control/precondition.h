// SPDX-License-Identifier: GPL-3.0-or-later
// If-Match: whether the rundown is still the one that the asker saw, and if not, in words, what has happened since.
// It knows the status only as JSON. Pure.
#pragma once

#include <json-glib/json-glib.h>

/** @if_match: (nullable) the header: "*", or one or more revisions in quotes. @status: with rundown_revision and
 * last_commands. NULL: it holds, or there is none. (transfer full) */
gchar *po_precondition_broken (const gchar *if_match, JsonObject *status, GTimeZone *zone);
