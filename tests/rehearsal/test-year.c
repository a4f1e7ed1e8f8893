// SPDX-License-Identifier: GPL-3.0-or-later
// A year of a station, walked by the real planner, head and log: a season of 26, four live dialogues, twelve tutorials
// as filler, two monthly programmes. Planted: three episodes moved (one of them three times, one into the next year),
// one cancelled, one deleted, one missed by a power cut and made up by a repeat, a live show that overran, five losses
// of the live source; one monthly programme put off from July on, the other split in September as Google does. The
// report must say exactly that.
#include <gio/gio.h>
#include <string.h>

#include "log/verify.h"
#include "record/evidence.h"
#include "rehearsal/run-through.h"
#include "schedule/store.h"
#include "store/sql.h"
#include "tree.h"

#define ZONE     "Asia/Ho_Chi_Minh"
#define SECOND   PO_NS_PER_SECOND
#define N_CLIPS  12
#define EPISODES 26

static const PoRate rate = {25, 1};

typedef struct {
  gchar *dir;
  GTimeZone *zone;
  PoScheduleStore *store;
  PoMediaTable *table;
  PoStation *station;
  PoRunThrough *run_through;
  GPtrArray *events; // the calendar as it is now: VEVENTs
  PoFrame at;        // walked up to there
} Year;

static PoTimeNs at (const gchar *text) {
  PoTimeNs time_ns = 0;
  g_autoptr (GTimeZone) utc = g_time_zone_new_utc ();
  g_assert_true (po_time_parse (text, utc, &time_ns, NULL));
  return time_ns;
}

static PoFrame frame_at (const gchar *text) {
  return po_frame_from_time_ceil (at (text), rate);
}

static void add_clip (PoMediaTable *table, const gchar *path, gint64 minutes) {
  PoMediaFacts *facts = g_new0 (PoMediaFacts, 1);
  facts->path = g_strdup (path);
  facts->sha256 = g_compute_checksum_for_string (G_CHECKSUM_SHA256, path, -1);
  facts->duration_ns = minutes * 60 * SECOND;
  facts->frames = minutes * 60 * rate.fps_n;
  facts->rate = rate;
  facts->width = 1920;
  facts->height = 1080;
  facts->has_audio = TRUE;
  po_media_table_add (table, facts);
}

static PoMediaTable *make_table (void) {
  PoMediaTable *table = po_media_table_new ();
  for (gint i = 1; i <= EPISODES; i++) {
    g_autofree gchar *path = g_strdup_printf ("cchc/tap-%02d.mp4", i);
    add_clip (table, path, 15);
  }
  for (gint i = 1; i <= N_CLIPS; i++) {
    g_autofree gchar *path = g_strdup_printf ("huong-dan/%02d.mp4", i);
    add_clip (table, path, 15);
  }
  add_clip (table, "thang.mp4", 15);
  return table;
}

static void add_event (Year *year, const gchar *lines) {
  g_ptr_array_add (year->events, g_strdup (lines));
}

static GPtrArray *calendar_of (Year *year) {
  g_autoptr (GString) text = g_string_new ("BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//test//year//EN\n");
  GPtrArray *files = g_ptr_array_new_with_free_func ((GDestroyNotify)po_calendar_file_free);
  for (guint i = 0; i < year->events->len; i++)
    g_string_append_printf (text, "BEGIN:VEVENT\nDTSTAMP:20260101T000000Z\n%s\nEND:VEVENT\n",
                            (const gchar *)year->events->pdata[i]);
  g_string_append (text, "END:VCALENDAR\n");
  g_string_replace (text, "\n", "\r\n", 0);
  g_autoptr (GBytes) bytes = g_bytes_new (text->str, text->len);
  g_ptr_array_add (files, po_calendar_file_new ("nam-2027.ics", bytes));
  return files;
}

static PoSchedule *load_schedule (const gchar *revision, gpointer user) {
  return po_schedule_store_at (((Year *)user)->store, revision, NULL);
}

static PoMediaTable *load_table (const gchar *revision, gpointer user) {
  return po_media_table_ref (((Year *)user)->table);
}

