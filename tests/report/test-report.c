// SPDX-License-Identifier: GPL-3.0-or-later
// Reports against tables written by hand: calendars and rows as lines, the expected figures beside them.
#include "report-stage.h"

#include <json-glib/json-glib.h>

#define RATE ((PoRate){25, 1})

// A fortnightly series of six and what can become of an episode: aired; moved three times, aired once; cancelled;
// missed by a power cut and made up by a repeat; cut off by a skip; still to come. A dialogue on live that overran.
static void test_season (void) {
  g_autoptr (ReportStage) stage = report_stage_new ("2027-03-10T00:00:00Z");
  report_stage_add_revision (stage, "2027-01-01T00:00:00Z", "lan",
                             LINES ("cchc 2027-01-06T12:45:00Z 2027-01-06T12:45:00Z 15 0 c/tap-{episode:02}.mp4 -",
                                    "cchc 2027-01-20T12:45:00Z 2027-01-20T12:45:00Z 15 1 c/tap-{episode:02}.mp4 -",
                                    "cchc 2027-02-03T12:45:00Z 2027-02-03T12:45:00Z 15 2 c/tap-{episode:02}.mp4 -",
                                    "cchc 2027-02-17T12:45:00Z 2027-02-17T12:45:00Z 15 3 c/tap-{episode:02}.mp4 -",
                                    "cchc 2027-03-03T12:45:00Z 2027-03-03T12:45:00Z 15 4 c/tap-{episode:02}.mp4 -",
                                    "cchc 2027-03-17T12:45:00Z 2027-03-17T12:45:00Z 15 5 c/tap-{episode:02}.mp4 -",
                                    "talk 2027-02-10T02:00:00Z 2027-02-10T02:00:00Z 60 0 srt://a L",
                                    "pool 2027-01-01T00:00:00Z 2027-01-01T00:00:00Z 900 0 filler/ T"));
  static const gchar *const moves[][2] = {{"2027-01-19T00:00:00Z", "2027-01-21T12:45:00Z"},
                                          {"2027-01-20T00:00:00Z", "2027-01-22T12:45:00Z"},
                                          {"2027-01-21T00:00:00Z", "2027-01-23T12:45:00Z"}};
  for (guint i = 0; i < G_N_ELEMENTS (moves); i++) {
    g_autofree gchar *moved =
        g_strdup_printf ("cchc 2027-01-20T12:45:00Z %s 15 1 c/tap-{episode:02}.mp4 -", moves[i][1]);
    report_stage_add_revision (stage, moves[i][0], "lan",
                               LINES (moved,
                                      "cchc 2027-02-03T12:45:00Z 2027-02-03T12:45:00Z 15 2 c/tap-{episode:02}.mp4 X",
                                      "cchc 2027-02-17T12:45:00Z 2027-02-17T12:45:00Z 15 3 c/tap-{episode:02}.mp4 -",
                                      "cchc 2027-03-03T12:45:00Z 2027-03-03T12:45:00Z 15 4 c/tap-{episode:02}.mp4 -",
                                      "cchc 2027-03-17T12:45:00Z 2027-03-17T12:45:00Z 15 5 c/tap-{episode:02}.mp4 -",
                                      "talk 2027-02-10T02:00:00Z 2027-02-10T02:00:00Z 60 0 srt://a L",
                                      "again 2027-02-20T00:00:00Z 2027-02-20T00:00:00Z 15 0 c/tap-04.mp4 -"));
  }
  report_stage_add_rows (stage,
                         LINES ("cchc 2027-01-06T12:45:00Z media c/tap-01.mp4 2027-01-06T12:45:00Z 900 900 0 aired",
                                "cchc 2027-01-20T12:45:00Z media c/tap-02.mp4 2027-01-23T12:45:00Z 900 900 0 aired/1",
                                "talk 2027-02-10T02:00:00Z live srt://a 2027-02-10T02:00:00Z 4200 3600 - aired",
                                "again 2027-02-20T00:00:00Z media c/tap-04.mp4 2027-02-20T00:00:00Z 900 900 0 aired",
                                "cchc 2027-03-03T12:45:00Z media c/tap-05.mp4 2027-03-03T12:45:00Z 600 900 0 partial"));
  g_autoptr (PoReport) report = report_stage_make (stage);
  assert_series (report,
                 LINES ("again planned 1 aired 1",
                        "cchc planned 6 aired 2 partial 1 cancelled 1 missed 1 to_come 1 moved 1 made_up 1 owed 1",
                        "talk planned 1 aired 1"));
  const PoReportSeries *season = report->series->pdata[1];
  const PoReportInstance *cancelled = season->instances->pdata[2], *missed = season->instances->pdata[3];
  const PoReportInstance *cut = season->instances->pdata[4];
  g_assert_cmpstr (cancelled->who, ==, "lan");
  g_assert_cmpint (cancelled->decided_ns, ==, at ("2027-01-19T00:00:00Z"));
  g_assert_cmpstr (missed->why, ==, "off-air");
  g_assert_cmpint (missed->made_up_row, ==, 4);
  g_assert_cmpint (cut->lost_ns, ==, 300 * PO_NS_PER_SECOND);
  g_assert_cmpint (((PoReportSeries *)report->series->pdata[2])->shown_ns, ==, 4200 * PO_NS_PER_SECOND);
  g_autofree gchar *sentence = po_report_series_sentence (season);
  g_assert_cmpstr (sentence, ==,
                   "03/06 programmes of “Title of cchc” were aired (every 2 weeks), 50% of the plan, 1 of them moved, "
                   "1 made up by a repeat, 1 in part only, 1 cancelled, 1 missed, 1 still to come, 1 owed");
}

