// SPDX-License-Identifier: GPL-3.0-or-later
#include "player/live-address.h"

#include "model/live-address.h"

void po_live_address_apply (const gchar *uri, GstElement *element, const gchar *factory) {
  static const struct {
    const gchar *name, *factory, *property;
  } known[] = {{"iface", "udpsrc", "multicast-iface"}, {"program", "tsdemux", "program-number"}};
  for (guint i = 0; i < G_N_ELEMENTS (known); i++) {
    if (!g_str_equal (factory, known[i].factory))
      continue;
    g_autofree gchar *value = po_live_address_value (uri, known[i].name);
    if (value != NULL)
      gst_util_set_object_arg (G_OBJECT (element), known[i].property, value);
  }
}
