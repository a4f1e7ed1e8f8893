// SPDX-License-Identifier: GPL-3.0-or-later
// Reports against tables written by hand: calendars and rows as lines, the expected figures beside them.
// The station's zone is Asia/Ho_Chi_Minh: local time is UTC + 7 h.
#include <json-glib/json-glib.h>
#include <string.h>

#include "report/report.h"

static const PoRate rate = {25, 1};

typedef struct {
  PoReportSource source;
  GPtrArray *revisions, *rows, *journal;
  GTimeZone *zone;
} Stage;

static PoTimeNs at (const gchar *text) {
  PoTimeNs time_ns = 0;
  g_autoptr (GTimeZone) utc = g_time_zone_new_utc ();
  g_autoptr (GError) error = NULL;
  po_time_parse (text, utc, &time_ns, &error);
  g_assert_no_error (error);
  return time_ns;
}

// "UID ORIGINAL START MINUTES ORDINAL MEDIA FLAGS": X cancelled, L live, T transparent, - none.
static PoOccurrence *read_occurrence (const gchar *line) {
  g_auto (GStrv) word = g_strsplit (line, " ", -1);
  g_assert_cmpuint (g_strv_length (word), ==, 7);
  PoOccurrence *self = po_occurrence_new ();
  self->uid = g_strdup (word[0]);
  self->series_uid = g_strdup (word[0]);
  self->instance = g_strdup (word[1]);
  self->original_ns = at (word[1]);
  self->start_ns = at (word[2]);
  self->end_ns = self->start_ns + g_ascii_strtoll (word[3], NULL, 10) * 60 * PO_NS_PER_SECOND;
  self->ordinal = g_ascii_strtoll (word[4], NULL, 10);
  self->first_episode = 1;
  self->summary = g_strdup_printf ("Title of %s", word[0]);
  self->categories = g_strsplit ("News", ",", -1);
  self->join = TRUE;
  self->status = strchr (word[6], 'X') != NULL ? PO_STATUS_CANCELLED : PO_STATUS_CONFIRMED;
  self->transparent = strchr (word[6], 'T') != NULL;
  self->attach = g_new0 (PoAttach, 1);
  self->attach[0].uri = g_strdup (word[5]);
  self->attach[0].is_live = strchr (word[6], 'L') != NULL;
  self->n_attach = 1;
  return self;
}

static void revision_free (PoReportRevision *self) {
  g_ptr_array_unref (self->occurrences);
  g_free (self);
}

static void add_revision (Stage *stage, const gchar *in_force, const gchar *who, const gchar *const *lines) {
  PoReportRevision *revision = g_new0 (PoReportRevision, 1);
  revision->from_ns = at (in_force);
  revision->who = who;
  revision->occurrences = g_ptr_array_new_with_free_func ((GDestroyNotify)po_occurrence_unref);
  for (guint i = 0; lines[i] != NULL; i++)
    g_ptr_array_add (revision->occurrences, read_occurrence (lines[i]));
  g_ptr_array_add (stage->revisions, revision);
}

