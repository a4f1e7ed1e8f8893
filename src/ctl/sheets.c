// SPDX-License-Identifier: GPL-3.0-or-later
#include "ctl/sheets.h"

#include <glib/gi18n-lib.h>
#include <stdio.h>

#include "ctl/print.h"

static gchar *span_text (PoCtl *ctl, PoTimeNs from_ns, PoTimeNs to_ns) {
  g_autofree gchar *from = po_print_local (from_ns, ctl->zone), *to = po_print_local (to_ns, ctl->zone);
  return g_strdup_printf (_ ("%s — from %s to %s (%s)"), ctl->config->name, from, to, ctl->config->timezone);
}

// What the reader should know of a row beside its figures. (transfer full)
static gchar *remark_of (const PoAsrunRow *row) {
  GString *text = g_string_new (NULL);
  if (row->reason != NULL && g_strcmp0 (row->reason, "planned") != 0)
    g_string_append (text, po_print_word (row->reason));
  if (row->frames_repeated > 0)
    g_string_append_printf (text, _ ("%s%d frames held"), text->len > 0 ? "; " : "", (gint)row->frames_repeated);
  if (row->frames_filled > 0)
    g_string_append_printf (text, _ ("%s%d frames filled"), text->len > 0 ? "; " : "", (gint)row->frames_filled);
  if (row->measures.has_loudness)
    g_string_append_printf (text, _ ("%s%.1f LUFS"), text->len > 0 ? "; " : "",
                            (gdouble)row->measures.loudness_mlufs / 1000);
  if (row->correction != 0)
    g_string_append_printf (text, _ ("%scorrected by %s: %s"), text->len > 0 ? "; " : "", row->corrected_by,
                            row->corrected_why);
  return g_string_free (text, FALSE);
}

static void add_asrun_row (PoSheet *sheet, const PoAsrunRow *row, GTimeZone *zone) {
  g_autofree gchar *id = g_strdup_printf ("%" G_GINT64_FORMAT, row->id);
  g_autofree gchar *planned = po_print_local (row->planned_start_ns, zone);
  g_autofree gchar *start = po_print_local (row->actual_start_ns, zone);
  g_autofree gchar *length = po_print_length (row->actual_end_ns - row->actual_start_ns);
  g_autofree gchar *remark = remark_of (row);
  gboolean bad = row->status == PO_AIRING_FAILED || row->status == PO_AIRING_INTERRUPTED ||
                 row->status == PO_AIRING_PARTIAL || row->correction != 0;
  const gchar *cells[] = {id,
                          planned,
                          start,
                          length,
                          row->title,
                          row->media,
                          po_print_word (row->kind),
                          po_print_word (po_airing_status_to_string (row->status)),
                          remark};
  po_sheet_add_row (sheet, bad, cells);
}

PoSheet *po_sheet_of_asrun (PoCtl *ctl, GPtrArray *rows, PoTimeNs from_ns, PoTimeNs to_ns) {
  const PoSheetColumn columns[] = {{_ ("ROW"), 5, TRUE},    {_ ("PLANNED"), 15, FALSE}, {_ ("START"), 15, FALSE},
                                   {_ ("LENGTH"), 7, TRUE}, {_ ("TITLE"), 20, FALSE},   {_ ("MEDIA"), 18, FALSE},
                                   {_ ("KIND"), 8, FALSE},  {_ ("STATUS"), 9, FALSE},   {_ ("REMARK"), 15, FALSE},
                                   {NULL, 0, FALSE}};
  g_autofree gchar *span = span_text (ctl, from_ns, to_ns);
  PoSheet *sheet = po_sheet_new (_ ("Log of what aired"), span, TRUE);
  po_sheet_add_table (sheet, columns);
  for (guint i = 0; i < rows->len; i++)
    add_asrun_row (sheet, rows->pdata[i], ctl->zone);
  return sheet;
}

static void add_series_row (PoSheet *sheet, const PoReportSeries *series) {
  const guint figures[] = {series->planned,
                           series->count[PO_REPORT_AIRED],
                           series->count[PO_REPORT_PARTIAL],
                           series->moved,
                           series->count[PO_REPORT_CANCELLED],
                           series->count[PO_REPORT_MISSED],
                           series->count[PO_REPORT_REMOVED],
                           series->made_up,
                           series->owed};
  g_autofree gchar *length = po_print_length (series->shown_ns);
  g_auto (GStrv) cells = g_new0 (gchar *, G_N_ELEMENTS (figures) + 3);
  cells[0] = g_strdup (series->title);
  for (guint i = 0; i < G_N_ELEMENTS (figures); i++)
    cells[1 + i] = figures[i] > 0 ? g_strdup_printf ("%u", figures[i]) : g_strdup ("");
  cells[1 + G_N_ELEMENTS (figures)] = g_steal_pointer (&length);
  po_sheet_add_row (sheet, series->owed > 0, (const gchar *const *)cells);
}

static void add_series (PoSheet *sheet, const PoReport *report) {
  const PoSheetColumn columns[] = {{_ ("SERIES"), 22, FALSE}, {_ ("PLANNED"), 7, TRUE}, {_ ("AIRED"), 7, TRUE},
                                   {_ ("IN PART"), 7, TRUE},  {_ ("MOVED"), 7, TRUE},   {_ ("CANCELLED"), 7, TRUE},
                                   {_ ("MISSED"), 7, TRUE},   {_ ("REMOVED"), 7, TRUE}, {_ ("MADE UP"), 7, TRUE},
                                   {_ ("OWED"), 7, TRUE},     {_ ("LENGTH"), 9, TRUE},  {NULL, 0, FALSE}};
  po_sheet_add_table (sheet, columns);
  for (guint i = 0; i < report->series->len; i++)
    add_series_row (sheet, report->series->pdata[i]);
}

