// SPDX-License-Identifier: GPL-3.0-or-later
// The record's chain: an untouched log is intact; corrections are rows; a log of version 1 goes on with nothing lost.
// Argument: version-1.sql.
#include <glib/gstdio.h>
#include <string.h>

#include "log-fixture.h"
#include "log/forget.h"
#include "log/head-file.h"
#include "log/schema.h"
#include "log/verify.h"
#include "model/error.h"

static const gchar *version_1_path;

static void test_intact (LogFixture *fixture, gconstpointer data) {
  test_write_four (fixture);
  test_assert_verdict (fixture, "");
  test_write_four (fixture); // another life
  test_assert_verdict (fixture, "");
  g_assert_cmpint (test_query (fixture, "SELECT count (*) FROM chain"), ==, 18);
}

static void test_while_written (LogFixture *fixture, gconstpointer data) {
  g_autoptr (GError) error = NULL;
  PoLog *log = po_log_open (fixture->dir, "node-a", &error);
  for (guint i = 0; i < 200; i++) {
    PoAiringStart begin = test_start ("Tập", 1000 + i * 100, i * 100, 100);
    PoAiringMark end = test_mark (1100 + i * 100, i * 100 + 100, 100);
    po_log_append_end (log, po_log_append_start (log, &begin), &end, PO_AIRING_AIRED, NULL);
    if (i % 20 == 10)
      test_assert_verdict (fixture, "");
  }
  g_assert_true (po_log_close (log, TEST_WAIT_MS));
  test_assert_verdict (fixture, "");
}

static PoCorrection correction_of (gint64 airing, const gchar *status, const gchar *why) {
  return (PoCorrection){.airing = airing,
                        .utc_ns = 7 * PO_NS_PER_SECOND,
                        .who = (gchar *)"Lan",
                        .why = (gchar *)why,
                        .status = (gchar *)status};
}

static void correct (LogFixture *fixture, const PoCorrection *correction, gint64 expected_id) {
  gint64 id = 0;
  g_autoptr (GError) error = NULL;
  gboolean done = po_log_correct (fixture->dir, "node-b", correction, &id, &error);
  if (expected_id == 0) {
    g_assert_false (done);
    g_assert_error (error, PO_ERROR, PO_ERROR_INPUT);
    return;
  }
  g_assert_no_error (error);
  g_assert_true (done);
  g_assert_cmpint (id, ==, expected_id);
}

static PoAsrunRow *find_row (GPtrArray *rows, gint64 id) {
  for (guint i = 0; i < rows->len; i++) {
    if (((PoAsrunRow *)rows->pdata[i])->id == id)
      return rows->pdata[i];
  }
  g_assert_not_reached ();
}

