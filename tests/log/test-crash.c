// SPDX-License-Identifier: GPL-3.0-or-later
// The writer is killed at random moments, again and again, in one state folder: nothing that was flushed is lost,
// nothing is doubled, nothing is invented, and every airing is closed in the end.
#include <glib/gstdio.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "log-fixture.h"

#define KILLS             50
#define FRAMES_PER_AIRING 100

static gchar *self_path;

// The child: logs for ever, says after each flush how far it is.
static int run_writer (const gchar *dir) {
  PoLog *log = po_log_open (dir, "writer", NULL);
  PoFrame base = 0;
  PoTimeNs utc_ns = 0;
  if (log == NULL)
    return 1;
  if (!po_log_last_aired (log, test_rate, &base, &utc_ns))
    base = 0;
  for (gint64 i = 0;; i++) {
    g_autofree gchar *title = g_strdup_printf ("%" G_GINT64_FORMAT, i);
    PoAiringStart start =
        test_start (title, base + 1 + i * FRAMES_PER_AIRING, i * FRAMES_PER_AIRING, FRAMES_PER_AIRING);
    g_autoptr (PoJournalEntry) entry = po_journal_entry_new (start.frame, PO_JOURNAL_PIN, "w", "i", title, NULL);
    po_log_append_journal (log, entry, test_rate);
    gint64 airing = po_log_append_start (log, &start);
    for (gint64 k = 25; k < FRAMES_PER_AIRING; k += 25) {
      PoAiringMark mark = test_mark (start.frame + k, start.k + k, k);
      po_log_append_mark (log, airing, &mark);
    }
    PoAiringMark end = test_mark (start.frame + FRAMES_PER_AIRING, start.k + FRAMES_PER_AIRING, FRAMES_PER_AIRING);
    po_log_append_end (log, airing, &end, PO_AIRING_AIRED, NULL);
    if (i % 7 != 6)
      continue;
    po_log_flush (log, TEST_WAIT_MS);
    printf ("%" G_GINT64_FORMAT "\n", i + 1);
    fflush (stdout);
  }
}

// Runs a writer for a while; how many airings it had flushed when it was killed.
static gint64 run_and_kill (const gchar *dir) {
  const gchar *argv[] = {self_path, "--writer", dir, NULL};
  g_autoptr (GError) error = NULL;
  gint out = -1;
  GPid pid = 0;
  gchar line[64];
  gint64 flushed = 0;
  g_spawn_async_with_pipes (NULL, (gchar **)argv, NULL, G_SPAWN_DO_NOT_REAP_CHILD, NULL, NULL, &pid, NULL, &out, NULL,
                            &error);
  g_assert_no_error (error);
  FILE *answers = fdopen (out, "r");
  gint wanted = g_test_rand_int_range (0, 12); // lines to wait for, then any moment
  for (gint i = 0; i < wanted && fgets (line, sizeof line, answers) != NULL; i++)
    flushed = g_ascii_strtoll (line, NULL, 10);
  g_usleep ((gulong)g_test_rand_int_range (0, 15000));
  kill (pid, SIGKILL);
  while (fgets (line, sizeof line, answers) != NULL)
    flushed = MAX (flushed, g_ascii_strtoll (line, NULL, 10));
  fclose (answers);
  waitpid (pid, NULL, 0);
  return flushed;
}

static void check_after_kill (LogFixture *fixture, gint64 flushed, gint64 *airings_before) {
  g_autoptr (GError) error = NULL;
  PoLog *log = po_log_open (fixture->dir, "checker", &error); // closes what is open
  g_assert_no_error (error);
  g_autoptr (GPtrArray) rows = po_log_asrun (log, PO_TIME_NONE, PO_TIME_NONE, NULL, &error);
  g_assert_no_error (error);
  gint64 here = (gint64)rows->len - *airings_before;
  g_assert_cmpint (here, >=, flushed);
  for (gint64 i = 0; i < here; i++) {
    const PoAsrunRow *row = rows->pdata[*airings_before + i];
    g_assert_cmpint (g_ascii_strtoll (row->title, NULL, 10), ==, i); // none lost, doubled or invented
    gint64 length = row->actual_end_frame - row->actual_start_frame;
    if (row->status == PO_AIRING_AIRED) {
      g_assert_cmpint (length, ==, FRAMES_PER_AIRING);
      continue;
    }
    g_assert_cmpint (row->status, ==, PO_AIRING_INTERRUPTED);
    g_assert_cmpint (i, ==, here - 1); // only what was on air
    g_assert_cmpint (length % 25, ==, 0);
    g_assert_cmpint (row->frames_shown, ==, length);
  }
  g_autoptr (GPtrArray) journal = po_log_load_journal (log, test_rate, PO_FRAME_NONE, &error);
  g_assert_cmpint ((gint64)journal->len, >=, *airings_before + flushed);
  for (guint i = 0; i < journal->len; i++)
    g_assert_cmpint (((PoJournalEntry *)journal->pdata[i])->seq, ==, i + 1);
  *airings_before = rows->len;
  g_assert_true (po_log_close (log, TEST_WAIT_MS));
  g_assert_cmpint (test_query (fixture, "SELECT count (*) FROM checkpoint WHERE open = 1"), ==, 0);
  g_assert_cmpint (test_query (fixture, "SELECT count (*) - max (id) FROM airing_event"), <=, 0);
  g_assert_cmpint (test_query (fixture, "SELECT count (*) FROM airing_event WHERE event = 'start'"), ==,
                   test_query (fixture, "SELECT count (*) FROM airing_event WHERE event <> 'start'"));
}

static void test_killed (LogFixture *fixture, gconstpointer data) {
  gint64 airings = 0;
  for (guint i = 0; i < KILLS; i++) {
    gint64 flushed = run_and_kill (fixture->dir);
    if (g_file_test (fixture->dir, G_FILE_TEST_IS_DIR))
      check_after_kill (fixture, flushed, &airings);
  }
  g_assert_cmpint (airings, >, 0);
}

int main (int argc, char **argv) {
  if (argc == 3 && strcmp (argv[1], "--writer") == 0)
    return run_writer (argv[2]);
  self_path = argv[0];
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/log/killed", LogFixture, NULL, log_fixture_set_up, test_killed, log_fixture_tear_down);
  return g_test_run ();
}
