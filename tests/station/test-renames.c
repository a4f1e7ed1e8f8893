// SPDX-License-Identifier: GPL-3.0-or-later
// A series whose start or rule is edited: which instance is which, and that a season stays its 26 obligations.
#include "station/renames.h"

#include <string.h>

#include "station/station.h"

typedef struct {
  gint line;
  const gchar *name;
  const gchar *before, *after; // DTSTART and the other properties of the one event
  const gchar *at;
  const gchar *expected; // "name=first name" in order of original start, without year and date where they are alike
} Case;

#define CASE(name, before, after, at, expected)                                                                        \
  { __LINE__, name, before, after, at, expected }

// Times are UTC. Names are shown as MMDDTHHMM.
static const Case cases[] = {
    CASE ("a quarter of an hour later", "20270106T120000Z RRULE:FREQ=WEEKLY;COUNT=3",
          "20270106T121500Z RRULE:FREQ=WEEKLY;COUNT=3", "2027-01-01T00:00:00Z",
          "0106T1215=0106T1200 0113T1215=0113T1200 0120T1215=0120T1200"),
    CASE ("nothing of it changed", "20270106T120000Z RRULE:FREQ=WEEKLY;COUNT=3",
          "20270106T120000Z RRULE:FREQ=WEEKLY;COUNT=3", "2027-01-01T00:00:00Z", ""),
    CASE ("an instance is taken out: the others keep their days", "20270106T120000Z RRULE:FREQ=WEEKLY;COUNT=3",
          "20270106T120000Z RRULE:FREQ=WEEKLY;COUNT=3 EXDATE:20270106T120000Z", "2027-01-01T00:00:00Z", ""),
    CASE ("one more at the end", "20270106T120000Z RRULE:FREQ=WEEKLY;COUNT=2",
          "20270106T120000Z RRULE:FREQ=WEEKLY;COUNT=3", "2027-01-01T00:00:00Z", ""),
    CASE ("later, and one more", "20270106T120000Z RRULE:FREQ=WEEKLY;COUNT=2",
          "20270106T121500Z RRULE:FREQ=WEEKLY;COUNT=3", "2027-01-01T00:00:00Z",
          "0106T1215=0106T1200 0113T1215=0113T1200"),
    CASE ("a week later, over the days of before", "20270106T120000Z RRULE:FREQ=WEEKLY;COUNT=3",
          "20270113T120000Z RRULE:FREQ=WEEKLY;COUNT=3", "2027-01-01T00:00:00Z",
          "0113T1200=0106T1200 0120T1200=0113T1200 0127T1200=0120T1200"),
    CASE ("one more in front: the last has a name that nobody has", "20270113T120000Z RRULE:FREQ=WEEKLY;COUNT=2",
          "20270106T120000Z RRULE:FREQ=WEEKLY;COUNT=3", "2027-01-01T00:00:00Z",
          "0106T1200=0113T1200 0113T1200=0120T1200 0120T1200=0106T1200"),
    CASE ("every second week", "20270106T120000Z RRULE:FREQ=WEEKLY;COUNT=3",
          "20270106T120000Z RRULE:FREQ=WEEKLY;INTERVAL=2;COUNT=3", "2027-01-01T00:00:00Z",
          "0120T1200=0113T1200 0203T1200=0120T1200"),
    CASE ("in the middle of the season, the past with it", "20270106T120000Z RRULE:FREQ=WEEKLY;COUNT=3",
          "20270106T121500Z RRULE:FREQ=WEEKLY;COUNT=3", "2027-01-15T00:00:00Z",
          "0106T1215=0106T1200 0113T1215=0113T1200 0120T1215=0120T1200"),
    CASE ("begun anew in the middle: what is over is not given again", "20270106T120000Z RRULE:FREQ=WEEKLY;COUNT=3",
          "20270120T121500Z RRULE:FREQ=WEEKLY;COUNT=1", "2027-01-15T00:00:00Z", "0120T1215=0120T1200"),
    CASE ("moved across the present: it has aired and airs no second time as itself",
          "20270106T120000Z RRULE:FREQ=WEEKLY;COUNT=2", "20270106T150000Z RRULE:FREQ=WEEKLY;COUNT=2",
          "2027-01-06T13:30:00Z", "0106T1500=0113T1200"),
    CASE ("a single show to another evening", "20270401T124500Z", "20270402T130000Z", "2027-03-01T00:00:00Z",
          "0402T1300=0401T1245"),
    CASE ("a single show that has aired is used again", "20270401T124500Z", "20270408T124500Z", "2027-04-02T00:00:00Z",
          ""),
    CASE ("an endless series keeps the days that it keeps", "20270101T120000Z RRULE:FREQ=DAILY",
          "20270110T120000Z RRULE:FREQ=DAILY", "2027-01-05T00:00:00Z", ""),
    CASE ("a date becomes a time", "VALUE=DATE:20270106 RRULE:FREQ=WEEKLY;COUNT=2",
          "20270106T120000Z RRULE:FREQ=WEEKLY;COUNT=2", "2027-01-01T00:00:00Z",
          "0106T1200=2027-01-06 0113T1200=2027-01-13"),
};