// As the daemon: what the plan has decided of episodes is pinned as it goes.
static void pin (PoRundown *rundown, guint n_walked, GPtrArray *findings, gpointer user) {
  Year *year = user;
  if (n_walked == 0)
    return;
  PoFrame now = po_rundown_item (rundown, n_walked - 1)->end;
  g_autoptr (GPtrArray) pins = po_plan_new_pins (rundown, po_station_journal (year->station), now, now);
  g_ptr_array_set_free_func (pins, NULL);
  for (guint i = 0; i < pins->len; i++)
    po_run_through_journal (year->run_through, pins->pdata[i]);
}

static void walk_to (Year *year, PoFrame to) {
  po_run_through_walk (year->run_through, year->at, to, pin, year);
  year->at = to;
}

// The calendar as it is now comes into force at once, by @who.
static void adopt (Year *year) {
  g_autoptr (GPtrArray) files = calendar_of (year);
  po_schedule_store_offer (year->store, files, po_frame_to_time_floor (year->at, rate));
  po_station_put_schedule (year->station, po_schedule_store_current (year->store));
  po_run_through_journal (year->run_through,
                          po_journal_entry_new (year->at, PO_JOURNAL_ADOPT, "daemon", "schedule",
                                                po_schedule_store_revision (year->store), "media",
                                                po_media_table_revision (year->table), "config", "c", NULL));
}

static void edit (Year *year, const gchar *when, const gchar *event) {
  walk_to (year, frame_at (when));
  add_event (year, event);
  adopt (year);
}

// The event that came as the @index-th is another now.
static void replace_event (Year *year, const gchar *when, guint index, const gchar *event) {
  walk_to (year, frame_at (when));
  g_free (year->events->pdata[index]);
  year->events->pdata[index] = g_strdup (event);
  adopt (year);
}

static void end_live (Year *year, const gchar *when) {
  walk_to (year, frame_at (when) - 2);
  po_run_through_journal (year->run_through, po_journal_entry_new (frame_at (when), PO_JOURNAL_END_LIVE, "Lan", NULL));
}

static void cut_power (Year *year, const gchar *from, const gchar *to) {
  g_autoptr (GError) error = NULL;
  walk_to (year, frame_at (from));
  g_autofree gchar *lost = g_strdup_printf ("%" G_GINT64_FORMAT, year->at - 1);
  g_assert_true (po_run_through_cut (year->run_through, &error));
  year->at = frame_at (to);
  po_run_through_journal (year->run_through,
                          po_journal_entry_new (year->at, PO_JOURNAL_START, "daemon", "lost_until", lost, NULL));
}

static void lose (Year *year, const gchar *from, gint seconds) {
  po_run_through_lose_source (year->run_through, frame_at (from), frame_at (from) + seconds * rate.fps_n);
}

#define SEASON                                                                                                            \
  "UID:cchc@test\nDTSTART:20270106T124500Z\nDURATION:PT15M\nSUMMARY:Cải cách hành chính\nCATEGORIES:Chuyên mục\n" \
  "ATTACH:cchc/tap-{episode:02}.mp4\n"
#define MONTHLY "DURATION:PT15M\nATTACH:thang.mp4"

