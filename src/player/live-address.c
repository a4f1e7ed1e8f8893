// SPDX-License-Identifier: GPL-3.0-or-later
#include "player/live-address.h"

#include <string.h>

void po_live_address_apply (const gchar *uri, GstElement *element, const gchar *factory) {
  static const struct {
    const gchar *name, *factory, *property;
  } known[] = {{"iface", "udpsrc", "multicast-iface"}, {"program", "tsdemux", "program-number"}};
  const gboolean is_ours = g_str_has_prefix (uri, "udp:") || g_str_has_prefix (uri, "rtp:");
  const gchar *query = is_ours ? strchr (uri, '?') : NULL;
  g_autoptr (GHashTable) values =
      query != NULL ? g_uri_parse_params (query + 1, -1, "&", G_URI_PARAMS_NONE, NULL) : NULL;
  for (guint i = 0; i < G_N_ELEMENTS (known) && values != NULL; i++) {
    const gchar *value = g_hash_table_lookup (values, known[i].name);
    if (value != NULL && g_str_equal (factory, known[i].factory))
      gst_util_set_object_arg (G_OBJECT (element), known[i].property, value);
  }
}
