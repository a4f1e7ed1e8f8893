// SPDX-License-Identifier: GPL-3.0-or-later
// A station that has read the older part of its journal once plans to the item as one that reads all of it: random
// journals of 200 days, with all that the past can say.
#include "station/station.h"

#include <string.h>

#define DAYS     200
#define SERIES   4
#define CLIPS    300 // a series; more than it has numbers
#define A_DAY    12  // entries
#define QUIET    100 // from this day on two of the series get neither names nor numbers: what they had holds
#define JOURNALS 4

static const PoRate rate = {25, 1};

static PoFrame day_start (gint day) {
  g_autoptr (GTimeZone) utc = g_time_zone_new_utc ();
  PoTimeNs begin_ns = 0;
  g_assert_true (po_time_parse ("2027-01-01T00:00:00Z", utc, &begin_ns, NULL));
  return po_frame_from_time_ceil (begin_ns + day * 86400 * PO_NS_PER_SECOND, rate);
}

static PoMediaTable *table_new (void) {
  PoMediaTable *table = po_media_table_new ();
  for (gint i = 0; i < SERIES * CLIPS; i++) {
    PoMediaFacts *facts = g_new0 (PoMediaFacts, 1);
    facts->path = g_strdup_printf ("s%d/%02d.mp4", i / CLIPS, i % CLIPS);
    facts->sha256 = g_strdup_printf ("sha-%d", i);
    facts->duration_ns = 1200 * PO_NS_PER_SECOND;
    facts->frames = 30000;
    facts->rate = rate;
    facts->width = 640;
    facts->height = 360;
    facts->has_audio = TRUE;
    po_media_table_add (table, facts);
  }
  return table;
}

// Every second one names its folder, the others their episodes.
static PoSchedule *schedule_new (void) {
  g_autoptr (GError) error = NULL;
  PoSchedule *schedule = po_schedule_new ("UTC", &error);
  g_autoptr (GString) text = g_string_new ("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n");
  for (gint i = 0; i < SERIES; i++)
    g_string_append_printf (text,
                            "BEGIN:VEVENT\r\nUID:s%d\r\nSUMMARY:S\r\nDTSTART:20270101T%02d0000Z\r\nDURATION:PT20M\r\n"
                            "RRULE:FREQ=DAILY\r\nATTACH:s%d/%s\r\nEND:VEVENT\r\n",
                            i, 6 + 2 * i, i, i % 2 == 0 ? "" : "{episode:02}.mp4");
  g_string_append (text, "END:VCALENDAR\r\n");
  g_autoptr (GBytes) bytes = g_bytes_new (text->str, text->len);
  g_assert_true (po_schedule_add (schedule, "s.ics", bytes, &error));
  g_assert_no_error (error);
  po_schedule_seal (schedule);
  return schedule;
}

static gchar *instance_of (gint series, gint day) {
  return po_time_to_utc_string (po_frame_to_time_floor (day_start (day), rate) +
                                (6 + 2 * series) * 3600 * PO_NS_PER_SECOND);
}

static PoJournalEntry *pin (GRand *dice, gboolean is_quiet, const gchar *uid, const gchar *instance, PoFrame frame) {
  g_autofree gchar *episode = g_strdup_printf ("%d", g_rand_int_range (dice, 1, DAYS / 2));
  g_autofree gchar *media = g_strdup_printf ("%s/%02d.mp4", uid, g_rand_int_range (dice, 0, CLIPS));
  return po_journal_entry_new (frame, PO_JOURNAL_PIN, "daemon", "uid", uid, "series", uid, "instance", instance, "part",
                               "0", "episode", episode, "media", media, "aired",
                               g_rand_boolean (dice) && !is_quiet ? "1" : NULL, NULL);
}

// Every instance of three months becomes the next one's.
static PoJournalEntry *alias (gint series, gint day, const gchar *uid, PoFrame frame) {
  g_autoptr (GString) from = g_string_new (NULL), to = g_string_new (NULL);
  for (gint i = 0; i < 95; i++) {
    g_autofree gchar *first = instance_of (series, day + i), *now = instance_of (series, day + i + 1);
    g_string_append_printf (from, "%s%s", i > 0 ? " " : "", first);
    g_string_append_printf (to, "%s%s", i > 0 ? " " : "", now);
  }
  return po_journal_entry_new (frame, PO_JOURNAL_ALIAS, "daemon", "uid", uid, "from", from->str, "to", to->str, NULL);
}

