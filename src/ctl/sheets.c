// SPDX-License-Identifier: GPL-3.0-or-later
#include "ctl/sheets.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "ctl/print.h"
#include "model/text.h"

#define MOST_CLIPS  1000                                                   // on a sheet
#define FOLDED_NS   (G_GINT64_CONSTANT (8) * 24 * 3600 * PO_NS_PER_SECOND) // a sheet of more than a week
#define LONG_DAY_NS (25 * 3600 * PO_NS_PER_SECOND)                         // with a change of clocks

static gchar *print_date (PoTimeNs time_ns, GTimeZone *zone) {
  return time_ns != PO_TIME_NONE ? po_time_format (time_ns, zone, _ ("%Y-%m-%d")) : g_strdup ("");
}

static gchar *print_moment (PoTimeNs time_ns, GTimeZone *zone) {
  return time_ns != PO_TIME_NONE ? po_time_format (time_ns, zone, _ ("%Y-%m-%d %H:%M:%S")) : g_strdup ("");
}

static gchar *print_minute (PoTimeNs time_ns, GTimeZone *zone) {
  return time_ns != PO_TIME_NONE ? po_time_format (time_ns, zone, _ ("%Y-%m-%d %H:%M")) : g_strdup ("");
}

// Of one day's sheet, whose date stands above.
static gchar *print_clock (PoTimeNs time_ns, GTimeZone *zone) {
  return time_ns != PO_TIME_NONE ? po_time_format (time_ns, zone, "%H:%M:%S") : g_strdup ("");
}

static gboolean is_midnight (PoTimeNs time_ns, GTimeZone *zone) {
  return po_time_local_midnight (time_ns, zone) == time_ns;
}

static gboolean is_one_day (PoTimeNs from_ns, PoTimeNs to_ns, GTimeZone *zone) {
  return to_ns - from_ns <= LONG_DAY_NS && is_midnight (from_ns, zone) && is_midnight (to_ns, zone);
}

