// SPDX-License-Identifier: GPL-3.0-or-later
// `occurrences`: what the calendars of a folder say, instance by instance.
#include <glib/gi18n-lib.h>
#include <stdio.h>
#include <stdlib.h>

#include "ctl/ctl.h"
#include "ctl/offline.h"
#include "ctl/print.h"
#include "ctl/table.h"
#include "schedule/occurrence-json.h"
#include "schedule/schedule.h"

#define DEFAULT_SPAN_NS (7 * 24 * 3600 * PO_NS_PER_SECOND)

static const gchar *remark (const PoOccurrence *it) {
  if (it->status == PO_STATUS_TENTATIVE)
    return _ ("tentative");
  if (it->transparent)
    return _ ("filler pool");
  return it->recurrence_id != NULL ? _ ("changed") : "";
}

static void print_table (GPtrArray *list, GTimeZone *zone) {
  g_autoptr (PoTable) table =
      po_table_new (_ ("START"), _ ("LENGTH"), _ ("TITLE"), _ ("REMARK"), _ ("UID"), _ ("FILE"), NULL);
  for (guint i = 0; i < list->len; i++) {
    const PoOccurrence *it = list->pdata[i];
    g_autofree gchar *start = po_print_local (it->start_ns, zone);
    g_autofree gchar *length = po_print_length (it->end_ns - it->start_ns);
    g_autofree gchar *place = g_strdup_printf ("%s:%u", it->file, it->line);
    po_table_add (table, it->transparent ? PO_COLOUR_DIM : PO_COLOUR_NONE, start, length, it->summary, remark (it),
                  it->uid, place);
  }
  po_table_print (table);
}

int po_ctl_occurrences (PoCtl *ctl, GError **error) {
  PoTimeNs from_ns = 0, to_ns = 0;
  PoTimeNs today_ns = po_time_local_midnight (ctl->now_ns, ctl->zone);
  if (!po_ctl_window (ctl, today_ns, DEFAULT_SPAN_NS, &from_ns, &to_ns, error))
    return EXIT_SUCCESS;
  g_autoptr (PoSchedule) schedule = po_offline_load_schedule (ctl, error);
  if (schedule == NULL)
    return EXIT_SUCCESS;
  g_autoptr (GPtrArray) findings = po_schedule_findings (schedule);
  po_print_findings (findings, PO_SEVERITY_WARNING, FALSE, stderr);
  g_autoptr (GPtrArray) cut = g_ptr_array_new_with_free_func ((GDestroyNotify)po_finding_free);
  g_autoptr (GPtrArray) list = po_schedule_occurrences_and_cut (schedule, from_ns, to_ns, cut);
  po_print_findings (cut, PO_SEVERITY_WARNING, FALSE, stderr);
  if (!ctl->options.json) {
    print_table (list, ctl->zone);
    return EXIT_SUCCESS;
  }
  for (guint i = 0; i < list->len; i++) {
    g_autofree gchar *line = po_occurrence_to_json (list->pdata[i]);
    fputs (line, stdout);
    fputc ('\n', stdout);
  }
  return EXIT_SUCCESS;
}
