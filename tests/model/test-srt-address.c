// SPDX-License-Identifier: GPL-3.0-or-later
// What is told of an SRT address, and what is taken from it.
#include "model/srt-address.h"

static const struct {
  const gchar *uri;
  const gchar *fault; // the beginning of what is told; NULL: nothing
} addresses[] = {
    {"srt://studio.vn:9000", NULL},
    {"srt://:9000", NULL},
    {"srt://:9000?mode=listener&latency=200&passphrase=0123456789&pbkeylen=16&streamid=#!::r=a,m=publish", NULL},
    {"srt://h:1?mode=rendezvous&localport=1&conntimeo=500&lossmaxttl=40&rcvbuf=12058624&tlpktdrop=no&maxbw=-1", NULL},
    {"srt://h:1?transtype=live", NULL},
    {"udp://h:1?colour=red", NULL}, // not ours to say
    {"srt://h:1?program=22", "“program” is not known in an SRT address"},
    {"srt://h:1?colour=red", "“colour” is not known in an SRT address and has no effect; remove it. Known are: mode, "},
    {"srt://h:1?Latency=200", "“Latency” is not known in an SRT address"},
    {"srt://h:1?mode=both", "“mode=both” is none of: caller listener rendezvous"},
    {"srt://h:1?transtype=file", "“transtype=file” is none of: live"},
    {"srt://h:1?latency=120000", "“latency=120000” is not a whole number from 0 to 30000"}, // another one's µs
    {"srt://h:1?latency=0.2", "“latency=0.2” is not a whole number"},
    {"srt://h:1?tlpktdrop=2", "“tlpktdrop=2” is neither 0 nor 1"},
    {"srt://h:1?passphrase=short", "“passphrase” needs 10 to 79 characters"}, // and is not shown
    {"srt://h:1?pbkeylen=128", "“pbkeylen=128” is none of: 0 16 24 32"},
    {"srt://studio.vn", "its SRT address needs a port"},
    {"srt://:9000?mode=rendezvous", "“mode=rendezvous” needs a host to call"},
    {"srt://:9000?mode=caller", "“mode=caller” needs a host to call"},
    {"srt://h:1?passphrase=50%-50%-50%", "its SRT address cannot be read"},
};

static void test_faults (void) {
  for (guint i = 0; i < G_N_ELEMENTS (addresses); i++) {
    g_autoptr (GPtrArray) faults = po_srt_address_faults (addresses[i].uri, FALSE);
    g_test_message ("%s: %s", addresses[i].uri, faults->len > 0 ? (gchar *)faults->pdata[0] : "fine");
    g_assert_cmpuint (faults->len, ==, addresses[i].fault != NULL ? 1 : 0);
    if (addresses[i].fault != NULL)
      g_assert_true (g_str_has_prefix (faults->pdata[0], addresses[i].fault));
  }
}

static void test_options (void) {
  g_autoptr (GError) error = NULL;
  g_autoptr (GHashTable) options =
      po_srt_address_options ("srt://h:1?latency=80&latency=90&mss=x&foo=1&passphrase=a%26b%2525cdefghi", &error);
  g_assert_no_error (error);
  g_assert_cmpuint (g_hash_table_size (options), ==, 2);
  g_assert_cmpstr (g_hash_table_lookup (options, "latency"), ==, "90");
  g_assert_cmpstr (g_hash_table_lookup (options, "passphrase"), ==, "a&b%25cdefghi"); // decoded once
}

int main (int argc, char **argv) {
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/srt-address/faults", test_faults);
  g_test_add_func ("/srt-address/options", test_options);
  return g_test_run ();
}
