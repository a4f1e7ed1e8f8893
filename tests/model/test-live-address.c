// SPDX-License-Identifier: GPL-3.0-or-later
// What is told of a live source's address, and what is taken from it.
#include "model/live-address.h"

static const struct {
  const gchar *uri;
  const gchar *fault; // the beginning of what is told; NULL: nothing
} addresses[] = {
    {"udp://239.1.1.1:5000", NULL},
    {"udp://239.1.1.1:5000?iface=eth1&program=22&multicast-source=10.0.0.1", NULL},
    {"rtp://:5000?encoding-name=MP2T", NULL},
    {"srt://h:1?latency=200&program=22", NULL},
    {"rtmp://h/live/show?latencyms=200", NULL}, // the server's
    {"https://h/live.ts?program=x", NULL},
    {"udp://:5000?latencyms=200",
     "“latencyms” is not known in this address and has no effect; remove it. Known are: iface,"},
    {"UDP://:5000?Iface=eth1", "“Iface” is not known in this address"},
    {"rtp://:5000?multicast-source=10.0.0.1", "“multicast-source” is not known in this address"},
    {"udp://:5000?program=VTV1", "“program=VTV1” is not a whole number from 1 to 65535"},
    {"udp://:5000?program=%", "what stands after the ? cannot be read"},
    {"srt://h:1?latencyms=200", "“latencyms” is not known in an SRT address"},
    {"srt://h:1?program=0", "“program=0” is not a whole number from 1 to 65535"},
};

static void test_faults (void) {
  for (guint i = 0; i < G_N_ELEMENTS (addresses); i++) {
    g_autoptr (GPtrArray) faults = po_live_address_faults (addresses[i].uri);
    g_test_message ("%s: %s", addresses[i].uri, faults->len > 0 ? (gchar *)faults->pdata[0] : "fine");
    g_assert_cmpuint (faults->len, ==, addresses[i].fault != NULL ? 1 : 0);
    if (addresses[i].fault != NULL)
      g_assert_true (g_str_has_prefix (faults->pdata[0], addresses[i].fault));
  }
}

static void test_values (void) {
  g_autofree gchar *program = po_live_address_value ("srt://h:1?passphrase=a%26b&program=22", "program");
  g_autofree gchar *of_server = po_live_address_value ("http://h/a.ts?program=22", "program");
  g_autofree gchar *none = po_live_address_value ("udp://:5000", "iface");
  g_assert_cmpstr (program, ==, "22");
  g_assert_null (of_server);
  g_assert_null (none);
}

int main (int argc, char **argv) {
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/live-address/faults", test_faults);
  g_test_add_func ("/live-address/values", test_values);
  return g_test_run ();
}
