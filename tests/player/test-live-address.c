// SPDX-License-Identifier: GPL-3.0-or-later
// What an address of a live source sets in the elements made for it, and in no others.
#include "player/live-address.h"

typedef struct {
  const gchar *uri, *factory, *property, *value;
} Case;

static void check (gconstpointer data) {
  const Case *one = data;
  g_autoptr (GstElement) element = gst_object_ref_sink (gst_element_factory_make (one->factory, NULL));
  g_auto (GValue) value = G_VALUE_INIT;
  po_live_address_apply (one->uri, element, one->factory);
  g_object_get_property (G_OBJECT (element), one->property, &value);
  g_autofree gchar *text = g_strdup_value_contents (&value);
  g_assert_cmpstr (text, ==, one->value);
}

int main (int argc, char **argv) {
  static const Case cases[] = {
      {"udp://239.1.1.1:5000?iface=eth1", "udpsrc", "multicast-iface", "\"eth1\""},
      {"rtp://239.1.1.1:5000?iface=eth1&encoding-name=MP2T", "udpsrc", "multicast-iface", "\"eth1\""},
      {"udp://239.1.1.1:5000?multicast-source=10.0.0.1", "udpsrc", "multicast-iface", "NULL"},
      {"udp://:5000?iface=eth1&program=22", "tsdemux", "program-number", "22"},
      {"srt://h:5000?latency=200&program=22", "tsdemux", "program-number", "22"},
      {"udp://:5000", "tsdemux", "program-number", "-1"},
      {"https://h/live.ts?program=22", "tsdemux", "program-number", "-1"},
  };
  gst_init (&argc, &argv);
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree gchar *path = g_strdup_printf ("/player/live-address/%u", i);
    g_test_add_data_func (path, &cases[i], check);
  }
  return g_test_run ();
}