static PoSchedule *schedule_of (const gchar *event) {
  g_autoptr (GError) error = NULL;
  PoSchedule *schedule = po_schedule_new ("Asia/Ho_Chi_Minh", &error);
  g_auto (GStrv) words = g_strsplit (event, " ", -1);
  g_autofree gchar *properties = g_strjoinv ("\r\n", words);
  g_autofree gchar *text =
      g_strdup_printf ("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:s\r\nSUMMARY:S\r\n"
                       "DTSTART%c%s\r\nDURATION:PT1H\r\nATTACH:s/{episode}.mp4\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
                       g_str_has_prefix (properties, "VALUE=DATE") ? ';' : ':', properties);
  if (g_str_has_prefix (properties, "VALUE=DATE")) { // a date lasts days
    gchar *hour = strstr (text, "PT1H");
    memcpy (hour, "P1D\r", 4);
  }
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));
  g_assert_true (po_schedule_add (schedule, "s.ics", bytes, &error));
  g_assert_no_error (error);
  po_schedule_seal (schedule);
  return schedule;
}

static PoTimeNs time_of (const gchar *text) {
  g_autoptr (GTimeZone) utc = g_time_zone_new_utc ();
  PoTimeNs time_ns = 0;
  g_assert_true (po_time_parse (text, utc, &time_ns, NULL));
  return time_ns;
}

static void add_name (GString *out, const gchar *name) {
  if (strlen (name) > 16) // 2027-01-06T12:00:00Z
    g_string_append_printf (out, "%.2s%.2sT%.2s%.2s", name + 5, name + 8, name + 11, name + 14);
  else
    g_string_append (out, name);
}

static gchar *show (const PoJournalEntry *entry) {
  GString *out = g_string_new (NULL);
  g_auto (GStrv) from = g_strsplit (po_journal_entry_get (entry, "from"), " ", -1);
  g_auto (GStrv) to = g_strsplit (po_journal_entry_get (entry, "to"), " ", -1);
  for (guint i = 0; to[i] != NULL; i++) {
    g_string_append (out, i > 0 ? " " : "");
    add_name (out, to[i]);
    g_string_append_c (out, '=');
    add_name (out, from[i]);
  }
  return g_string_free (out, FALSE);
}

static void test_case (gconstpointer data) {
  const Case *one = data;
  g_autoptr (PoAliases) aliases = po_aliases_new ();
  g_autoptr (PoSchedule) before = schedule_of (one->before), after = schedule_of (one->after);
  g_autoptr (GPtrArray) entries = po_renames_between (before, after, aliases, time_of (one->at));
  g_autofree gchar *shown = entries->len > 0 ? show (entries->pdata[0]) : g_strdup ("");
  g_test_message ("line %d: %s", one->line, one->name);
  g_assert_cmpuint (entries->len, ==, *one->expected != '\0' ? 1 : 0);
  g_assert_cmpstr (shown, ==, one->expected);
}

static void note (PoAliases *aliases, GPtrArray *entries) {
  g_autoptr (PoJournalEntry) adopt = po_journal_entry_new (0, PO_JOURNAL_ADOPT, "daemon", "schedule", "s", NULL);
  for (guint i = 0; i < entries->len; i++)
    po_aliases_note (aliases, entries->pdata[i]);
  g_assert_true (po_aliases_note (aliases, adopt) == (entries->len > 0));
}

// There and back over the same days: a name may have meant two instances in turn, and never two at a time.
static void test_there_and_back (void) {
  g_autoptr (PoAliases) aliases = po_aliases_new ();
  g_autoptr (PoSchedule) first = schedule_of ("20270106T120000Z RRULE:FREQ=WEEKLY;COUNT=3");
  g_autoptr (PoSchedule) second = schedule_of ("20270113T120000Z RRULE:FREQ=WEEKLY;COUNT=3");
  PoTimeNs at_ns = time_of ("2027-01-01T00:00:00Z");
  g_autoptr (GPtrArray) there = po_renames_between (first, second, aliases, at_ns);
  g_assert_cmpuint (there->len, ==, 1);
  g_assert_cmpstr (po_aliases_instance (aliases, "s", "2027-01-13T12:00:00Z"), ==, "2027-01-13T12:00:00Z");
  note (aliases, there);
  g_assert_cmpstr (po_aliases_instance (aliases, "s", "2027-01-13T12:00:00Z"), ==, "2027-01-06T12:00:00Z");
  g_assert_cmpstr (po_aliases_name (aliases, "s", "2027-01-13T12:00:00Z"), ==, "2027-01-20T12:00:00Z");
  g_assert_cmpstr (po_aliases_given (aliases, "s", "2027-01-13T12:00:00Z"), ==, "2027-01-13T12:00:00Z");
  g_assert_cmpstr (po_aliases_given (aliases, "s", "2027-01-27T12:00:00Z"), ==, "2027-01-20T12:00:00Z");
  g_autoptr (GPtrArray) back = po_renames_between (second, first, aliases, at_ns);
  g_assert_cmpuint (back->len, ==, 1);
  note (aliases, back);
  g_assert_cmpstr (po_aliases_instance (aliases, "s", "2027-01-13T12:00:00Z"), ==, "2027-01-13T12:00:00Z");
  g_assert_cmpstr (po_aliases_instance (aliases, "s", "2027-01-27T12:00:00Z"), ==, "2027-01-27T12:00:00Z");
}