// What an operator put on air was promised by nobody: it makes up for what was missed, it is counted among the clips
// and not among the programmes, and a programme that it cut off has lost the rest. What stood in for a missing clip is
// the evidence that it was missing.
static void test_inserted (void) {
  g_autoptr (ReportStage) stage = report_stage_new ("2027-02-01T00:00:00Z");
  report_stage_add_revision (stage, "2027-01-01T00:00:00Z", "lan",
                             LINES ("a 2027-01-02T00:00:00Z 2027-01-02T00:00:00Z 10 0 a.mp4 -",
                                    "b 2027-01-03T00:00:00Z 2027-01-03T00:00:00Z 10 0 b.mp4 -",
                                    "c 2027-01-04T00:00:00Z 2027-01-04T00:00:00Z 10 0 c.mp4 -"));
  report_stage_add_rows (stage, LINES ("b 2027-01-03T00:00:00Z media b.mp4 2027-01-03T00:00:00Z 300 300 0 aired",
                                       "playout-insert 1-1 media a.mp4 2027-01-03T00:05:00Z 600 600 0 aired",
                                       "c 2027-01-04T00:00:00Z filler f.mp4 2027-01-04T00:00:00Z 400 400 0 filled",
                                       "c 2027-01-04T00:00:00Z slate - 2027-01-04T00:06:40Z 200 200 0 filled"));
  g_autoptr (PoReport) report = report_stage_make (stage);
  assert_series (
      report, LINES ("a planned 1 missed 1 made_up 1", "b planned 1 partial 1 owed 1", "c planned 1 missed 1 owed 1"));
  const PoReportInstance *a = ((PoReportSeries *)report->series->pdata[0])->instances->pdata[0];
  const PoReportInstance *c = ((PoReportSeries *)report->series->pdata[2])->instances->pdata[0];
  g_assert_cmpint (a->made_up_row, ==, 2);
  g_assert_cmpuint (a->rows->len, ==, 0);
  g_assert_cmpuint (c->rows->len, ==, 2);
  g_assert_cmpint (g_array_index (c->rows, gint64, 0), ==, 3);
  g_assert_cmpint (g_array_index (c->rows, gint64, 1), ==, 4);
}

