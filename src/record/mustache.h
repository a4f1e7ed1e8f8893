// SPDX-License-Identifier: GPL-3.0-or-later
// Mustache templates, by a library: the station's own words around the figures of a report. Pure; any thread. C around
// C++.
#pragma once

#include <json-glib/json-glib.h>

#ifdef __cplusplus
extern "C" {
#endif

/** @text filled with the members of @data. Nothing is escaped: the result is plain text. FALSE with @ret_error
 * (transfer full): what is wrong with the template. */
gboolean po_mustache_fill (const gchar *text, JsonNode *data, gchar **ret_filled, gchar **ret_error);

#ifdef __cplusplus
}
#endif
