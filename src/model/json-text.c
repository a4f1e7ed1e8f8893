// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/json-text.h"

#include <math.h>
#include <string.h>

static void open_member (GString *out, const gchar *name) {
  if (out->len > 1)
    g_string_append_c (out, ',');
  g_string_append_c (out, '"');
  g_string_append (out, name);
  g_string_append (out, "\":");
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

void po_json_quote (GString *out, const gchar *value) {
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
  open_member (out, name);
  if (value != NULL)
    po_json_quote (out, value);
  else
    g_string_append (out, "null");
}

void po_json_int (GString *out, const gchar *name, gint64 value) {
  gchar digits[sizeof "-9223372036854775808"], *at = digits + sizeof digits;
  guint64 left = value < 0 ? -(guint64)value : (guint64)value;
  do
    *--at = (gchar)('0' + left % 10);
  while ((left /= 10) != 0);
  if (value < 0)
    *--at = '-';
  open_member (out, name);
  g_string_append_len (out, at, digits + sizeof digits - at);
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
