// SPDX-License-Identifier: GPL-3.0-or-later
// `report`: the calendars that were in force, from the state folder, against the log.
#include <glib/gi18n-lib.h>
#include <stdio.h>
#include <stdlib.h>

#include "ctl/ctl.h"
#include "ctl/print.h"
#include "ctl/sheets.h"
#include "ctl/table.h"
#include "record/evidence.h"
#include "record/mustache.h"

// Leaves only @uid (nullable: all). FALSE with @error: nothing of it was planned or aired.
static gboolean keep_series (PoReport *report, const gchar *uid, GError **error) {
  for (guint i = report->series->len; uid != NULL && i > 0; i--) {
    if (g_strcmp0 (((const PoReportSeries *)report->series->pdata[i - 1])->uid, uid) != 0)
      g_ptr_array_remove_index (report->series, i - 1);
  }
  if (uid == NULL || report->series->len > 0)
    return TRUE;
  g_set_error (error, PO_ERROR, PO_ERROR_NOT_FOUND,
               _ ("no series “%s” was to air in this time; “playoutctl report --json” names each by its uid"), uid);
  return FALSE;
}

static gchar *number (guint count) {
  return count > 0 ? g_strdup_printf ("%u", count) : g_strdup ("");
}

static void print_series (const PoReport *report) {
  g_autoptr (PoTable) table =
      po_table_new (_ ("SERIES"), _ ("PLANNED"), _ ("AIRED"), _ ("IN PART"), _ ("MOVED"), _ ("CANCELLED"), _ ("MISSED"),
                    _ ("REMOVED"), _ ("TO COME"), _ ("MADE UP"), _ ("OWED"), _ ("LENGTH"), NULL);
  for (guint i = 0; i < report->series->len; i++) {
    const PoReportSeries *series = report->series->pdata[i];
    const guint *count = series->count;
    g_autofree gchar *planned = number (series->planned), *aired = number (count[PO_REPORT_AIRED]);
    g_autofree gchar *partial = number (count[PO_REPORT_PARTIAL]), *moved = number (series->moved);
    g_autofree gchar *cancelled = number (count[PO_REPORT_CANCELLED]), *missed = number (count[PO_REPORT_MISSED]);
    g_autofree gchar *removed = number (count[PO_REPORT_REMOVED]), *to_come = number (count[PO_REPORT_TO_COME]);
    g_autofree gchar *made_up = number (series->made_up), *owed = number (series->owed);
    g_autofree gchar *length = po_print_length (series->shown_ns);
    po_table_add (table, series->owed > 0 ? PO_COLOUR_RED : PO_COLOUR_NONE, series->title, planned, aired, partial,
                  moved, cancelled, missed, removed, to_come, made_up, owed, length);
  }
  po_table_print (table);
}

static void print_exceptions (const PoReport *report, GTimeZone *zone) {
  g_autoptr (PoTable) table =
      po_table_new (_ ("PLANNED"), _ ("TITLE"), _ ("STATUS"), _ ("SLOT"), _ ("LENGTH"), _ ("WHY"), _ ("WHO"), NULL);
  for (guint i = 0; i < report->series->len; i++) {
    const PoReportSeries *series = report->series->pdata[i];
    for (guint k = 0; k < series->instances->len; k++) {
      const PoReportInstance *instance = series->instances->pdata[k];
      gboolean plain = instance->state == PO_REPORT_AIRED || instance->state == PO_REPORT_TO_COME;
      if (plain && !instance->moved && !(instance->live && instance->shown_ns > 0))
        continue;
      g_autofree gchar *planned = po_print_local (instance->original_ns, zone);
      g_autofree gchar *slot = po_print_local (instance->start_ns, zone);
      g_autofree gchar *length = po_print_length (instance->shown_ns);
      po_table_add (table, instance->owed ? PO_COLOUR_RED : PO_COLOUR_NONE, planned, instance->title,
                    instance->made_up ? _ ("made up by a repeat")
                                      : po_print_word (po_report_state_to_string (instance->state)),
                    slot, length, instance->why != NULL ? po_print_word (instance->why) : NULL,
                    instance->who != NULL ? po_print_word (instance->who) : NULL);
    }
  }
  po_table_print (table);
}

