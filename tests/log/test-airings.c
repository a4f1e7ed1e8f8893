// SPDX-License-Identifier: GPL-3.0-or-later
// What a report reads in one pass is what the as-run view says: any window, whole or in parts, with rows that were
// corrected, broken off, and are on air, and after a clock that was set back.
#include "log/airings.h"

#include "log-fixture.h"
#include "log/correction.h"

#define AIRINGS 40
#define LENGTH  100 // frames
#define BEGIN   1000
#define BACK_AT 38 // the airing before which the clock is set back, by
#define BACK    400

static void correct (LogFixture *fixture, gint64 airing, const gchar *status) {
  gint64 id = 0;
  g_autoptr (GError) error = NULL;
  const PoCorrection correction = {.airing = airing, .utc_ns = 7, .who = "Lan", .why = "x", .status = (gchar *)status};
  g_assert_true (po_log_correct (fixture->dir, "node-a", &correction, &id, &error));
  g_assert_no_error (error);
}

// The last one stays on air, with a mark.
static PoLog *write_log (LogFixture *fixture, gint back_frames) {
  static const PoAiringStatus statuses[] = {PO_AIRING_AIRED, PO_AIRING_PARTIAL, PO_AIRING_FAILED};
  g_autoptr (GError) error = NULL;
  PoLog *log = po_log_open (fixture->dir, "node-a", &error);
  g_assert_no_error (error);
  for (gint i = 0; i < AIRINGS; i++) {
    g_autofree gchar *title = g_strdup_printf ("Tập %d", i % 7);
    const gint from = BEGIN + i * LENGTH - (i >= BACK_AT ? back_frames : 0);
    PoAiringStart start = test_start (title, from, i * LENGTH, LENGTH);
    PoAiringMark mark = test_mark (from + LENGTH, (i + 1) * LENGTH, i + 1 < AIRINGS ? LENGTH - i : 30);
    gint64 airing = po_log_append_start (log, &start);
    po_log_append_mark (log, airing, &mark);
    if (i + 1 < AIRINGS)
      po_log_append_end (log, airing, &mark, statuses[i % 3], i % 5 == 0 ? "operator" : NULL);
  }
  g_assert_true (po_log_flush (log, TEST_WAIT_MS));
  correct (fixture, 3, "aired");
  correct (fixture, 7, "failed");
  correct (fixture, 7, "partial");
  return log;
}

// All that a report looks at.
static gchar *text_of (const PoAsrunRow *row) {
  return g_strdup_printf (
      "%" G_GINT64_FORMAT " %s %s %d %s %s %s %s %s %s %d/%d %" G_GINT64_FORMAT " %" G_GINT64_FORMAT
      " %" G_GINT64_FORMAT " %" G_GINT64_FORMAT "-%" G_GINT64_FORMAT " %" G_GINT64_FORMAT "-%" G_GINT64_FORMAT
      " som %" G_GINT64_FORMAT " shown %" G_GINT64_FORMAT " %" G_GINT64_FORMAT " %" G_GINT64_FORMAT
      " %d, corrected %" G_GINT64_FORMAT " from %d by %s: %s at %" G_GINT64_FORMAT "\n",
      row->id, row->uid, row->instance, row->part, row->title, row->media, row->media_hash, row->kind, row->start_type,
      row->reason, row->rate.fps_n, row->rate.fps_d, row->planned_start_frame, row->planned_start_ns,
      row->planned_duration_frames, row->actual_start_frame, row->actual_end_frame, row->actual_start_ns,
      row->actual_end_ns, row->som_ns, row->frames_shown, row->frames_repeated, row->frames_filled, (gint)row->status,
      row->correction, (gint)row->status_before, row->corrected_by, row->corrected_why, row->corrected_ns);
}

static void add_rows (GString *text, GPtrArray *rows) {
  for (guint i = 0; i < rows->len; i++) {
    g_autofree gchar *line = text_of (rows->pdata[i]);
    g_string_append (text, line);
  }
}

