// SPDX-License-Identifier: GPL-3.0-or-later
// A table of options, and a walk over what stands after the `?`.
#include "model/srt-address.h"

#include <string.h>

#include "model/text.h"

#define LATENCY_MS_MOST 30000 // more are the microseconds of another program
#define TIME_MS_MOST    600000

// What another one depends on comes before it.
const PoSrtOption po_srt_options[] = {
    {"mode", PO_SRT_WORD, .words = "caller listener rendezvous"},
    {"transtype", PO_SRT_WORD, .words = "live"},
    {"congestion", PO_SRT_WORD, .words = "live"},
    {"localaddress", PO_SRT_TEXT, 1, 255},
    {"localport", PO_SRT_NUMBER, 0, 65535},
    {"pbkeylen", PO_SRT_WORD, .words = "0 16 24 32"},
    {"passphrase", PO_SRT_TEXT, 10, 79},
    {"enforcedencryption", PO_SRT_SWITCH},
    {"streamid", PO_SRT_TEXT, 0, 512},
    {"latency", PO_SRT_NUMBER, 0, LATENCY_MS_MOST},
    {"rcvlatency", PO_SRT_NUMBER, 0, LATENCY_MS_MOST},
    {"peerlatency", PO_SRT_NUMBER, 0, LATENCY_MS_MOST},
    {"conntimeo", PO_SRT_NUMBER, 1, TIME_MS_MOST},
    {"peeridletimeo", PO_SRT_NUMBER, 1, TIME_MS_MOST},
    {"mss", PO_SRT_NUMBER, 116, 1500},
    {"payloadsize", PO_SRT_NUMBER, 0, 1456},
    {"fc", PO_SRT_NUMBER, 32, 1 << 20},
    {"rcvbuf", PO_SRT_NUMBER, 1 << 16, 1 << 30},
    {"sndbuf", PO_SRT_NUMBER, 1 << 16, 1 << 30},
    {"maxbw", PO_SRT_NUMBER, -1, G_MAXINT32},
    {"inputbw", PO_SRT_NUMBER, 0, G_MAXINT32},
    {"oheadbw", PO_SRT_NUMBER, 5, 100},
    {"lossmaxttl", PO_SRT_NUMBER, 0, 1 << 16},
    {"tlpktdrop", PO_SRT_SWITCH},
    {"snddropdelay", PO_SRT_NUMBER, -1, TIME_MS_MOST},
    {"nakreport", PO_SRT_SWITCH},
    {"drifttracer", PO_SRT_SWITCH},
    {"ipttl", PO_SRT_NUMBER, 1, 255},
    {"iptos", PO_SRT_NUMBER, 0, 255},
    {"program", PO_SRT_NUMBER, 1, 65535, .is_for_source = TRUE},
    {NULL},
};

static const PoSrtOption *find (const gchar *name, gboolean is_source) {
  for (const PoSrtOption *option = po_srt_options; option->name != NULL; option++)
    if (g_str_equal (option->name, name) && (is_source || !option->is_for_source))
      return option;
  return NULL;
}

static gboolean is_word_of (const gchar *words, const gchar *text) {
  g_auto (GStrv) all = g_strsplit (words, " ", -1);
  return g_strv_contains ((const gchar *const *)all, text);
}

static gboolean read_switch (const gchar *text, gint64 *ret_number) {
  *ret_number = is_word_of ("1 yes on true", text);
  return *ret_number != 0 || is_word_of ("0 no off false", text);
}

gboolean po_srt_option_read (const PoSrtOption *option, const gchar *text, gint64 *ret_number) {
  const gsize length = strlen (text);
  *ret_number = 0;
  switch (option->kind) {
  case PO_SRT_WORD:
    *ret_number = g_ascii_strtoll (text, NULL, 10);
    return is_word_of (option->words, text);
  case PO_SRT_NUMBER:
    return g_ascii_string_to_signed (text, 10, option->least, option->most, ret_number, NULL);
  case PO_SRT_SWITCH:
    return read_switch (text, ret_number);
  case PO_SRT_TEXT:
    return (gint64)length >= option->least && (gint64)length <= option->most;
  }
  return FALSE;
}

