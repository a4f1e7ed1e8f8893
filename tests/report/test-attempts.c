// SPDX-License-Identifier: GPL-3.0-or-later
// Whether one airing showed all of it: cut, gone on, shown again, lacking a clip, live with losses.
#include "report-stage.h"

#define RATE ((PoRate){25, 1})

// What became of one airing of ten minutes, by its rows.
static void test_in_part (void) {
  static const struct {
    int line;
    const gchar *rows[3];
    const gchar *figures;
    gint64 lost_s;
  } cases[] = {
      {__LINE__, {"media 2027-01-02T00:00:00Z 600 600 0 aired"}, "aired 1", 0},
      {__LINE__, {"media 2027-01-02T00:00:00Z 600 600 0 aired/3"}, "aired 1", 0},
      {__LINE__, {"media 2027-01-02T00:00:00Z 600 600 0 aired/60"}, "aired 1", 0},
      // an operator held the picture for more than a tenth, while the clip ran on underneath
      {__LINE__, {"media 2027-01-02T00:00:00Z 600 600 0 partial/61"}, "partial 1 owed 1", 61},
      {__LINE__, {"media 2027-01-02T00:00:00Z 600 600 0 partial:4"}, "partial 1 owed 1", 4},
      {__LINE__, {"media 2027-01-02T00:00:00Z 600 600 0 failed"}, "missed 1 owed 1", 0},
      {__LINE__, {"media 2027-01-02T00:00:00Z 600 600 0 on-air"}, "to_come 1", 0},
      // killed, and joined where it would be: 20 s lost
      {__LINE__,
       {"media 2027-01-02T00:00:00Z 100 600 0 interrupted", "media 2027-01-02T00:02:00Z 480 480 120 aired"},
       "partial 1 owed 1",
       20},
      // pre-empted, and went on where it was cut
      {__LINE__,
       {"media 2027-01-02T00:00:00Z 100 100 0 aired", "media 2027-01-02T01:00:00Z 500 500 100 aired"},
       "aired 1",
       0},
      // for the slate, after which its slot had no room for the last 10 s
      {__LINE__,
       {"media 2027-01-02T00:00:00Z 200 600 0 partial", "media 2027-01-02T00:03:30Z 390 400 200 partial"},
       "partial 1 owed 1",
       10},
      // cut off, and shown again from its beginning
      {__LINE__,
       {"media 2027-01-02T00:00:00Z 100 600 0 partial", "media 2027-01-02T01:00:00Z 600 600 0 aired"},
       "aired 1",
       0},
      // a live show whose source was away for 10 s, and for 40 s
      {__LINE__, {"live 2027-01-02T00:00:00Z 600 600 - partial:10"}, "aired 1", 0},
      {__LINE__, {"live 2027-01-02T00:00:00Z 600 600 - partial:40"}, "partial 1 owed 1", 40},
      {__LINE__,
       {"live 2027-01-02T00:00:00Z 100 600 - aired", "live 2027-01-02T00:02:20Z 460 460 - aired"},
       "partial 1 owed 1",
       40},
  };
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_test_message ("line %d", cases[i].line);
    g_autoptr (ReportStage) stage = report_stage_new ("2027-02-01T00:00:00Z");
    report_stage_add_revision (stage, "2027-01-01T00:00:00Z", NULL,
                               LINES ("a 2027-01-02T00:00:00Z 2027-01-02T00:00:00Z 10 0 a.mp4 -"));
    for (guint k = 0; k < 2 && cases[i].rows[k] != NULL; k++) {
      g_auto (GStrv) kind = g_strsplit (cases[i].rows[k], " ", 2);
      g_autofree gchar *line = g_strdup_printf ("a 2027-01-02T00:00:00Z %s a.mp4 %s", kind[0], kind[1]);
      report_stage_add_row (stage, line);
    }
    g_autoptr (PoReport) report = report_stage_make (stage);
    g_autofree gchar *expected = g_strdup_printf ("a planned 1 %s", cases[i].figures);
    assert_series (report, LINES (expected));
    const PoReportInstance *instance = ((PoReportSeries *)report->series->pdata[0])->instances->pdata[0];
    g_assert_cmpint (instance->lost_ns, ==, cases[i].lost_s * PO_NS_PER_SECOND);
  }
}

static void assert_instance (const PoReport *report, guint series, guint n, const gchar *expected) {
  const PoReportInstance *one = ((PoReportSeries *)report->series->pdata[series])->instances->pdata[n];
  const gboolean is_told = one->state == PO_REPORT_PARTIAL && one->why != NULL;
  g_autofree gchar *aired = one->aired_ns != PO_TIME_NONE ? po_time_to_utc_string (one->aired_ns) : g_strdup ("-");
  g_autofree gchar *got =
      g_strdup_printf ("%s shown %d lost %d first %s%s%s", po_report_state_to_string (one->state),
                       (gint)(one->shown_ns / PO_NS_PER_SECOND), (gint)(one->lost_ns / PO_NS_PER_SECOND), aired,
                       is_told ? " " : "", is_told ? one->why : "");
  g_assert_cmpstr (got, ==, expected);
}

