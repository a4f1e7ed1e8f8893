// SPDX-License-Identifier: GPL-3.0-or-later
// A station that others plan with: what a copy owns, and that it goes by itself.
#include "station/station.h"

static const gchar *const live_names[] = {"ob-van", "studio", NULL};

static PoStation *station_new (void) {
  g_autoptr (GTimeZone) zone = g_time_zone_new_identifier ("Asia/Ho_Chi_Minh");
  PoPlanSettings settings;
  po_plan_settings_init (&settings, (PoRate){25, 1}, zone);
  settings.live_names = live_names;
  PoStation *self = po_station_new (&settings, NULL);
  po_station_append (self, po_journal_entry_new (0, PO_JOURNAL_START, "test", NULL));
  return self;
}

static void assert_is_copy (PoStation *copy) {
  g_assert_cmpuint (po_station_journal (copy)->len, ==, 1);
  g_assert_true (po_station_settings (copy)->live_names != live_names);
  g_assert_cmpstr (po_station_settings (copy)->live_names[1], ==, "studio");
}

// One list of the API after the other.
static void test_snapshots (void) {
  g_autoptr (PoStation) station = station_new ();
  for (guint i = 0; i < 3; i++) {
    const PoStationLoaders none = {0};
    g_autoptr (PoStation) copy = po_station_snapshot (station, &none);
    assert_is_copy (copy);
  }
  g_assert_cmpuint (po_station_journal (station)->len, ==, 1);
}

static void test_follower (void) {
  g_autoptr (PoStation) station = station_new ();
  g_autoptr (PoStation) follower = po_station_new (po_station_settings (station), NULL);
  po_station_follow (follower, station);
  po_station_follow (follower, station);
  assert_is_copy (follower);
}

int main (int argc, char **argv) {
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/station/snapshots", test_snapshots);
  g_test_add_func ("/station/follower", test_follower);
  return g_test_run ();
}