static void print_sums (const PoReport *report, GTimeZone *zone) {
  g_autoptr (PoTable) clips = po_table_new (_ ("CLIP"), _ ("AIRINGS"), _ ("LENGTH"), NULL);
  for (guint i = 0; i < report->clips->len; i++) {
    const PoReportClip *clip = report->clips->pdata[i];
    g_autofree gchar *airings = number (clip->airings), *length = po_print_length (clip->shown_ns);
    po_table_add (clips, clip->filler ? PO_COLOUR_DIM : PO_COLOUR_NONE, clip->media, airings, length);
  }
  g_autoptr (PoTable) hours = po_table_new (_ ("CATEGORY"), _ ("LENGTH"), NULL);
  for (guint i = 0; i < report->hours->len; i++) {
    const PoReportHours *sum = report->hours->pdata[i];
    g_autofree gchar *length = po_print_length (sum->ns);
    po_table_add (hours, PO_COLOUR_NONE, po_print_word (sum->category), length);
  }
  g_autoptr (PoTable) faults = po_table_new (_ ("FAULT"), _ ("START"), _ ("LENGTH"), _ ("TITLE"), _ ("WHY"), NULL);
  for (guint i = 0; i < report->faults->len; i++) {
    const PoReportFault *fault = &g_array_index (report->faults, PoReportFault, i);
    g_autofree gchar *start = po_print_local (fault->time_ns, zone), *length = po_print_fault_length (fault->length_ns);
    po_table_add (faults, PO_COLOUR_RED, po_print_word (fault->kind), start, length, fault->title,
                  fault->why != NULL ? po_print_word (fault->why) : NULL);
  }
  po_table_print (clips);
  putchar ('\n');
  po_table_print (hours);
  putchar ('\n');
  po_table_print (faults);
}

static void print_report (const PoReport *report, gboolean only_text, GTimeZone *zone) {
  g_autofree gchar *paragraph = po_report_paragraph (report);
  printf ("%s\n", paragraph);
  if (only_text)
    return;
  putchar ('\n');
  print_series (report);
  putchar ('\n');
  print_exceptions (report, zone);
  putchar ('\n');
  print_sums (report, zone);
}

static gboolean print_filled (const gchar *path, const PoReport *report, GError **error) {
  g_autoptr (GError) why = NULL;
  g_autofree gchar *text = NULL, *filled = NULL, *fault = NULL;
  if (!g_file_get_contents (path, &text, NULL, &why)) {
    g_set_error_literal (error, PO_ERROR, PO_ERROR_NOT_FOUND, why->message);
    return FALSE;
  }
  g_autofree gchar *json = po_report_to_json (report);
  g_autoptr (JsonNode) node = json_from_string (json, error);
  if (node == NULL)
    return FALSE;
  if (po_mustache_fill (text, node, &filled, &fault)) {
    fputs (filled, stdout);
    return TRUE;
  }
  g_set_error (error, PO_ERROR, PO_ERROR_INPUT, _ ("%s: this template cannot be filled: %s"), path, fault);
  return FALSE;
}

// A year after @time_ns by the calendar.
static PoTimeNs year_after (PoTimeNs time_ns, GTimeZone *zone) {
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (time_ns / PO_NS_PER_SECOND);
  g_autoptr (GDateTime) local = utc != NULL ? g_date_time_to_timezone (utc, zone) : NULL;
  g_autoptr (GDateTime) later = local != NULL ? g_date_time_add_years (local, 1) : NULL;
  return later != NULL ? g_date_time_to_unix (later) * PO_NS_PER_SECOND : time_ns;
}

// The year asked for: from --from on, else this one.
static gboolean find_window (PoCtl *ctl, PoTimeNs *ret_from_ns, PoTimeNs *ret_to_ns, GError **error) {
  PoTimeNs begin_ns = 0;
  g_autofree gchar *today = po_time_to_local_string (ctl->now_ns, ctl->zone);
  g_autofree gchar *new_year = g_strdup_printf ("%.4s-01-01", today);
  const gchar *begin = ctl->options.from != NULL ? ctl->options.from : new_year;
  if (!po_time_parse (begin, ctl->zone, &begin_ns, NULL))
    begin_ns = 0; // what is wrong with it is told below
  return po_ctl_window (ctl, begin_ns, year_after (begin_ns, ctl->zone) - begin_ns, ret_from_ns, ret_to_ns, error);
}

int po_ctl_report (PoCtl *ctl, GError **error) {
  PoTimeNs from_ns = 0, to_ns = 0;
  if (!find_window (ctl, &from_ns, &to_ns, error))
    return EXIT_SUCCESS;
  const gchar *state = po_ctl_state (ctl, error);
  g_autoptr (PoEvidence) evidence = state != NULL
                                        ? po_evidence_read (state, ctl->config->timezone, ctl->config->format.rate,
                                                            from_ns, to_ns, ctl->now_ns, error)
                                        : NULL;
  if (evidence == NULL)
    return EXIT_SUCCESS;
  g_autoptr (PoReport) report = po_report_make (&evidence->source, from_ns, to_ns);
  if (!keep_series (report, ctl->options.series, error))
    return EXIT_SUCCESS;
  if (ctl->options.template != NULL) {
    print_filled (ctl->options.template, report, error);
  } else if (ctl->options.html || ctl->options.pdf) {
    g_autoptr (PoSheet) sheet = po_sheet_of_report (ctl, report);
    po_sheet_print (sheet, ctl->options.pdf, error);
  } else if (ctl->options.json) {
    g_autofree gchar *json = po_report_to_json (report);
    puts (json);
  } else {
    print_report (report, ctl->options.text, ctl->zone);
  }
  return EXIT_SUCCESS;
}