// A programme of three clips lacks one, in the middle or at its end; the third of another never fitted into its slot.
static void test_parts (void) {
  static const struct {
    int line;
    const gchar *minutes;
    const gchar *rows[4];
    const gchar *expected;
  } cases[] = {
      {__LINE__,
       "10",
       {"media+0 a 2027-01-02T00:00:00Z 200 200 0 aired", "media+1 b 2027-01-02T00:03:20Z 200 200 0 aired",
        "media+2 c 2027-01-02T00:06:40Z 200 200 0 aired"},
       "aired shown 600 lost 0 first 2027-01-02T00:00:00Z"},
      {__LINE__,
       "10",
       {"media+0 a 2027-01-02T00:00:00Z 200 200 0 aired", "media+2 c 2027-01-02T00:03:20Z 200 200 0 aired"},
       "partial shown 400 lost 200 first 2027-01-02T00:00:00Z"},
      {__LINE__,
       "10",
       {"media+0 a 2027-01-02T00:00:00Z 200 200 0 aired", "media+1 b 2027-01-02T00:03:20Z 200 200 0 aired"},
       "partial shown 400 lost 200 first 2027-01-02T00:00:00Z"},
      {__LINE__,
       "5",
       {"media+0 a 2027-01-02T00:00:00Z 200 200 0 aired", "media+1 b 2027-01-02T00:03:20Z 100 100 0 aired"},
       "aired shown 300 lost 0 first 2027-01-02T00:00:00Z"},
      {__LINE__,
       "10",
       {"media+1 b 2027-01-02T00:03:20Z 200 200 0 aired", "media+2 c 2027-01-02T00:06:40Z 200 200 0 aired"},
       "partial shown 400 lost 200 first 2027-01-02T00:03:20Z"},
      {__LINE__, // news had the air for the time of the third
       "10",
       {"media+0 a 2027-01-02T00:00:00Z 100 100 0 aired", "media+0 a 2027-01-02T00:05:00Z 100 100 100 aired",
        "media+1 b 2027-01-02T00:06:40Z 200 200 0 aired"},
       "partial shown 400 lost 200 first 2027-01-02T00:00:00Z"},
      {__LINE__, "10", {"media+0 a 2027-01-02T00:00:00Z 200 200 0 failed"}, "missed shown 0 lost 600 first -"},
  };
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_test_message ("line %d", cases[i].line);
    g_autoptr (ReportStage) stage = report_stage_new ("2027-02-01T00:00:00Z");
    g_autofree gchar *event =
        g_strdup_printf ("p 2027-01-02T00:00:00Z 2027-01-02T00:00:00Z %s 0 a 3", cases[i].minutes);
    report_stage_add_revision (stage, "2027-01-01T00:00:00Z", NULL, LINES (event));
    for (guint k = 0; cases[i].rows[k] != NULL; k++) {
      g_autofree gchar *line = g_strconcat ("p 2027-01-02T00:00:00Z ", cases[i].rows[k], NULL);
      report_stage_add_row (stage, line);
    }
    g_autoptr (PoReport) report = report_stage_make (stage);
    assert_instance (report, 0, 0, cases[i].expected);
  }
}

static gint64 ten_minutes (const gchar *media_hash, gpointer user) {
  return g_str_equal (media_hash, "ten.mp4") ? 600 * PO_NS_PER_SECOND : 0;
}

// News cuts into a programme of 20 minutes after ten, up to the end of its slot: it was shown in part, though the plan
// had known, unless its clip was over by then; after the news the rest of it may come.
static void test_cut_off (void) {
  static const struct {
    int line;
    const gchar *media;
    const gchar *follows;
    const gchar *expected;
  } cases[] = {
      {__LINE__, "twenty.mp4", NULL, "partial shown 600 lost 600 first 2027-01-02T00:00:00Z pre-empted"},
      {__LINE__, "ten.mp4", NULL, "aired shown 600 lost 0 first 2027-01-02T00:00:00Z"},
      {__LINE__, "twenty.mp4", "p 2027-01-02T00:00:00Z media twenty.mp4 2027-01-02T00:15:00Z 600 600 600 aired",
       "aired shown 1200 lost 0 first 2027-01-02T00:00:00Z"},
  };
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_test_message ("line %d", cases[i].line);
    g_autoptr (ReportStage) stage = report_stage_new ("2027-02-01T00:00:00Z");
    stage->source.length_ns = ten_minutes;
    g_autofree gchar *event = g_strdup_printf ("p 2027-01-02T00:00:00Z 2027-01-02T00:00:00Z 20 0 %s -", cases[i].media);
    report_stage_add_revision (stage, "2027-01-01T00:00:00Z", NULL,
                               LINES (event, "news 2027-01-02T00:10:00Z 2027-01-02T00:10:00Z 5 0 n.mp4 -"));
    g_autofree gchar *line =
        g_strdup_printf ("p 2027-01-02T00:00:00Z media %s 2027-01-02T00:00:00Z 600 600 0 aired", cases[i].media);
    report_stage_add_rows (
        stage,
        LINES (line, "news 2027-01-02T00:10:00Z media n.mp4 2027-01-02T00:10:00Z 300 300 0 aired", cases[i].follows));
    g_autoptr (PoReport) report = report_stage_make (stage);
    assert_instance (report, 1, 0, cases[i].expected);
    assert_instance (report, 0, 0, "aired shown 300 lost 0 first 2027-01-02T00:10:00Z");
  }
}

