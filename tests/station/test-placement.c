// SPDX-License-Identifier: GPL-3.0-or-later
// A clip sent for an episode gets the name by which the planner then picks it for that episode, or is refused in words.
#include "station/placement.h"

#include <string.h>

#define HEAD "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//t//t//EN\r\n"
#define NOW  "2027-01-01T00:00:00Z"

typedef struct {
  gint line;
  const gchar *name;
  const gchar *event;    // properties of the event "E", on 5 January 2027 at 20:00, weekly, nine times
  const gchar *files;    // in the media folder, and after "|" entries: "pin EPISODE FILE", "aired EPISODE WEEK FILE",
                         // "replace WEEK FILE", "cancel WEEK"
  const gchar *wish;     // "EPISODE FILE", or "@INSTANCE FILE"
  const gchar *expected; // the path, or "!" and words of the refusal
} Case;

#define CASE(...)                                                                                                      \
  { __LINE__, __VA_ARGS__ }

static const Case cases[] = {
    CASE ("a template", "ATTACH:s/tap-{episode:02}.mp4", "", "7 Bản cuối.mp4", "s/tap-07.mp4"),
    CASE ("a template of the date", "ATTACH:s/{date}.mp4", "", "2 x.MP4", "s/2027-01-12.mp4"),
    CASE ("an instance", "ATTACH:s/tap-{episode:02}.mp4", "", "@2027-01-19T13:00:00Z x.mp4", "s/tap-03.mp4"),
    CASE ("a percent-encoded name", "ATTACH:s/T%E1%BA%ADp%20{episode}.mp4", "", "2 x.mp4", "s/Tập 2.mp4"),
    CASE ("another kind of file", "ATTACH:s/tap-{episode:02}.mp4", "", "7 x.mkv", "!give it a .mp4 file"),
    CASE ("no such episode", "ATTACH:s/tap-{episode:02}.mp4", "", "10 x.mp4", "!no such episode"),
    CASE ("neither episode nor instance", "ATTACH:s/tap-{episode:02}.mp4", "", "0 x.mp4", "!no such episode"),
    CASE ("names no file", "SUMMARY:E", "", "1 x.mp4", "!names no file"),
    CASE ("live", "ATTACH:srt://studio:9000", "", "1 x.mp4", "!is live"),
    CASE ("an empty folder's first", "ATTACH:s/", "", "1 x.mov", "s/tap-01.mov"),
    CASE ("an empty folder's seventh", "ATTACH:s/", "", "7 x.mp4", "!send those of the episodes before it first"),
    CASE ("a folder's next", "ATTACH:s/", "s/a-01.mp4 s/a-02.mp4", "3 x.mp4", "s/a-03.mp4"),
    CASE ("a folder's next after ten", "ATTACH:s/",
          "s/p1.mp4 s/p2.mp4 s/p3.mp4 s/p4.mp4 s/p5.mp4 s/p6.mp4 s/p7.mp4 s/p8.mp4", "9 x.mp4", "s/p9.mp4"),
    CASE ("a folder's name without a number", "ATTACH:s/", "s/mo-dau.mp4", "2 x.mp4", "s/mo-dau_02.mp4"),
    CASE ("a folder's, which is there: the same name", "ATTACH:s/", "s/a-01.mp4 s/a-02.mp4", "1 x.mp4", "s/a-01.mp4"),
    CASE ("two before the folder's next", "ATTACH:s/", "s/a-01.mp4", "3 x.mp4",
          "!send those of the episodes before it first"),
    CASE ("a folder whose last files went, with pins", "ATTACH:s/",
          "s/a-03.mp4|pin 1 s/a-01.mp4|pin 2 s/a-02.mp4|pin 3 s/a-03.mp4", "2 x.mp4", "s/a-02.mp4"),
    CASE ("after the pinned ones", "ATTACH:s/", "s/a-03.mp4|pin 1 s/a-01.mp4|pin 2 s/a-02.mp4|pin 3 s/a-03.mp4",
          "4 x.mp4", "s/a-04.mp4"),
    CASE ("one that came later has the place: the same name", "ATTACH:s/", "s/0.mp4 s/a-03.mp4|pin 3 s/a-03.mp4",
          "4 x.mp4", "s/0.mp4"),
    CASE ("what would be another's by its pin", "ATTACH:s/", "s/0.mp4 s/a-03.mp4|pin 3 s/a-03.mp4", "5 x.mp4",
          "!send those of the episodes before it first"),
    CASE ("numbers go on from what has aired", "ATTACH:s/tap-{episode:02}.mp4", "|aired 11 0 s/tap-11.mp4", "13 x.mp4",
          "s/tap-13.mp4"),
    CASE ("an operator's replacement", "ATTACH:s/tap-{episode:02}.mp4", "t.mp4|replace 1 t.mp4", "2 x.mp4",
          "!an operator has given this airing"),
    CASE ("cancelled", "ATTACH:s/tap-{episode:02}.mp4", "|cancel 1", "2 x.mp4", "!takes no clip now"),
    CASE ("a name that two files have", "ATTACH:s/Tập {episode}.mp4",
          "s/T\xe1\xba\xadp 1.mp4 s/Ta\xcc\xa3\xcc\x82p 1.mp4", "1 x.mp4",
          "!differ only in how their accents are encoded"),
};