static void begin (Year *year) {
  g_autoptr (GError) error = NULL;
  PoPlanSettings settings;
  PoStationLoaders loaders = {load_schedule, load_table, year};
  year->dir = g_dir_make_tmp ("po-year-XXXXXX", &error);
  year->zone = g_time_zone_new_identifier (ZONE);
  year->store = po_schedule_store_open (year->dir, ZONE, &error);
  year->table = make_table ();
  year->events = g_ptr_array_new_with_free_func (g_free);
  po_plan_settings_init (&settings, rate, year->zone);
  settings.has_live = TRUE;
  settings.filler_media = "huong-dan/";
  year->station = po_station_new (&settings, &loaders);
  po_station_put_media (year->station, year->table);
  year->run_through = po_run_through_new (year->station, "HueTV", year->dir, FALSE, &error);
  g_assert_no_error (error);
  year->at = frame_at ("2026-12-31T17:00:00Z");
  add_event (year, SEASON "RRULE:FREQ=WEEKLY;INTERVAL=2;COUNT=26");
  add_event (year,
             "UID:doi-thoai@test\nDTSTART:20270310T020000Z\nDURATION:PT1H\nRRULE:FREQ=MONTHLY;INTERVAL=3;COUNT=4\n"
             "SUMMARY:Đối thoại\nCATEGORIES:Trực tiếp\nX-PLAYOUT-END;X-OVERRUN=PT30M:MANUAL\n"
             "ATTACH:srt://192.0.2.1:9000");
  add_event (year, "UID:tin@test\nDTSTART:20270105T030000Z\nRRULE:FREQ=MONTHLY;COUNT=12\nSUMMARY:Bản tin\n" MONTHLY);
  add_event (year,
             "UID:tt@google.com\nDTSTART:20270112T050000Z\nRRULE:FREQ=MONTHLY;COUNT=12\nSUMMARY:Thể thao\n" MONTHLY);
  adopt (year);
}

#define MOVED(instance, start)                                                                                         \
  "UID:cchc@test\nRECURRENCE-ID:" instance "\nDTSTART:" start "\nDURATION:PT15M\nSEQUENCE:1\n"                         \
  "SUMMARY:Cải cách hành chính\nCATEGORIES:Chuyên mục\nATTACH:cchc/tap-{episode:02}.mp4"

static void live_through (Year *year) {
  lose (year, "2027-03-10T02:10:00Z", 4);
  lose (year, "2027-03-10T02:30:00Z", 10);
  lose (year, "2027-06-10T02:20:00Z", 20);
  lose (year, "2027-09-10T03:02:00Z", 6);
  lose (year, "2027-12-10T02:05:00Z", 30);
  edit (year, "2027-02-01T03:00:00Z", MOVED ("20270217T124500Z", "20270218T124500Z"));
  edit (year, "2027-02-17T03:00:00Z", MOVED ("20270217T124500Z", "20270220T124500Z\nSEQUENCE:2"));
  edit (year, "2027-02-19T03:00:00Z", MOVED ("20270217T124500Z", "20270221T124500Z\nSEQUENCE:3"));
  end_live (year, "2027-03-10T03:00:00Z");
  edit (year, "2027-04-01T03:00:00Z", MOVED ("20270428T124500Z", "20270428T104500Z"));
  edit (year, "2027-05-20T03:00:00Z",
        "UID:cchc@test\nRECURRENCE-ID:20270609T124500Z\nDTSTART:20270609T124500Z\nDURATION:PT15M\nSEQUENCE:1\n"
        "SUMMARY:Cải cách hành chính\nSTATUS:CANCELLED");
  edit (year, "2027-06-01T03:00:00Z",
        "UID:tin@test\nRECURRENCE-ID;RANGE=THISANDFUTURE:20270705T030000Z\nDTSTART:20270705T040000Z\nSEQUENCE:1\n"
        "SUMMARY:Bản tin\n" MONTHLY);
  end_live (year, "2027-06-10T03:00:00Z");
  replace_event (year, "2027-08-01T03:00:00Z", 3,
                 "UID:tt@google.com\nDTSTART:20270112T050000Z\nRRULE:FREQ=MONTHLY;UNTIL=20270911T235959Z\nSUMMARY:Thể "
                 "thao\n" MONTHLY
                 "\nEND:VEVENT\nBEGIN:VEVENT\nDTSTAMP:20260101T000000Z\nUID:tt_R20270912T050000@google.com\n"
                 "DTSTART:20270912T050000Z\nRRULE:FREQ=MONTHLY;COUNT=4\nSUMMARY:Thể thao\n" MONTHLY);
  end_live (year, "2027-09-10T03:15:00Z");
  cut_power (year, "2027-09-29T12:30:00Z", "2027-09-29T13:15:00Z");
  edit (year, "2027-10-01T03:00:00Z",
        "UID:phat-lai@test\nDTSTART:20271002T124500Z\nDURATION:PT15M\nSUMMARY:Phát lại\nCATEGORIES:Chuyên mục\n"
        "ATTACH:cchc/tap-19.mp4");
  replace_event (year, "2027-10-15T03:00:00Z", 0,
                 SEASON "RRULE:FREQ=WEEKLY;INTERVAL=2;COUNT=26\nEXDATE:20271110T124500Z");
  edit (year, "2027-12-01T03:00:00Z", MOVED ("20271222T124500Z", "20280102T124500Z"));
  end_live (year, "2027-12-10T03:00:00Z");
  walk_to (year, frame_at ("2028-01-03T17:00:00Z"));
  g_clear_pointer (&year->run_through, po_run_through_free);
}

