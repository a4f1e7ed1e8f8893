// SPDX-License-Identifier: GPL-3.0-or-later
// Outputs that come and go with the configuration, and their alarms with them.
#include "wiring/outputs.h"

#include <glib/gstdio.h>
#include <gst/gst.h>

static void no_one (const PoAlarm *alarm, PoAlarmChange change, PoTimeNs now_ns, gpointer user) {
}

// (transfer full)
static PoConfig *config_of (const gchar *path, const gchar *outputs) {
  g_autoptr (GPtrArray) findings = g_ptr_array_new_with_free_func ((GDestroyNotify)po_finding_free);
  g_autoptr (GError) error = NULL;
  g_autofree gchar *text =
      g_strconcat ("[channel]\nformat=96x54p25\n[paths]\nschedules=s\nmedia=m\nstate=st\n", outputs, NULL);
  g_assert_true (g_file_set_contents (path, text, -1, NULL));
  PoConfig *config = po_config_load_tolerant (path, findings, &error);
  g_assert_no_error (error);
  return config;
}

// More encodings than there can be: the last output cannot be made. Its alarm goes with its section.
static void test_never_made (void) {
  g_autofree gchar *folder = g_dir_make_tmp ("playoutd-outputs-XXXXXX", NULL);
  g_autofree gchar *path = g_build_filename (folder, "playoutd.conf", NULL);
  g_autoptr (GString) all = g_string_new (NULL);
  for (guint i = 0; i < 33; i++)
    g_string_append_printf (all, "[output o%u]\ntype=udp\nuri=udp://127.0.0.1:%u\nvideo-bitrate-kbps=%u\n", i, 9 + i,
                            500 + i);
  const PoClock clock = po_clock_real ();
  g_autoptr (GTimeZone) zone = g_time_zone_new_utc ();
  g_autoptr (PoAlarms) alarms = po_alarms_new (no_one, NULL);
  g_autoptr (PoConfig) many = config_of (path, all->str);
  g_autoptr (PoConfig) few = config_of (path, "");
  g_autoptr (GPtrArray) changes = po_config_diff (many, few);
  PoOutputs *outputs = po_outputs_new (many, zone, alarms, &clock, FALSE);
  g_assert_cmpuint (po_alarms_count (alarms, PO_SEVERITY_ERROR), >, 0);
  po_outputs_set_config (outputs, few, changes);
  g_assert_cmpuint (po_alarms_count (alarms, PO_SEVERITY_NOTE), ==, 0);
  po_outputs_free (outputs);
  g_unlink (path);
  g_rmdir (folder);
}

// What is on air stays, and so does the alarm, until the section is mended.
static void test_refused_change (void) {
  static const gchar good[] = "[output a]\ntype=udp\nuri=udp://127.0.0.1:9\n";
  static const gchar bad[] = "[output a]\ntype=udp\nuri=udp://127.0.0.1:9?iface=lo&ttl=many\n";
  g_autofree gchar *folder = g_dir_make_tmp ("playoutd-outputs-XXXXXX", NULL);
  g_autofree gchar *path = g_build_filename (folder, "playoutd.conf", NULL);
  const PoClock clock = po_clock_real ();
  g_autoptr (GTimeZone) zone = g_time_zone_new_utc ();
  g_autoptr (PoAlarms) alarms = po_alarms_new (no_one, NULL);
  g_autoptr (PoConfig) first = config_of (path, good);
  g_autoptr (PoConfig) changed = config_of (path, bad);
  g_autoptr (PoConfig) mended = config_of (path, good);
  g_autoptr (GPtrArray) change = po_config_diff (first, changed);
  g_autoptr (GPtrArray) mend = po_config_diff (changed, mended);
  PoOutputs *outputs = po_outputs_new (first, zone, alarms, &clock, FALSE);
  g_assert_cmpuint (po_alarms_count (alarms, PO_SEVERITY_ERROR), ==, 0);
  po_outputs_set_config (outputs, changed, change);
  po_outputs_check (outputs);
  po_alarms_tick (alarms, po_clock_now_ns (&clock) + 3600 * PO_NS_PER_SECOND);
  g_assert_cmpuint (po_alarms_count (alarms, PO_SEVERITY_ERROR), ==, 1);
  g_autoptr (GPtrArray) list = po_outputs_list (outputs);
  g_assert_cmpuint (list->len, ==, 1);
  po_outputs_set_config (outputs, mended, mend);
  po_alarms_tick (alarms, po_clock_now_ns (&clock) + 3600 * PO_NS_PER_SECOND);
  g_assert_cmpuint (po_alarms_count (alarms, PO_SEVERITY_ERROR), ==, 0);
  po_outputs_free (outputs);
  g_unlink (path);
  g_rmdir (folder);
}

int main (int argc, char **argv) {
  gst_init (NULL, NULL);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/outputs/never-made", test_never_made);
  g_test_add_func ("/outputs/refused-change", test_refused_change);
  return g_test_run ();
}
