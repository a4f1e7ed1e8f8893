// SPDX-License-Identifier: GPL-3.0-or-later
// The few kinds of JSON members that a probe prints. No separators to think of: each call adds one member.
#pragma once

#include "model/time.h"

void po_json_string (GString *out, const gchar *name, const gchar *value); // NULL = null
void po_json_int (GString *out, const gchar *name, gint64 value);
void po_json_bool (GString *out, const gchar *name, gboolean value);
void po_json_rate (GString *out, const gchar *name, PoRate rate); // {"n": 25, "d": 1}
