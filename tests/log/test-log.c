// SPDX-License-Identifier: GPL-3.0-or-later
// The log as it should be: what is appended comes back, in order, in this life and the next.
#include <string.h>

#include "log-fixture.h"
#include "model/error.h"

static PoLog *open_log (LogFixture *fixture) {
  g_autoptr (GError) error = NULL;
  PoLog *log = po_log_open (fixture->dir, "node-a", &error);
  g_assert_no_error (error);
  return log;
}

static void close_log (PoLog *log) {
  g_assert_true (po_log_close (log, TEST_WAIT_MS));
}

static GPtrArray *all_rows (PoLog *log) {
  g_autoptr (GError) error = NULL;
  GPtrArray *rows = po_log_asrun (log, PO_TIME_NONE, PO_TIME_NONE, NULL, &error);
  g_assert_no_error (error);
  return rows;
}

static void test_journal_round_trip (LogFixture *fixture, gconstpointer data) {
  g_autoptr (GError) error = NULL;
  PoLog *log = open_log (fixture);
  for (guint kind = 0; kind <= PO_JOURNAL_LAST_; kind++) {
    g_autoptr (PoJournalEntry) entry =
        po_journal_entry_new (1000 - kind, (PoJournalKind)kind, "Hoà", "title", "Gặp gỡ \"và\" đối thoại\n", NULL);
    entry->utc_ns = 77 + kind;
    g_assert_cmpint (po_log_append_journal (log, entry, test_rate), ==, kind + 1);
    g_assert_cmpint (entry->seq, ==, kind + 1);
  }
  g_autoptr (GPtrArray) waiting = po_log_load_journal (log, test_rate, PO_FRAME_NONE, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (waiting->len, ==, PO_JOURNAL_LAST_ + 1);
  g_assert_true (po_log_flush (log, TEST_WAIT_MS));
  g_assert_cmpuint (po_log_pending (log), ==, 0);
  close_log (log);
  log = open_log (fixture);
  g_autoptr (GPtrArray) entries = po_log_load_journal (log, test_rate, PO_FRAME_NONE, &error);
  g_assert_cmpuint (entries->len, ==, PO_JOURNAL_LAST_ + 1);
  for (guint i = 0; i < entries->len; i++) {
    PoJournalEntry *entry = entries->pdata[i];
    guint kind = PO_JOURNAL_LAST_ - i; // frames went down: the order is by frame
    g_assert_cmpint (entry->kind, ==, kind);
    g_assert_cmpint (entry->frame, ==, 1000 - kind);
    g_assert_cmpint (entry->seq, ==, kind + 1);
    g_assert_cmpint (entry->utc_ns, ==, 77 + kind);
    g_assert_cmpstr (entry->who, ==, "Hoà");
    g_assert_cmpstr (po_journal_entry_get (entry, "title"), ==, "Gặp gỡ \"và\" đối thoại\n");
  }
  g_autoptr (GPtrArray) later = po_log_load_journal (log, test_rate, 1000 - 2, &error);
  g_assert_cmpuint (later->len, ==, 3);
  g_autoptr (PoJournalEntry) next = po_journal_entry_new (2000, PO_JOURNAL_SKIP, NULL, NULL);
  g_assert_cmpint (po_log_append_journal (log, next, test_rate), ==, PO_JOURNAL_LAST_ + 2);
  close_log (log);
}

static void test_journal_other_rate (LogFixture *fixture, gconstpointer data) {
  PoLog *log = open_log (fixture);
  g_autoptr (GError) error = NULL;
  g_autoptr (PoJournalEntry) entry = po_journal_entry_new (250, PO_JOURNAL_SKIP, "x", NULL);
  po_log_append_journal (log, entry, test_rate);
  PoRate fifty = {50, 1}, ntsc = {30000, 1001};
  g_autoptr (GPtrArray) at_fifty = po_log_load_journal (log, fifty, PO_FRAME_NONE, &error);
  g_assert_cmpint (((PoJournalEntry *)at_fifty->pdata[0])->frame, ==, 500);
  g_autoptr (GPtrArray) at_ntsc = po_log_load_journal (log, ntsc, PO_FRAME_NONE, &error);
  g_assert_cmpint (((PoJournalEntry *)at_ntsc->pdata[0])->frame, ==, 300); // 10 s = 299.7 frames, ceil
  close_log (log);
}

static void test_asrun_view (LogFixture *fixture, gconstpointer data) {
  PoFrame start = test_frame ("2027-01-06T12:45:00Z");
  PoLog *log = open_log (fixture);
  PoAiringStart first = test_start ("Tập 1", start, 500, 100);
  gint64 airing = po_log_append_start (log, &first);
  g_autoptr (GPtrArray) begun = all_rows (log);
  g_assert_cmpuint (begun->len, ==, 1);
  g_assert_cmpint (((PoAsrunRow *)begun->pdata[0])->status, ==, PO_AIRING_ON_AIR);
  PoAiringMark mark = test_mark (start + 25, 525, 25);
  po_log_append_mark (log, airing, &mark);
  g_autoptr (GPtrArray) marked = all_rows (log);
  g_assert_cmpint (((PoAsrunRow *)marked->pdata[0])->frames_shown, ==, 25);
  PoAiringMark end = {start + 100, 600, first.utc_ns + 4 * PO_NS_PER_SECOND, 90, 8, 2, {0}};
  end.measures = (PoAiringMeasures){TRUE, 3, 5, 0, TRUE, -23000, -1250};
  PoAiringStatus status = po_airing_judge (PO_ITEM_MEDIA, 100, &end, (PoRate){25, 1});
  g_assert_cmpint (status, ==, PO_AIRING_PARTIAL);
  g_assert_true (po_log_append_end (log, airing, &end, status, "source-stalled"));
  g_assert_false (po_log_append_end (log, airing, &end, status, NULL));
  po_log_append_mark (log, airing, &mark); // ignored: it is over
  g_assert_true (po_log_flush (log, TEST_WAIT_MS));
  g_autoptr (GPtrArray) rows = all_rows (log);
  PoAsrunRow *row = rows->pdata[0];
  g_autoptr (GString) json = g_string_new (NULL);
  po_asrun_row_write_json (json, row);
  g_assert_cmpstr (
      json->str, ==,
      "{\"id\":1,\"channel\":\"HueTV\",\"uid\":\"cchc-2027@example\",\"instance\":\"2027-01-06T12:45:00Z\",\"part\":0,"
      "\"title\":\"Tập 1\",\"kind\":\"media\",\"media\":\"cchc-2027/tập-01.mp4\",\"media_hash\":\"ab12\","
      "\"start_type\":\"FIXED\",\"rate\":\"25\",\"planned_start_frame\":44980987500,"
      "\"planned_start\":\"2027-01-06T12:45:00Z\",\"planned_duration_frames\":100,"
      "\"actual_start_frame\":44980987500,\"actual_start\":\"2027-01-06T12:45:00Z\","
      "\"actual_end_frame\":44980987600,\"actual_end\":\"2027-01-06T12:45:04Z\",\"actual_duration_frames\":100,"
      "\"som_ns\":0,\"frames_shown\":90,\"frames_repeated\":8,\"frames_filled\":2,\"status\":\"partial\","
      "\"reason\":\"source-stalled\",\"node\":\"node-a\",\"epoch\":1,\"frames_black\":3,\"frames_silent\":5,"
      "\"frames_frozen\":0,"
      "\"loudness_lufs\":-23.0,\"true_peak_dbtp\":-1.25,\"correction\":null}");
  close_log (log);
}

// Ten airings of 4 s from 12:45:00, and what each window must give.
static void test_asrun_windows (LogFixture *fixture, gconstpointer data) {
  static const struct {
    guint line;
    const gchar *from, *to;
    gint64 first, last; // ids; 0: none
  } cases[] = {
      {__LINE__, "2027-01-06T12:45:00Z", "2027-01-06T12:45:40Z", 1, 19},
      {__LINE__, "2027-01-06T12:45:04Z", "2027-01-06T12:45:08Z", 3, 3},
      {__LINE__, "2027-01-06T12:45:05Z", "2027-01-06T12:45:06Z", 3, 3}, // inside one
      {__LINE__, "2027-01-06T12:45:03Z", "2027-01-06T12:45:05Z", 1, 3}, // across an edge
      {__LINE__, "2027-01-06T12:00:00Z", "2027-01-06T12:45:00Z", 0, 0},
      {__LINE__, "2027-01-06T12:45:40Z", "2027-01-06T13:00:00Z", 0, 0},
  };
  g_autoptr (GTimeZone) zone = g_time_zone_new_utc ();
  PoFrame start = test_frame ("2027-01-06T12:45:00Z");
  PoLog *log = open_log (fixture);
  for (guint i = 0; i < 10; i++) {
    PoAiringStart begin = test_start ("x", start + i * 100, i * 100, 100);
    PoAiringMark end = test_mark (start + i * 100 + 100, i * 100 + 100, 100);
    po_log_append_end (log, po_log_append_start (log, &begin), &end, PO_AIRING_AIRED, NULL);
  }
  for (guint pass = 0; pass < 2; pass++) { // waiting or on disk: the same answers
    for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
      PoTimeNs from_ns = 0, to_ns = 0;
      g_autoptr (GError) error = NULL;
      po_time_parse (cases[i].from, zone, &from_ns, NULL);
      po_time_parse (cases[i].to, zone, &to_ns, NULL);
      g_autoptr (GPtrArray) rows = po_log_asrun (log, from_ns, to_ns, NULL, &error);
      g_assert_no_error (error);
      gint64 first = rows->len > 0 ? ((PoAsrunRow *)rows->pdata[0])->id : 0;
      gint64 last = rows->len > 0 ? ((PoAsrunRow *)rows->pdata[rows->len - 1])->id : 0;
      if (first != cases[i].first || last != cases[i].last)
        g_error ("line %u: %d to %d", cases[i].line, (gint)first, (gint)last);
    }
    g_assert_true (po_log_flush (log, TEST_WAIT_MS));
  }
  PoAsrunFilter filter = {.uid = "cchc-2027@example", .status = "aired", .after_id = 5, .limit = 3};
  g_autoptr (GPtrArray) page = po_log_asrun (log, PO_TIME_NONE, PO_TIME_NONE, &filter, NULL);
  g_assert_cmpuint (page->len, ==, 3);
  g_assert_cmpint (((PoAsrunRow *)page->pdata[0])->id, ==, 7);
  filter = (PoAsrunFilter){.uid = "other"};
  g_autoptr (GPtrArray) none = po_log_asrun (log, PO_TIME_NONE, PO_TIME_NONE, &filter, NULL);
  g_assert_cmpuint (none->len, ==, 0);
  close_log (log);
}