static void finish (Year *year) {
  po_station_free (year->station);
  po_media_table_unref (year->table);
  po_schedule_store_free (year->store);
  g_ptr_array_unref (year->events);
  g_time_zone_unref (year->zone);
  if (g_getenv ("PLAYOUTD_KEEP") != NULL)
    g_test_message ("kept: %s", year->dir);
  else
    test_remove_tree (year->dir);
  g_free (year->dir);
}

// "uid: planned 26 aired 24 …", seconds on air; then each instance that was not simply aired.
static gchar *table_of (const PoReport *report) {
  GString *text = g_string_new (NULL);
  for (guint i = 0; i < report->series->len; i++) {
    const PoReportSeries *series = report->series->pdata[i];
    g_string_append_printf (text,
                            "%s: planned %u aired %u partial %u moved %u cancelled %u missed %u made_up %u owed %u,"
                            " %d s\n",
                            series->uid, series->planned, series->count[PO_REPORT_AIRED],
                            series->count[PO_REPORT_PARTIAL], series->moved, series->count[PO_REPORT_CANCELLED],
                            series->count[PO_REPORT_MISSED], series->made_up, series->owed,
                            (gint)(series->shown_ns / SECOND));
    for (guint k = 0; k < series->instances->len; k++) {
      const PoReportInstance *one = series->instances->pdata[k];
      g_autofree gchar *start = po_time_to_utc_string (one->start_ns);
      if (one->state != PO_REPORT_AIRED || one->moved)
        g_string_append_printf (text, "  %s %s %s%s%s\n", one->instance, po_report_state_to_string (one->state), start,
                                one->why != NULL ? " " : "", one->why != NULL ? one->why : "");
    }
  }
  return g_string_free (text, FALSE);
}

static gchar *faults_of (const PoReport *report) {
  GString *text = g_string_new (NULL);
  for (guint i = 0; i < report->faults->len; i++) {
    const PoReportFault *fault = &g_array_index (report->faults, PoReportFault, i);
    g_autofree gchar *time = po_time_to_utc_string (fault->time_ns / SECOND * SECOND);
    g_string_append_printf (text, "%s %s %d s\n", fault->kind, time, (gint)((fault->length_ns + SECOND / 2) / SECOND));
  }
  return g_string_free (text, FALSE);
}

// Written by hand, from what was planted.
static const gchar expected_table[] =
    "tin@test: planned 12 aired 12 partial 0 moved 6 cancelled 0 missed 0 made_up 0 owed 0, 10800 s\n"
    "  2027-07-05T03:00:00Z aired 2027-07-05T04:00:00Z\n"
    "  2027-08-05T03:00:00Z aired 2027-08-05T04:00:00Z\n"
    "  2027-09-05T03:00:00Z aired 2027-09-05T04:00:00Z\n"
    "  2027-10-05T03:00:00Z aired 2027-10-05T04:00:00Z\n"
    "  2027-11-05T03:00:00Z aired 2027-11-05T04:00:00Z\n"
    "  2027-12-05T03:00:00Z aired 2027-12-05T04:00:00Z\n"
    "cchc@test: planned 26 aired 23 partial 0 moved 3 cancelled 1 missed 1 made_up 1 owed 1, 20700 s\n"
    "  2027-02-17T12:45:00Z aired 2027-02-21T12:45:00Z\n"
    "  2027-04-28T12:45:00Z aired 2027-04-28T10:45:00Z\n"
    "  2027-06-09T12:45:00Z cancelled 2027-06-09T12:45:00Z\n"
    "  2027-09-29T12:45:00Z missed 2027-09-29T12:45:00Z off-air\n"
    "  2027-11-10T12:45:00Z removed 2027-11-10T12:45:00Z\n"
    "  2027-12-22T12:45:00Z aired 2028-01-02T12:45:00Z\n"
    "doi-thoai@test: planned 4 aired 4 partial 0 moved 0 cancelled 0 missed 0 made_up 0 owed 0, 15232 s\n"
    "phat-lai@test: planned 1 aired 1 partial 0 moved 0 cancelled 0 missed 0 made_up 0 owed 0, 900 s\n"
    "tt@google.com: planned 12 aired 12 partial 0 moved 0 cancelled 0 missed 0 made_up 0 owed 0, 10800 s\n";