static PoJournalEntry *random_entry (GRand *dice, gint day, PoFrame frame) {
  static const PoJournalKind simple[] = {PO_JOURNAL_SLATE, PO_JOURNAL_BACK,  PO_JOURNAL_FILL,
                                         PO_JOURNAL_HOLD,  PO_JOURNAL_START, PO_JOURNAL_RESUME};
  gint series = g_rand_int_range (dice, 0, SERIES);
  g_autofree gchar *uid = g_strdup_printf ("s%d", series);
  g_autofree gchar *instance = instance_of (series, MAX (day + g_rand_int_range (dice, -3, 90), 0));
  g_autofree gchar *media = g_strdup_printf ("%s/%02d.mp4", uid, g_rand_int_range (dice, 0, CLIPS));
  g_autofree gchar *run = g_strdup_printf ("run-%d", g_rand_int_range (dice, 0, 20));
  gboolean is_quiet = day >= QUIET && series >= 2;
  gint choice = g_rand_int_range (dice, 0, 12);
  switch (choice == 3 && day >= QUIET && (is_quiet || day < 180) ? 5 : choice) {
  case 0:
    return po_journal_entry_new (frame, PO_JOURNAL_CANCEL, "test", "uid", uid, "instance", instance, NULL);
  case 1:
    return po_journal_entry_new (frame, PO_JOURNAL_REPLACE, "test", "uid", uid, "instance", instance, "media", media,
                                 NULL);
  case 2:
    return po_journal_entry_new (frame, g_rand_boolean (dice) ? PO_JOURNAL_FAILED : PO_JOURNAL_RECOVERED, "daemon",
                                 "run", run, "uid", uid, "instance", instance, NULL);
  case 3:
    return alias (series, day, uid, frame);
  case 4:
    return po_journal_entry_new (frame, simple[g_rand_int_range (dice, 0, G_N_ELEMENTS (simple))], "test", NULL);
  default:
    return pin (dice, is_quiet, uid, instance, frame);
  }
}

// A day ends without what an operator left: else nothing but that would be planned.
static void fill_journal (PoStation *station, GRand *dice) {
  const gchar *schedule = po_schedule_revision (po_station_schedule (station));
  const gchar *media = po_media_table_revision (po_station_media (station));
  for (gint day = 0; day < DAYS; day++) {
    PoFrame frame = day_start (day);
    po_station_append (
        station, po_journal_entry_new (frame, PO_JOURNAL_ADOPT, "daemon", "schedule", schedule, "media", media, NULL));
    for (gint i = 1; i <= A_DAY; i++)
      po_station_append (station, random_entry (dice, day, frame + i * 100000));
    po_station_append (station, po_journal_entry_new (frame + 2100000, PO_JOURNAL_RESUME, "test", NULL));
    po_station_append (station, po_journal_entry_new (frame + 2100001, PO_JOURNAL_BACK, "test", NULL));
  }
}

// With an entry that is only considered nothing is read once and for all; an empty list of them says the same.
static gchar *plan_anew (PoStation *station, PoFrame from, PoFrame to) {
  g_autoptr (GPtrArray) nothing = g_ptr_array_new ();
  g_autoptr (PoRundown) rundown = po_station_plan (station, nothing, from, to, NULL);
  return g_strdup (po_rundown_revision (rundown));
}

static void test_past (gconstpointer seed) {
  g_autoptr (GTimeZone) zone = g_time_zone_new_utc ();
  g_autoptr (GRand) dice = g_rand_new_with_seed (GPOINTER_TO_UINT (seed)), same = g_rand_copy (dice);
  PoPlanSettings settings;
  po_plan_settings_init (&settings, rate, zone);
  g_autoptr (PoStation) old = po_station_new (&settings, NULL), fresh = po_station_new (&settings, NULL);
  g_autoptr (PoSchedule) schedule = schedule_new ();
  g_autoptr (PoMediaTable) table = table_new ();
  PoStation *const both[] = {old, fresh};
  for (guint i = 0; i < G_N_ELEMENTS (both); i++) {
    po_station_put_schedule (both[i], schedule);
    po_station_put_media (both[i], table);
    fill_journal (both[i], i == 0 ? dice : same);
  }
  // Forwards, as days go by, and back: what was read too far is not used.
  static const gint days[] = {130, 150, 170, 195, 199, 230, 160, 120, 60, 10, 198};
  for (guint i = 0; i < G_N_ELEMENTS (days); i++) {
    PoFrame from = day_start (days[i]) + 500000, to = from + 86400 * 25 * 2;
    g_autoptr (PoRundown) rundown = po_station_plan (old, NULL, from, to, NULL);
    g_autofree gchar *anew = plan_anew (fresh, from, to), *considered = plan_anew (old, from, to);
    g_test_message ("day %d: %u items", days[i], po_rundown_size (rundown));
    g_assert_cmpstr (po_rundown_revision (rundown), ==, anew);
    g_assert_cmpstr (considered, ==, anew);
  }
}

int main (int argc, char **argv) {
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < JOURNALS; i++) {
    g_autofree gchar *path = g_strdup_printf ("/past/journal %u", i);
    g_test_add_data_func (path, GUINT_TO_POINTER (i + 1), test_past);
  }
  return g_test_run ();
}