// One of two is deleted from the calendar: it stays in the denominator. Deleted after it aired: it has aired.
static void test_removed (void) {
  g_autoptr (ReportStage) stage = report_stage_new ("2027-02-01T00:00:00Z");
  report_stage_add_revision (stage, "2027-01-01T00:00:00Z", NULL,
                             LINES ("a 2027-01-02T00:00:00Z 2027-01-02T00:00:00Z 10 0 a-{episode}.mp4 -",
                                    "a 2027-01-03T00:00:00Z 2027-01-03T00:00:00Z 10 1 a-{episode}.mp4 -"));
  report_stage_add_revision (stage, "2027-01-02T12:00:00Z", "minh",
                             LINES ("b 2027-01-05T00:00:00Z 2027-01-05T00:00:00Z 10 0 b.mp4 -"));
  report_stage_add_rows (stage, LINES ("a 2027-01-02T00:00:00Z media a-1.mp4 2027-01-02T00:00:00Z 600 600 0 aired",
                                       "b 2027-01-05T00:00:00Z media b.mp4 2027-01-05T00:00:00Z 600 600 0 aired"));
  g_autoptr (PoReport) report = report_stage_make (stage);
  assert_series (report, LINES ("a planned 2 aired 1 removed 1 owed 1", "b planned 1 aired 1"));
  const PoReportInstance *removed = ((PoReportSeries *)report->series->pdata[0])->instances->pdata[1];
  g_assert_cmpstr (removed->who, ==, "minh");
  g_assert_cmpint (removed->decided_ns, ==, at ("2027-01-02T12:00:00Z"));
}

// Of a version that says only what it changed, all else stays as it was: moved later, taken away, and neither.
static void test_changed (void) {
  g_autoptr (ReportStage) stage = report_stage_new ("2027-02-01T00:00:00Z");
  report_stage_add_revision (stage, "2027-01-01T00:00:00Z", "lan",
                             LINES ("a 2027-01-20T00:00:00Z 2027-01-20T00:00:00Z 10 0 a.mp4 -",
                                    "b 2027-01-20T01:00:00Z 2027-01-20T01:00:00Z 10 0 b.mp4 -",
                                    "c 2027-01-20T02:00:00Z 2027-01-20T02:00:00Z 10 0 c.mp4 -"));
  report_stage_add_revision (stage, "2027-01-02T00:00:00Z", "minh",
                             LINES ("a 2027-01-20T00:00:00Z 2027-01-21T00:00:00Z 10 0 a.mp4 -"));
  report_stage_add_revision (stage, "2027-01-03T00:00:00Z", "truc", LINES (NULL));
  static const gchar *const changed[] = {"a", "b"};
  for (guint i = 0; i < G_N_ELEMENTS (changed); i++) {
    PoReportRevision *revision = stage->revisions->pdata[i + 1];
    revision->changed = g_hash_table_new (g_str_hash, g_str_equal);
    g_hash_table_add (revision->changed, (gpointer)changed[i]);
  }
  g_autoptr (PoReport) report = report_stage_make (stage);
  assert_series (report, LINES ("a planned 1 missed 1 moved 1 owed 1", "b planned 1 removed 1 owed 1",
                                "c planned 1 missed 1 owed 1"));
  g_assert_cmpstr (((PoReportInstance *)((PoReportSeries *)report->series->pdata[1])->instances->pdata[0])->who, ==,
                   "truc");
}

// The rule's start is moved by 15 minutes: the same two episodes, moved. What lay behind when a calendar came into
// force was never promised.
static void test_same_series (void) {
  g_autoptr (ReportStage) stage = report_stage_new ("2027-02-01T00:00:00Z");
  report_stage_add_revision (stage, "2027-01-02T00:00:00Z", NULL,
                             LINES ("a 2027-01-01T00:00:00Z 2027-01-01T00:00:00Z 10 0 a-{episode}.mp4 -",
                                    "a 2027-01-03T00:00:00Z 2027-01-03T00:00:00Z 10 1 a-{episode}.mp4 -",
                                    "a 2027-01-04T00:00:00Z 2027-01-04T00:00:00Z 10 2 a-{episode}.mp4 -"));
  report_stage_add_revision (stage, "2027-01-02T12:00:00Z", NULL,
                             LINES ("a 2027-01-03T00:15:00Z 2027-01-03T00:15:00Z 10 1 a-{episode}.mp4 -",
                                    "a 2027-01-04T00:15:00Z 2027-01-04T00:15:00Z 10 2 a-{episode}.mp4 -"));
  report_stage_add_rows (stage, LINES ("a 2027-01-03T00:15:00Z media a-2.mp4 2027-01-03T00:15:00Z 600 600 0 aired",
                                       "a 2027-01-04T00:15:00Z media a-3.mp4 2027-01-04T00:15:00Z 600 600 0 aired"));
  g_autoptr (PoReport) report = report_stage_make (stage);
  assert_series (report, LINES ("a planned 2 aired 2 moved 2"));
}

