// SPDX-License-Identifier: GPL-3.0-or-later
#include "daemon/reports.h"

#include <gio/gio.h>
#include <glib/gi18n-lib.h>

#include "config/install.h"

struct _PoReports {
  gchar *config_path, *state_dir;
  GCancellable *cancellable;
  gboolean is_busy;
};

/** Wish: one report that is being made. */
typedef struct {
  PoReports *reports;
  PoControlDone done;
  gpointer data;
} Wish;

PoReports *po_reports_new (const gchar *config_path, const gchar *state_dir) {
  PoReports *self = g_new0 (PoReports, 1);
  self->config_path = g_strdup (config_path);
  self->state_dir = g_strdup (state_dir);
  self->cancellable = g_cancellable_new ();
  return self;
}

void po_reports_free (PoReports *self) {
  if (self == NULL)
    return;
  g_cancellable_cancel (self->cancellable);
  g_object_unref (self->cancellable);
  g_free (self->config_path);
  g_free (self->state_dir);
  g_free (self);
}

static void on_made (GObject *source, GAsyncResult *result, gpointer data) {
  g_autofree Wish *wish = data;
  g_autofree gchar *text = NULL, *said = NULL;
  g_autoptr (GError) error = NULL;
  GSubprocess *process = G_SUBPROCESS (source);
  gboolean ran = g_subprocess_communicate_utf8_finish (process, result, &text, &said, &error);
  if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED)) // else the maker is gone
    wish->reports->is_busy = FALSE;
  gboolean made = ran && g_subprocess_get_if_exited (process) && g_subprocess_get_exit_status (process) == 0;
  JsonNode *report = made ? json_from_string (text, &error) : NULL;
  g_autoptr (GError) why = NULL;
  if (report == NULL)
    g_set_error (&why, PO_ERROR, PO_ERROR_SYSTEM, _ ("the report could not be made: %s"),
                 error != NULL  ? error->message
                 : said != NULL ? g_strstrip (said)
                                : "");
  wish->done (report, why, wish->data);
}

static GSubprocess *start (PoReports *self, PoTimeNs from_ns, PoTimeNs to_ns, GError **error) {
  g_autofree gchar *program = po_install_find_ctl ();
  g_autofree gchar *from = po_time_to_utc_string (from_ns), *to = po_time_to_utc_string (to_ns);
  const gchar *arguments[] = {program,   "report",        "--json",   "--from",          from, "--to", to,
                              "--state", self->state_dir, "--config", self->config_path, NULL};
  if (self->config_path == NULL)
    arguments[9] = NULL;
  return g_subprocess_newv (arguments, G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_PIPE, error);
}

void po_reports_make (PoReports *self, PoTimeNs from_ns, PoTimeNs to_ns, PoControlDone done, gpointer data) {
  g_autoptr (GError) error = NULL;
  if (self->is_busy)
    g_set_error_literal (&error, PO_ERROR, PO_ERROR_SYSTEM, _ ("another report is being made; ask again in a moment"));
  g_autoptr (GSubprocess) process = error == NULL ? start (self, from_ns, to_ns, &error) : NULL;
  if (process == NULL) {
    done (NULL, error, data);
    return;
  }
  Wish *wish = g_new0 (Wish, 1);
  *wish = (Wish){self, done, data};
  self->is_busy = TRUE;
  g_subprocess_communicate_utf8_async (process, NULL, self->cancellable, on_made, wish);
}
