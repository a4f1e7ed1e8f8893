// SPDX-License-Identifier: GPL-3.0-or-later
#include "log-fixture.h"

#include <string.h>

#include "log/schema.h"
#include "log/verify.h"
#include "tree.h"

const PoRate test_rate = {25, 1};

void log_fixture_set_up (LogFixture *fixture, gconstpointer data) {
  g_autoptr (GError) error = NULL;
  fixture->dir = g_dir_make_tmp ("po-log-XXXXXX", &error);
  g_assert_no_error (error);
}

void log_fixture_tear_down (LogFixture *fixture, gconstpointer data) {
  test_remove_tree (fixture->dir);
  g_free (fixture->dir);
}

PoFrame test_frame (const gchar *utc) {
  PoTimeNs time_ns = 0;
  g_autoptr (GTimeZone) zone = g_time_zone_new_utc ();
  g_assert_true (po_time_parse (utc, zone, &time_ns, NULL));
  return po_frame_from_time_ceil (time_ns, test_rate);
}

PoAiringStart test_start (const gchar *title, PoFrame frame, gint64 k, gint64 planned) {
  return (PoAiringStart){
      .frame = frame,
      .k = k,
      .utc_ns = po_frame_to_time_floor (frame, test_rate),
      .rate = test_rate,
      .channel = "HueTV",
      .uid = "cchc-2027@example",
      .instance = "2027-01-06T12:45:00Z",
      .part = 0,
      .title = title,
      .media = "cchc-2027/tập-01.mp4",
      .media_hash = "ab12",
      .kind = PO_ITEM_MEDIA,
      .reason = PO_REASON_PLANNED,
      .has_start_type = TRUE,
      .start_type = PO_START_FIXED,
      .planned_start_frame = frame,
      .planned_start_ns = po_frame_to_time_floor (frame, test_rate),
      .planned_duration_frames = planned,
      .som_ns = 0,
  };
}

PoAiringMark test_mark (PoFrame frame, gint64 k, gint64 shown) {
  return (PoAiringMark){
      .frame = frame, .k = k, .utc_ns = po_frame_to_time_floor (frame, test_rate), .frames_shown = shown};
}

gint64 test_query (LogFixture *fixture, const gchar *sql) {
  gint64 value = 0;
  g_autoptr (GError) error = NULL;
  g_autofree gchar *path = g_build_filename (fixture->dir, PO_LOG_FILE, NULL);
  g_autoptr (PoSql) db = po_sql_open (path, PO_SQL_READ, &error);
  g_assert_no_error (error);
  po_sql_get_int (db, sql, -1, &value, &error);
  g_assert_no_error (error);
  return value;
}

gboolean test_has_finding (PoLog *log, const gchar *code) {
  g_autoptr (GPtrArray) findings = po_log_findings (log);
  for (guint i = 0; i < findings->len; i++) {
    if (g_str_equal (((PoFinding *)findings->pdata[i])->code, code))
      return TRUE;
  }
  return FALSE;
}

void test_wait_finding (PoLog *log, const gchar *code, gboolean present) {
  gint64 until_us = g_get_monotonic_time () + TEST_WAIT_MS * 1000;
  while (test_has_finding (log, code) != present && g_get_monotonic_time () < until_us)
    g_usleep (2000);
  g_assert_true (test_has_finding (log, code) == present);
}

void test_write_four (LogFixture *fixture) {
  g_autoptr (GError) error = NULL;
  PoLog *log = po_log_open (fixture->dir, "node-a", &error);
  g_assert_no_error (error);
  g_autoptr (PoJournalEntry) entry = po_journal_entry_new (900, PO_JOURNAL_START, "daemon", NULL);
  po_log_append_journal (log, entry, test_rate);
  for (guint i = 0; i < 4; i++) {
    PoAiringStart begin = test_start ("Tập", 1000 + i * 100, i * 100, 100);
    PoAiringMark end = test_mark (1100 + i * 100, i * 100 + 100, 100);
    po_log_append_end (log, po_log_append_start (log, &begin), &end, PO_AIRING_AIRED, NULL);
  }
  g_assert_true (po_log_close (log, TEST_WAIT_MS));
}

PoSql *test_open_file (LogFixture *fixture) {
  g_autoptr (GError) error = NULL;
  g_autofree gchar *path = g_build_filename (fixture->dir, "log.sqlite", NULL);
  PoSql *db = po_sql_open (path, PO_SQL_WRITE, &error);
  g_assert_no_error (error);
  return db;
}

void test_run_sql (LogFixture *fixture, const gchar *statements) {
  g_autoptr (GError) error = NULL;
  g_autoptr (PoSql) db = test_open_file (fixture);
  po_sql_run (db, statements, &error);
  g_assert_no_error (error);
}

void test_tamper (LogFixture *fixture, const gchar *statements) {
  g_autoptr (GError) error = NULL;
  g_autoptr (PoSql) db = test_open_file (fixture);
  po_sql_run (db,
              "DROP TRIGGER airing_event_no_delete; DROP TRIGGER airing_event_no_update; DROP TRIGGER chain_no_delete;"
              "DROP TRIGGER chain_no_update; DROP TRIGGER journal_no_delete; DROP TRIGGER correction_no_update;"
              "DROP TRIGGER alarm_event_no_update; DROP TRIGGER alarm_event_no_delete;",
              &error);
  g_assert_no_error (error);
  po_sql_run (db, statements, &error);
  g_assert_no_error (error);
  po_log_schema_restore (db, NULL, NULL);
}

gchar *test_verdict_of (LogFixture *fixture) {
  g_autoptr (GError) error = NULL;
  g_autoptr (PoLogVerdict) verdict = po_log_verify (fixture->dir, &error);
  g_assert_no_error (error);
  GString *text = g_string_new (NULL);
  for (guint i = 0; i < verdict->faults->len; i++) {
    const PoLogFault *fault = verdict->faults->pdata[i];
    g_string_append_printf (text, "%s%s", i > 0 ? "; " : "", fault->code);
    if (fault->source != NULL)
      g_string_append_printf (text, " %s %d (%d)", fault->source, (gint)fault->row, (gint)fault->airing);
    g_assert_cmpuint (strlen (fault->message), >, 10);
  }
  return g_string_free (text, FALSE);
}

void test_assert_verdict (LogFixture *fixture, const gchar *expected) {
  g_autofree gchar *got = test_verdict_of (fixture);
  g_assert_cmpstr (got, ==, expected);
}