// A partial airing says why: as the log has it, or as who looked at it recorded.
static void test_why (void) {
  static const struct {
    int line;
    const gchar *status, *reason, *corrected, *expected;
  } cases[] = {
      {__LINE__, "interrupted", "planned", NULL, "interrupted"},
      {__LINE__, "partial", "skipped", NULL, "skipped"},
      {__LINE__, "partial", "skipped", "no sound", "no sound"},
      {__LINE__, "partial", "planned", NULL, NULL},
      {__LINE__, "aired", "planned", NULL, NULL},
  };
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_test_message ("line %d", cases[i].line);
    g_autoptr (ReportStage) stage = report_stage_new ("2027-02-01T00:00:00Z");
    report_stage_add_revision (stage, "2027-01-01T00:00:00Z", NULL,
                               LINES ("a 2027-01-02T00:00:00Z 2027-01-02T00:00:00Z 10 0 a.mp4 -"));
    g_autofree gchar *line =
        g_strdup_printf ("a 2027-01-02T00:00:00Z media a.mp4 2027-01-02T00:00:00Z 600 900 0 %s", cases[i].status);
    report_stage_add_row (stage, line);
    PoAsrunRow *row = stage->rows->pdata[0];
    g_free (row->reason);
    row->reason = g_strdup (cases[i].reason);
    row->corrected_why = g_strdup (cases[i].corrected);
    g_autoptr (PoReport) report = report_stage_make (stage);
    const PoReportInstance *one = ((PoReportSeries *)report->series->pdata[0])->instances->pdata[0];
    g_assert_cmpstr (one->why, ==, cases[i].expected);
  }
}

// A live show that an operator ended after seven of its ten minutes has aired; one that broke off has not. The losses
// of its source are faults, with their times.
static void test_live (void) {
  g_autoptr (ReportStage) stage = report_stage_new ("2027-02-01T00:00:00Z");
  report_stage_add_revision (stage, "2027-01-01T00:00:00Z", NULL,
                             LINES ("a 2027-01-02T00:00:00Z 2027-01-02T00:00:00Z 10 0 srt://a L",
                                    "b 2027-01-03T00:00:00Z 2027-01-03T00:00:00Z 10 0 srt://a L"));
  report_stage_add_rows (stage, LINES ("a 2027-01-02T00:00:00Z live srt://a 2027-01-02T00:00:00Z 420 600 - partial:5",
                                       "b 2027-01-03T00:00:00Z live srt://a 2027-01-03T00:00:00Z 420 600 - partial"));
  PoFrame first = po_frame_from_time_ceil (at ("2027-01-02T00:00:00Z"), RATE);
  static const struct {
    gint second;
    const gchar *state;
  } changes[] = {{60, "away"}, {62, "here"}, {417, "away"}};
  for (guint i = 0; i < G_N_ELEMENTS (changes); i++)
    g_ptr_array_add (stage->journal, po_journal_entry_new (first + 25 * changes[i].second, PO_JOURNAL_LIVE, "daemon",
                                                           "run", "r", "state", changes[i].state, NULL));
  g_ptr_array_add (stage->journal, po_journal_entry_new (first + 25 * 420, PO_JOURNAL_END_LIVE, "lan", NULL));
  g_autoptr (PoReport) report = report_stage_make (stage);
  assert_series (report, LINES ("a planned 1 aired 1", "b planned 1 partial 1 owed 1"));
  g_assert_cmpint (((PoReportSeries *)report->series->pdata[0])->shown_ns, ==, 415 * PO_NS_PER_SECOND);
  static const struct {
    const gchar *time;
    gint seconds;
  } losses[] = {{"2027-01-02T00:01:00Z", 2}, {"2027-01-02T00:06:57Z", 3}};
  for (guint i = 0; i < G_N_ELEMENTS (losses); i++) {
    const PoReportFault *fault = &g_array_index (report->faults, PoReportFault, i);
    g_assert_cmpstr (fault->kind, ==, "source-loss");
    g_assert_cmpint (fault->time_ns, ==, at (losses[i].time));
    g_assert_cmpint (fault->length_ns, ==, losses[i].seconds * PO_NS_PER_SECOND);
    g_assert_cmpint (fault->row, ==, 1);
    g_assert_null (fault->why); // "planned" is none
  }
}

int main (int argc, char **argv) {
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/report/why", test_why);
  g_test_add_func ("/report/in-part", test_in_part);
  g_test_add_func ("/report/parts", test_parts);
  g_test_add_func ("/report/cut-off", test_cut_off);
  g_test_add_func ("/report/live", test_live);
  return g_test_run ();
}
