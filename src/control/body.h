// SPDX-License-Identifier: GPL-3.0-or-later
// What stands in the JSON object of a request: its members and their types, each refusal in words.
#pragma once

#include "control/exchange.h"

/** FALSE with @error if a member of @body is neither in @known nor @also (nullable). */
gboolean po_body_check_members (JsonObject *body, const gchar *const *known, const gchar *also, GError **error);

/** Sets @ret_value to the member @name, a text, a truth or a whole number by @type; leaves it unset where there is
 * none, or null. */
gboolean po_body_read (JsonObject *body, const gchar *name, GType type, GValue *ret_value, GError **error);

/** The texts in the list @name, which must be there and have some. (transfer full) */
gchar **po_body_read_texts (JsonObject *body, const gchar *name, GError **error);

/** Who did it: a program says its own name; a person whom the connection does not know may have @typed one, or left it
 * unset. (transfer full) */
gchar *po_body_who (PoExchange *exchange, const GValue *typed);