static void test_offline_reader (LogFixture *fixture, gconstpointer data) {
  g_autoptr (GError) error = NULL;
  g_autoptr (PoLogReader) absent = po_log_reader_open (fixture->dir, &error);
  g_assert_error (error, PO_ERROR, PO_ERROR_NOT_FOUND);
  g_clear_error (&error);
  PoLog *log = open_log (fixture);
  PoAiringStart first = test_start ("x", 1000, 0, 100);
  po_log_append_start (log, &first);
  g_assert_true (po_log_flush (log, TEST_WAIT_MS));
  g_autoptr (PoLogReader) reader = po_log_reader_open (fixture->dir, &error);
  g_assert_no_error (error);
  g_autoptr (GPtrArray) one = po_log_reader_asrun (reader, PO_TIME_NONE, PO_TIME_NONE, NULL, &error);
  g_assert_cmpuint (one->len, ==, 1);
  po_log_append_start (log, &first); // written while the reader is open
  g_assert_true (po_log_flush (log, TEST_WAIT_MS));
  g_autoptr (GPtrArray) two = po_log_reader_asrun (reader, PO_TIME_NONE, PO_TIME_NONE, NULL, &error);
  g_assert_cmpuint (two->len, ==, 2);
  close_log (log);
}

static void test_second_process_is_refused (LogFixture *fixture, gconstpointer data) {
  g_autoptr (GError) error = NULL;
  PoLog *log = open_log (fixture);
  g_assert_null (po_log_open (fixture->dir, "b", &error));
  g_assert_error (error, PO_ERROR, PO_ERROR_CONFLICT);
  close_log (log);
  close_log (open_log (fixture));
}

