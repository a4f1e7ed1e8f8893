// SPDX-License-Identifier: GPL-3.0-or-later
#include "daemon/reports.h"

#include <glib/gi18n-lib.h>

struct _PoReports {
  PoErrands *errands;
  gboolean is_busy;
};

/** Wish: one report that is being made. */
typedef struct {
  PoReports *reports;
  PoControlDone done;
  gpointer data;
} Wish;

PoReports *po_reports_new (PoErrands *errands) {
  PoReports *self = g_new0 (PoReports, 1);
  self->errands = errands;
  return self;
}

void po_reports_free (PoReports *self) {
  g_free (self);
}

static void on_made (const gchar *text, const GError *error, gpointer data) {
  g_autofree Wish *wish = data;
  g_autoptr (GError) odd = NULL, why = NULL;
  wish->reports->is_busy = FALSE;
  JsonNode *report = text != NULL ? json_from_string (text, &odd) : NULL;
  if (report == NULL)
    g_set_error (&why, PO_ERROR, PO_ERROR_SYSTEM, _ ("the report could not be made: %s"),
                 error != NULL ? error->message
                 : odd != NULL ? odd->message
                               : "");
  wish->done (report, why, wish->data);
}

void po_reports_make (PoReports *self, PoTimeNs from_ns, PoTimeNs to_ns, PoControlDone done, gpointer data) {
  g_autoptr (GError) error = NULL;
  if (self->is_busy) {
    g_set_error_literal (&error, PO_ERROR, PO_ERROR_SYSTEM, _ ("another report is being made; ask again in a moment"));
    done (NULL, error, data);
    return;
  }
  g_autofree gchar *from = po_time_to_utc_string (from_ns), *to = po_time_to_utc_string (to_ns);
  const gchar *words[] = {"report", "--json", "--from", from, "--to", to, NULL};
  Wish *wish = g_new0 (Wish, 1);
  *wish = (Wish){self, done, data};
  self->is_busy = TRUE;
  po_errands_run (self->errands, words, NULL, on_made, wish);
}