// "UID INSTANCE KIND MEDIA START SECONDS PLANNED-SECONDS SOM-SECONDS STATUS"; UID - for none. Ids count from 1. What of
// a row's length its status does not say was shown, was: "aired/2" had 2 seconds held, "partial:3" 3 filled.
static void add_row (Stage *stage, const gchar *line) {
  g_auto (GStrv) word = g_strsplit (line, " ", -1);
  g_assert_cmpuint (g_strv_length (word), ==, 9);
  PoAsrunRow *row = g_new0 (PoAsrunRow, 1);
  gboolean none = g_str_equal (word[0], "-");
  g_auto (GStrv) status = g_strsplit_set (word[8], "/:", -1);
  gint64 seconds = g_ascii_strtoll (word[5], NULL, 10), wrong = status[1] ? g_ascii_strtoll (status[1], NULL, 10) : 0;
  row->id = stage->rows->len + 1;
  row->uid = none ? NULL : g_strdup (word[0]);
  row->instance = none ? NULL : g_strdup (word[1]);
  row->kind = g_strdup (word[2]);
  row->part = g_str_equal (word[2], "filler") ? -1 : 0;
  row->media = g_strdup (word[3]);
  row->title = g_strdup (word[3]);
  row->rate = rate;
  row->start_type = none ? NULL : g_strdup ("FIXED");
  row->actual_start_ns = at (word[4]);
  row->actual_start_frame = po_frame_from_time_ceil (row->actual_start_ns, rate);
  row->actual_end_ns = row->actual_start_ns + seconds * PO_NS_PER_SECOND;
  row->actual_end_frame = row->actual_start_frame + seconds * 25;
  row->planned_start_frame = row->actual_start_frame;
  row->planned_start_ns = row->actual_start_ns;
  row->planned_duration_frames = g_ascii_strtoll (word[6], NULL, 10) * 25;
  row->som_ns = g_str_equal (word[7], "-") ? -1 : g_ascii_strtoll (word[7], NULL, 10) * PO_NS_PER_SECOND;
  g_assert_true (po_airing_status_from_string (status[0], &row->status));
  row->frames_repeated = strchr (word[8], '/') ? wrong * 25 : 0;
  row->frames_filled = strchr (word[8], ':') ? wrong * 25 : 0;
  row->frames_shown = row->status == PO_AIRING_FAILED ? 0 : (seconds - wrong) * 25;
  row->reason = g_strdup (none ? "gap" : "planned");
  g_ptr_array_add (stage->rows, row);
}

static void add_rows (Stage *stage, const gchar *const *lines) {
  for (guint i = 0; lines[i] != NULL; i++)
    add_row (stage, lines[i]);
}

static Stage *stage_new (const gchar *now) {
  Stage *self = g_new0 (Stage, 1);
  self->revisions = g_ptr_array_new_with_free_func ((GDestroyNotify)revision_free);
  self->rows = g_ptr_array_new_with_free_func ((GDestroyNotify)po_asrun_row_free);
  self->journal = g_ptr_array_new_with_free_func ((GDestroyNotify)po_journal_entry_free);
  self->zone = g_time_zone_new_identifier ("Asia/Ho_Chi_Minh");
  self->source = (PoReportSource){self->revisions, self->rows, self->journal, self->zone, at (now), NULL};
  return self;
}

static void stage_free (Stage *self) {
  g_ptr_array_unref (self->revisions);
  g_ptr_array_unref (self->rows);
  g_ptr_array_unref (self->journal);
  g_time_zone_unref (self->zone);
  g_free (self);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Stage, stage_free)

static PoReport *make (Stage *stage) {
  return po_report_make (&stage->source, at ("2027-01-01T00:00:00Z"), at ("2028-01-01T00:00:00Z"));
}

// "planned 4 aired 2 …" in the order of the report, zeros left out.
static gchar *figures (const PoReportSeries *series) {
  GString *text = g_string_new (series->uid);
  g_string_append_printf (text, " planned %u", series->planned);
  for (guint i = 0; i <= PO_REPORT_LAST_; i++) {
    if (series->count[i] > 0)
      g_string_append_printf (text, " %s %u", po_report_state_to_string ((PoReportState)i), series->count[i]);
  }
  if (series->moved > 0)
    g_string_append_printf (text, " moved %u", series->moved);
  if (series->made_up > 0)
    g_string_append_printf (text, " made_up %u", series->made_up);
  if (series->owed > 0)
    g_string_append_printf (text, " owed %u", series->owed);
  return g_string_free (text, FALSE);
}

static void assert_series (const PoReport *report, const gchar *const *expected) {
  for (guint i = 0; expected[i] != NULL; i++) {
    g_assert_cmpuint (i, <, report->series->len);
    g_autofree gchar *got = figures (report->series->pdata[i]);
    g_assert_cmpstr (got, ==, expected[i]);
  }
  g_assert_cmpuint (report->series->len, ==, g_strv_length ((gchar **)expected));
}

#define LINES(...) ((const gchar *const[]){__VA_ARGS__, NULL})