// What was cancelled and then tidied away stays cancelled, by whoever did that.
static void test_tidied_away (void) {
  g_autoptr (ReportStage) stage = report_stage_new ("2027-02-01T00:00:00Z");
  report_stage_add_revision (stage, "2027-01-01T00:00:00Z", "lan",
                             LINES ("a 2027-01-05T00:00:00Z 2027-01-05T00:00:00Z 10 0 a.mp4 -"));
  report_stage_add_revision (stage, "2027-01-02T00:00:00Z", "lan",
                             LINES ("a 2027-01-05T00:00:00Z 2027-01-05T00:00:00Z 10 0 a.mp4 X"));
  report_stage_add_revision (stage, "2027-01-03T00:00:00Z", "minh", LINES (NULL));
  g_autoptr (PoReport) report = report_stage_make (stage);
  assert_series (report, LINES ("a planned 1 cancelled 1"));
  const PoReportInstance *one = ((PoReportSeries *)report->series->pdata[0])->instances->pdata[0];
  g_assert_cmpstr (one->who, ==, "lan");
  g_assert_cmpint (one->decided_ns, ==, at ("2027-01-02T00:00:00Z"));
}

// A series is called what most of it is called, not what its last instance was named for once.
static void test_title (void) {
  g_autoptr (ReportStage) stage = report_stage_new ("2027-02-01T00:00:00Z");
  report_stage_add_revision (stage, "2027-01-01T00:00:00Z", NULL,
                             LINES ("a 2027-01-05T00:00:00Z 2027-01-05T00:00:00Z 10 0 a.mp4 -",
                                    "a 2027-01-06T00:00:00Z 2027-01-06T00:00:00Z 10 1 a.mp4 -",
                                    "a 2027-01-07T00:00:00Z 2027-01-07T00:00:00Z 10 2 a.mp4 -"));
  PoReportRevision *revision = stage->revisions->pdata[0];
  PoOccurrence *last = revision->occurrences->pdata[2];
  g_free (last->summary);
  last->summary = g_strdup ("The last of them");
  g_autoptr (PoReport) report = report_stage_make (stage);
  g_assert_cmpstr (((PoReportSeries *)report->series->pdata[0])->title, ==, "Title of a");
}

static gchar *faults_of (ReportStage *stage, const gchar *from, const gchar *to) {
  GString *text = g_string_new (NULL);
  g_autoptr (PoReport) report = po_report_make (&stage->source, at (from), at (to));
  for (guint i = 0; i < report->faults->len; i++) {
    const PoReportFault *fault = &g_array_index (report->faults, PoReportFault, i);
    g_autofree gchar *time = po_time_to_utc_string (fault->time_ns);
    g_string_append_printf (text, "%s %s %d s%s%s\n", fault->kind, time, (gint)(fault->length_ns / PO_NS_PER_SECOND),
                            fault->why != NULL ? " " : "", fault->why != NULL ? fault->why : "");
  }
  return g_string_free (text, FALSE);
}

