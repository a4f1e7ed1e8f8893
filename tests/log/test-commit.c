// SPDX-License-Identifier: GPL-3.0-or-later
// The moment of the commit: one that reached the disk though it was told as failed, and what is appended meanwhile.
#include <dlfcn.h>

#include "log-fixture.h"
#include "log/verify.h"

static gint commits_to_deny;    // that many are done, and told as failed; atomic
static PoLog *meanwhile;        // (nullable) an airing of it is marked while the next commit is done
static gint64 meanwhile_airing; // likewise
static const PoAiringMark *meanwhile_mark;
static GMutex gate;     // each commit passes it
static GPrivate denied; // this thread's last call was told as failed

// SQLite's own, as the log calls it.
int sqlite3_exec (sqlite3 *db, const char *sql, int (*callback) (void *, int, char **, char **), void *user,
                  char **message) {
  int (*real) (sqlite3 *, const char *, int (*) (void *, int, char **, char **), void *, char **) = NULL;
  *(void **)&real = dlsym (RTLD_NEXT, "sqlite3_exec");
  const gboolean is_commit = g_strcmp0 (sql, "COMMIT") == 0;
  PoLog *log = is_commit ? g_atomic_pointer_get (&meanwhile) : NULL;
  if (log != NULL) {
    g_atomic_pointer_set (&meanwhile, NULL);
    po_log_append_mark (log, meanwhile_airing, meanwhile_mark);
  }
  if (is_commit) {
    g_mutex_lock (&gate);
    g_mutex_unlock (&gate);
  }
  const int code = real (db, sql, callback, user, message);
  const gboolean is_denied = is_commit && code == SQLITE_OK && g_atomic_int_get (&commits_to_deny) > 0;
  if (is_denied)
    g_atomic_int_add (&commits_to_deny, -1);
  g_private_set (&denied, GINT_TO_POINTER (is_denied));
  return is_denied ? SQLITE_IOERR : code;
}

// Once: SQLite asks itself too.
int sqlite3_errcode (sqlite3 *db) {
  int (*real) (sqlite3 *) = NULL;
  *(void **)&real = dlsym (RTLD_NEXT, "sqlite3_errcode");
  const gboolean is_denied = g_private_get (&denied) != NULL;
  g_private_set (&denied, NULL);
  return is_denied ? SQLITE_IOERR : real (db);
}

// The next commit reaches the disk, and is told as failed.
static void flush_denied (PoLog *log) {
  g_assert_true (po_log_flush (log, TEST_WAIT_MS));
  g_assert_cmpint (g_atomic_int_get (&commits_to_deny), ==, 0);
}

static void append (PoLog *log, guint number, gboolean is_denied) {
  g_autofree gchar *title = g_strdup_printf ("%u", number);
  PoAiringStart start = test_start (title, number * 100, number * 100, 100);
  PoAiringMark end = test_mark (number * 100 + 100, number * 100 + 100, 100);
  g_autoptr (PoJournalEntry) entry = po_journal_entry_new (start.frame, PO_JOURNAL_PIN, "t", "i", title, NULL);
  g_atomic_int_set (&commits_to_deny, is_denied);
  po_log_append_journal (log, entry, test_rate);
  flush_denied (log);
  g_atomic_int_set (&commits_to_deny, is_denied);
  gint64 airing = po_log_append_start (log, &start);
  flush_denied (log);
  g_atomic_int_set (&commits_to_deny, is_denied);
  g_assert_true (po_log_append_end (log, airing, &end, PO_AIRING_AIRED, NULL));
  flush_denied (log);
}

