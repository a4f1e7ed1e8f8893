// SPDX-License-Identifier: GPL-3.0-or-later
#include "json/text.h"

#include <math.h>
#include <string.h>

// Whether something stands before in what is open; no value ends like this.
static gboolean follows (const GString *out) {
  return out->len > 0 && strchr ("{[,", out->str[out->len - 1]) == NULL;
}

static void add_name (GString *out, const gchar *name) {
  if (follows (out))
    g_string_append_c (out, ',');
  if (name == NULL)
    return;
  g_string_append_c (out, '"');
  g_string_append (out, name);
  g_string_append (out, "\":");
}

void po_json_begin (GString *out, const gchar *name, gchar bracket) {
  add_name (out, name);
  g_string_append_c (out, bracket);
}

void po_json_end (GString *out, gchar bracket) {
  g_string_append_c (out, bracket);
}

static gboolean is_plain (guchar c) {
  return c >= 0x20 && c != '"' && c != '\\' && c != 0x7f;
}

static void add_escaped (GString *out, guchar c) {
  static const gchar from[] = "\"\\\b\f\n\r\t", to[] = "\"\\bfnrt";
  const gchar *found = strchr (from, c);
  if (found != NULL)
    g_string_append_printf (out, "\\%c", to[found - from]);
  else
    g_string_append_printf (out, "\\u%04x", c);
}

static void add_quoted (GString *out, const gchar *value) {
  g_autofree gchar *valid = g_utf8_validate (value, -1, NULL) ? NULL : g_utf8_make_valid (value, -1);
  const gchar *c = valid != NULL ? valid : value;
  g_string_append_c (out, '"');
  while (*c != '\0') {
    const gchar *begin = c;
    while (is_plain ((guchar)*c)) // false for the NUL
      c++;
    g_string_append_len (out, begin, c - begin);
    if (*c != '\0')
      add_escaped (out, (guchar)*c++);
  }
  g_string_append_c (out, '"');
}

void po_json_string (GString *out, const gchar *name, const gchar *value) {
  if (value == NULL) {
    po_json_null (out, name);
    return;
  }
  add_name (out, name);
  add_quoted (out, value);
}

void po_json_int (GString *out, const gchar *name, gint64 value) {
  gchar digits[sizeof "-9223372036854775808"], *at = digits + sizeof digits;
  guint64 left = value < 0 ? -(guint64)value : (guint64)value;
  do
    *--at = (gchar)('0' + left % 10);
  while ((left /= 10) != 0);
  if (value < 0)
    *--at = '-';
  add_name (out, name);
  g_string_append_len (out, at, digits + sizeof digits - at);
}

void po_json_bool (GString *out, const gchar *name, gboolean value) {
  po_json_raw (out, name, value ? "true" : "false");
}

void po_json_null (GString *out, const gchar *name) {
  po_json_raw (out, name, "null");
}

void po_json_rate (GString *out, const gchar *name, PoRate rate) {
  po_json_begin (out, name, '{');
  po_json_int (out, "n", rate.fps_n);
  po_json_int (out, "d", rate.fps_d);
  po_json_end (out, '}');
}

void po_json_time (GString *out, const gchar *name, PoTimeNs time_ns) {
  g_autofree gchar *text = time_ns != PO_TIME_NONE ? po_time_to_utc_string (time_ns) : NULL;
  po_json_string (out, name, text);
}

void po_json_double (GString *out, const gchar *name, gdouble value) {
  gchar digits[G_ASCII_DTOSTR_BUF_SIZE];
  po_json_raw (out, name, g_ascii_formatd (digits, sizeof digits, "%.15g", value));
  if (strpbrk (digits, ".e") == NULL)
    g_string_append (out, ".0"); // a double stays one
}

void po_json_hundredths (GString *out, const gchar *name, gdouble value) {
  gchar digits[G_ASCII_DTOSTR_BUF_SIZE];
  po_json_raw (out, name, isfinite (value) ? g_ascii_formatd (digits, sizeof digits, "%.2f", value) : "null");
}

void po_json_times (GString *out, const gchar *name, const GArray *times_ns) {
  po_json_begin (out, name, '[');
  for (guint i = 0; times_ns != NULL && i < times_ns->len; i++)
    po_json_int (out, NULL, g_array_index (times_ns, gint64, i));
  po_json_end (out, ']');
}

void po_json_raw (GString *out, const gchar *name, const gchar *json) {
  add_name (out, name);
  g_string_append (out, json);
}