// A fortnightly series of six and what can become of an episode: aired; moved three times, aired once; cancelled;
// missed by a power cut and made up by a repeat; cut off by a skip; still to come. A dialogue on live that overran.
static void test_season (void) {
  g_autoptr (Stage) stage = stage_new ("2027-03-10T00:00:00Z");
  add_revision (stage, "2027-01-01T00:00:00Z", "lan",
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
    add_revision (stage, moves[i][0], "lan",
                  LINES (moved, "cchc 2027-02-03T12:45:00Z 2027-02-03T12:45:00Z 15 2 c/tap-{episode:02}.mp4 X",
                         "cchc 2027-02-17T12:45:00Z 2027-02-17T12:45:00Z 15 3 c/tap-{episode:02}.mp4 -",
                         "cchc 2027-03-03T12:45:00Z 2027-03-03T12:45:00Z 15 4 c/tap-{episode:02}.mp4 -",
                         "cchc 2027-03-17T12:45:00Z 2027-03-17T12:45:00Z 15 5 c/tap-{episode:02}.mp4 -",
                         "talk 2027-02-10T02:00:00Z 2027-02-10T02:00:00Z 60 0 srt://a L",
                         "again 2027-02-20T00:00:00Z 2027-02-20T00:00:00Z 15 0 c/tap-04.mp4 -"));
  }
  add_rows (stage, LINES ("cchc 2027-01-06T12:45:00Z media c/tap-01.mp4 2027-01-06T12:45:00Z 900 900 0 aired",
                          "cchc 2027-01-20T12:45:00Z media c/tap-02.mp4 2027-01-23T12:45:00Z 900 900 0 aired/1",
                          "talk 2027-02-10T02:00:00Z live srt://a 2027-02-10T02:00:00Z 4200 3600 - aired",
                          "again 2027-02-20T00:00:00Z media c/tap-04.mp4 2027-02-20T00:00:00Z 900 900 0 aired",
                          "cchc 2027-03-03T12:45:00Z media c/tap-05.mp4 2027-03-03T12:45:00Z 600 900 0 partial"));
  g_autoptr (PoReport) report = make (stage);
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

// One of two is deleted from the calendar: it stays in the denominator. Deleted after it aired: it has aired.
static void test_removed (void) {
  g_autoptr (Stage) stage = stage_new ("2027-02-01T00:00:00Z");
  add_revision (stage, "2027-01-01T00:00:00Z", NULL,
                LINES ("a 2027-01-02T00:00:00Z 2027-01-02T00:00:00Z 10 0 a-{episode}.mp4 -",
                       "a 2027-01-03T00:00:00Z 2027-01-03T00:00:00Z 10 1 a-{episode}.mp4 -"));
  add_revision (stage, "2027-01-02T12:00:00Z", "minh",
                LINES ("b 2027-01-05T00:00:00Z 2027-01-05T00:00:00Z 10 0 b.mp4 -"));
  add_rows (stage, LINES ("a 2027-01-02T00:00:00Z media a-1.mp4 2027-01-02T00:00:00Z 600 600 0 aired",
                          "b 2027-01-05T00:00:00Z media b.mp4 2027-01-05T00:00:00Z 600 600 0 aired"));
  g_autoptr (PoReport) report = make (stage);
  assert_series (report, LINES ("a planned 2 aired 1 removed 1 owed 1", "b planned 1 aired 1"));
  const PoReportInstance *removed = ((PoReportSeries *)report->series->pdata[0])->instances->pdata[1];
  g_assert_cmpstr (removed->who, ==, "minh");
  g_assert_cmpint (removed->decided_ns, ==, at ("2027-01-02T12:00:00Z"));
}

// The rule's start is moved by 15 minutes: the same two episodes, moved. What lay behind when a calendar came into
// force was never promised.
static void test_same_series (void) {
  g_autoptr (Stage) stage = stage_new ("2027-02-01T00:00:00Z");
  add_revision (stage, "2027-01-02T00:00:00Z", NULL,
                LINES ("a 2027-01-01T00:00:00Z 2027-01-01T00:00:00Z 10 0 a-{episode}.mp4 -",
                       "a 2027-01-03T00:00:00Z 2027-01-03T00:00:00Z 10 1 a-{episode}.mp4 -",
                       "a 2027-01-04T00:00:00Z 2027-01-04T00:00:00Z 10 2 a-{episode}.mp4 -"));
  add_revision (stage, "2027-01-02T12:00:00Z", NULL,
                LINES ("a 2027-01-03T00:15:00Z 2027-01-03T00:15:00Z 10 1 a-{episode}.mp4 -",
                       "a 2027-01-04T00:15:00Z 2027-01-04T00:15:00Z 10 2 a-{episode}.mp4 -"));
  add_rows (stage, LINES ("a 2027-01-03T00:15:00Z media a-2.mp4 2027-01-03T00:15:00Z 600 600 0 aired",
                          "a 2027-01-04T00:15:00Z media a-3.mp4 2027-01-04T00:15:00Z 600 600 0 aired"));
  g_autoptr (PoReport) report = make (stage);
  assert_series (report, LINES ("a planned 2 aired 2 moved 2"));
}

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
    g_autoptr (Stage) stage = stage_new ("2027-02-01T00:00:00Z");
    add_revision (stage, "2027-01-01T00:00:00Z", NULL,
                  LINES ("a 2027-01-02T00:00:00Z 2027-01-02T00:00:00Z 10 0 a.mp4 -"));
    for (guint k = 0; k < 2 && cases[i].rows[k] != NULL; k++) {
      g_auto (GStrv) kind = g_strsplit (cases[i].rows[k], " ", 2);
      g_autofree gchar *line = g_strdup_printf ("a 2027-01-02T00:00:00Z %s a.mp4 %s", kind[0], kind[1]);
      add_row (stage, line);
    }
    g_autoptr (PoReport) report = make (stage);
    g_autofree gchar *expected = g_strdup_printf ("a planned 1 %s", cases[i].figures);
    assert_series (report, LINES (expected));
    const PoReportInstance *instance = ((PoReportSeries *)report->series->pdata[0])->instances->pdata[0];
    g_assert_cmpint (instance->lost_ns, ==, cases[i].lost_s * PO_NS_PER_SECOND);
  }
}

