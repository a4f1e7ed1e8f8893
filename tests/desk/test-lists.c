// SPDX-License-Identifier: GPL-3.0-or-later
// Long lists made beside the main loop: pages, errors, what is asked of the main thread, and the end in between.
#include "desk/lists.h"

#include <string.h>

typedef struct {
  PoLists *lists;
  GThread *main_thread;
  gint64 entries;
  gboolean asks, fails;
  GMutex gate; // held by the test while a list must not go on
  gint begun, freed;
  gchar *json;
  guint64 total;
  GError *error;
  guint answers;
} Fixture;

static gpointer double_it (gconstpointer question, gpointer user) {
  Fixture *self = user;
  g_assert_true (g_thread_self () == self->main_thread);
  return GINT_TO_POINTER (2 * GPOINTER_TO_INT (question));
}

static gboolean make (PoList *list, gpointer job, GError **error) {
  Fixture *self = job;
  g_assert_true (g_thread_self () != self->main_thread);
  g_atomic_int_inc (&self->begun);
  g_mutex_lock (&self->gate);
  g_mutex_unlock (&self->gate);
  for (gint64 i = 0; i < self->entries; i++) {
    gint64 number = self->asks ? GPOINTER_TO_INT (po_list_ask_main (list, double_it, GINT_TO_POINTER (i), self)) : i;
    g_autofree gchar *text = g_strdup_printf ("%" G_GINT64_FORMAT, number);
    if (po_list_wants (list))
      po_list_add_text (list, text);
  }
  if (self->fails)
    g_set_error (error, PO_ERROR, PO_ERROR_SYSTEM, "the store is away");
  return !self->fails;
}

static void count_freed (gpointer job) {
  Fixture *self = job;
  g_assert_true (g_thread_self () == self->main_thread);
  self->freed++;
}

static void on_done (GBytes *json, const gchar *sum, guint64 total, const GError *error, gpointer data) {
  Fixture *self = data;
  g_assert_true ((json == NULL) == (error != NULL));
  g_free (self->json);
  g_clear_error (&self->error);
  gsize length = 0;
  const gchar *text = json != NULL ? g_bytes_get_data (json, &length) : "";
  self->json = g_strndup (text, length);
  self->total = total;
  self->error = error != NULL ? g_error_copy (error) : NULL;
  g_autofree gchar *expected = g_compute_checksum_for_string (G_CHECKSUM_SHA256, self->json, -1);
  if (json != NULL)
    g_assert_cmpstr (sum, ==, expected);
  self->answers++;
}

static void ask (Fixture *self, guint64 cursor, guint64 limit) {
  const PoControlPage page = {cursor, limit};
  po_lists_make (self->lists, &page, make, self, count_freed, on_done, self);
}

static void wait_for (Fixture *self, guint answers) {
  while (self->answers < answers)
    g_main_context_iteration (NULL, TRUE);
}

static void set_up (Fixture *self, gconstpointer data) {
  self->main_thread = g_thread_self ();
  self->lists = po_lists_new ();
  g_mutex_init (&self->gate);
}

static void tear_down (Fixture *self, gconstpointer data) {
  g_clear_pointer (&self->lists, po_lists_free);
  g_mutex_clear (&self->gate);
  g_clear_error (&self->error);
  g_free (self->json);
}

static void assert_page (Fixture *self, guint64 cursor, guint64 limit, const gchar *json) {
  guint before = self->answers;
  ask (self, cursor, limit);
  wait_for (self, before + 1);
  g_assert_no_error (self->error);
  g_assert_cmpstr (self->json, ==, json);
  g_assert_cmpuint (self->total, ==, self->entries);
}

static void test_pages (Fixture *self, gconstpointer data) {
  assert_page (self, 0, 10, "[]");
  self->entries = 5;
  assert_page (self, 0, 10, "[0,1,2,3,4]");
  assert_page (self, 0, 2, "[0,1]");
  assert_page (self, 4, 2, "[4]");
  assert_page (self, 5, 2, "[]");
  assert_page (self, G_MAXINT64, G_MAXINT64, "[]");
}

static void test_asks_main (Fixture *self, gconstpointer data) {
  self->entries = 3;
  self->asks = TRUE;
  assert_page (self, 0, 10, "[0,2,4]");
}

static void test_fails (Fixture *self, gconstpointer data) {
  self->fails = TRUE;
  self->entries = 3;
  ask (self, 0, 10);
  wait_for (self, 1);
  g_assert_error (self->error, PO_ERROR, PO_ERROR_SYSTEM);
  g_assert_cmpstr (self->json, ==, "");
}

// The main loop goes on while a list is made, and refuses what would pile up behind it.
static void test_too_many (Fixture *self, gconstpointer data) {
  g_mutex_lock (&self->gate);
  for (guint i = 0; i < 100 && self->answers == 0; i++)
    ask (self, 0, 10);
  g_assert_cmpuint (self->answers, ==, 1);
  g_assert_error (self->error, PO_ERROR, PO_ERROR_SYSTEM);
  g_mutex_unlock (&self->gate);
  wait_for (self, 33);
  g_assert_no_error (self->error);
  g_assert_cmpint (self->freed, ==, 33);
}

// Ends while one is made that waits for the main thread, and others wait for it: all are answered.
static void test_end (Fixture *self, gconstpointer data) {
  self->entries = 3;
  self->asks = TRUE;
  ask (self, 0, 10);
  ask (self, 0, 10);
  while (g_atomic_int_get (&self->begun) == 0)
    g_thread_yield ();
  g_clear_pointer (&self->lists, po_lists_free);
  g_assert_cmpuint (self->answers, ==, 2);
  g_assert_error (self->error, PO_ERROR, PO_ERROR_SYSTEM);
  g_assert_cmpint (self->freed, ==, 2);
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

int main (int argc, char **argv) {
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/lists/pages", Fixture, NULL, set_up, test_pages, tear_down);
  g_test_add ("/lists/asks the main thread", Fixture, NULL, set_up, test_asks_main, tear_down);
  g_test_add ("/lists/fails", Fixture, NULL, set_up, test_fails, tear_down);
  g_test_add ("/lists/too many", Fixture, NULL, set_up, test_too_many, tear_down);
  g_test_add ("/lists/end", Fixture, NULL, set_up, test_end, tear_down);
  return g_test_run ();
}
