// SPDX-License-Identifier: GPL-3.0-or-later
#include "desk/reports.h"

#include "model/text.h"

#define MOST_WAITING 16

struct _PoReports {
  PoErrands *errands;
  GQueue waiting; // Wish, owned
  gboolean is_busy;
};

/** Wish: one report that is being made, or waits for its turn. */
typedef struct {
  PoReports *reports;
  gchar *from, *to, *language; // language: (nullable)
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
  g_queue_init (&self->waiting);
  return self;
}

static void wish_free (Wish *self) {
  g_free (self->from);
  g_free (self->to);
  g_free (self->language);
  g_free (self);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Wish, wish_free)

void po_reports_free (PoReports *self) {
  g_queue_clear_full (&self->waiting, (GDestroyNotify)wish_free); // whoever would hear of it has gone
  g_free (self);
}

static void make_next (PoReports *self);

static void on_made (const gchar *text, const GError *error, gpointer data) {
  g_autoptr (Wish) wish = data;
  g_autoptr (GError) why = NULL;
  wish->reports->is_busy = FALSE;
  make_next (wish->reports);
  if (error != NULL)
    g_set_error (&why, PO_ERROR, PO_ERROR_SYSTEM, _ ("the report could not be made: %s"), error->message);
  wish->done (text, why, wish->data);
}

static void make_next (PoReports *self) {
  Wish *wish = self->is_busy ? NULL : g_queue_pop_head (&self->waiting);
  if (wish == NULL)
    return;
  const gchar *words[] = {"report", "--json", "--from", wish->from, "--to", wish->to, NULL};
  self->is_busy = TRUE;
  po_errands_run (self->errands, words, wish->language, on_made, wish);
}

void po_reports_make (PoReports *self, PoTimeNs from_ns, PoTimeNs to_ns, const gchar *language, PoControlTextDone done,
                      gpointer data) {
  g_autoptr (GError) error = NULL;
  if (self->waiting.length >= MOST_WAITING) {
    g_set_error_literal (&error, PO_ERROR, PO_ERROR_SYSTEM,
                         _ ("too many reports are being made; ask again in a moment"));
    done (NULL, error, data);
    return;
  }
  Wish *wish = g_new0 (Wish, 1);
  *wish = (Wish){self, po_time_to_utc_string (from_ns), po_time_to_utc_string (to_ns), g_strdup (language), done, data};
  g_queue_push_tail (&self->waiting, wish);
  make_next (self);
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
