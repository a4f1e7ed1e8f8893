// SPDX-License-Identifier: GPL-3.0-or-later
// `asrun`: what aired, read from the station's log whether or not the daemon runs.
#include <glib/gi18n-lib.h>
#include <stdio.h>
#include <stdlib.h>

#include "ctl/asrun-export.h"
#include "ctl/ctl.h"
#include "ctl/print.h"
#include "ctl/sheets.h"
#include "ctl/table.h"
#include "log/reader.h"

#define DEFAULT_SPAN_NS (24 * 3600 * PO_NS_PER_SECOND)

static PoColour colour_of (const PoAsrunRow *row) {
  switch (row->status) {
  case PO_AIRING_FAILED:
  case PO_AIRING_INTERRUPTED:
    return PO_COLOUR_RED;
  case PO_AIRING_PARTIAL:
    return PO_COLOUR_AMBER;
  case PO_AIRING_FILLED:
    return PO_COLOUR_DIM;
  case PO_AIRING_ON_AIR:
    return PO_COLOUR_BOLD;
  case PO_AIRING_AIRED:
    break;
  }
  return PO_COLOUR_NONE;
}

// How far the start was from what was planned, in frames: "+3"; "" where nothing was. (transfer full)
static gchar *late_text (const PoAsrunRow *row) {
  if (row->planned_start_frame == PO_FRAME_NONE)
    return g_strdup ("");
  return g_strdup_printf ("%+" G_GINT64_FORMAT, row->actual_start_frame - row->planned_start_frame);
}

static void print_table (GPtrArray *rows, GTimeZone *zone) {
  g_autoptr (PoTable) table = po_table_new (_ ("START"), _ ("LENGTH"), _ ("LATE"), _ ("KIND"), _ ("STATUS"),
                                            _ ("TITLE"), _ ("MEDIA"), _ ("REASON"), NULL);
  for (guint i = 0; i < rows->len; i++) {
    const PoAsrunRow *row = rows->pdata[i];
    gint64 frames = row->actual_end_frame != PO_FRAME_NONE ? row->actual_end_frame - row->actual_start_frame : 0;
    g_autofree gchar *start = po_print_local (row->actual_start_ns, zone);
    g_autofree gchar *length = po_print_length (po_duration_from_frames_floor (frames, row->rate));
    g_autofree gchar *late = late_text (row);
    po_table_add (table, colour_of (row), start, length, late, po_print_word (row->kind),
                  po_print_word (po_airing_status_to_string (row->status)), row->title, row->media,
                  po_print_word (row->reason));
  }
  po_table_print (table);
}

int po_ctl_asrun (PoCtl *ctl, GError **error) {
  PoTimeNs from_ns = 0, to_ns = 0;
  PoAsrunFilter filter = {.uid = ctl->options.series, .media = ctl->options.clip};
  if (!po_ctl_window (ctl, po_time_local_midnight (ctl->now_ns, ctl->zone), DEFAULT_SPAN_NS, &from_ns, &to_ns, error))
    return EXIT_SUCCESS;
  const gchar *state = po_ctl_state (ctl, error);
  g_autoptr (PoLogReader) reader = state != NULL ? po_log_reader_open (state, error) : NULL;
  g_autoptr (GPtrArray) rows = reader != NULL ? po_log_reader_asrun (reader, from_ns, to_ns, &filter, error) : NULL;
  if (rows == NULL)
    return EXIT_SUCCESS;
  if (ctl->options.html || ctl->options.pdf) {
    g_autoptr (PoSheet) sheet = po_sheet_of_asrun (ctl, rows, from_ns, to_ns);
    po_sheet_print (sheet, ctl->options.pdf, error);
    return EXIT_SUCCESS;
  }
  if (ctl->options.csv || ctl->options.ics) {
    g_autofree gchar *title = g_strdup_printf (_ ("%s: aired"), ctl->config->name);
    g_autofree gchar *text = ctl->options.csv ? po_asrun_to_csv (rows, ctl->zone) : po_asrun_to_ics (rows, title);
    fputs (text, stdout);
    return EXIT_SUCCESS;
  }
  if (!ctl->options.json) {
    print_table (rows, ctl->zone);
    return EXIT_SUCCESS;
  }
  g_autoptr (GString) line = g_string_new (NULL);
  for (guint i = 0; i < rows->len; i++) {
    po_asrun_row_write_json (line, rows->pdata[i]);
    puts (line->str);
  }
  return EXIT_SUCCESS;
}
