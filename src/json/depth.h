// SPDX-License-Identifier: GPL-3.0-or-later
// Whether JSON from elsewhere may be handed to json-glib, whose parser and destructor recurse: a text of brackets takes
// the stack, and the process with it. Pure.
#pragma once

#include <glib.h>

/** FALSE where it is nested more than 32 deep, or has what is no JSON though json-glib (1.6) takes it, in which
 * brackets could hide from the count: comments, and texts in single quotes. Whether it is JSON at all is the parser's
 * to say. */
gboolean po_json_is_shallow (const gchar *text, gsize length);
