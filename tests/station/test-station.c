// SPDX-License-Identifier: GPL-3.0-or-later
// A station that others plan with: what a copy owns, and that it goes by itself.
#include "station/station.h"

#include <string.h>

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

// One clip, the filler; @sha256 tells the revisions apart.
static PoMediaTable *table_new (const gchar *sha256) {
  PoMediaTable *table = po_media_table_new ();
  PoMediaFacts *facts = g_new0 (PoMediaFacts, 1);
  facts->path = g_strdup ("clip.mp4");
  facts->sha256 = g_strdup (sha256);
  facts->duration_ns = 600 * PO_NS_PER_SECOND;
  facts->frames = 15000;
  facts->rate = (PoRate){25, 1};
  facts->width = 640;
  facts->height = 360;
  po_media_table_add (table, facts);
  return table;
}

static PoMediaTable *load_old (const gchar *revision, gpointer user) {
  guint *loads = user;
  (*loads)++;
  PoMediaTable *table = table_new ("old");
  g_assert_cmpstr (po_media_table_revision (table), ==, revision);
  return table;
}

static PoFrame noon (guint day) {
  return po_frame_from_time_ceil ((day * 24 + 5) * 3600 * PO_NS_PER_SECOND, (PoRate){25, 1});
}

static void assert_plans (PoStation *station, guint day, const gchar *sha256) {
  g_autoptr (PoRundown) rundown = po_station_plan (station, NULL, noon (day), noon (day) + 15000, NULL);
  g_assert_cmpstr (po_rundown_item (rundown, 0)->sha256, ==, sha256);
}

static void adopt (PoStation *station, const gchar *sha256, guint day) {
  g_autoptr (PoMediaTable) table = table_new (sha256);
  po_station_put_media (station, table);
  po_station_append (station, po_journal_entry_new (noon (day), PO_JOURNAL_ADOPT, "test", "media",
                                                    po_media_table_revision (table), NULL));
}

// A revision of the media that no plan asks for any more is given away, and had again when one does.
static void test_tables_of_late (void) {
  g_autoptr (GTimeZone) zone = g_time_zone_new_identifier ("Asia/Ho_Chi_Minh");
  guint loads = 0;
  const PoStationLoaders loaders = {.media = load_old, .user = &loads};
  PoPlanSettings settings;
  po_plan_settings_init (&settings, (PoRate){25, 1}, zone);
  settings.filler_media = "clip.mp4";
  g_autoptr (PoStation) station = po_station_new (&settings, &loaders);
  adopt (station, "old", 2);
  assert_plans (station, 4, "old");
  adopt (station, "new", 60);
  for (guint i = 0; i < 200; i++)
    assert_plans (station, 100, "new");
  g_assert_cmpuint (loads, ==, 0);
  assert_plans (station, 4, "old");
  g_assert_cmpuint (loads, ==, 1);
  assert_plans (station, 4, "old");
  g_assert_cmpuint (loads, ==, 1);
}

#define DENSE                                                                                                          \
  "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//t//t//EN\r\n"                                                           \
  "BEGIN:VEVENT\r\nUID:dense\r\nDTSTAMP:20270101T000000Z\r\nDTSTART:20270101T000000Z\r\nDURATION:PT5S\r\n"             \
  "RRULE:FREQ=MINUTELY\r\nATTACH:dense.mp4\r\nEND:VEVENT\r\n"                                                          \
  "BEGIN:VEVENT\r\nUID:sparse\r\nDTSTAMP:20270101T000000Z\r\nDTSTART:20270101T000030Z\r\nDURATION:PT5S\r\n"            \
  "RRULE:FREQ=WEEKLY;INTERVAL=2;COUNT=26\r\nATTACH:sparse.mp4\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"

// What airs every minute does not make a season's survey endless, and hides nothing else of the season.
static void test_survey (void) {
  g_autoptr (PoStation) station = station_new ();
  g_autoptr (PoSchedule) schedule = po_schedule_new ("Asia/Ho_Chi_Minh", NULL);
  g_autoptr (GBytes) bytes = g_bytes_new_static (DENSE, strlen (DENSE));
  PoTimeNs from_ns = 0;
  guint dense = 0, sparse = 0;
  g_assert_true (po_schedule_add (schedule, "a.ics", bytes, NULL));
  po_schedule_seal (schedule);
  po_station_put_schedule (station, schedule);
  g_assert_true (po_time_parse ("2027-01-01T00:00:00Z", po_station_settings (station)->zone, &from_ns, NULL));
  const PoFrame from = po_frame_from_time_ceil (from_ns, (PoRate){25, 1});
  g_autoptr (GPtrArray) servings = po_station_servings (station, from, from + (PoFrame)30 * 86400 * 25);
  for (guint i = 0; i < servings->len; i++) {
    const PoServing *serving = servings->pdata[i];
    const gboolean is_dense = g_str_equal (serving->occurrence->uid, "dense");
    dense += is_dense;
    sparse += !is_dense;
  }
  g_assert_cmpuint (dense, ==, PO_STATION_SURVEY_MOST);
  g_assert_cmpuint (sparse, ==, 3);
}

// Of one event, as among all others.
static void test_occurrences_of (void) {
  g_autoptr (PoStation) station = station_new ();
  g_autoptr (PoSchedule) schedule = po_schedule_new ("Asia/Ho_Chi_Minh", NULL);
  g_autoptr (GBytes) bytes = g_bytes_new_static (DENSE, strlen (DENSE));
  PoTimeNs from_ns = 0;
  guint sparse = 0;
  g_assert_true (po_schedule_add (schedule, "a.ics", bytes, NULL));
  po_schedule_seal (schedule);
  po_station_put_schedule (station, schedule);
  g_assert_true (po_time_parse ("2027-01-01T00:00:00Z", po_station_settings (station)->zone, &from_ns, NULL));
  const PoTimeNs to_ns = from_ns + 40 * 86400 * PO_NS_PER_SECOND;
  g_autoptr (GPtrArray) own = po_station_occurrences_of (station, "sparse", from_ns, to_ns);
  g_autoptr (GPtrArray) all = po_station_occurrences (station, from_ns, to_ns);
  g_autoptr (GPtrArray) none = po_station_occurrences_of (station, "nobody", from_ns, to_ns);
  for (guint i = 0; i < all->len; i++)
    if (g_str_equal (((PoOccurrence *)all->pdata[i])->uid, "sparse"))
      g_assert_cmpint (po_occurrence_compare (&all->pdata[i], &own->pdata[sparse++]), ==, 0);
  g_assert_cmpuint (own->len, ==, sparse);
  g_assert_cmpuint (sparse, ==, 3);
  g_assert_cmpuint (none->len, ==, 0);
}

int main (int argc, char **argv) {
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/station/snapshots", test_snapshots);
  g_test_add_func ("/station/follower", test_follower);
  g_test_add_func ("/station/tables-of-late", test_tables_of_late);
  g_test_add_func ("/station/survey", test_survey);
  g_test_add_func ("/station/occurrences-of", test_occurrences_of);
  return g_test_run ();
}