// The picture is held for 0.4 s before the slate counts as a loss; a mark is at most a second old.
static const gchar expected_faults[] = "source-loss 2027-03-10T02:10:00Z 4 s\n"
                                       "source-loss 2027-03-10T02:30:00Z 10 s\n"
                                       "source-loss 2027-06-10T02:20:00Z 20 s\n"
                                       "source-loss 2027-09-10T03:02:00Z 6 s\n"
                                       "off-air 2027-09-29T12:29:59Z 2701 s\n"
                                       "interrupted 2027-09-29T12:29:59Z 0 s\n"
                                       "source-loss 2027-12-10T02:05:00Z 30 s\n";

static const gchar expected_paragraph[] =
    "Thực hiện 12/12 số phát sóng chuyên mục Bản tin (định kỳ hằng tháng), đạt tỷ lệ 100% kế hoạch, trong đó 6 số dời "
    "lịch; 24/26 số phát sóng chuyên mục Cải cách hành chính (định kỳ 2 tuần/số), đạt tỷ lệ 92,3% kế hoạch, trong đó "
    "3 số dời lịch, 1 số phát bù, 1 số hủy, 1 số không phát, 1 số bị xóa khỏi lịch, còn nợ 1 số; 04/04 chương trình trực "
    "tiếp Đối thoại (định kỳ hằng quý), đạt tỷ lệ 100% kế hoạch; 01/01 số phát sóng chuyên mục Phát lại (một lần), đạt "
    "tỷ lệ 100% kế hoạch; 12/12 số phát sóng chuyên mục Thể thao (định kỳ hằng tháng), đạt tỷ lệ 100% kế hoạch.\n";

// A year of quarters of an hour, less the season, its repeat, the monthly programmes, the dialogues with their overrun
// and the power cut.
#define TUTORIAL_AIRINGS (365 * 24 * 4 - 22 - 1 - 24 - 17 - 3)

