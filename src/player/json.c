// SPDX-License-Identifier: GPL-3.0-or-later
// JSON members.
#include "player/json.h"

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
