// SPDX-License-Identifier: GPL-3.0-or-later
#include "desk/asrun-list.h"

#define DAY_NS  (24 * 3600 * PO_NS_PER_SECOND)
#define MOST_NS (400 * DAY_NS) // years of rows are asked for in pieces

typedef struct {
  PoLog *log; // borrowed
  PoTimeNs from_ns, to_ns;
} Job;

static gboolean make (PoList *list, gpointer data, GError **error) {
  const Job *job = data;
  g_autoptr (GPtrArray) rows = po_log_asrun (job->log, job->from_ns, job->to_ns, NULL, error);
  g_autoptr (GString) text = g_string_new (NULL);
  for (guint i = 0; rows != NULL && i < rows->len; i++) {
    if (!po_list_wants (list))
      continue;
    po_asrun_row_write_json (text, rows->pdata[i]);
    po_list_add_text (list, text->str);
  }
  return rows != NULL;
}

void po_asrun_list_make (PoLists *lists, PoLog *log, PoTimeNs from_ns, PoTimeNs to_ns, PoTimeNs now_ns,
                         const PoControlPage *page, PoControlPageDone done, gpointer data) {
  if (to_ns == PO_TIME_NONE)
    to_ns = from_ns != PO_TIME_NONE ? MIN (from_ns, G_MAXINT64 - MOST_NS) + MOST_NS : now_ns + DAY_NS;
  if (from_ns == PO_TIME_NONE)
    from_ns = MAX (to_ns, G_MININT64 + MOST_NS) - MOST_NS;
  const Job job = {log, from_ns, to_ns};
  po_lists_make (lists, page, make, g_memdup2 (&job, sizeof job), g_free, done, data);
}
