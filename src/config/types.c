// SPDX-License-Identifier: GPL-3.0-or-later
// The readers of configuration values. Messages say what was expected, not where: the caller adds file, line and key.
#include "config/types.h"

#include <gio/gio.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "model/error.h"
#include "model/text.h"

static void clear_text (gpointer field) {
  g_clear_pointer ((gchar **)field, g_free);
}

static gboolean fail (GError **error, const gchar *format, ...) G_GNUC_PRINTF (2, 3);
static gboolean fail (GError **error, const gchar *format, ...) {
  va_list args;
  va_start (args, format);
  g_autofree gchar *message = g_strdup_vprintf (format, args);
  va_end (args);
  g_set_error_literal (error, PO_ERROR, PO_ERROR_CONFIG, message);
  return FALSE;
}

static gboolean read_text (const PoConfigKey *key, const gchar *text, const gchar *base_dir, gpointer field,
                           gchar **ret_text, GError **error) {
  *(gchar **)field = g_strdup (text);
  return TRUE;
}

static gboolean read_path (const PoConfigKey *key, const gchar *text, const gchar *base_dir, gpointer field,
                           gchar **ret_text, GError **error) {
  if (*text == '\0')
    return fail (error, _ ("a path is needed here"));
  *ret_text = g_canonicalize_filename (text, base_dir);
  *(gchar **)field = g_strdup (*ret_text);
  return TRUE;
}

static gboolean read_uri (const PoConfigKey *key, const gchar *text, const gchar *base_dir, gpointer field,
                          gchar **ret_text, GError **error) {
  g_autofree gchar *scheme = g_uri_parse_scheme (text);
  if (scheme == NULL)
    return fail (error, _ ("“%s” is not a URI: it needs a scheme, such as udp://239.0.0.1:5000"), text);
  g_autoptr (GError) local = NULL;
  if (!g_uri_is_valid (text, G_URI_FLAGS_PARSE_RELAXED, &local))
    return fail (error, _ ("“%s” is not a URI: %s"), text, local->message);
  return read_text (key, text, base_dir, field, ret_text, error);
}

static gboolean read_zone (const PoConfigKey *key, const gchar *text, const gchar *base_dir, gpointer field,
                           gchar **ret_text, GError **error) {
  g_autoptr (GTimeZone) zone = g_ascii_isalpha (*text) ? g_time_zone_new_identifier (text) : NULL;
  if (zone == NULL)
    return fail (error, _ ("“%s” is not a time zone known here; use a name such as Asia/Ho_Chi_Minh"), text);
  return read_text (key, text, base_dir, field, ret_text, error);
}

static gboolean is_address (const gchar *text) {
  const gchar *colon = strrchr (text, ':');
  if (colon == NULL || !g_ascii_string_to_unsigned (colon + 1, 10, 0, G_MAXUINT16, NULL, NULL))
    return FALSE;
  gboolean bracketed = *text == '[' && colon > text && colon[-1] == ']';
  g_autofree gchar *host =
      bracketed ? g_strndup (text + 1, (gsize)(colon - text) - 2) : g_strndup (text, (gsize)(colon - text));
  g_autoptr (GInetAddress) address = g_inet_address_new_from_string (host);
  return g_str_equal (host, "localhost") ||
         (address != NULL && (g_inet_address_get_family (address) == G_SOCKET_FAMILY_IPV6) == bracketed);
}

// The path of a Unix socket, absolute; NULL: @text names none. (transfer full)
static gchar *socket_path (const gchar *text, const gchar *base_dir) {
  if (g_str_has_prefix (text, "unix:"))
    return g_canonicalize_filename (text + strlen ("unix:"), base_dir);
  return *text == '/' ? g_canonicalize_filename (text, NULL) : NULL;
}

// Addresses, separated by blanks, commas or semicolons; kept with semicolons.
static gboolean read_listen (const PoConfigKey *key, const gchar *text, const gchar *base_dir, gpointer field,
                             gchar **ret_text, GError **error) {
  g_auto (GStrv) words = g_strsplit_set (text, " \t,;", -1);
  g_autoptr (GString) all = g_string_new (NULL);
  for (guint i = 0; words[i] != NULL; i++) {
    g_autofree gchar *path = socket_path (words[i], base_dir);
    if (*words[i] == '\0')
      continue;
    if (path == NULL && !g_str_equal (words[i], "none") && !is_address (words[i]))
      return fail (error,
                   _ ("“%s” is not an address: use 127.0.0.1:8080, 0.0.0.0:8443, [::1]:8080, unix:/path or none"),
                   words[i]);
    g_string_append_printf (all, "%s%s%s", all->len > 0 ? ";" : "", path != NULL ? "unix:" : "",
                            path != NULL ? path : words[i]);
  }
  if (all->len == 0)
    return fail (error, _ ("an address is needed here, or none"));
  *ret_text = g_strdup (all->str);
  *(gchar **)field = g_strdup (all->str);
  return TRUE;
}

