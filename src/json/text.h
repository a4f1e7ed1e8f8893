// SPDX-License-Identifier: GPL-3.0-or-later
// JSON written straight as text, without a tree of it in between, for what is written by the thousand. No separators to
// think of: each call adds one member to the object that is open or, where @name is NULL, one element to the array.
// Whoever writes keeps begin and end in pairs; names are plain. Plain functions, any thread.
#pragma once

#include "model/time.h"

void po_json_begin (GString *out, const gchar *name, gchar bracket); // '{' or '['
void po_json_end (GString *out, gchar bracket);                      // '}' or ']'

void po_json_string (GString *out, const gchar *name, const gchar *value); // NULL = null; made valid UTF-8
void po_json_int (GString *out, const gchar *name, gint64 value);
void po_json_bool (GString *out, const gchar *name, gboolean value);
void po_json_null (GString *out, const gchar *name);
void po_json_rate (GString *out, const gchar *name, PoRate rate);             // {"n": 25, "d": 1}
void po_json_time (GString *out, const gchar *name, PoTimeNs time_ns);        // UTC; PO_TIME_NONE = null
void po_json_double (GString *out, const gchar *name, gdouble value);         // finite; as short as it can be said
void po_json_hundredths (GString *out, const gchar *name, gdouble value);     // two decimals; NAN = null
void po_json_times (GString *out, const gchar *name, const GArray *times_ns); // of gint64; NULL = []
/** @json as it is. */
void po_json_raw (GString *out, const gchar *name, const gchar *json);
