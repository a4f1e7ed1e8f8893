// SPDX-License-Identifier: GPL-3.0-or-later
#include "output/sink-type.h"

#include <gio/gio.h>

#include "model/error.h"
#include "model/text.h"
#include "output/display.h"

// What may stand after the `?` of an address: how far multicast goes, and which network it leaves by.
static gboolean configure_multicast (GstElement *sink, const gchar *query, GError **error) {
  g_autoptr (GHashTable) words = g_uri_parse_params (query, -1, "&", G_URI_PARAMS_NONE, error);
  GHashTableIter iter;
  gpointer key = NULL, value = NULL;
  if (words == NULL)
    return FALSE;
  g_hash_table_iter_init (&iter, words);
  while (g_hash_table_iter_next (&iter, &key, &value)) {
    guint64 ttl = 0;
    if (g_str_equal (key, "iface")) {
      g_object_set (sink, "multicast-iface", value, NULL);
    } else if (g_str_equal (key, "ttl") && g_ascii_string_to_unsigned (value, 10, 0, 255, &ttl, NULL)) {
      g_object_set (sink, "ttl-mc", (gint)ttl, "ttl", (gint)ttl, NULL);
    } else {
      g_set_error (error, PO_ERROR, PO_ERROR_CONFIG, _ ("“%s=%s” is not known; there are iface=NAME and ttl=0…255"),
                   (const gchar *)key, (const gchar *)value);
      return FALSE;
    }
  }
  return TRUE;
}

static gboolean configure_datagrams (GstElement *sink, const PoOutputSettings *settings, const gchar *location,
                                     GError **error) {
  g_autoptr (GUri) uri = g_uri_parse (settings->uri, G_URI_FLAGS_NONE, NULL);
  if (uri == NULL || g_strcmp0 (g_uri_get_scheme (uri), settings->type) != 0 || g_uri_get_port (uri) <= 0 ||
      g_uri_get_host (uri) == NULL) {
    g_set_error (error, PO_ERROR, PO_ERROR_CONFIG, _ ("[output %s] uri=%s: expected %s://ADDRESS:PORT"), settings->name,
                 settings->uri, settings->type);
    return FALSE;
  }
  g_object_set (sink, "host", g_uri_get_host (uri), "port", g_uri_get_port (uri), "buffer-size", 4 << 20, NULL);
  if (g_uri_get_query (uri) == NULL || configure_multicast (sink, g_uri_get_query (uri), error))
    return TRUE;
  g_prefix_error (error, "[output %s] uri=%s: ", settings->name, settings->uri);
  return FALSE;
}

// Caller or listener, passphrase and latency are parameters of the URI.
static gboolean configure_srt (GstElement *sink, const PoOutputSettings *settings, const gchar *location,
                               GError **error) {
  if (!g_str_has_prefix (settings->uri, "srt://")) {
    g_set_error (error, PO_ERROR, PO_ERROR_CONFIG, _ ("[output %s] uri=%s: expected srt://ADDRESS:PORT"),
                 settings->name, settings->uri);
    return FALSE;
  }
  // Left to itself it would go on trying in silence; the output says that it has lost its peer, and tries again.
  g_object_set (sink, "uri", settings->uri, "wait-for-connection", FALSE, "auto-reconnect", FALSE, NULL);
  return TRUE;
}

static gboolean configure_rtmp (GstElement *sink, const PoOutputSettings *settings, const gchar *location,
                                GError **error) {
  if (!g_str_has_prefix (settings->uri, "rtmp://") && !g_str_has_prefix (settings->uri, "rtmps://")) {
    g_set_error (error, PO_ERROR, PO_ERROR_CONFIG, _ ("[output %s] uri=%s: expected rtmp://HOST/APPLICATION/STREAM"),
                 settings->name, settings->uri);
    return FALSE;
  }
  g_object_set (sink, "location", settings->uri, NULL);
  return TRUE;
}

static gboolean configure_file (GstElement *sink, const PoOutputSettings *settings, const gchar *location,
                                GError **error) {
  g_object_set (sink, "location", location, NULL);
  return TRUE;
}

// When its display is gone, what draws by GL spins for ever.
static void leave_out_gl (void) {
  g_autoptr (GstPluginFeature) gl = gst_registry_lookup_feature (gst_registry_get (), "glimagesink");
  if (gl != NULL)
    gst_plugin_feature_set_rank (gl, GST_RANK_NONE);
}

static gboolean configure_window (GstElement *sink, const PoOutputSettings *settings, const gchar *location,
                                  GError **error) {
  leave_out_gl ();
  return TRUE;
}

// Without a display the automatic sinks pretend.
static gboolean find_display (const PoOutputSettings *settings, GError **error) {
  if (po_display_is_there ())
    return TRUE;
  g_set_error (error, PO_ERROR, PO_ERROR_SYSTEM, _ ("[output %s] type=window: there is no display here"),
               settings->name);
  return FALSE;
}

static const PoSinkType sink_types[] = {
    {.name = "udp",
     .needs_uri = TRUE,
     .is_constant_rate = TRUE,
     .element = "udpsink name=sink sync=false async=false",
     .configure = configure_datagrams},
    {.name = "srt",
     .needs_uri = TRUE,
     .is_constant_rate = TRUE,
     .element = "srtsink name=sink sync=false async=false",
     .configure = configure_srt},
    {.name = "rtp",
     .needs_uri = TRUE,
     .is_constant_rate = TRUE,
     .element = "rtpmp2tpay ! udpsink name=sink sync=false async=false",
     .configure = configure_datagrams},
    {.name = "rtmp",
     .needs_uri = TRUE,
     .is_flv = TRUE,
     .element = "rtmp2sink name=sink sync=false async=false async-connect=false",
     .configure = configure_rtmp},
    {.name = "file",
     .needs_path = TRUE,
     .is_segmented = TRUE,
     .default_segment_ns = 3600 * PO_NS_PER_SECOND,
     .element = "filesink name=sink sync=false async=false buffer-mode=unbuffered",
     .configure = configure_file},
    {.name = "hls",
     .needs_path = TRUE,
     .is_segmented = TRUE,
     .default_segment_ns = 4 * PO_NS_PER_SECOND,
     .element = "filesink name=sink sync=false async=false buffer-mode=unbuffered",
     .configure = configure_file},
    {.name = "window",
     .may_hang = TRUE,
     .element = "autovideosink name=sink sync=false",
     .is_there = find_display,
     .n_lost = po_display_n_lost,
     .configure = configure_window},
};

const PoSinkType *po_sink_type_find (const gchar *name, GError **error) {
  g_autoptr (GString) known = g_string_new (NULL);
  for (guint i = 0; i < G_N_ELEMENTS (sink_types); i++) {
    if (g_strcmp0 (name, sink_types[i].name) == 0)
      return &sink_types[i];
    g_string_append_printf (known, "%s%s", i > 0 ? ", " : "", sink_types[i].name);
  }
  g_set_error (error, PO_ERROR, PO_ERROR_CONFIG, _ ("unknown output type “%s”; known are: %s"), name, known->str);
  return NULL;
}
