// SPDX-License-Identifier: GPL-3.0-or-later
// The few kinds of JSON members that a probe prints. No separators to think of: each call adds one member.
#pragma once

#include "model/time.h"
#include "player/runs.h"

void po_json_string (GString *out, const gchar *name, const gchar *value); // NULL = null
void po_json_int (GString *out, const gchar *name, gint64 value);
void po_json_bool (GString *out, const gchar *name, gboolean value);
void po_json_rate (GString *out, const gchar *name, PoRate rate);     // {"n": 25, "d": 1}
void po_json_double (GString *out, const gchar *name, gdouble value); // two decimals; NAN = null
/** {"head_ns", "tail_ns", "longest_ns", "count", "runs": [[from, to], …]} */
void po_json_runs (GString *out, const gchar *name, const PoRuns *runs);
void po_json_times (GString *out, const gchar *name, const GArray *times_ns); // NULL = []
/** @json as it is. */
void po_json_raw (GString *out, const gchar *name, const gchar *json);