static void add_exception (PoSheet *sheet, const PoReportInstance *instance, GTimeZone *zone) {
  gboolean plain = instance->state == PO_REPORT_AIRED || instance->state == PO_REPORT_TO_COME;
  if (plain && !instance->moved && !(instance->live && instance->shown_ns > 0))
    return;
  g_autofree gchar *planned = po_print_local (instance->original_ns, zone);
  g_autofree gchar *slot = po_print_local (instance->start_ns, zone);
  g_autofree gchar *length = po_print_length (instance->shown_ns);
  g_autoptr (GString) rows = g_string_new (NULL);
  for (guint i = 0; i < instance->rows->len; i++)
    g_string_append_printf (rows, "%s%" G_GINT64_FORMAT, i > 0 ? ", " : "", g_array_index (instance->rows, gint64, i));
  const gchar *cells[] = {planned,
                          instance->title,
                          instance->made_up ? _ ("made up by a repeat")
                                            : po_print_word (po_report_state_to_string (instance->state)),
                          slot,
                          length,
                          instance->why != NULL ? po_print_word (instance->why) : NULL,
                          instance->who,
                          rows->str};
  po_sheet_add_row (sheet, instance->owed, cells);
}

static void add_exceptions (PoSheet *sheet, const PoReport *report, GTimeZone *zone) {
  const PoSheetColumn columns[] = {{_ ("PLANNED"), 15, FALSE}, {_ ("TITLE"), 22, FALSE}, {_ ("STATUS"), 12, FALSE},
                                   {_ ("SLOT"), 15, FALSE},    {_ ("LENGTH"), 7, TRUE},  {_ ("WHY"), 15, FALSE},
                                   {_ ("WHO"), 10, FALSE},     {_ ("ROWS"), 12, FALSE},  {NULL, 0, FALSE}};
  po_sheet_add_heading (sheet, _ ("Moved, in part, not aired; live shows"));
  po_sheet_add_table (sheet, columns);
  for (guint i = 0; i < report->series->len; i++) {
    const PoReportSeries *series = report->series->pdata[i];
    for (guint k = 0; k < series->instances->len; k++)
      add_exception (sheet, series->instances->pdata[k], zone);
  }
}

static void add_sums (PoSheet *sheet, const PoReport *report, GTimeZone *zone) {
  const PoSheetColumn clips[] = {
      {_ ("CLIP"), 60, FALSE}, {_ ("AIRINGS"), 20, TRUE}, {_ ("LENGTH"), 20, TRUE}, {NULL, 0, FALSE}};
  const PoSheetColumn hours[] = {{_ ("CATEGORY"), 60, FALSE}, {_ ("LENGTH"), 20, TRUE}, {NULL, 0, FALSE}};
  const PoSheetColumn faults[] = {{_ ("FAULT"), 15, FALSE}, {_ ("START"), 18, FALSE}, {_ ("LENGTH"), 10, TRUE},
                                  {_ ("TITLE"), 30, FALSE}, {_ ("WHY"), 27, FALSE},   {NULL, 0, FALSE}};
  po_sheet_add_heading (sheet, _ ("Hours by category"));
  po_sheet_add_table (sheet, hours);
  for (guint i = 0; i < report->hours->len; i++) {
    const PoReportHours *sum = report->hours->pdata[i];
    g_autofree gchar *length = po_print_length (sum->ns);
    po_sheet_add_row (sheet, FALSE, (const gchar *[]){po_print_word (sum->category), length});
  }
  po_sheet_add_heading (sheet, _ ("Clips"));
  po_sheet_add_table (sheet, clips);
  for (guint i = 0; i < report->clips->len; i++) {
    const PoReportClip *clip = report->clips->pdata[i];
    g_autofree gchar *airings = g_strdup_printf ("%u", clip->airings), *length = po_print_length (clip->shown_ns);
    po_sheet_add_row (sheet, FALSE, (const gchar *[]){clip->media, airings, length});
  }
  po_sheet_add_heading (sheet, _ ("Faults"));
  po_sheet_add_table (sheet, faults);
  for (guint i = 0; i < report->faults->len; i++) {
    const PoReportFault *fault = &g_array_index (report->faults, PoReportFault, i);
    g_autofree gchar *start = po_print_local (fault->time_ns, zone), *length = po_print_length (fault->length_ns);
    po_sheet_add_row (sheet, FALSE,
                      (const gchar *[]){po_print_word (fault->kind), start, length, fault->title,
                                        fault->why != NULL ? po_print_word (fault->why) : NULL});
  }
}

PoSheet *po_sheet_of_report (PoCtl *ctl, const PoReport *report) {
  g_autofree gchar *span = span_text (ctl, report->from_ns, report->to_ns);
  g_autofree gchar *paragraph = po_report_paragraph (report);
  PoSheet *sheet = po_sheet_new (_ ("Planned against aired"), span, TRUE);
  po_sheet_add_paragraph (sheet, paragraph);
  add_series (sheet, report);
  add_exceptions (sheet, report, ctl->zone);
  add_sums (sheet, report, ctl->zone);
  return sheet;
}

gboolean po_sheet_print (PoSheet *sheet, gboolean pdf, GError **error) {
  if (!pdf) {
    g_autofree gchar *html = po_sheet_to_html (sheet);
    fputs (html, stdout);
    return TRUE;
  }
  g_autoptr (GBytes) bytes = po_sheet_to_pdf (sheet, error);
  if (bytes == NULL)
    return FALSE;
  fwrite (g_bytes_get_data (bytes, NULL), 1, g_bytes_get_size (bytes), stdout);
  return TRUE;
}