static void test_correction (LogFixture *fixture, gconstpointer data) {
  g_autoptr (GError) error = NULL;
  test_write_four (fixture);
  PoLog *log = po_log_open (fixture->dir, "node-a", &error); // a daemon writes meanwhile
  PoAiringStart begin = test_start ("Tập", 2000, 0, 100);
  gint64 on_air = 8 + po_log_append_start (log, &begin);
  g_assert_true (po_log_flush (log, TEST_WAIT_MS));
  PoCorrection first = correction_of (3, "partial", "tiếng bị mất"), second = correction_of (3, "failed", "không hình");
  PoCorrection silent = correction_of (3, "aired", " "), unknown = correction_of (3, "shown", "x");
  PoCorrection absent = correction_of (77, "aired", "x"), open = correction_of (on_air, "aired", "x");
  correct (fixture, &first, 1);
  correct (fixture, &second, 2);
  correct (fixture, &silent, 0);
  correct (fixture, &unknown, 0);
  correct (fixture, &absent, 0);
  correct (fixture, &open, 0);
  PoCorrection obligation = correction_of (0, "withdrawn", "khách đổi lịch");
  obligation.uid = (gchar *)"cchc@test";
  obligation.instance = (gchar *)"2027-01-20T12:45:00Z";
  correct (fixture, &obligation, 3);
  PoAiringMark end = test_mark (2100, 100, 100);
  po_log_append_end (log, on_air - 8, &end, PO_AIRING_AIRED, NULL);
  g_assert_true (po_log_close (log, TEST_WAIT_MS));
  test_assert_verdict (fixture, "");
  g_autoptr (PoLogReader) reader = po_log_reader_open (fixture->dir, &error);
  PoAsrunFilter filter = {.status = "failed"};
  g_autoptr (GPtrArray) rows = po_log_reader_asrun (reader, PO_TIME_NONE, PO_TIME_NONE, &filter, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (rows->len, ==, 1);
  PoAsrunRow *row = find_row (rows, 3);
  g_assert_cmpint (row->correction, ==, 2);
  g_assert_cmpint (row->status_before, ==, PO_AIRING_AIRED);
  g_assert_cmpstr (row->corrected_by, ==, "Lan");
  g_assert_cmpstr (row->corrected_why, ==, "không hình");
  g_assert_cmpint (row->corrected_ns, ==, 7 * PO_NS_PER_SECOND);
  g_assert_cmpint (test_query (fixture, "SELECT count (*) FROM airing_event WHERE status = 'failed'"), ==, 0);
  g_autoptr (GPtrArray) corrections = po_log_reader_corrections (reader, &error);
  g_assert_cmpuint (corrections->len, ==, 3);
  g_assert_cmpstr (((PoCorrection *)corrections->pdata[2])->instance, ==, "2027-01-20T12:45:00Z");
  test_tamper (fixture, "UPDATE correction SET who = 'Khác' WHERE id = 1");
  test_assert_verdict (fixture, "row-changed correction 1 (3)");
}

// What comes after the end belongs to the airing, is told with it, and is linked.
static void test_measures (LogFixture *fixture, gconstpointer data) {
  g_autoptr (GError) error = NULL;
  const PoAiringMeasures measures = {TRUE, 3, 5, 7, TRUE, -23100, -1500}, later = {TRUE, 0, 0, 0, FALSE, 0, 0};
  PoLog *log = po_log_open (fixture->dir, "node-a", &error);
  PoAiringStart begin = test_start ("Tập", 1000, 0, 100);
  PoAiringMark end = test_mark (1100, 100, 100);
  gint64 airing = po_log_append_start (log, &begin);
  po_log_append_end (log, airing, &end, PO_AIRING_AIRED, NULL);
  po_log_append_measures (log, airing, &measures);
  po_log_append_measures (log, airing, &later); // once
  g_autoptr (GPtrArray) waiting = po_log_asrun (log, PO_TIME_NONE, PO_TIME_NONE, NULL, &error);
  g_assert_cmpuint (waiting->len, ==, 1);
  g_assert_true (po_log_flush (log, TEST_WAIT_MS));
  g_autoptr (GPtrArray) rows = po_log_asrun (log, PO_TIME_NONE, PO_TIME_NONE, NULL, &error);
  const PoAsrunRow *row = rows->pdata[0];
  g_assert_cmpint (row->measures.frames_black, ==, 3);
  g_assert_cmpint (row->measures.frames_silent, ==, 5);
  g_assert_cmpint (row->measures.frames_frozen, ==, 7);
  g_assert_cmpint (row->measures.loudness_mlufs, ==, -23100);
  g_assert_cmpint (row->measures.true_peak_mdb, ==, -1500);
  g_assert_true (po_log_close (log, TEST_WAIT_MS));
  test_assert_verdict (fixture, "");
  g_assert_cmpint (test_query (fixture, "SELECT count (*) FROM measure"), ==, 1);
}

// Twelve months are over: the old rows go, the chain still proves the rest; nothing else may be missing.
static void test_forget (LogFixture *fixture, gconstpointer data) {
  gint64 airings = 0;
  g_autoptr (GError) error = NULL;
  test_write_four (fixture); // from 40 s on, 4 s each
  g_assert_true (
      po_log_forget (fixture->dir, "n", "playoutd", "12 months", 10 * PO_NS_PER_SECOND, 99, &airings, &error));
  g_assert_cmpint (airings, ==, 0);
  g_assert_true (
      po_log_forget (fixture->dir, "n", "playoutd", "12 months", 48 * PO_NS_PER_SECOND, 99, &airings, &error));
  g_assert_no_error (error);
  g_assert_cmpint (airings, ==, 1); // the second ended at 48 s: not before
  g_assert_cmpint (test_query (fixture, "SELECT min (id) FROM airing_event"), ==, 3);
  g_assert_true (
      po_log_forget (fixture->dir, "n", "playoutd", "12 months", 48 * PO_NS_PER_SECOND + 1, 99, &airings, &error));
  g_assert_no_error (error);
  g_assert_cmpint (airings, ==, 1);
  test_assert_verdict (fixture, "");
  g_assert_cmpint (test_query (fixture, "SELECT min (id) FROM airing_event"), ==, 5);
  g_assert_cmpint (test_query (fixture, "SELECT count (*) FROM journal"), ==, 1);
  test_write_four (fixture);
  test_assert_verdict (fixture, "");
  g_autoptr (PoSql) db = test_open_file (fixture);
  g_assert_false (po_sql_run (db, "DELETE FROM airing_event", NULL)); // the triggers are back
  test_tamper (fixture, "DELETE FROM airing_event WHERE airing = 5");
  test_assert_verdict (fixture, "row-missing event 5 (5); row-missing event 6 (5)");
}

// All of them are: a station that was away for longer. Numbers that the chain has given are not given again.
static void test_forget_all (LogFixture *fixture, gconstpointer data) {
  gint64 airings = 0;
  g_autoptr (GError) error = NULL;
  test_write_four (fixture);
  gint64 last = test_query (fixture, "SELECT max (id) FROM airing_event");
  g_assert_true (
      po_log_forget (fixture->dir, "n", "playoutd", "12 months", 9999 * PO_NS_PER_SECOND, 99, &airings, &error));
  g_assert_no_error (error);
  g_assert_cmpint (airings, ==, 4);
  test_write_four (fixture);
  g_assert_cmpint (test_query (fixture, "SELECT min (id) FROM airing_event"), ==, last + 1);
  test_assert_verdict (fixture, "");
}

// The number of an end whose airing was given up stays the chain's, also for what the next life closes.
static void test_forget_before_interrupted (LogFixture *fixture, gconstpointer data) {
  gint64 airings = 0;
  g_autoptr (GError) error = NULL;
  PoLog *log = po_log_open (fixture->dir, "node-a", &error);
  PoAiringStart first = test_start ("Tập", 1000, 0, 100), second = test_start ("Tập", 1100, 100, 100);
  PoAiringMark end = test_mark (1100, 100, 100);
  const gint64 ended = po_log_append_start (log, &first);
  po_log_append_start (log, &second); // on air when it is killed
  po_log_append_end (log, ended, &end, PO_AIRING_AIRED, NULL);
  g_assert_true (po_log_close (log, TEST_WAIT_MS));
  g_assert_true (
      po_log_forget (fixture->dir, "n", "playoutd", "12 months", 44 * PO_NS_PER_SECOND + 1, 99, &airings, &error));
  g_assert_cmpint (airings, ==, 1);
  g_assert_cmpint (test_query (fixture, "SELECT max (id) FROM airing_event"), ==, 2);
  log = po_log_open (fixture->dir, "node-a", &error);
  g_assert_no_error (error);
  g_assert_true (po_log_close (log, TEST_WAIT_MS));
  g_assert_cmpint (test_query (fixture, "SELECT id FROM airing_event WHERE event = 'interrupted'"), ==, 4);
  test_assert_verdict (fixture, "");
}

// A clock that is years ahead makes nothing old: what is kept is kept before the latest row, written at 56 s.
static void test_forget_ahead (LogFixture *fixture, gconstpointer data) {
  const PoTimeNs ahead_ns = 9000 * PO_NS_PER_SECOND;
  gint64 airings = 0;
  g_autoptr (GError) error = NULL;
  test_write_four (fixture); // from 40 s on, 4 s each
  g_assert_true (po_log_forget (fixture->dir, "n", "playoutd", "12 months", ahead_ns - 20 * PO_NS_PER_SECOND, ahead_ns,
                                &airings, &error));
  g_assert_no_error (error);
  g_assert_cmpint (airings, ==, 0);
  g_assert_true (po_log_forget (fixture->dir, "n", "playoutd", "12 months", ahead_ns - 10 * PO_NS_PER_SECOND, ahead_ns,
                                &airings, &error));
  g_assert_no_error (error);
  g_assert_cmpint (airings, ==, 1); // the first ended at 44 s
  test_assert_verdict (fixture, "");
}

// The clock was 8 years ahead for a day, and rows were written: those of before are not as old as it says.
static void test_forget_jumped (LogFixture *fixture, gconstpointer data) {
  const PoFrame jump = G_GINT64_CONSTANT (8) * 365 * 86400 * 25;
  const PoTimeNs kept_ns = 365 * 86400 * PO_NS_PER_SECOND, now_ns = po_frame_to_time_floor (1500 + jump, test_rate);
  gint64 airings = 0;
  g_autoptr (GError) error = NULL;
  test_write_four (fixture);
  PoLog *log = po_log_open (fixture->dir, "node-a", &error);
  g_assert_no_error (error);
  for (guint i = 0; i < 2; i++) {
    g_autofree gchar *offset = g_strdup_printf ("%" G_GINT64_FORMAT, 900 + i * jump);
    g_autoptr (PoJournalEntry) entry = po_journal_entry_new (1400, PO_JOURNAL_CLOCK, "daemon", "offset", offset, NULL);
    po_log_append_journal (log, entry, test_rate);
  }
  PoAiringStart begin = test_start ("Tập", 1400 + jump, 400, 100);
  PoAiringMark end = test_mark (1500 + jump, 500, 100);
  po_log_append_end (log, po_log_append_start (log, &begin), &end, PO_AIRING_AIRED, NULL);
  g_assert_true (po_log_close (log, TEST_WAIT_MS));
  g_assert_true (
      po_log_forget (fixture->dir, "n", "playoutd", "12 months", now_ns - kept_ns, now_ns, &airings, &error));
  g_assert_no_error (error);
  g_assert_cmpint (airings, ==, 0);
  g_assert_true (
      po_log_forget (fixture->dir, "n", "playoutd", "12 months", now_ns + kept_ns, now_ns, &airings, &error));
  g_assert_cmpint (airings, >, 0); // long after
  test_assert_verdict (fixture, "");
}

// What is committed is done, though its head cannot be kept: whoever tried again would correct twice.
static void test_head_unkept (LogFixture *fixture, gconstpointer data) {
  gint64 airings = 0;
  g_autoptr (GError) error = NULL;
  g_autofree gchar *head = g_build_filename (fixture->dir, PO_LOG_HEAD_FILE, NULL);
  const PoCorrection correction = correction_of (3, "partial", "tiếng bị mất");
  test_write_four (fixture);
  g_assert_cmpint (g_unlink (head), ==, 0);
  g_assert_cmpint (g_mkdir (head, 0755), ==, 0);
  correct (fixture, &correction, 1);
  g_assert_true (
      po_log_forget (fixture->dir, "n", "playoutd", "12 months", 48 * PO_NS_PER_SECOND, 99, &airings, &error));
  g_assert_no_error (error);
  g_assert_cmpint (airings, ==, 1);
  g_assert_cmpint (g_rmdir (head), ==, 0);
  g_autoptr (PoSql) db = test_open_file (fixture);
  g_assert_true (po_log_head_keep (fixture->dir, db, &error));
  test_assert_verdict (fixture, "");
}

static void append_alarm (PoLog *log, const gchar *id, PoAlarmChange change, PoTimeNs utc_ns) {
  g_autoptr (PoAlarm) alarm = po_alarm_new (id, PO_SEVERITY_ERROR, 5);
  g_free (alarm->text);
  alarm->text = g_strdup ("mất tín hiệu");
  po_log_append_alarm (log, alarm, change, utc_ns);
}

// What an operator was told, and when, is as much of the record as what aired.
static void test_alarms (LogFixture *fixture, gconstpointer data) {
  g_autoptr (GError) error = NULL;
  PoLog *log = po_log_open (fixture->dir, "node-a", &error);
  append_alarm (log, "output:a", PO_ALARM_RAISED, 10);
  append_alarm (log, "output:b", PO_ALARM_RAISED, 10);
  append_alarm (log, "output:a", PO_ALARM_CLEARED, 20);
  g_assert_true (po_log_close (log, TEST_WAIT_MS));
  g_assert_cmpint (test_query (fixture, "SELECT count (*) FROM chain WHERE source = 'alarm'"), ==, 3);
  test_assert_verdict (fixture, "");
  g_autoptr (PoSql) db = test_open_file (fixture);
  g_assert_false (po_sql_run (db, "DELETE FROM alarm_event", NULL));
  g_assert_false (po_sql_run (db, "INSERT OR REPLACE INTO alarm_event SELECT * FROM alarm_event", NULL));
  test_tamper (fixture, "UPDATE alarm_event SET utc_ns = 15 WHERE id = 3; DELETE FROM alarm_event WHERE id = 2");
  test_assert_verdict (fixture, "row-missing alarm 2 (0); row-changed alarm 3 (0)");
}

// The same row after another one has another link: that is what makes a chain of them.
static void test_link_holds_the_one_before (LogFixture *fixture, gconstpointer data) {
  static const guint8 nothing[PO_LOG_HASH_SIZE], something[PO_LOG_HASH_SIZE] = {[PO_LOG_HASH_SIZE - 1] = 1};
  guint8 first[PO_LOG_HASH_SIZE], again[PO_LOG_HASH_SIZE], other[PO_LOG_HASH_SIZE];
  gboolean more = FALSE;
  test_write_four (fixture);
  g_autoptr (PoSql) db = test_open_file (fixture);
  g_autoptr (PoSqlStatement) row = po_sql_prepare (db, "SELECT * FROM journal", NULL);
  g_assert_true (po_sql_step (row, &more, NULL) && more);
  po_log_chain_link (nothing, PO_LOG_SOURCE_JOURNAL, row, first);
  po_log_chain_link (nothing, PO_LOG_SOURCE_JOURNAL, row, again);
  po_log_chain_link (something, PO_LOG_SOURCE_JOURNAL, row, other);
  g_assert_cmpmem (first, sizeof first, again, sizeof again);
  g_assert_cmpint (memcmp (first, other, sizeof first), !=, 0);
}

// Somebody took the guards away: that is said, and nothing more goes.
static void test_forget_unguarded (LogFixture *fixture, gconstpointer data) {
  gint64 airings = 0;
  g_autoptr (GError) error = NULL;
  test_write_four (fixture);
  test_run_sql (fixture, "DROP TRIGGER airing_event_no_delete");
  g_assert_false (
      po_log_forget (fixture->dir, "n", "playoutd", "12 months", 9999 * PO_NS_PER_SECOND, 99, &airings, &error));
  g_assert_error (error, PO_ERROR, PO_ERROR_INPUT);
  g_assert_cmpint (test_query (fixture, "SELECT count (*) FROM airing_event"), ==, 8);
}

// A chain that cannot be read now is not one that somebody changed.
static void test_head_unreadable (LogFixture *fixture, gconstpointer data) {
  g_autoptr (GError) error = NULL;
  test_write_four (fixture);
  g_autoptr (PoSql) db = test_open_file (fixture);
  g_assert_true (po_log_head_keep (fixture->dir, db, &error));
  test_tamper (fixture, "ALTER TABLE chain RENAME TO elsewhere");
  g_assert_false (po_log_head_keep (fixture->dir, db, &error));
  g_assert_error (error, PO_ERROR, PO_ERROR_INPUT);
  g_clear_error (&error);
  g_assert_true (po_sql_run (db, "ALTER TABLE elsewhere RENAME TO chain", &error));
  g_assert_true (po_log_head_keep (fixture->dir, db, &error));
}

static void lay_version_1 (LogFixture *fixture) {
  g_autofree gchar *sql = NULL;
  g_autoptr (GError) error = NULL;
  g_file_get_contents (version_1_path, &sql, NULL, &error);
  g_assert_no_error (error);
  g_autoptr (PoSql) db = test_open_file (fixture);
  po_sql_run (db, sql, &error);
  g_assert_no_error (error);
}

static void assert_version_1_rows (GPtrArray *rows, PoAiringStatus last) {
  g_assert_cmpuint (rows->len, ==, 3);
  for (guint i = 0; i < rows->len; i++) {
    const PoAsrunRow *row = rows->pdata[i];
    g_autofree gchar *title = g_strdup_printf ("Tập %u", i + 1);
    g_assert_cmpstr (row->title, ==, title);
    g_assert_cmpint (row->frames_shown, ==, i < 2 ? 100 : 50);
    g_assert_cmpint (row->status, ==, i < 2 ? PO_AIRING_AIRED : last);
    g_assert_false (row->measures.has_loudness);
    g_assert_cmpint (row->correction, ==, 0);
  }
}

// Read as it lies, before the new daemon has met it; then migrated, linked, and gone on with.
static void test_version_1 (LogFixture *fixture, gconstpointer data) {
  g_autoptr (GError) error = NULL;
  lay_version_1 (fixture);
  g_autoptr (PoLogReader) reader = po_log_reader_open (fixture->dir, &error);
  g_assert_no_error (error);
  g_autoptr (GPtrArray) before = po_log_reader_asrun (reader, PO_TIME_NONE, PO_TIME_NONE, NULL, &error);
  g_assert_no_error (error);
  assert_version_1_rows (before, PO_AIRING_ON_AIR);
  g_autoptr (GPtrArray) corrections = po_log_reader_corrections (reader, &error);
  g_assert_cmpuint (corrections->len, ==, 0);
  g_clear_pointer (&reader, po_log_reader_free);
  g_assert_null (po_log_verify (fixture->dir, &error));
  g_assert_error (error, PO_ERROR, PO_ERROR_INPUT);
  g_clear_error (&error);
  PoLog *log = po_log_open (fixture->dir, "node-a", &error);
  g_assert_no_error (error);
  g_autoptr (GPtrArray) after = po_log_asrun (log, PO_TIME_NONE, PO_TIME_NONE, NULL, &error);
  assert_version_1_rows (after, PO_AIRING_INTERRUPTED);
  g_assert_true (po_log_close (log, TEST_WAIT_MS));
  test_assert_verdict (fixture, "");
  test_write_four (fixture);
  test_assert_verdict (fixture, "");
  g_assert_cmpint (test_query (fixture, "SELECT count (*) FROM airing_event"), ==, 6 + 8);
  g_assert_cmpint (test_query (fixture, "SELECT count (*) FROM journal"), ==, 2);
  test_tamper (fixture, "UPDATE airing_event SET shown = 99 WHERE id = 2");
  test_assert_verdict (fixture, "row-changed event 2 (1)");
}

// The alarms of a log whose rows of them had no number are kept in their order, and linked.
static void test_version_2 (LogFixture *fixture, gconstpointer data) {
  static const gchar statements[] =
      "CREATE TABLE alarm_event ("
      "  epoch INTEGER NOT NULL, number INTEGER NOT NULL, utc_ns INTEGER NOT NULL,"
      "  event TEXT NOT NULL CHECK (event IN ('raised', 'changed', 'acknowledged', 'cleared')),"
      "  alarm TEXT NOT NULL, severity TEXT NOT NULL, since_ns INTEGER NOT NULL, uid TEXT, instance TEXT, title TEXT,"
      "  text TEXT NOT NULL, what_to_do TEXT NOT NULL, who TEXT, node TEXT NOT NULL,"
      "  PRIMARY KEY (epoch, number, utc_ns)) WITHOUT ROWID;"
      "CREATE INDEX alarm_event_time ON alarm_event (utc_ns);"
      "CREATE TRIGGER alarm_event_no_update BEFORE UPDATE ON alarm_event BEGIN SELECT RAISE (ABORT, 'no'); END;"
      "CREATE TRIGGER alarm_event_no_delete BEFORE DELETE ON alarm_event BEGIN SELECT RAISE (ABORT, 'no'); END;"
      "INSERT INTO alarm_event VALUES (1, 2, 20, 'cleared', 'a', 'error', 5, NULL, NULL, NULL, 't', '', NULL, 'n'),"
      " (1, 1, 10, 'raised', 'a', 'error', 5, 'u', 'i', 'Tập', 't', 'w', NULL, 'n'),"
      " (2, 1, 30, 'raised', 'b', 'warning', 30, NULL, NULL, NULL, 't', '', NULL, 'n');"
      "PRAGMA user_version=2;";
  g_autoptr (GError) error = NULL;
  lay_version_1 (fixture);
  g_autoptr (PoSql) db = test_open_file (fixture);
  g_assert_true (po_sql_run (db, statements, &error));
  g_assert_no_error (error);
  PoLog *log = po_log_open (fixture->dir, "node-a", &error);
  g_assert_no_error (error);
  g_autoptr (GPtrArray) open = po_log_open_alarms (log, 0, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (open->len, ==, 1);
  g_assert_cmpstr (((PoAlarm *)open->pdata[0])->id, ==, "b");
  append_alarm (log, "c", PO_ALARM_RAISED, 40);
  g_assert_true (po_log_close (log, TEST_WAIT_MS));
  g_assert_cmpint (test_query (fixture, "SELECT count (*) FROM alarm_event"), ==, 4);
  g_assert_cmpint (test_query (fixture, "SELECT utc_ns FROM alarm_event WHERE id = 1 AND title = 'Tập'"), ==, 10);
  test_assert_verdict (fixture, "");
  test_tamper (fixture, "UPDATE alarm_event SET severity = 'note' WHERE id = 1");
  test_assert_verdict (fixture, "row-changed alarm 1 (0)");
}

int main (int argc, char **argv) {
  g_test_init (&argc, &argv, NULL);
  g_assert_cmpint (argc, ==, 2);
  version_1_path = argv[1];
#define ADD(name, func, data) g_test_add (name, LogFixture, data, log_fixture_set_up, func, log_fixture_tear_down)
  ADD ("/log/chain/intact", test_intact, NULL);
  ADD ("/log/chain/while-written", test_while_written, NULL);
  ADD ("/log/correction", test_correction, NULL);
  ADD ("/log/measures", test_measures, NULL);
  ADD ("/log/link-holds-the-one-before", test_link_holds_the_one_before, NULL);
  ADD ("/log/forget", test_forget, NULL);
  ADD ("/log/alarms", test_alarms, NULL);
  ADD ("/log/version-2", test_version_2, NULL);
  ADD ("/log/forget-all", test_forget_all, NULL);
  ADD ("/log/forget-before-interrupted", test_forget_before_interrupted, NULL);
  ADD ("/log/forget-ahead", test_forget_ahead, NULL);
  ADD ("/log/forget-jumped", test_forget_jumped, NULL);
  ADD ("/log/head-unkept", test_head_unkept, NULL);
  ADD ("/log/forget-unguarded", test_forget_unguarded, NULL);
  ADD ("/log/head-unreadable", test_head_unreadable, NULL);
  ADD ("/log/version-1", test_version_1, NULL);
  return g_test_run ();
}
