// SPDX-License-Identifier: GPL-3.0-or-later
#include "report-stage.h"

#include <string.h>

#define RATE ((PoRate){25, 1})

PoTimeNs at (const gchar *text) {
  PoTimeNs time_ns = 0;
  g_autoptr (GTimeZone) utc = g_time_zone_new_utc ();
  g_autoptr (GError) error = NULL;
  po_time_parse (text, utc, &time_ns, &error);
  g_assert_no_error (error);
  return time_ns;
}

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
  self->attach = g_new0 (PoAttach, 3);
  self->attach[0].uri = g_strdup (word[5]);
  self->attach[0].is_live = strchr (word[6], 'L') != NULL;
  self->n_attach = strchr (word[6], '3') != NULL ? 3 : 1;
  for (guint i = 1; i < self->n_attach; i++)
    self->attach[i].uri = g_strdup_printf ("%u-%s", i, word[5]);
  return self;
}

static void revision_free (PoReportRevision *self) {
  g_clear_pointer (&self->changed, g_hash_table_unref);
  g_ptr_array_unref (self->occurrences);
  g_free (self);
}

void report_stage_add_revision (ReportStage *stage, const gchar *in_force, const gchar *who,
                                const gchar *const *lines) {
  PoReportRevision *revision = g_new0 (PoReportRevision, 1);
  revision->from_ns = at (in_force);
  revision->who = who;
  revision->occurrences = g_ptr_array_new_with_free_func ((GDestroyNotify)po_occurrence_unref);
  for (guint i = 0; lines[i] != NULL; i++)
    g_ptr_array_add (revision->occurrences, read_occurrence (lines[i]));
  g_ptr_array_add (stage->revisions, revision);
}

void report_stage_add_row (ReportStage *stage, const gchar *line) {
  g_auto (GStrv) word = g_strsplit (line, " ", -1);
  g_assert_cmpuint (g_strv_length (word), ==, 9);
  PoAsrunRow *row = g_new0 (PoAsrunRow, 1);
  gboolean none = g_str_equal (word[0], "-");
  g_auto (GStrv) status = g_strsplit_set (word[8], "/:", -1);
  gint64 seconds = g_ascii_strtoll (word[5], NULL, 10), wrong = status[1] ? g_ascii_strtoll (status[1], NULL, 10) : 0;
  row->id = stage->rows->len + 1;
  row->uid = none ? NULL : g_strdup (word[0]);
  row->instance = none ? NULL : g_strdup (word[1]);
  g_auto (GStrv) kind = g_strsplit (word[2], "+", 2);
  row->kind = g_strdup (kind[0]);
  row->part = g_str_equal (word[2], "filler") ? -1 : kind[1] != NULL ? (gint)g_ascii_strtoll (kind[1], NULL, 10) : 0;
  row->media = g_strdup (word[3]);
  row->media_hash = g_strdup (word[3]);
  row->title = g_strdup (word[3]);
  row->rate = RATE;
  row->start_type = none ? NULL : g_strdup ("FIXED");
  row->actual_start_ns = at (word[4]);
  row->actual_start_frame = po_frame_from_time_ceil (row->actual_start_ns, RATE);
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

void report_stage_add_rows (ReportStage *stage, const gchar *const *lines) {
  for (guint i = 0; lines[i] != NULL; i++)
    report_stage_add_row (stage, lines[i]);
}

ReportStage *report_stage_new (const gchar *now) {
  ReportStage *self = g_new0 (ReportStage, 1);
  self->revisions = g_ptr_array_new_with_free_func ((GDestroyNotify)revision_free);
  self->rows = g_ptr_array_new_with_free_func ((GDestroyNotify)po_asrun_row_free);
  self->journal = g_ptr_array_new_with_free_func ((GDestroyNotify)po_journal_entry_free);
  self->zone = g_time_zone_new_identifier ("Asia/Ho_Chi_Minh");
  self->source = (PoReportSource){.revisions = self->revisions,
                                  .rows = self->rows,
                                  .journal = self->journal,
                                  .zone = self->zone,
                                  .now_ns = at (now)};
  return self;
}

void report_stage_free (ReportStage *self) {
  g_ptr_array_unref (self->revisions);
  g_ptr_array_unref (self->rows);
  g_ptr_array_unref (self->journal);
  g_time_zone_unref (self->zone);
  g_free (self);
}

PoReport *report_stage_make (ReportStage *stage) {
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

void assert_series (const PoReport *report, const gchar *const *expected) {
  for (guint i = 0; expected[i] != NULL; i++) {
    g_assert_cmpuint (i, <, report->series->len);
    g_autofree gchar *got = figures (report->series->pdata[i]);
    g_assert_cmpstr (got, ==, expected[i]);
  }
  g_assert_cmpuint (report->series->len, ==, g_strv_length ((gchar **)expected));
}