static void test_epoch_and_last_aired (LogFixture *fixture, gconstpointer data) {
  PoFrame frame = 0;
  PoTimeNs utc_ns = 0;
  PoLog *log = open_log (fixture);
  g_assert_cmpint (po_log_epoch (log), ==, 1);
  g_assert_false (po_log_last_aired (log, test_rate, &frame, &utc_ns));
  PoAiringStart first = test_start ("x", 1000, 0, 100);
  PoAiringMark mark = test_mark (1075, 75, 75);
  po_log_append_mark (log, po_log_append_start (log, &first), &mark);
  close_log (log);
  log = open_log (fixture);
  g_assert_cmpint (po_log_epoch (log), ==, 2);
  g_assert_true (po_log_last_aired (log, test_rate, &frame, &utc_ns));
  g_assert_cmpint (frame, ==, 1074);
  g_assert_cmpint (utc_ns, ==, 43 * PO_NS_PER_SECOND);
  g_autoptr (GPtrArray) rows = all_rows (log);
  PoAsrunRow *row = rows->pdata[0];
  g_assert_cmpint (row->status, ==, PO_AIRING_INTERRUPTED);
  g_assert_cmpint (row->actual_end_frame, ==, 1075);
  g_assert_cmpint (row->frames_shown, ==, 75);
  g_assert_cmpint (row->epoch, ==, 1);
  close_log (log);
  log = open_log (fixture); // nothing is closed twice
  g_assert_cmpint (test_query (fixture, "SELECT count (*) FROM airing_event"), ==, 2);
  close_log (log);
}