static gchar *instance_of (const gchar *week) {
  const gint64 at_ns = (G_GINT64_CONSTANT (1799154000) + g_ascii_strtoll (week, NULL, 10) * 604800) * PO_NS_PER_SECOND;
  return po_time_to_utc_string (at_ns);
}

static void append (PoStation *station, gchar **words) {
  const gchar *kind = words[0];
  PoJournalEntry *entry = NULL;
  if (strcmp (kind, "pin") == 0) {
    entry = po_journal_entry_new (1, PO_JOURNAL_PIN, "t", "uid", "E", "series", "E", "part", "0", "episode", words[1],
                                  "media", words[2], NULL);
  } else if (strcmp (kind, "aired") == 0) {
    g_autofree gchar *instance = instance_of (words[2]);
    entry = po_journal_entry_new (1, PO_JOURNAL_PIN, "t", "uid", "E", "series", "E", "part", "0", "episode", words[1],
                                  "media", words[3], "instance", instance, "aired", "1", NULL);
  } else {
    g_autofree gchar *instance = instance_of (words[1]);
    entry =
        po_journal_entry_new (1, strcmp (kind, "cancel") == 0 ? PO_JOURNAL_CANCEL : PO_JOURNAL_REPLACE, "t", "uid", "E",
                              "instance", instance, "part", "0", "media", words[1] != NULL ? words[2] : NULL, NULL);
  }
  po_station_append (station, entry);
}

static void add_file (PoMediaTable *table, const gchar *path) {
  PoMediaFacts *facts = g_new0 (PoMediaFacts, 1);
  facts->path = g_strdup (path);
  facts->sha256 = g_strdup (path);
  facts->duration_ns = 60 * PO_NS_PER_SECOND;
  facts->rate = (PoRate){25, 1};
  po_media_table_add (table, facts);
}

// Names with blanks end in ".mp4" all the same.
static void add_files (PoMediaTable *table, const gchar *list) {
  g_auto (GStrv) names = g_strsplit (list, ".mp4", -1);
  for (guint i = 0; names[i] != NULL; i++)
    if (*g_strstrip (names[i]) != '\0') {
      g_autofree gchar *path = g_strconcat (names[i], ".mp4", NULL);
      add_file (table, path);
    }
}

static PoStation *station_of (const Case *c) {
  PoPlanSettings settings;
  g_autoptr (GTimeZone) zone = g_time_zone_new_identifier ("Asia/Ho_Chi_Minh");
  g_autoptr (PoSchedule) schedule = po_schedule_new ("Asia/Ho_Chi_Minh", NULL);
  g_autoptr (PoMediaTable) table = po_media_table_new ();
  g_auto (GStrv) parts = g_strsplit (c->files, "|", -1);
  g_autofree gchar *text =
      g_strdup_printf (HEAD "BEGIN:VEVENT\r\nUID:E\r\nDTSTAMP:20260101T000000Z\r\nDTSTART:20270105T200000\r\n"
                            "DURATION:PT30M\r\nRRULE:FREQ=WEEKLY;COUNT=9\r\n%s\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
                       c->event);
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));
  g_assert_true (po_schedule_add (schedule, "a.ics", bytes, NULL));
  po_schedule_seal (schedule);
  po_plan_settings_init (&settings, (PoRate){25, 1}, zone);
  settings.has_live = TRUE;
  PoStation *station = po_station_new (&settings, NULL);
  if (parts[0] != NULL)
    add_files (table, parts[0]);
  for (guint i = 1; parts[0] != NULL && parts[i] != NULL; i++) {
    g_auto (GStrv) words = g_strsplit (parts[i], " ", 4);
    append (station, words);
  }
  po_station_put_schedule (station, schedule);
  po_station_put_media (station, table);
  return station;
}

static void test_case (gconstpointer data) {
  const Case *c = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (PoStation) station = station_of (c);
  PoTimeNs now_ns = 0;
  g_auto (GStrv) wish = g_strsplit (c->wish, " ", 2);
  const gboolean by_name = *wish[0] == '@';
  const PoPlace place = {"E", by_name ? wish[0] + 1 : NULL, by_name ? 0 : g_ascii_strtoll (wish[0], NULL, 10), 0};
  g_assert_true (po_time_parse (NOW, po_station_settings (station)->zone, &now_ns, NULL));
  g_autofree gchar *path = po_placement_path (station, now_ns, &place, wish[1], &error);
  g_test_message ("line %d: %s", c->line, path != NULL ? path : error->message);
  if (*c->expected == '!') {
    g_assert_null (path);
    g_assert_nonnull (strstr (error->message, c->expected + 1));
  } else {
    g_assert_no_error (error);
    g_assert_cmpstr (path, ==, c->expected);
  }
}

int main (int argc, char **argv) {
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree gchar *path = g_strdup_printf ("/placement/%s", cases[i].name);
    g_test_add_data_func (path, &cases[i], test_case);
  }
  return g_test_run ();
}
