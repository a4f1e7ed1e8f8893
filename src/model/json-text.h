// SPDX-License-Identifier: GPL-3.0-or-later
// JSON objects written straight as text, for what is written by the thousand. No separators to think of: each call adds
// one member to an object that begins with '{'. Plain functions, any thread.
#pragma once

#include "model/time.h"

/** A value alone, quoted; made valid UTF-8. */
void po_json_quote (GString *out, const gchar *value);

void po_json_string (GString *out, const gchar *name, const gchar *value); // NULL = null; made valid UTF-8
void po_json_int (GString *out, const gchar *name, gint64 value);
void po_json_bool (GString *out, const gchar *name, gboolean value);
void po_json_rate (GString *out, const gchar *name, PoRate rate);             // {"n": 25, "d": 1}
void po_json_double (GString *out, const gchar *name, gdouble value);         // two decimals; NAN = null
void po_json_times (GString *out, const gchar *name, const GArray *times_ns); // of gint64; NULL = []
/** @json as it is. */
void po_json_raw (GString *out, const gchar *name, const gchar *json);
