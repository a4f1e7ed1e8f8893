// SPDX-License-Identifier: GPL-3.0-or-later
#include "desk/reports.h"

#include "model/text.h"

struct _PoReports {
  PoErrands *errands;
  gboolean is_busy;
};

/** Wish: one report that is being made. */
typedef struct {
  PoReports *reports;
  PoControlTextDone done;
  gpointer data;
} Wish;

/** Note: one correction that is being written. */
typedef struct {
  PoControlDone done;
  gpointer data;
} Note;

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
  g_autoptr (GError) why = NULL;
  wish->reports->is_busy = FALSE;
  if (error != NULL)
    g_set_error (&why, PO_ERROR, PO_ERROR_SYSTEM, _ ("the report could not be made: %s"), error->message);
  wish->done (text, why, wish->data);
}

void po_reports_make (PoReports *self, PoTimeNs from_ns, PoTimeNs to_ns, const gchar *language, PoControlTextDone done,
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
  Wish *wish = g_new0 (Wish, 1);
  *wish = (Wish){self, done, data};
  po_errands_run (self->errands, words, language, on_made, wish);
}

static void on_corrected (const gchar *text, const GError *error, gpointer data) {
  g_autofree Note *note = data;
  g_autoptr (GError) odd = NULL;
  JsonNode *result = text != NULL ? json_from_string (text, &odd) : NULL;
  note->done (result, error != NULL ? error : odd, note->data);
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
  Note *note = g_new0 (Note, 1);
  *note = (Note){done, data};
  po_errands_run (self->errands, (const gchar *const *)words->pdata, language, on_corrected, note);
}