static gboolean read_format (const PoConfigKey *key, const gchar *text, const gchar *base_dir, gpointer field,
                             gchar **ret_text, GError **error) {
  if (!po_format_parse (text, field, error))
    return FALSE;
  *ret_text = po_format_to_string (field);
  return TRUE;
}

static gboolean read_size (const PoConfigKey *key, const gchar *text, const gchar *base_dir, gpointer field,
                           gchar **ret_text, GError **error) {
  gint *size = field;
  if (*text == '\0')
    return TRUE;
  g_auto (GStrv) parts = g_strsplit (text, "x", -1);
  for (guint i = 0; g_strv_length (parts) == 2 && i < 2; i++) {
    guint64 pixels = 0;
    if (!g_ascii_string_to_unsigned (parts[i], 10, 16, 8192, &pixels, NULL) || pixels % 2 != 0)
      break;
    size[i] = (gint)pixels;
  }
  if (size[0] == 0 || size[1] == 0)
    return fail (error, _ ("“%s” is not a picture size; use WIDTHxHEIGHT with even numbers, such as 640x360"), text);
  return TRUE;
}

static gboolean read_integer (const PoConfigKey *key, const gchar *text, const gchar *base_dir, gpointer field,
                              gchar **ret_text, GError **error) {
  gint64 number = 0;
  if (!g_ascii_string_to_signed (text, 10, key->min, key->max, &number, NULL))
    return fail (error, _ ("“%s” is not a whole number from %" PRId64 " to %" PRId64), text, key->min, key->max);
  *(gint64 *)field = number;
  return TRUE;
}

static gboolean read_duration (const PoConfigKey *key, const gchar *text, const gchar *base_dir, gpointer field,
                               gchar **ret_text, GError **error) {
  gint64 length_ns = 0;
  g_autoptr (GError) local = NULL;
  if (!po_duration_parse (text, &length_ns, &local) || length_ns < 0)
    return fail (error, _ ("“%s” is not a length of time; use one such as PT15M or PT30S"), text);
  *(gint64 *)field = length_ns;
  return TRUE;
}

static gboolean read_minute (const gchar *text, gint *ret_minute) {
  gint hour = 0, minute = 0;
  gchar rest = 0;
  if (sscanf (text, "%2d:%2d%c", &hour, &minute, &rest) != 2 || hour < 0 || hour > 24 || minute < 0 || minute > 59)
    return FALSE;
  *ret_minute = (hour * 60 + minute) % (24 * 60);
  return TRUE;
}

static gboolean read_hours (const PoConfigKey *key, const gchar *text, const gchar *base_dir, gpointer field,
                            gchar **ret_text, GError **error) {
  gint *minutes = field;
  if (*text == '\0')
    return TRUE;
  g_auto (GStrv) parts = g_strsplit (text, "-", -1);
  if (g_strv_length (parts) == 2 && read_minute (parts[0], &minutes[0]) && read_minute (parts[1], &minutes[1]) &&
      minutes[0] != minutes[1])
    return TRUE;
  return fail (error, _ ("“%s” is no span of the day; use one such as 22:00-06:00"), text);
}

static gboolean read_choice (const PoConfigKey *key, const gchar *text, const gchar *base_dir, gpointer field,
                             gchar **ret_text, GError **error) {
  for (guint i = 0; key->choices[i] != NULL; i++)
    if (g_str_equal (key->choices[i], text)) {
      *(guint *)field = i; // enums of ours are unsigned ints
      return TRUE;
    }
  g_autofree gchar *all = g_strjoinv (", ", (gchar **)key->choices);
  return fail (error, _ ("“%s” is none of: %s"), text, all);
}

const PoConfigType po_config_type_text = {N_ ("text"), read_text, clear_text};
const PoConfigType po_config_type_path = {N_ ("path"), read_path, clear_text};
const PoConfigType po_config_type_uri = {N_ ("URI"), read_uri, clear_text};
const PoConfigType po_config_type_zone = {N_ ("time zone"), read_zone, clear_text};
const PoConfigType po_config_type_listen = {N_ ("address"), read_listen, clear_text};
const PoConfigType po_config_type_format = {N_ ("format"), read_format, NULL};
const PoConfigType po_config_type_size = {N_ ("WIDTHxHEIGHT"), read_size, NULL};
const PoConfigType po_config_type_integer = {N_ ("number"), read_integer, NULL};
const PoConfigType po_config_type_duration = {N_ ("duration"), read_duration, NULL};
const PoConfigType po_config_type_hours = {N_ ("hours"), read_hours, NULL};
const PoConfigType po_config_type_choice = {N_ ("choice"), read_choice, NULL};