static void test_record_is_append_only (LogFixture *fixture, gconstpointer data) {
  static const gchar *const attacks[] = {
      "DELETE FROM journal",
      "DELETE FROM airing_event",
      "DELETE FROM checkpoint",
      "UPDATE journal SET who = 'x'",
      "UPDATE airing_event SET title = 'x'",
      "UPDATE checkpoint SET k = k - 1",
      "UPDATE checkpoint SET open = 1",
      "INSERT OR REPLACE INTO journal SELECT * FROM journal",
      "INSERT OR REPLACE INTO airing_event SELECT * FROM airing_event",
      "INSERT INTO airing_event (id, airing, event, frame, k, utc_ns, rate_n, rate_d, node, epoch)"
      " VALUES (99, 1, 'end', 0, 0, 0, 25, 1, 'x', 1)",
  };
  PoLog *log = open_log (fixture);
  g_autoptr (PoJournalEntry) entry = po_journal_entry_new (1, PO_JOURNAL_SKIP, "a", NULL);
  po_log_append_journal (log, entry, test_rate);
  PoAiringStart first = test_start ("x", 1000, 0, 100);
  PoAiringMark end = test_mark (1100, 100, 100);
  po_log_append_end (log, po_log_append_start (log, &first), &end, PO_AIRING_AIRED, NULL);
  close_log (log);
  g_autofree gchar *path = g_build_filename (fixture->dir, "log.sqlite", NULL);
  g_autoptr (PoSql) db = po_sql_open (path, PO_SQL_WRITE, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (attacks); i++) {
    g_autoptr (GError) error = NULL;
    if (po_sql_run (db, attacks[i], &error))
      g_error ("was let through: %s", attacks[i]);
    g_assert_error (error, PO_ERROR, PO_ERROR_INTERNAL);
  }
}

