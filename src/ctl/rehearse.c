// SPDX-License-Identifier: GPL-3.0-or-later
// `rehearse`: the real planner, head and log over a stretch of the future, and what they would put on record.
#include <glib/gi18n-lib.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "ctl/ctl.h"
#include "ctl/offline.h"
#include "ctl/print.h"
#include "rehearsal/rehearsal.h"

#define DEFAULT_SPAN_NS (24 * 3600 * PO_NS_PER_SECOND)
#define BAR_CELLS       40

static void show_progress (PoFrame done, PoFrame total, gpointer user) {
  if (total <= 0)
    return;
  gint cells = (gint)(done * BAR_CELLS / total);
  g_autofree gchar *full = g_strnfill ((gsize)cells, '#'), *rest = g_strnfill ((gsize)(BAR_CELLS - cells), '.');
  fprintf (stderr, done < total ? "\r\033[K%s%s %d %%" : "\r\033[K", full, rest, (gint)(done * 100 / total));
}

static void print_summary (const PoRehearsal *result) {
  printf (_ ("%u items: %u of events, %u filler, %u cards; %u stand in for missing media; %u rows of log\n"),
          result->n_items, result->n_media, result->n_filler, result->n_cards, result->n_missing, result->n_rows);
}

static void print_row (const PoAsrunRow *row, gpointer user) {
  GString *line = user;
  po_asrun_row_write_json (line, row);
  puts (line->str);
}

int po_ctl_rehearse (PoCtl *ctl, GError **error) {
  PoTimeNs from_ns = 0, to_ns = 0;
  PoRate rate = ctl->config->format.rate;
  if (!po_ctl_window (ctl, ctl->now_ns, DEFAULT_SPAN_NS, &from_ns, &to_ns, error))
    return EXIT_SUCCESS;
  g_autoptr (PoOffline) offline = po_offline_open (ctl, error);
  if (offline == NULL)
    return EXIT_SUCCESS;
  // On one screen the rows themselves tell how far it has come.
  const gboolean has_bar = isatty (STDERR_FILENO) && !(ctl->options.json && isatty (STDOUT_FILENO));
  g_autoptr (GString) line = g_string_new (NULL);
  PoRehearsalSettings settings = {.channel = ctl->config->name,
                                  .from = po_frame_from_time_ceil (from_ns, rate),
                                  .to = po_frame_from_time_ceil (to_ns, rate),
                                  .is_every_frame = ctl->options.every_frame,
                                  .progress = has_bar ? show_progress : NULL,
                                  .row = ctl->options.json ? print_row : NULL,
                                  .user = line};
  g_autoptr (PoRehearsal) result = po_rehearse (offline->station, &settings, error);
  if (result == NULL)
    return EXIT_SUCCESS;
  po_print_findings (offline->findings, PO_SEVERITY_WARNING, FALSE, stderr);
  po_print_findings (result->findings, PO_SEVERITY_WARNING, FALSE, ctl->options.json ? stderr : stdout);
  if (!ctl->options.json)
    print_summary (result);
  return EXIT_SUCCESS;
}