// Every obligation with the rows behind it. The dialogues' rows are partial, for what the source lost; little enough
// for the dialogues to have been held.
static const gchar expected_rows[] =
    "tin@test\n"
    "2027-01-05T03:00:00Z aired | thang.mp4 2027-01-05T03:00:00Z 900 s aired\n"
    "2027-02-05T03:00:00Z aired | thang.mp4 2027-02-05T03:00:00Z 900 s aired\n"
    "2027-03-05T03:00:00Z aired | thang.mp4 2027-03-05T03:00:00Z 900 s aired\n"
    "2027-04-05T03:00:00Z aired | thang.mp4 2027-04-05T03:00:00Z 900 s aired\n"
    "2027-05-05T03:00:00Z aired | thang.mp4 2027-05-05T03:00:00Z 900 s aired\n"
    "2027-06-05T03:00:00Z aired | thang.mp4 2027-06-05T03:00:00Z 900 s aired\n"
    "2027-07-05T03:00:00Z aired | thang.mp4 2027-07-05T04:00:00Z 900 s aired\n"
    "2027-08-05T03:00:00Z aired | thang.mp4 2027-08-05T04:00:00Z 900 s aired\n"
    "2027-09-05T03:00:00Z aired | thang.mp4 2027-09-05T04:00:00Z 900 s aired\n"
    "2027-10-05T03:00:00Z aired | thang.mp4 2027-10-05T04:00:00Z 900 s aired\n"
    "2027-11-05T03:00:00Z aired | thang.mp4 2027-11-05T04:00:00Z 900 s aired\n"
    "2027-12-05T03:00:00Z aired | thang.mp4 2027-12-05T04:00:00Z 900 s aired\n"
    "cchc@test\n"
    "2027-01-06T12:45:00Z aired | cchc/tap-01.mp4 2027-01-06T12:45:00Z 900 s aired\n"
    "2027-01-20T12:45:00Z aired | cchc/tap-02.mp4 2027-01-20T12:45:00Z 900 s aired\n"
    "2027-02-03T12:45:00Z aired | cchc/tap-03.mp4 2027-02-03T12:45:00Z 900 s aired\n"
    "2027-02-17T12:45:00Z aired | cchc/tap-04.mp4 2027-02-21T12:45:00Z 900 s aired\n"
    "2027-03-03T12:45:00Z aired | cchc/tap-05.mp4 2027-03-03T12:45:00Z 900 s aired\n"
    "2027-03-17T12:45:00Z aired | cchc/tap-06.mp4 2027-03-17T12:45:00Z 900 s aired\n"
    "2027-03-31T12:45:00Z aired | cchc/tap-07.mp4 2027-03-31T12:45:00Z 900 s aired\n"
    "2027-04-14T12:45:00Z aired | cchc/tap-08.mp4 2027-04-14T12:45:00Z 900 s aired\n"
    "2027-04-28T12:45:00Z aired | cchc/tap-09.mp4 2027-04-28T10:45:00Z 900 s aired\n"
    "2027-05-12T12:45:00Z aired | cchc/tap-10.mp4 2027-05-12T12:45:00Z 900 s aired\n"
    "2027-05-26T12:45:00Z aired | cchc/tap-11.mp4 2027-05-26T12:45:00Z 900 s aired\n"
    "2027-06-09T12:45:00Z cancelled\n"
    "2027-06-23T12:45:00Z aired | cchc/tap-12.mp4 2027-06-23T12:45:00Z 900 s aired\n"
    "2027-07-07T12:45:00Z aired | cchc/tap-13.mp4 2027-07-07T12:45:00Z 900 s aired\n"
    "2027-07-21T12:45:00Z aired | cchc/tap-14.mp4 2027-07-21T12:45:00Z 900 s aired\n"
    "2027-08-04T12:45:00Z aired | cchc/tap-15.mp4 2027-08-04T12:45:00Z 900 s aired\n"
    "2027-08-18T12:45:00Z aired | cchc/tap-16.mp4 2027-08-18T12:45:00Z 900 s aired\n"
    "2027-09-01T12:45:00Z aired | cchc/tap-17.mp4 2027-09-01T12:45:00Z 900 s aired\n"
    "2027-09-15T12:45:00Z aired | cchc/tap-18.mp4 2027-09-15T12:45:00Z 900 s aired\n"
    "2027-09-29T12:45:00Z missed + | cchc/tap-19.mp4 2027-10-02T12:45:00Z 900 s aired\n"
    "2027-10-13T12:45:00Z aired | cchc/tap-20.mp4 2027-10-13T12:45:00Z 900 s aired\n"
    "2027-10-27T12:45:00Z aired | cchc/tap-21.mp4 2027-10-27T12:45:00Z 900 s aired\n"
    "2027-11-10T12:45:00Z removed\n"
    "2027-11-24T12:45:00Z aired | cchc/tap-22.mp4 2027-11-24T12:45:00Z 900 s aired\n"
    "2027-12-08T12:45:00Z aired | cchc/tap-23.mp4 2027-12-08T12:45:00Z 900 s aired\n"
    "2027-12-22T12:45:00Z aired | cchc/tap-24.mp4 2028-01-02T12:45:00Z 900 s aired\n"
    "doi-thoai@test\n"
    "2027-03-10T02:00:00Z aired | srt://192.0.2.1:9000 2027-03-10T02:00:00Z 3600 s partial\n"
    "2027-06-10T02:00:00Z aired | srt://192.0.2.1:9000 2027-06-10T02:00:00Z 3600 s partial\n"
    "2027-09-10T02:00:00Z aired | srt://192.0.2.1:9000 2027-09-10T02:00:00Z 4500 s partial\n"
    "2027-12-10T02:00:00Z aired | srt://192.0.2.1:9000 2027-12-10T02:00:00Z 3600 s partial\n"
    "phat-lai@test\n"
    "2027-10-02T12:45:00Z aired | cchc/tap-19.mp4 2027-10-02T12:45:00Z 900 s aired\n"
    "tt@google.com\n"
    "2027-01-12T05:00:00Z aired | thang.mp4 2027-01-12T05:00:00Z 900 s aired\n"
    "2027-02-12T05:00:00Z aired | thang.mp4 2027-02-12T05:00:00Z 900 s aired\n"
    "2027-03-12T05:00:00Z aired | thang.mp4 2027-03-12T05:00:00Z 900 s aired\n"
    "2027-04-12T05:00:00Z aired | thang.mp4 2027-04-12T05:00:00Z 900 s aired\n"
    "2027-05-12T05:00:00Z aired | thang.mp4 2027-05-12T05:00:00Z 900 s aired\n"
    "2027-06-12T05:00:00Z aired | thang.mp4 2027-06-12T05:00:00Z 900 s aired\n"
    "2027-07-12T05:00:00Z aired | thang.mp4 2027-07-12T05:00:00Z 900 s aired\n"
    "2027-08-12T05:00:00Z aired | thang.mp4 2027-08-12T05:00:00Z 900 s aired\n"
    "2027-09-12T05:00:00Z aired | thang.mp4 2027-09-12T05:00:00Z 900 s aired\n"
    "2027-10-12T05:00:00Z aired | thang.mp4 2027-10-12T05:00:00Z 900 s aired\n"
    "2027-11-12T05:00:00Z aired | thang.mp4 2027-11-12T05:00:00Z 900 s aired\n"
    "2027-12-12T05:00:00Z aired | thang.mp4 2027-12-12T05:00:00Z 900 s aired\n";