static gchar *by_view (PoLogReader *reader, PoTimeNs from_ns, PoTimeNs to_ns) {
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) rows = po_log_reader_asrun (reader, from_ns, to_ns, NULL, &error);
  g_assert_no_error (error);
  GString *text = g_string_new (NULL);
  add_rows (text, rows);
  return g_string_free (text, FALSE);
}

static gchar *in_parts (PoLogReader *reader, PoTimeNs from_ns, PoTimeNs to_ns, gint64 ids) {
  g_autoptr (GError) error = NULL;
  PoAiringsSpan whole;
  GString *text = g_string_new (NULL);
  g_assert_true (po_airings_find (reader, from_ns, to_ns, &whole, &error));
  for (gint64 first = whole.first; first <= whole.last; first += ids) {
    PoAiringsSpan part = whole;
    part.first = first;
    part.last = MIN (first + ids - 1, whole.last);
    g_autoptr (PoAirings) airings = po_airings_read (reader, &part, &error);
    g_assert_no_error (error);
    add_rows (text, airings->rows);
  }
  return g_string_free (text, FALSE);
}

static void assert_same (PoLogReader *reader, gint from, gint to, gboolean any) {
  const PoTimeNs from_ns = po_frame_to_time_floor (from, test_rate), to_ns = po_frame_to_time_floor (to, test_rate);
  g_autofree gchar *expected = by_view (reader, from_ns, to_ns);
  g_test_message ("window %d to %d: %u bytes", from, to, (guint)strlen (expected));
  g_assert_true (any == (*expected != '\0'));
  for (gint64 ids = 1; ids < 200; ids += 13) {
    g_autofree gchar *got = in_parts (reader, from_ns, to_ns, ids);
    g_assert_cmpstr (got, ==, expected);
  }
}

static void test_same (LogFixture *fixture, gconstpointer data) {
  static const gint windows[][2] = {{0, 100000}, {BEGIN, BEGIN + LENGTH}, {1450, 2222}, {4900, 5001}, {9000, 9999},
                                    {0, 5}};
  g_autoptr (GError) error = NULL;
  PoLog *log = write_log (fixture, 0);
  g_autoptr (PoLogReader) reader = po_log_reader_open (fixture->dir, &error);
  for (guint i = 0; i < G_N_ELEMENTS (windows); i++)
    assert_same (reader, windows[i][0], windows[i][1], i < 4);
  g_clear_pointer (&reader, po_log_reader_free);
  g_assert_true (po_log_close (log, TEST_WAIT_MS));
}

// The last two begin before some that were written before them: within the window, and with ids beyond its last by
// time.
static void test_clock_set_back (LogFixture *fixture, gconstpointer data) {
  g_autoptr (GError) error = NULL;
  PoLog *log = write_log (fixture, BACK);
  g_autoptr (PoLogReader) reader = po_log_reader_open (fixture->dir, &error);
  assert_same (reader, 0, 100000, TRUE);
  assert_same (reader, BEGIN, BEGIN + BACK_AT * LENGTH, TRUE);
  g_autofree gchar *rows = by_view (reader, 0, po_frame_to_time_floor (BEGIN + BACK_AT * LENGTH, test_rate));
  g_auto (GStrv) lines = g_strsplit (rows, "\n", -1);
  g_assert_cmpuint (g_strv_length (lines), ==, AIRINGS + 1);
  g_clear_pointer (&reader, po_log_reader_free);
  g_assert_true (po_log_close (log, TEST_WAIT_MS));
}

int main (int argc, char **argv) {
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/log/airings/same", LogFixture, NULL, log_fixture_set_up, test_same, log_fixture_tear_down);
  g_test_add ("/log/airings/clock-set-back", LogFixture, NULL, log_fixture_set_up, test_clock_set_back,
              log_fixture_tear_down);
  return g_test_run ();
}