static gchar *fault_of_value (const PoSrtOption *option, const gchar *text) {
  const gint least = (gint)option->least, most = (gint)option->most;
  switch (option->kind) {
  case PO_SRT_WORD:
    return g_strdup_printf (_ ("“%s=%s” is none of: %s"), option->name, text, option->words);
  case PO_SRT_NUMBER:
    return g_strdup_printf (_ ("“%s=%s” is not a whole number from %d to %d"), option->name, text, least, most);
  case PO_SRT_SWITCH:
    return g_strdup_printf (_ ("“%s=%s” is neither 0 nor 1"), option->name, text);
  case PO_SRT_TEXT:
    break; // which may be secret
  }
  return g_strdup_printf (_ ("“%s” needs %d to %d characters"), option->name, least, most);
}

static gchar *fault_of_name (const gchar *name, gboolean is_source) {
  g_autoptr (GString) all = g_string_new (NULL);
  for (const PoSrtOption *option = po_srt_options; option->name != NULL; option++)
    if (is_source || !option->is_for_source)
      g_string_append_printf (all, "%s%s", all->len > 0 ? ", " : "", option->name);
  return g_strdup_printf (_ ("“%s” is not known in an SRT address and has no effect; remove it. Known are: %s"), name,
                          all->str);
}

// {name: value}, and what is wrong with them. @faults: (nullable)
static GHashTable *read_options (GUri *uri, gboolean is_source, GPtrArray *faults, GError **error) {
  GUriParamsIter iter;
  g_autofree gchar *name = NULL, *value = NULL;
  g_autoptr (GHashTable) options = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, g_free);
  g_autoptr (GError) local = NULL;
  const gchar *query = g_uri_get_query (uri);
  g_uri_params_iter_init (&iter, query != NULL ? query : "", -1, "&", G_URI_PARAMS_NONE);
  while (g_uri_params_iter_next (&iter, &name, &value, &local)) {
    const PoSrtOption *option = find (name, is_source);
    gint64 number = 0;
    if (option != NULL && po_srt_option_read (option, value, &number))
      g_hash_table_replace (options, (gpointer)option->name, g_steal_pointer (&value));
    else if (faults != NULL)
      g_ptr_array_add (faults, option != NULL ? fault_of_value (option, value) : fault_of_name (name, is_source));
    g_clear_pointer (&name, g_free);
    g_clear_pointer (&value, g_free);
  }
  if (local == NULL)
    return g_steal_pointer (&options);
  g_propagate_error (error, g_steal_pointer (&local));
  return NULL;
}

GHashTable *po_srt_address_options (const gchar *uri, GError **error) {
  g_autoptr (GUri) parsed = g_uri_parse (uri, G_URI_FLAGS_ENCODED_QUERY, error);
  return parsed != NULL ? read_options (parsed, TRUE, NULL, error) : NULL;
}

static void check_place (GUri *uri, GHashTable *options, GPtrArray *faults) {
  const gchar *host = g_uri_get_host (uri), *mode = g_hash_table_lookup (options, "mode");
  if (g_uri_get_port (uri) < 0)
    g_ptr_array_add (faults, g_strdup (_ ("its SRT address needs a port: srt://HOST:PORT, or srt://:PORT to listen")));
  if (mode != NULL && !g_str_equal (mode, "listener") && (host == NULL || *host == '\0'))
    g_ptr_array_add (faults,
                     g_strdup_printf (_ ("“mode=%s” needs a host to call: srt://HOST:PORT?mode=%s"), mode, mode));
}

GPtrArray *po_srt_address_faults (const gchar *uri, gboolean is_source) {
  GPtrArray *faults = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GError) error = NULL;
  if (g_ascii_strncasecmp (uri, "srt:", 4) != 0)
    return faults;
  g_autoptr (GUri) parsed = g_uri_parse (uri, G_URI_FLAGS_ENCODED_QUERY, &error);
  g_autoptr (GHashTable) options = parsed != NULL ? read_options (parsed, is_source, faults, &error) : NULL;
  if (options != NULL)
    check_place (parsed, options, faults);
  else
    g_ptr_array_add (faults, g_strdup (_ ("its SRT address cannot be read; write it as srt://HOST:PORT?NAME=VALUE&…, "
                                          "with %25 for a % in a value")));
  return faults;
}
