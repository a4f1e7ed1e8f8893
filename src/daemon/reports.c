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

// Answers with what playoutctl said, as JSON. (transfer full) of @wish
static void answer (Wish *wish, const gchar *text, const GError *error) {
  g_autoptr (GError) odd = NULL;
  JsonNode *result = text != NULL ? json_from_string (text, &odd) : NULL;
  wish->done (result, error != NULL ? error : odd, wish->data);
  g_free (wish);
}

static void on_made (const gchar *text, const GError *error, gpointer data) {
  Wish *wish = data;
  g_autoptr (GError) why = NULL;
  wish->reports->is_busy = FALSE;
  if (error != NULL)
    g_set_error (&why, PO_ERROR, PO_ERROR_SYSTEM, _ ("the report could not be made: %s"), error->message);
  answer (wish, text, why);
}

static Wish *wish_new (PoReports *self, PoControlDone done, gpointer data) {
  Wish *wish = g_new0 (Wish, 1);
  *wish = (Wish){self, done, data};
  return wish;
}

void po_reports_make (PoReports *self, PoTimeNs from_ns, PoTimeNs to_ns, const gchar *language, PoControlDone done,
                      gpointer data) {
  g_autoptr (GError) error = NULL;
  if (self->is_busy) {
    g_set_error_literal (&error, PO_ERROR, PO_ERROR_SYSTEM, _ ("another report is being made; ask again in a moment"));
    done (NULL, error, data);
    return;
  }
  g_autofree gchar *from = po_time_to_utc_string (from_ns), *to = po_time_to_utc_string (to_ns);
  const gchar *words[] = {"report", "--json", "--from", from, "--to", to, NULL};
  self->is_busy = TRUE;
  po_errands_run (self->errands, words, language, on_made, wish_new (self, done, data));
}

static void on_corrected (const gchar *text, const GError *error, gpointer data) {
  answer (data, text, error);
}

// "--NAME=VALUE", so that no value passes for an option. (transfer full) (nullable)
static gchar *word_of (JsonObject *wish, const gchar *name) {
  const gchar *value = json_object_get_string_member_with_default (wish, name, NULL);
  return value != NULL ? g_strdup_printf ("--%s=%s", name, value) : NULL;
}

void po_reports_correct (PoReports *self, JsonObject *wish, const gchar *who, const gchar *language, PoControlDone done,
                         gpointer data) {
  static const gchar *const names[] = {"uid", "instance", "status", "why"};
  const gint64 airing = json_object_get_int_member_with_default (wish, "airing", 0);
  g_autoptr (GPtrArray) words = g_ptr_array_new_with_free_func (g_free);
  g_ptr_array_add (words, g_strdup ("asrun"));
  g_ptr_array_add (words, g_strdup ("correct"));
  if (airing != 0)
    g_ptr_array_add (words, g_strdup_printf ("%" G_GINT64_FORMAT, airing));
  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    gchar *word = word_of (wish, names[i]);
    if (word != NULL)
      g_ptr_array_add (words, word);
  }
  g_ptr_array_add (words, g_strconcat ("--who=", who, NULL));
  g_ptr_array_add (words, g_strdup ("--json"));
  g_ptr_array_add (words, NULL);
  po_errands_run (self->errands, (const gchar *const *)words->pdata, language, on_corrected,
                  wish_new (self, done, data));
}