static void test_judge (void) {
  static const struct {
    guint line;
    PoItemKind kind;
    gint64 planned;
    PoAiringMark end;
    PoAiringStatus status;
  } cases[] = {
      {__LINE__, PO_ITEM_MEDIA, 100, {0, 0, 0, 100, 0, 0, {0}}, PO_AIRING_AIRED},
      {__LINE__, PO_ITEM_MEDIA, 100, {0, 0, 0, 99, 1, 0, {0}}, PO_AIRING_AIRED},
      {__LINE__, PO_ITEM_MEDIA, 100, {0, 0, 0, 99, 0, 1, {0}}, PO_AIRING_PARTIAL},
      {__LINE__, PO_ITEM_MEDIA, 100, {0, 0, 0, 50, 0, 0, {0}}, PO_AIRING_PARTIAL},
      {__LINE__, PO_ITEM_MEDIA, 100, {0, 0, 0, 0, 0, 100, {0}}, PO_AIRING_FAILED},
      {__LINE__, PO_ITEM_MEDIA, 100, {0, 0, 0, 75, 25, 0, {0}}, PO_AIRING_AIRED}, // a second
      {__LINE__, PO_ITEM_MEDIA, 100, {0, 0, 0, 74, 26, 0, {0}}, PO_AIRING_PARTIAL},
      {__LINE__, PO_ITEM_MEDIA, 1000, {0, 0, 0, 900, 100, 0, {0}}, PO_AIRING_AIRED}, // a tenth
      {__LINE__, PO_ITEM_MEDIA, 1000, {0, 0, 0, 899, 101, 0, {0}}, PO_AIRING_PARTIAL},
      {__LINE__, PO_ITEM_LIVE, -1, {0, 0, 0, 50, 0, 0, {0}}, PO_AIRING_AIRED},
      {__LINE__, PO_ITEM_LIVE, -1, {0, 0, 0, 50, 50, 0, {0}}, PO_AIRING_PARTIAL},
      {__LINE__, PO_ITEM_SLATE, 100, {0, 0, 0, 0, 0, 0, {0}}, PO_AIRING_FILLED},
      {__LINE__, PO_ITEM_FILLER, 100, {0, 0, 0, 30, 0, 0, {0}}, PO_AIRING_FILLED},
  };
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    if (po_airing_judge (cases[i].kind, cases[i].planned, &cases[i].end, (PoRate){25, 1}) != cases[i].status)
      g_error ("line %u", cases[i].line);
  }
}

#define S(n)  ((n)*25)
#define NS(n) ((n)*PO_NS_PER_SECOND)

