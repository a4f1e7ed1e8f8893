// SPDX-License-Identifier: GPL-3.0-or-later
// JSON members.
#include "player/json.h"

#include <math.h>

static void open_member (GString *out, const gchar *name) {
  if (out->len > 1)
    g_string_append_c (out, ',');
  g_string_append_printf (out, "\"%s\":", name);
}

void po_json_string (GString *out, const gchar *name, const gchar *value) {
  open_member (out, name);
  if (value == NULL) {
    g_string_append (out, "null");
    return;
  }
  g_autofree gchar *valid = g_utf8_make_valid (value, -1);
  g_string_append_c (out, '"');
  for (const gchar *c = valid; *c != '\0'; c++) {
    if (*c == '"' || *c == '\\')
      g_string_append_printf (out, "\\%c", *c);
    else if ((guchar)*c < 0x20)
      g_string_append_printf (out, "\\u%04x", (guint)*c);
    else
      g_string_append_c (out, *c);
  }
  g_string_append_c (out, '"');
}

void po_json_int (GString *out, const gchar *name, gint64 value) {
  open_member (out, name);
  g_string_append_printf (out, "%" G_GINT64_FORMAT, value);
}

void po_json_bool (GString *out, const gchar *name, gboolean value) {
  open_member (out, name);
  g_string_append (out, value ? "true" : "false");
}

void po_json_rate (GString *out, const gchar *name, PoRate rate) {
  open_member (out, name);
  g_string_append_printf (out, "{\"n\":%d,\"d\":%d}", rate.fps_n, rate.fps_d);
}

void po_json_double (GString *out, const gchar *name, gdouble value) {
  gchar text[G_ASCII_DTOSTR_BUF_SIZE];
  open_member (out, name);
  g_string_append (out, isfinite (value) ? g_ascii_formatd (text, sizeof text, "%.2f", value) : "null");
}

void po_json_runs (GString *out, const gchar *name, const PoRuns *runs) {
  g_autoptr (GString) inner = g_string_new ("{");
  po_json_int (inner, "head_ns", runs->head_ns);
  po_json_int (inner, "tail_ns", runs->tail_ns);
  po_json_int (inner, "longest_ns", runs->longest_ns);
  po_json_int (inner, "count", runs->count);
  g_string_append (inner, ",\"runs\":[");
  for (guint i = 0; runs->list != NULL && i < runs->list->len; i++) {
    const PoRun *run = &g_array_index (runs->list, PoRun, i);
    g_string_append_printf (inner, "%s[%" G_GINT64_FORMAT ",%" G_GINT64_FORMAT "]", i > 0 ? "," : "", run->from_ns,
                            run->to_ns);
  }
  open_member (out, name);
  g_string_append_printf (out, "%s]}", inner->str);
}

void po_json_times (GString *out, const gchar *name, const GArray *times_ns) {
  open_member (out, name);
  g_string_append_c (out, '[');
  for (guint i = 0; times_ns != NULL && i < times_ns->len; i++)
    g_string_append_printf (out, "%s%" G_GINT64_FORMAT, i > 0 ? "," : "", g_array_index (times_ns, gint64, i));
  g_string_append_c (out, ']');
}

void po_json_raw (GString *out, const gchar *name, const gchar *json) {
  open_member (out, name);
  g_string_append (out, json);
}