// Whole days are told by the last of them.
static gchar *span_text (PoCtl *ctl, PoTimeNs from_ns, PoTimeNs to_ns) {
  gboolean is_days = is_midnight (from_ns, ctl->zone) && is_midnight (to_ns, ctl->zone) && to_ns > from_ns;
  g_autofree gchar *from = is_days ? print_date (from_ns, ctl->zone) : print_moment (from_ns, ctl->zone);
  g_autofree gchar *to = is_days ? print_date (to_ns - 1, ctl->zone) : print_moment (to_ns, ctl->zone);
  if (is_one_day (from_ns, to_ns, ctl->zone))
    return g_strdup_printf (_ ("%s — %s (%s)"), ctl->config->name, from, ctl->config->timezone);
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

static gboolean is_bad (const PoAsrunRow *row) {
  return row->status == PO_AIRING_FAILED || row->status == PO_AIRING_INTERRUPTED || row->status == PO_AIRING_PARTIAL ||
         row->correction != 0;
}

// The date stands above the rows of a day; of what was planned for another it is told.
static gchar *print_planned (const PoAsrunRow *row, GTimeZone *zone) {
  if (row->planned_start_ns == PO_TIME_NONE ||
      po_time_local_midnight (row->planned_start_ns, zone) == po_time_local_midnight (row->actual_start_ns, zone))
    return print_clock (row->planned_start_ns, zone);
  return print_moment (row->planned_start_ns, zone);
}

static void add_asrun_row (PoSheet *sheet, const PoAsrunRow *row, GTimeZone *zone) {
  g_autofree gchar *id = g_strdup_printf ("%" PRId64, row->id);
  g_autofree gchar *planned = print_planned (row, zone), *start = print_clock (row->actual_start_ns, zone);
  g_autofree gchar *length = po_print_length (row->actual_end_ns - row->actual_start_ns);
  g_autofree gchar *remark = remark_of (row);
  const gchar *cells[] = {id,
                          planned,
                          start,
                          length,
                          row->title,
                          row->media,
                          po_print_word (row->kind),
                          po_print_word (po_airing_status_to_string (row->status)),
                          remark};
  po_sheet_add_row (sheet, is_bad (row), cells);
}

// Filler that went as it should, of which a sheet of weeks tells only how long it was.
static gboolean is_plain_filler (const PoAsrunRow *row) {
  const gboolean fills = g_strcmp0 (row->kind, "filler") == 0 || g_strcmp0 (row->kind, "card") == 0;
  return fills && row->status == PO_AIRING_FILLED && row->frames_repeated == 0 && row->correction == 0;
}

// @count rows of plain filler, one after another, as one.
static void add_filler_row (PoSheet *sheet, gpointer *rows, guint count, GTimeZone *zone) {
  const PoAsrunRow *first = rows[0], *last = rows[count - 1];
  g_autofree gchar *ids = g_strdup_printf ("%" PRId64 "–%" PRId64, first->id, last->id);
  g_autofree gchar *start = print_clock (first->actual_start_ns, zone);
  gint64 shown_ns = 0;
  for (guint i = 0; i < count; i++)
    shown_ns += ((const PoAsrunRow *)rows[i])->actual_end_ns - ((const PoAsrunRow *)rows[i])->actual_start_ns;
  g_autofree gchar *length = po_print_length (shown_ns);
  g_autofree gchar *title = g_strdup_printf (NG_ ("%u clip or card", "%u clips and cards", count), count);
  po_sheet_add_row (sheet, FALSE,
                    (const gchar *[]){ids, NULL, start, length, title, NULL, po_print_word ("filler"),
                                      po_print_word ("filled"), NULL});
}

// How many rows from @rows on are told as one.
static guint count_filler (gpointer *rows, guint n) {
  guint count = 0;
  while (count < n && is_plain_filler (rows[count]))
    count++;
  return count;
}

// Those of one local day, from @rows on.
static guint count_day (gpointer *rows, guint n, GTimeZone *zone) {
  const PoTimeNs midnight_ns = po_time_local_midnight (((const PoAsrunRow *)rows[0])->actual_start_ns, zone);
  guint count = 1;
  while (count < n && po_time_local_midnight (((const PoAsrunRow *)rows[count])->actual_start_ns, zone) == midnight_ns)
    count++;
  return count;
}

static void add_day (PoSheet *sheet, gpointer *rows, guint n, gboolean is_folded, GTimeZone *zone) {
  for (guint i = 0; i < n;) {
    const guint filler = is_folded ? count_filler (rows + i, n - i) : 0;
    if (filler > 1)
      add_filler_row (sheet, rows + i, filler, zone);
    else
      add_asrun_row (sheet, rows[i], zone);
    i += MAX (filler, 1);
  }
}

PoSheet *po_sheet_of_asrun (PoCtl *ctl, GPtrArray *rows, PoTimeNs from_ns, PoTimeNs to_ns) {
  const gboolean is_day = is_one_day (from_ns, to_ns, ctl->zone), is_folded = to_ns - from_ns > FOLDED_NS;
  const PoSheetColumn columns[] = {{_ ("ROW"), is_folded ? 15 : 9, TRUE},
                                   {_ ("PLANNED"), 9, FALSE},
                                   {_ ("START"), 9, FALSE},
                                   {_ ("LENGTH"), 9, TRUE},
                                   {_ ("TITLE"), 20, FALSE},
                                   {_ ("MEDIA"), 18, FALSE},
                                   {_ ("KIND"), 8, FALSE},
                                   {_ ("STATUS"), 9, FALSE},
                                   {_ ("REMARK"), 15, FALSE},
                                   {NULL, 0, FALSE}};
  g_autofree gchar *span = span_text (ctl, from_ns, to_ns);
  PoSheet *sheet = po_sheet_new (_ ("Log of what aired"), span, TRUE);
  if (is_folded)
    po_sheet_add_paragraph (sheet, _ ("Filler that went as it should is one line between two programmes. Every row of "
                                      "it: playoutctl asrun --csv, or the sheet of a day."));
  if (rows->len == 0)
    po_sheet_add_paragraph (sheet, _ ("Nothing was on air."));
  for (guint i = 0; i < rows->len;) {
    const guint n = is_day ? rows->len : count_day (rows->pdata + i, rows->len - i, ctl->zone);
    g_autofree gchar *date = print_date (((const PoAsrunRow *)rows->pdata[i])->actual_start_ns, ctl->zone);
    if (!is_day)
      po_sheet_add_heading (sheet, date);
    po_sheet_add_table (sheet, columns);
    add_day (sheet, rows->pdata + i, n, is_folded, ctl->zone);
    i += n;
  }
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
                           series->count[PO_REPORT_TO_COME],
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
  const PoSheetColumn columns[] = {{_ ("SERIES"), 18, FALSE}, {_ ("PLANNED"), 8, TRUE}, {_ ("AIRED"), 8, TRUE},
                                   {_ ("IN PART"), 8, TRUE},  {_ ("MOVED"), 8, TRUE},   {_ ("CANCELLED"), 8, TRUE},
                                   {_ ("MISSED"), 8, TRUE},   {_ ("REMOVED"), 8, TRUE}, {_ ("TO COME"), 8, TRUE},
                                   {_ ("MADE UP"), 8, TRUE},  {_ ("OWED"), 8, TRUE},    {_ ("LENGTH"), 11, TRUE},
                                   {NULL, 0, FALSE}};
  po_sheet_add_table (sheet, columns);
  for (guint i = 0; i < report->series->len; i++)
    add_series_row (sheet, report->series->pdata[i]);
}

static void add_exception (PoSheet *sheet, const PoReportInstance *instance, GTimeZone *zone) {
  gboolean plain = instance->state == PO_REPORT_AIRED || instance->state == PO_REPORT_TO_COME;
  if (plain && !instance->moved && !(instance->live && instance->shown_ns > 0))
    return;
  g_autofree gchar *planned = print_minute (instance->original_ns, zone);
  g_autofree gchar *slot = print_minute (instance->start_ns, zone);
  g_autofree gchar *length = instance->shown_ns > 0 ? po_print_length (instance->shown_ns) : NULL;
  g_autoptr (GString) rows = g_string_new (NULL);
  for (guint i = 0; i < instance->rows->len; i++)
    g_string_append_printf (rows, "%s%" G_GINT64_FORMAT, i > 0 ? ", " : "", g_array_index (instance->rows, gint64, i));
  if (instance->made_up)
    g_string_append_printf (rows, "%s+ %" G_GINT64_FORMAT, rows->len > 0 ? " " : "", instance->made_up_row);
  const gchar *cells[] = {planned,
                          instance->title,
                          instance->made_up ? _ ("made up by a repeat")
                                            : po_print_word (po_report_state_to_string (instance->state)),
                          slot,
                          length,
                          instance->why != NULL ? po_print_word (instance->why) : NULL,
                          instance->who != NULL ? po_print_word (instance->who) : NULL,
                          rows->str};
  po_sheet_add_row (sheet, instance->owed, cells);
}

static void add_exceptions (PoSheet *sheet, const PoReport *report, GTimeZone *zone) {
  const PoSheetColumn columns[] = {{_ ("PLANNED"), 16, FALSE}, {_ ("TITLE"), 22, FALSE}, {_ ("STATUS"), 12, FALSE},
                                   {_ ("SLOT"), 16, FALSE},    {_ ("LENGTH"), 10, TRUE}, {_ ("WHY"), 15, FALSE},
                                   {_ ("WHO"), 10, FALSE},     {_ ("ROWS"), 12, FALSE},  {NULL, 0, FALSE}};
  po_sheet_add_heading (sheet, _ ("Moved, in part, not aired; live shows"));
  po_sheet_add_table (sheet, columns);
  for (guint i = 0; i < report->series->len; i++) {
    const PoReportSeries *series = report->series->pdata[i];
    for (guint k = 0; k < series->instances->len; k++)
      add_exception (sheet, series->instances->pdata[k], zone);
  }
}

static gint compare_airings (gconstpointer a, gconstpointer b) {
  const PoReportClip *left = *(PoReportClip *const *)a, *right = *(PoReportClip *const *)b;
  const gint order = (left->airings < right->airings) - (left->airings > right->airings);
  return order != 0 ? order : strcmp (left->media, right->media);
}

static gint compare_names (gconstpointer a, gconstpointer b) {
  return strcmp ((*(PoReportClip *const *)a)->media, (*(PoReportClip *const *)b)->media);
}

// On paper ten years of episodes that aired once each, which the series tell of, bury the clips that aired often.
static void add_clips (PoSheet *sheet, GPtrArray *all) {
  const PoSheetColumn columns[] = {
      {_ ("CLIP"), 60, FALSE}, {_ ("AIRINGS"), 20, TRUE}, {_ ("LENGTH"), 20, TRUE}, {NULL, 0, FALSE}};
  guint left_out = 0;
  gint64 left_out_ns = 0;
  g_autoptr (GPtrArray) clips = g_ptr_array_new ();
  for (guint i = 0; i < all->len; i++)
    g_ptr_array_add (clips, all->pdata[i]);
  g_ptr_array_sort (clips, compare_airings);
  for (guint i = MOST_CLIPS; i < clips->len; i++, left_out++)
    left_out_ns += ((const PoReportClip *)clips->pdata[i])->shown_ns;
  g_ptr_array_set_size (clips, (gint)(clips->len - left_out));
  g_ptr_array_sort (clips, compare_names);
  po_sheet_add_heading (sheet, _ ("Clips"));
  po_sheet_add_table (sheet, columns);
  for (guint i = 0; i < clips->len; i++) {
    const PoReportClip *clip = clips->pdata[i];
    g_autofree gchar *airings = g_strdup_printf ("%u", clip->airings), *length = po_print_length (clip->shown_ns);
    po_sheet_add_row (sheet, FALSE, (const gchar *[]){clip->media, airings, length});
  }
  if (left_out == 0)
    return;
  g_autofree gchar *length = po_print_length (left_out_ns);
  g_autofree gchar *rest = g_strdup_printf (
      _ ("These are the %u clips that aired most often. %u more, %s in all, are not listed on this sheet; for all of "
         "them: playoutctl report --json"),
      clips->len, left_out, length);
  po_sheet_add_paragraph (sheet, rest);
}

static void add_sums (PoSheet *sheet, const PoReport *report, GTimeZone *zone) {
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
  add_clips (sheet, report->clips);
  po_sheet_add_heading (sheet, _ ("Faults"));
  po_sheet_add_table (sheet, faults);
  for (guint i = 0; i < report->faults->len; i++) {
    const PoReportFault *fault = &g_array_index (report->faults, PoReportFault, i);
    g_autofree gchar *start = print_moment (fault->time_ns, zone), *length = po_print_fault_length (fault->length_ns);
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