static PoReport *report_of (Year *year, PoEvidence **ret_evidence) {
  g_autoptr (GError) error = NULL;
  PoTimeNs from_ns = at ("2026-12-31T17:00:00Z"), to_ns = at ("2027-12-31T17:00:00Z");
  *ret_evidence = po_evidence_read (year->dir, ZONE, rate, from_ns, to_ns, to_ns, &error);
  g_assert_no_error (error);
  return po_report_make (&(*ret_evidence)->source, from_ns, to_ns);
}

static void assert_tutorials (const PoReport *report) {
  guint clips = 0, airings = 0;
  for (guint i = 0; i < report->clips->len; i++) {
    const PoReportClip *clip = report->clips->pdata[i];
    if (!clip->filler)
      continue;
    clips++;
    airings += clip->airings;
    g_assert_cmpuint (clip->airings, >, TUTORIAL_AIRINGS / N_CLIPS * 9 / 10);
    g_assert_cmpuint (clip->airings, <, TUTORIAL_AIRINGS / N_CLIPS * 11 / 10);
    g_assert_cmpint ((clip->shown_ns + SECOND) / SECOND / 900, ==, clip->airings); // one was cut by the mark
  }
  g_assert_cmpuint (clips, ==, N_CLIPS);
  g_assert_cmpuint (airings, ==, TUTORIAL_AIRINGS);
}

static const PoAsrunRow *row_of (const PoEvidence *evidence, gint64 id) {
  for (guint i = 0; i < evidence->source.rows->len; i++)
    if (((const PoAsrunRow *)evidence->source.rows->pdata[i])->id == id)
      return evidence->source.rows->pdata[i];
  g_error ("the report names row %" G_GINT64_FORMAT ", which is not in the log", id);
}

static void add_row (GString *text, const PoAsrunRow *row) {
  g_autofree gchar *start = po_time_to_utc_string (row->actual_start_ns);
  g_string_append_printf (text, " | %s %s %d s %s", row->media, start,
                          (gint)((row->actual_end_ns - row->actual_start_ns) / SECOND),
                          po_airing_status_to_string (row->status));
}