// Nothing left the station from the middle of one day to the middle of the next but one: each day's report says so.
static void test_absent (void) {
  g_autoptr (ReportStage) stage = report_stage_new ("2027-02-01T00:00:00Z");
  report_stage_add_rows (stage, LINES ("- - filler f.mp4 2027-01-02T00:00:00Z 43200 43200 0 filled",
                                       "- - filler f.mp4 2027-01-04T12:00:00Z 43200 43200 0 filled"));
  stage->source.is_on = TRUE;
  g_autofree gchar *first = faults_of (stage, "2027-01-02T00:00:00Z", "2027-01-03T00:00:00Z");
  g_assert_cmpstr (first, ==, "off-air 2027-01-02T12:00:00Z 43200 s\n");
  stage->source.was_on = TRUE;
  g_autofree gchar *second = faults_of (stage, "2027-01-03T00:00:00Z", "2027-01-04T00:00:00Z");
  g_assert_cmpstr (second, ==, "off-air 2027-01-03T00:00:00Z 86400 s\n");
  g_autofree gchar *third = faults_of (stage, "2027-01-04T00:00:00Z", "2027-01-05T00:00:00Z");
  g_assert_cmpstr (third, ==, "off-air 2027-01-04T00:00:00Z 43200 s\n");
  stage->source.is_on = stage->source.was_on = FALSE; // before the station's first day, and after its last
  g_autofree gchar *none = faults_of (stage, "2027-01-01T00:00:00Z", "2027-01-02T12:00:00Z");
  g_assert_cmpstr (none, ==, "");
}

// A clip over midnight is one airing, of the day on which it began; its minutes of air are of both.
static void test_halves (void) {
  static const gchar *const days[] = {"2027-01-01T00:00:00Z", "2027-01-02T00:00:00Z", "2027-01-03T00:00:00Z"};
  g_autoptr (ReportStage) stage = report_stage_new ("2027-02-01T00:00:00Z");
  report_stage_add_rows (stage, LINES ("- - filler f.mp4 2027-01-01T23:50:00Z 1200 1200 0 filled"));
  for (guint i = 0; i < 2; i++) {
    g_autoptr (PoReport) report = po_report_make (&stage->source, at (days[i]), at (days[i + 1]));
    g_assert_cmpuint (report->clips->len, ==, i == 0 ? 1 : 0);
    g_assert_cmpint (((PoReportHours *)report->hours->pdata[0])->ns, ==, 600 * PO_NS_PER_SECOND);
  }
}

static void correct (ReportStage *stage, const gchar *instance, const gchar *status) {
  PoCorrection *correction = g_new0 (PoCorrection, 1);
  correction->uid = g_strdup ("a");
  correction->instance = g_strdup (instance);
  correction->status = g_strdup (status);
  correction->who = g_strdup ("Lan");
  correction->why = g_strdup ("khách huỷ");
  g_ptr_array_add (stage->source.corrections, correction);
}

// What was deleted stays in the denominator until it is recorded as withdrawn; what was missed may be recorded as
// cancelled; a row's correction counts in place of what it says.
static void test_corrections (void) {
  g_autoptr (ReportStage) stage = report_stage_new ("2027-02-01T00:00:00Z");
  g_autoptr (GPtrArray) corrections = g_ptr_array_new_with_free_func ((GDestroyNotify)po_correction_free);
  stage->source.corrections = corrections;
  report_stage_add_revision (stage, "2027-01-01T00:00:00Z", NULL,
                             LINES ("a 2027-01-02T00:00:00Z 2027-01-02T00:00:00Z 10 0 a-{episode}.mp4 -",
                                    "a 2027-01-03T00:00:00Z 2027-01-03T00:00:00Z 10 1 a-{episode}.mp4 -",
                                    "a 2027-01-04T00:00:00Z 2027-01-04T00:00:00Z 10 2 a-{episode}.mp4 -",
                                    "a 2027-01-05T00:00:00Z 2027-01-05T00:00:00Z 10 3 a-{episode}.mp4 -"));
  report_stage_add_revision (stage, "2027-01-02T12:00:00Z", "minh",
                             LINES ("a 2027-01-03T00:00:00Z 2027-01-03T00:00:00Z 10 1 a-{episode}.mp4 -",
                                    "a 2027-01-04T00:00:00Z 2027-01-04T00:00:00Z 10 2 a-{episode}.mp4 -"));
  report_stage_add_rows (stage,
                         LINES ("a 2027-01-02T00:00:00Z media a-1.mp4 2027-01-02T00:00:00Z 600 600 0 aired",
                                "a 2027-01-03T00:00:00Z media a-2.mp4 2027-01-03T00:00:00Z 600 600 0 partial:9"));
  PoAsrunRow *silent = stage->rows->pdata[0], *mended = stage->rows->pdata[1];
  g_autoptr (PoReport) before = report_stage_make (stage);
  assert_series (before, LINES ("a planned 4 aired 1 partial 1 missed 1 removed 1 owed 3"));
  correct (stage, "2027-01-05T00:00:00Z", "withdrawn");
  correct (stage, "2027-01-04T00:00:00Z", "cancelled");
  silent->correction = 7;
  silent->status = PO_AIRING_PARTIAL;
  mended->correction = 8;
  mended->status = PO_AIRING_AIRED;
  g_autoptr (PoReport) report = report_stage_make (stage);
  assert_series (report, LINES ("a planned 3 aired 1 partial 1 cancelled 1 withdrawn 1 owed 1"));
  const PoReportSeries *series = report->series->pdata[0];
  const PoReportInstance *cancelled = series->instances->pdata[2];
  g_assert_cmpint (((PoReportInstance *)series->instances->pdata[0])->state, ==, PO_REPORT_PARTIAL);
  g_assert_cmpstr (cancelled->who, ==, "Lan");
  g_assert_cmpstr (cancelled->why, ==, "khách huỷ");
  silent->status = PO_AIRING_FAILED;
  g_autoptr (PoReport) failed = report_stage_make (stage);
  assert_series (failed, LINES ("a planned 3 aired 1 cancelled 1 missed 1 withdrawn 1 owed 1"));
}