// ---- a season, as the station plans it ----

static GTimeZone *zone (void) {
  return g_time_zone_new_identifier ("Asia/Ho_Chi_Minh");
}

static void append (PoStation *station, PoFrame frame, PoJournalKind kind, const gchar *key, const gchar *value) {
  po_station_append (station, po_journal_entry_new (frame, kind, "test", key, value, NULL));
}

static void adopt (PoStation *station, PoSchedule *schedule, PoFrame frame) {
  g_autoptr (GPtrArray) renames = po_station_renames (station, schedule, frame);
  g_ptr_array_set_free_func (renames, NULL);
  for (guint i = 0; i < renames->len; i++)
    po_station_append (station, renames->pdata[i]);
  append (station, frame, PO_JOURNAL_ADOPT, "schedule", po_schedule_revision (schedule));
  po_station_put_schedule (station, schedule);
}

// "episode:instance at start", of the n-th week from the first.
static gchar *week_of (PoStation *station, guint week) {
  PoRate rate = po_station_settings (station)->rate;
  PoTimeNs from_ns = time_of ("2027-01-06T00:00:00Z") + week * 7 * 24 * 3600 * PO_NS_PER_SECOND;
  PoFrame from = po_frame_from_time_ceil (from_ns, rate);
  g_autoptr (PoRundown) rundown =
      po_station_outline (station, NULL, from, from + (PoFrame)24 * 3600 * rate.fps_n / rate.fps_d, NULL);
  GString *out = g_string_new (NULL);
  for (guint i = 0; i < po_rundown_size (rundown); i++) {
    const PoItem *item = po_rundown_item (rundown, i);
    g_autofree gchar *start = po_time_to_utc_string (po_frame_to_time_floor (item->start, rate));
    if (item->uid == NULL)
      continue;
    g_string_append_printf (out, "%" G_GINT64_FORMAT ":", item->episode);
    add_name (out, item->instance);
    g_string_append (out, " at ");
    add_name (out, start);
  }
  return g_string_free (out, FALSE);
}

static void assert_week (PoStation *station, guint week, const gchar *expected) {
  g_autofree gchar *shown = week_of (station, week);
  g_assert_cmpstr (shown, ==, expected);
}

// The fourth week of 26 is over when the series moves: numbers, a cancelled episode and another's clip go with it.
static void test_season (void) {
  g_autoptr (GTimeZone) here = zone ();
  PoPlanSettings settings;
  po_plan_settings_init (&settings, (PoRate){25, 1}, here);
  g_autoptr (PoStation) station = po_station_new (&settings, NULL);
  g_autoptr (PoSchedule) first = schedule_of ("20270106T120000Z RRULE:FREQ=WEEKLY;COUNT=26");
  g_autoptr (PoSchedule) moved = schedule_of ("20270106T121500Z RRULE:FREQ=WEEKLY;COUNT=26");
  PoFrame begin = po_frame_from_time_ceil (time_of ("2027-01-01T00:00:00Z"), settings.rate);
  PoFrame middle = po_frame_from_time_ceil (time_of ("2027-01-28T00:00:00Z"), settings.rate);
  adopt (station, first, begin);
  po_station_append (station, po_journal_entry_new (begin, PO_JOURNAL_CANCEL, "test", "uid", "s", "instance",
                                                    "2027-02-10T12:00:00Z", NULL));
  po_station_append (station, po_journal_entry_new (middle, PO_JOURNAL_PIN, "daemon", "uid", "s", "series", "s",
                                                    "instance", "2027-01-27T12:00:00Z", "part", "0", "episode", "4",
                                                    "media", "s/4.mp4", "aired", "1", NULL));
  assert_week (station, 4, "5:0203T1200 at 0203T1200");
  adopt (station, moved, middle + 1);
  assert_week (station, 4, "5:0203T1200 at 0203T1215");
  assert_week (station, 5, ""); // cancelled
  assert_week (station, 25, "26:0630T1200 at 0630T1215");
  g_autoptr (GPtrArray) all =
      po_station_occurrences (station, time_of ("2027-01-01T00:00:00Z"), time_of ("2028-01-01T00:00:00Z"));
  g_assert_cmpuint (all->len, ==, 26);
  g_assert_cmpstr (((PoOccurrence *)all->pdata[25])->instance, ==, "2027-06-30T12:00:00Z");
  // The same calendars once more say nothing new.
  g_autoptr (GPtrArray) again = po_station_renames (station, moved, middle + 2);
  g_assert_cmpuint (again->len, ==, 0);
}

int main (int argc, char **argv) {
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree gchar *path = g_strdup_printf ("/renames/%s", cases[i].name);
    g_test_add_data_func (path, &cases[i], test_case);
  }
  g_test_add_func ("/renames/there and back", test_there_and_back);
  g_test_add_func ("/renames/season", test_season);
  return g_test_run ();
}