// "instance state | media start seconds status | … + the row that made it up", a line an obligation.
static gchar *rows_of (const PoReport *report, const PoEvidence *evidence) {
  GString *text = g_string_new (NULL);
  for (guint i = 0; i < report->series->len; i++) {
    const PoReportSeries *series = report->series->pdata[i];
    g_string_append_printf (text, "%s\n", series->uid);
    for (guint k = 0; k < series->instances->len; k++) {
      const PoReportInstance *one = series->instances->pdata[k];
      g_string_append_printf (text, "%s %s", one->instance, po_report_state_to_string (one->state));
      for (guint r = 0; r < one->rows->len; r++)
        add_row (text, row_of (evidence, g_array_index (one->rows, gint64, r)));
      if (one->made_up) {
        g_string_append (text, " +");
        add_row (text, row_of (evidence, one->made_up_row));
      }
      g_string_append_c (text, '\n');
    }
  }
  return g_string_free (text, FALSE);
}

// As `playoutctl` prints it for the station's own report.
static void assert_paragraph (Year *year) {
  g_autoptr (GError) error = NULL;
  g_autofree gchar *said = NULL;
  const gchar *ctl = g_getenv ("PLAYOUTCTL");
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE);
  g_subprocess_launcher_setenv (launcher, "LANGUAGE", "vi", TRUE);
  g_subprocess_launcher_setenv (launcher, "LC_ALL", "C.UTF-8", TRUE);
  g_assert_nonnull (ctl);
  g_autoptr (GSubprocess) process =
      g_subprocess_launcher_spawn (launcher, &error, ctl, "report", "--text", "--from", "2027-01-01", "--to",
                                   "2028-01-01", "--state", year->dir, NULL);
  g_assert_no_error (error);
  g_assert_true (g_subprocess_communicate_utf8 (process, NULL, NULL, &said, NULL, &error));
  g_assert_cmpstr (said, ==, expected_paragraph);
}

static void assert_report (Year *year) {
  PoEvidence *evidence = NULL;
  g_autoptr (PoReport) report = report_of (year, &evidence);
  g_autofree gchar *table = table_of (report), *faults = faults_of (report);
  g_assert_cmpstr (table, ==, expected_table);
  g_assert_cmpstr (faults, ==, expected_faults);
  g_autofree gchar *rows = rows_of (report, evidence);
  g_assert_cmpstr (rows, ==, expected_rows);
  assert_tutorials (report);
  po_evidence_free (evidence);
}

// What verify says when the row of one airing is taken out by hand: which.
static void assert_tampering_is_found (Year *year) {
  gint64 id = 0;
  g_autoptr (GError) error = NULL;
  g_autoptr (PoLogVerdict) before = po_log_verify (year->dir, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (before->faults->len, ==, 0);
  g_autofree gchar *path = g_build_filename (year->dir, "log.sqlite", NULL);
  g_autoptr (PoSql) db = po_sql_open (path, PO_SQL_WRITE, &error);
  po_sql_get_int (db, "SELECT id FROM airing_event WHERE instance = '2027-03-31T12:45:00Z'", 0, &id, &error);
  g_assert_cmpint (id, >, 0);
  po_sql_run (db, "DROP TRIGGER airing_event_no_delete", &error);
  po_sql_run (db, "DELETE FROM airing_event WHERE instance = '2027-03-31T12:45:00Z'", &error);
  g_assert_no_error (error);
  g_autoptr (PoLogVerdict) after = po_log_verify (year->dir, &error);
  g_assert_cmpuint (after->faults->len, ==, 2); // the row, and the trigger that kept it
  const PoLogFault *fault = after->faults->pdata[0];
  g_assert_cmpstr (fault->code, ==, "row-missing");
  g_assert_cmpint (fault->airing, ==, id);
}

static void test_year (void) {
  Year year = {0};
  begin (&year);
  live_through (&year);
  assert_report (&year);
  assert_paragraph (&year);
  if (g_getenv ("PLAYOUTD_KEEP") == NULL)
    assert_tampering_is_found (&year);
  finish (&year);
}

int main (int argc, char **argv) {
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/rehearsal/year", test_year);
  return g_test_run ();
}