// Each day the same clip: the next day's airing makes nothing up. Clips, hours and faults are sums over the rows.
static void test_sums (void) {
  g_autoptr (ReportStage) stage = report_stage_new ("2027-02-01T00:00:00Z");
  report_stage_add_revision (stage, "2027-01-01T00:00:00Z", NULL,
                             LINES ("t 2027-01-02T00:00:00Z 2027-01-02T00:00:00Z 1 0 t.mp4 -",
                                    "t 2027-01-03T00:00:00Z 2027-01-03T00:00:00Z 1 1 t.mp4 -"));
  report_stage_add_rows (stage, LINES ("- - filler f.mp4 2027-01-02T23:59:00Z 40 40 0 filled",
                                       "- - filler f.mp4 2027-01-02T23:59:40Z 20 20 40 filled",
                                       "t 2027-01-03T00:00:00Z media t.mp4 2027-01-03T00:00:00Z 60 60 0 aired/2",
                                       "- - filler f.mp4 2027-01-03T00:02:00Z 40 40 0 filled"));
  g_autoptr (PoReport) report = report_stage_make (stage);
  assert_series (report, LINES ("t planned 2 aired 1 missed 1 owed 1"));
  g_assert_cmpuint (report->clips->len, ==, 2);
  const PoReportClip *filler = report->clips->pdata[0], *tutorial = report->clips->pdata[1];
  g_assert_cmpuint (filler->airings, ==, 2);
  g_assert_cmpint (filler->shown_ns, ==, 100 * PO_NS_PER_SECOND);
  g_assert_true (filler->filler && !tutorial->filler);
  g_assert_cmpuint (tutorial->airings, ==, 1);
  const PoReportHours *news = report->hours->pdata[0];
  g_assert_cmpstr (news->category, ==, "News");
  g_assert_cmpint (news->ns, ==, 60 * PO_NS_PER_SECOND);
  g_assert_cmpuint (report->faults->len, ==, 2);
  const PoReportFault *held = &g_array_index (report->faults, PoReportFault, 0);
  const PoReportFault *away = &g_array_index (report->faults, PoReportFault, 1);
  g_assert_cmpstr (held->kind, ==, "held");
  g_assert_cmpint (held->length_ns, ==, 2 * PO_NS_PER_SECOND);
  g_assert_cmpint (held->row, ==, 3);
  g_assert_cmpstr (away->kind, ==, "off-air");
  g_assert_cmpint (away->time_ns, ==, at ("2027-01-03T00:01:00Z"));
  g_assert_cmpint (away->length_ns, ==, 60 * PO_NS_PER_SECOND);
}

