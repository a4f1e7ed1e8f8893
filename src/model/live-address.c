// SPDX-License-Identifier: GPL-3.0-or-later
// UDP and RTP here; SRT has a table of its own.
#include "model/live-address.h"

#include <string.h>

#include "model/srt-address.h"
#include "model/text.h"

#define PROGRAM_MOST 65535

static const struct {
  const gchar *scheme; // with its colon
  const gchar *names;  // separated by blanks
} known[] = {{"udp:", "iface program multicast-source"}, {"rtp:", "iface program encoding-name"}};

static gboolean is_of (const gchar *scheme, const gchar *uri) {
  return g_ascii_strncasecmp (uri, scheme, strlen (scheme)) == 0;
}

// (nullable)
static const gchar *names_for (const gchar *uri) {
  for (guint i = 0; i < G_N_ELEMENTS (known); i++)
    if (is_of (known[i].scheme, uri))
      return known[i].names;
  return NULL;
}

static gboolean is_program (const gchar *text) {
  return g_ascii_string_to_unsigned (text, 10, 1, PROGRAM_MOST, NULL, NULL);
}

// (transfer full) (nullable)
static gchar *fault_of (const gchar *names, const gchar *name, const gchar *value) {
  g_auto (GStrv) all = g_strsplit (names, " ", -1);
  g_autofree gchar *list = g_strjoinv (", ", all);
  if (!g_strv_contains ((const gchar *const *)all, name))
    return g_strdup_printf (_ ("“%s” is not known in this address and has no effect; remove it. Known are: %s"), name,
                            list);
  if (g_str_equal (name, "program") && !is_program (value))
    return g_strdup_printf (_ ("“%s=%s” is not a whole number from %d to %d"), name, value, 1, PROGRAM_MOST);
  return NULL;
}

GPtrArray *po_live_address_faults (const gchar *uri) {
  const gchar *names = names_for (uri), *query = strchr (uri, '?');
  if (names == NULL)
    return po_srt_address_faults (uri, TRUE);
  GUriParamsIter iter;
  g_autofree gchar *name = NULL, *value = NULL;
  g_autoptr (GError) error = NULL;
  GPtrArray *faults = g_ptr_array_new_with_free_func (g_free);
  g_uri_params_iter_init (&iter, query != NULL ? query + 1 : "", -1, "&", G_URI_PARAMS_NONE);
  while (g_uri_params_iter_next (&iter, &name, &value, &error)) {
    gchar *fault = fault_of (names, name, value);
    if (fault != NULL)
      g_ptr_array_add (faults, fault);
    g_clear_pointer (&name, g_free);
    g_clear_pointer (&value, g_free);
  }
  if (error != NULL)
    g_ptr_array_add (faults, g_strdup (_ ("what stands after the ? cannot be read; write it as NAME=VALUE&…, with %25 "
                                          "for a % in a value")));
  return faults;
}

gchar *po_live_address_unknown (const gchar *uri) {
  return g_strdup_printf (_ ("the configuration has no [source %s]"), uri + strlen ("live:"));
}

gchar *po_live_address_value (const gchar *uri, const gchar *name) {
  const gchar *query = names_for (uri) != NULL || is_of ("srt:", uri) ? strchr (uri, '?') : NULL;
  g_autoptr (GHashTable) values =
      query != NULL ? g_uri_parse_params (query + 1, -1, "&", G_URI_PARAMS_NONE, NULL) : NULL;
  return values != NULL ? g_strdup (g_hash_table_lookup (values, name)) : NULL;
}