// A live show that an operator ended after seven of its ten minutes has aired; one that broke off has not. The losses
// of its source are faults, with their times.
static void test_live (void) {
  g_autoptr (Stage) stage = stage_new ("2027-02-01T00:00:00Z");
  add_revision (stage, "2027-01-01T00:00:00Z", NULL,
                LINES ("a 2027-01-02T00:00:00Z 2027-01-02T00:00:00Z 10 0 srt://a L",
                       "b 2027-01-03T00:00:00Z 2027-01-03T00:00:00Z 10 0 srt://a L"));
  add_rows (stage, LINES ("a 2027-01-02T00:00:00Z live srt://a 2027-01-02T00:00:00Z 420 600 - partial:5",
                          "b 2027-01-03T00:00:00Z live srt://a 2027-01-03T00:00:00Z 420 600 - partial"));
  PoFrame first = po_frame_from_time_ceil (at ("2027-01-02T00:00:00Z"), rate);
  static const struct {
    gint second;
    const gchar *state;
  } changes[] = {{60, "away"}, {62, "here"}, {417, "away"}};
  for (guint i = 0; i < G_N_ELEMENTS (changes); i++)
    g_ptr_array_add (stage->journal, po_journal_entry_new (first + 25 * changes[i].second, PO_JOURNAL_LIVE, "daemon",
                                                           "run", "r", "state", changes[i].state, NULL));
  g_ptr_array_add (stage->journal, po_journal_entry_new (first + 25 * 420, PO_JOURNAL_END_LIVE, "lan", NULL));
  g_autoptr (PoReport) report = make (stage);
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

static void correct (Stage *stage, const gchar *instance, const gchar *status) {
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
  g_autoptr (Stage) stage = stage_new ("2027-02-01T00:00:00Z");
  g_autoptr (GPtrArray) corrections = g_ptr_array_new_with_free_func ((GDestroyNotify)po_correction_free);
  stage->source.corrections = corrections;
  add_revision (stage, "2027-01-01T00:00:00Z", NULL,
                LINES ("a 2027-01-02T00:00:00Z 2027-01-02T00:00:00Z 10 0 a-{episode}.mp4 -",
                       "a 2027-01-03T00:00:00Z 2027-01-03T00:00:00Z 10 1 a-{episode}.mp4 -",
                       "a 2027-01-04T00:00:00Z 2027-01-04T00:00:00Z 10 2 a-{episode}.mp4 -",
                       "a 2027-01-05T00:00:00Z 2027-01-05T00:00:00Z 10 3 a-{episode}.mp4 -"));
  add_revision (stage, "2027-01-02T12:00:00Z", "minh",
                LINES ("a 2027-01-03T00:00:00Z 2027-01-03T00:00:00Z 10 1 a-{episode}.mp4 -",
                       "a 2027-01-04T00:00:00Z 2027-01-04T00:00:00Z 10 2 a-{episode}.mp4 -"));
  add_rows (stage, LINES ("a 2027-01-02T00:00:00Z media a-1.mp4 2027-01-02T00:00:00Z 600 600 0 aired",
                          "a 2027-01-03T00:00:00Z media a-2.mp4 2027-01-03T00:00:00Z 600 600 0 partial:9"));
  PoAsrunRow *silent = stage->rows->pdata[0], *mended = stage->rows->pdata[1];
  g_autoptr (PoReport) before = make (stage);
  assert_series (before, LINES ("a planned 4 aired 1 partial 1 missed 1 removed 1 owed 3"));
  correct (stage, "2027-01-05T00:00:00Z", "withdrawn");
  correct (stage, "2027-01-04T00:00:00Z", "cancelled");
  silent->correction = 7;
  silent->status = PO_AIRING_PARTIAL;
  mended->correction = 8;
  mended->status = PO_AIRING_AIRED;
  g_autoptr (PoReport) report = make (stage);
  assert_series (report, LINES ("a planned 3 aired 1 partial 1 cancelled 1 withdrawn 1 owed 1"));
  const PoReportSeries *series = report->series->pdata[0];
  const PoReportInstance *cancelled = series->instances->pdata[2];
  g_assert_cmpint (((PoReportInstance *)series->instances->pdata[0])->state, ==, PO_REPORT_PARTIAL);
  g_assert_cmpstr (cancelled->who, ==, "Lan");
  g_assert_cmpstr (cancelled->why, ==, "khách huỷ");
  silent->status = PO_AIRING_FAILED;
  g_autoptr (PoReport) failed = make (stage);
  assert_series (failed, LINES ("a planned 3 aired 1 cancelled 1 missed 1 withdrawn 1 owed 1"));
}

// Each day the same clip: the next day's airing makes nothing up. Clips, hours and faults are sums over the rows.
static void test_sums (void) {
  g_autoptr (Stage) stage = stage_new ("2027-02-01T00:00:00Z");
  add_revision (stage, "2027-01-01T00:00:00Z", NULL,
                LINES ("t 2027-01-02T00:00:00Z 2027-01-02T00:00:00Z 1 0 t.mp4 -",
                       "t 2027-01-03T00:00:00Z 2027-01-03T00:00:00Z 1 1 t.mp4 -"));
  add_rows (stage, LINES ("- - filler f.mp4 2027-01-02T23:59:00Z 40 40 0 filled",
                          "- - filler f.mp4 2027-01-02T23:59:40Z 20 20 40 filled",
                          "t 2027-01-03T00:00:00Z media t.mp4 2027-01-03T00:00:00Z 60 60 0 aired/2",
                          "- - filler f.mp4 2027-01-03T00:02:00Z 40 40 0 filled"));
  g_autoptr (PoReport) report = make (stage);
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

static void test_json (void) {
  g_autoptr (Stage) stage = stage_new ("2027-02-01T00:00:00Z");
  add_revision (stage, "2027-01-01T00:00:00Z", NULL,
                LINES ("a 2027-01-02T00:00:00Z 2027-01-02T00:00:00Z 10 0 a.mp4 -"));
  add_rows (stage, LINES ("a 2027-01-02T00:00:00Z media a.mp4 2027-01-02T00:00:00Z 600 600 0 aired"));
  g_autoptr (PoReport) report = make (stage);
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
  g_test_add_func ("/report/removed", test_removed);
  g_test_add_func ("/report/same-series", test_same_series);
  g_test_add_func ("/report/in-part", test_in_part);
  g_test_add_func ("/report/live", test_live);
  g_test_add_func ("/report/corrections", test_corrections);
  g_test_add_func ("/report/sums", test_sums);
  g_test_add_func ("/report/json", test_json);
  return g_test_run ();
}