// A picture that an operator held, into the clip that follows too, is told when it was, apart from those that were held
// because the next did not come.
static void test_holds (void) {
  g_autoptr (ReportStage) stage = report_stage_new ("2027-02-01T00:00:00Z");
  static const struct {
    const gchar *time;
    PoJournalKind kind;
  } entries[] = {{"2027-01-02T00:05:00Z", PO_JOURNAL_HOLD},
                 {"2027-01-02T00:05:20Z", PO_JOURNAL_RESUME},
                 {"2027-01-02T00:09:50Z", PO_JOURNAL_HOLD},
                 {"2027-01-02T00:10:10Z", PO_JOURNAL_TAKE}};
  report_stage_add_rows (stage, LINES ("a 2027-01-02T00:00:00Z media a.mp4 2027-01-02T00:00:00Z 600 600 0 aired/33",
                                       "- - filler f.mp4 2027-01-02T00:10:00Z 60 60 0 filled",
                                       "- - filler f.mp4 2027-01-02T00:11:00Z 60 60 0 filled"));
  ((PoAsrunRow *)stage->rows->pdata[1])->frames_repeated = 250;
  for (guint i = 0; i < G_N_ELEMENTS (entries); i++)
    g_ptr_array_add (stage->journal, po_journal_entry_new (po_frame_from_time_ceil (at (entries[i].time), RATE),
                                                           entries[i].kind, "lan", NULL));
  g_autofree gchar *faults = faults_of (stage, "2027-01-02T00:00:00Z", "2027-01-03T00:00:00Z");
  g_assert_cmpstr (faults, ==,
                   "held 2027-01-02T00:00:00Z 3 s\nheld 2027-01-02T00:05:00Z 20 s command\n"
                   "held 2027-01-02T00:09:50Z 10 s command\nheld 2027-01-02T00:10:00Z 10 s command\n");
}

static void test_json (void) {
  g_autoptr (ReportStage) stage = report_stage_new ("2027-02-01T00:00:00Z");
  report_stage_add_revision (stage, "2027-01-01T00:00:00Z", NULL,
                             LINES ("a 2027-01-02T00:00:00Z 2027-01-02T00:00:00Z 10 0 a.mp4 -"));
  report_stage_add_rows (stage, LINES ("a 2027-01-02T00:00:00Z media a.mp4 2027-01-02T00:00:00Z 600 600 0 aired"));
  g_autoptr (PoReport) report = report_stage_make (stage);
  g_autofree gchar *json = po_report_to_json (report);
  g_autoptr (JsonNode) node = json_from_string (json, NULL);
  JsonObject *series =
      json_array_get_object_element (json_object_get_array_member (json_node_get_object (node), "series"), 0);
  JsonArray *rows = json_object_get_array_member (json_object_get_object_member (series, "rows"), "aired");
  g_assert_cmpint (json_object_get_int_member (series, "planned"), ==, 1);
  g_assert_cmpint (json_object_get_int_member (series, "aired"), ==, 1);
  g_assert_cmpint (json_object_get_int_member (series, "owed"), ==, 0);
  g_assert_cmpuint (json_array_get_length (rows), ==, 1);
  g_assert_cmpint (json_array_get_int_element (rows, 0), ==, 1);
}

int main (int argc, char **argv) {
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/report/season", test_season);
  g_test_add_func ("/report/inserted", test_inserted);
  g_test_add_func ("/report/removed", test_removed);
  g_test_add_func ("/report/changed", test_changed);
  g_test_add_func ("/report/same-series", test_same_series);
  g_test_add_func ("/report/tidied-away", test_tidied_away);
  g_test_add_func ("/report/title", test_title);
  g_test_add_func ("/report/absent", test_absent);
  g_test_add_func ("/report/halves", test_halves);
  g_test_add_func ("/report/corrections", test_corrections);
  g_test_add_func ("/report/sums", test_sums);
  g_test_add_func ("/report/holds", test_holds);
  g_test_add_func ("/report/json", test_json);
  return g_test_run ();
}