static void expect_each_once (LogFixture *fixture, guint count) {
  g_autoptr (GError) error = NULL;
  g_autofree gchar *titles = g_strdup_printf (
      "SELECT count (*) = %u AND count (DISTINCT title) = %u FROM asrun WHERE status = 'aired'", count, count);
  g_assert_cmpint (test_query (fixture, titles), ==, 1);
  g_assert_cmpint (test_query (fixture, "SELECT count (*) FROM journal"), ==, count);
  g_autoptr (PoLogVerdict) verdict = po_log_verify (fixture->dir, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (verdict->faults->len, ==, 0);
}

// What is on disk after a commit of unknown fate is not written again, be it an entry, a start or an end.
static void test_ambiguous (LogFixture *fixture, gconstpointer data) {
  g_autoptr (GError) error = NULL;
  PoLog *log = po_log_open (fixture->dir, "node-a", &error);
  g_assert_no_error (error);
  for (guint i = 0; i < 3; i++)
    append (log, i, i == 1);
  g_assert_false (test_has_finding (log, "log-refused"));
  g_assert_false (test_has_finding (log, "log-moved-aside"));
  expect_each_once (fixture, 3);
  g_assert_true (po_log_close (log, TEST_WAIT_MS));
  expect_each_once (fixture, 3);
}

static gboolean on_written (gpointer called) {
  *(gboolean *)called = TRUE;
  return G_SOURCE_REMOVE;
}

// Who waits for what he appended is called when it is on disk, or when he has waited long enough.
static void test_when_written (LogFixture *fixture, gconstpointer data) {
  g_autoptr (GError) error = NULL;
  gboolean is_called = FALSE, is_given_up = FALSE;
  PoLog *log = po_log_open (fixture->dir, "node-a", &error);
  g_assert_no_error (error);
  g_assert_true (po_log_flush (log, TEST_WAIT_MS));
  g_autoptr (PoJournalEntry) entry = po_journal_entry_new (100, PO_JOURNAL_PIN, "t", "i", "x", NULL);
  g_mutex_lock (&gate);
  po_log_append_journal (log, entry, test_rate);
  g_autoptr (GSource) waiting = po_log_when_written (log, TEST_WAIT_MS, on_written, &is_called);
  g_autoptr (GSource) hasty = po_log_when_written (log, 1, on_written, &is_given_up);
  while (!is_given_up)
    g_main_context_iteration (NULL, TRUE);
  g_assert_false (is_called);
  g_mutex_unlock (&gate);
  while (!is_called)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpint (test_query (fixture, "SELECT count (*) FROM journal"), ==, 1);
  is_called = FALSE;
  g_autoptr (GSource) late = po_log_when_written (log, TEST_WAIT_MS, on_written, &is_called);
  while (!is_called) // at once: nothing waits any more
    g_main_context_iteration (NULL, TRUE);
  g_assert_true (po_log_close (log, TEST_WAIT_MS));
}

// A mark that comes while the one before it is being written is not lost, be it of the same frame.
static void test_mark_meanwhile (LogFixture *fixture, gconstpointer data) {
  g_autoptr (GError) error = NULL;
  PoLog *log = po_log_open (fixture->dir, "node-a", &error);
  g_assert_no_error (error);
  PoAiringStart start = test_start ("on air", 100, 0, 100);
  gint64 airing = po_log_append_start (log, &start);
  g_assert_true (po_log_flush (log, TEST_WAIT_MS));
  const PoAiringMark first = test_mark (125, 25, 25), same_frame = {125, 25, first.utc_ns, 20, 5, 0, {0}},
                     next_frame = test_mark (150, 50, 50);
  const PoAiringMark *const later[] = {&same_frame, &next_frame};
  for (guint i = 0; i < G_N_ELEMENTS (later); i++) {
    meanwhile_airing = airing;
    meanwhile_mark = later[i];
    g_atomic_pointer_set (&meanwhile, log);
    po_log_append_mark (log, airing, &first);
    g_assert_true (po_log_flush (log, TEST_WAIT_MS)); // with it, or without what came meanwhile
    g_assert_null (g_atomic_pointer_get (&meanwhile));
    g_assert_true (po_log_flush (log, TEST_WAIT_MS));
    g_assert_cmpint (test_query (fixture, "SELECT shown FROM checkpoint"), ==, later[i]->frames_shown);
  }
  g_assert_true (po_log_close (log, TEST_WAIT_MS));
}

int main (int argc, char **argv) {
  g_test_init (&argc, &argv, NULL);
#define ADD(name, func) g_test_add (name, LogFixture, NULL, log_fixture_set_up, func, log_fixture_tear_down)
  ADD ("/log/commit-of-unknown-fate", test_ambiguous);
  ADD ("/log/mark-while-writing", test_mark_meanwhile);
  ADD ("/log/when-written", test_when_written);
  return g_test_run ();
}
