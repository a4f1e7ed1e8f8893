// SPDX-License-Identifier: GPL-3.0-or-later
#include "log-fixture.h"

#include "log/schema.h"
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