// A slot of a minute from frame 1000; what the item on air in it was to show.
static void test_planned_length (void) {
  static const struct {
    const gchar *what;
    PoItem item;
    gint64 planned; // seconds
  } cases[] = {
      {"on time", {.start = 1000, .end = 1000 + S (60), .part = 0}, 60},
      {"a fixed start joined 20 s late",
       {.start = 1000 + S (20), .end = 1000 + S (60), .media_in_ns = NS (20), .join = TRUE, .part = 0},
       60},
      {"JOIN NO, 20 s late, its slot moved", {.start = 1000 + S (20), .end = 1000 + S (80), .part = 0}, 60},
      {"JOIN NO, 20 s late, marked in at 30 s",
       {.start = 1000 + S (20), .end = 1000 + S (80), .media_in_ns = NS (30), .media_som_ns = NS (30), .part = 0},
       60},
      {"joined 20 s late, marked in at 30 s",
       {.start = 1000 + S (20),
        .end = 1000 + S (60),
        .media_in_ns = NS (50),
        .media_som_ns = NS (30),
        .join = TRUE,
        .part = 0},
       60},
      {"joined in its second part, 5 s into that",
       {.start = 1000 + S (35), .end = 1000 + S (60), .media_in_ns = NS (5), .join = TRUE, .part = 1},
       30},
      {"its second part on time", {.start = 1000 + S (30), .end = 1000 + S (60), .join = TRUE, .part = 1}, 30},
      {"back after another event, where it would be now",
       {.start = 1000 + S (40),
        .end = 1000 + S (60),
        .reason = PO_REASON_RETURN,
        .media_in_ns = NS (40),
        .join = TRUE,
        .part = 0},
       20},
      {"back after the slate, of its length 10 s over at the end of its slot",
       {.start = 1000 + S (30),
        .end = 1000 + S (60),
        .reason = PO_REASON_RETURN,
        .media_in_ns = NS (20),
        .media_end = 1000 + S (70),
        .put_off = S (10),
        .part = 0},
       40},
      {"likewise, of a clip longer than its slot ever was",
       {.start = 1000 + S (30),
        .end = 1000 + S (60),
        .reason = PO_REASON_RETURN,
        .media_in_ns = NS (20),
        .media_end = 1000 + S (100),
        .put_off = S (10),
        .part = 0},
       40},
      {"likewise, but its slot was extended",
       {.start = 1000 + S (30),
        .end = 1000 + S (70),
        .reason = PO_REASON_RETURN,
        .media_in_ns = NS (20),
        .media_end = 1000 + S (70),
        .put_off = S (10),
        .part = 0},
       40},
      {"a live show joined 20 s late",
       {.kind = PO_ITEM_LIVE, .start = 1000 + S (20), .end = 1000 + S (60), .join = TRUE, .part = 0},
       60},
      {"a live show whose slot moved",
       {.kind = PO_ITEM_LIVE, .start = 1000 + S (20), .end = 1000 + S (80), .part = 0},
       60},
      {"filler carried on",
       {.kind = PO_ITEM_FILLER, .reason = PO_REASON_GAP, .start = 1000, .end = 1000 + S (10), .media_in_ns = NS (7)},
       10},
  };
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    PoAiringStart start;
    PoItem item = cases[i].item;
    gboolean own = item.kind != PO_ITEM_FILLER;
    item.slot_start = own ? 1000 : PO_FRAME_NONE;
    item.media_origin = item.start;
    item.media = (gchar *)"a.mp4";
    po_airing_start_from_item (&start, &item, "HueTV", test_rate, item.start, 0, 0);
    if (start.planned_duration_frames != S (cases[i].planned))
      g_error ("%s: %d frames", cases[i].what, (gint)start.planned_duration_frames);
    g_assert_cmpint (start.planned_start_frame, ==, own && item.part == 0 ? 1000 : item.start);
  }
}

static void test_memory_only (void) {
  g_autoptr (GError) error = NULL;
  PoLog *log = po_log_open (NULL, "a", &error);
  PoAiringStart first = test_start ("x", 1000, 0, 100);
  PoAiringMark end = test_mark (1100, 100, 100);
  po_log_append_end (log, po_log_append_start (log, &first), &end, PO_AIRING_AIRED, NULL);
  g_autoptr (GPtrArray) rows = all_rows (log);
  g_assert_cmpuint (rows->len, ==, 1);
  g_assert_cmpint (((PoAsrunRow *)rows->pdata[0])->status, ==, PO_AIRING_AIRED);
  g_assert_true (po_log_flush (log, 1));
  close_log (log);
}

int main (int argc, char **argv) {
  g_test_init (&argc, &argv, NULL);
#define ADD(name, func) g_test_add (name, LogFixture, NULL, log_fixture_set_up, func, log_fixture_tear_down)
  ADD ("/log/journal-round-trip", test_journal_round_trip);
  ADD ("/log/journal-other-rate", test_journal_other_rate);
  ADD ("/log/asrun-view", test_asrun_view);
  ADD ("/log/asrun-windows", test_asrun_windows);
  ADD ("/log/offline-reader", test_offline_reader);
  ADD ("/log/second-process-is-refused", test_second_process_is_refused);
  ADD ("/log/epoch-and-last-aired", test_epoch_and_last_aired);
  ADD ("/log/record-is-append-only", test_record_is_append_only);
  g_test_add_func ("/log/judge", test_judge);
  g_test_add_func ("/log/planned-length", test_planned_length);
  g_test_add_func ("/log/memory-only", test_memory_only);
  return g_test_run ();
}
