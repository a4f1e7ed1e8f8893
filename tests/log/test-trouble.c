// SPDX-License-Identifier: GPL-3.0-or-later
// Full disks, folders that cannot be written, damaged and foreign databases: rows wait or begin anew, nothing is lost
// that was appended in this life, nothing is doubled, and what was there before is kept.
#include <fcntl.h>
#include <glib/gstdio.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <unistd.h>

#include "log-fixture.h"
#include "log/schema.h"
#include "model/error.h"

static PoLog *open_log (const gchar *dir) {
  g_autoptr (GError) error = NULL;
  PoLog *log = po_log_open (dir, "node-a", &error);
  g_assert_no_error (error);
  return log;
}

// Appends @count airings titled by number from @first, each with a journal entry.
static void append_airings (PoLog *log, guint first, guint count) {
  for (guint i = first; i < first + count; i++) {
    g_autofree gchar *title = g_strdup_printf ("%u", i);
    PoAiringStart start = test_start (title, i * 100, i * 100, 100);
    PoAiringMark end = test_mark (i * 100 + 100, i * 100 + 100, 100);
    g_autoptr (PoJournalEntry) entry = po_journal_entry_new (start.frame, PO_JOURNAL_PIN, "t", "i", title, NULL);
    po_log_append_journal (log, entry, test_rate);
    gint64 airing = po_log_append_start (log, &start);
    po_log_append_mark (log, airing, &end);
    g_assert_true (po_log_append_end (log, airing, &end, PO_AIRING_AIRED, NULL));
  }
}

static void expect_airings (PoLog *log, guint count) {
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) rows = po_log_asrun (log, PO_TIME_NONE, PO_TIME_NONE, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (rows->len, ==, count);
  for (guint i = 0; i < count; i++) {
    const PoAsrunRow *row = rows->pdata[i];
    g_assert_cmpint (g_ascii_strtoll (row->title, NULL, 10), ==, i);
    g_assert_cmpint (row->status, ==, PO_AIRING_AIRED);
  }
  g_autoptr (GPtrArray) journal = po_log_load_journal (log, test_rate, PO_FRAME_NONE, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (journal->len, ==, count);
}

static void expect_after_restart (const gchar *dir, guint count) {
  PoLog *log = open_log (dir);
  g_autoptr (GPtrArray) findings = po_log_findings (log);
  g_assert_cmpuint (findings->len, ==, 0);
  expect_airings (log, count);
  g_assert_true (po_log_close (log, TEST_WAIT_MS));
}

// Appends until the log says that it cannot write. How many there are then: no more than a slow writer has looked at,
// so that they fit once there is room.
static guint fill (PoLog *log) {
  guint count = 0;
  while (!test_has_finding (log, "log-waiting")) {
    append_airings (log, count, 20);
    count += 20;
    while (!po_log_flush (log, 5) && !test_has_finding (log, "log-waiting"))
      continue;
    g_assert_cmpuint (count, <, 100000);
  }
  return count;
}

static void test_file_size_limit (LogFixture *fixture, gconstpointer data) {
  struct rlimit before, low;
  getrlimit (RLIMIT_FSIZE, &before);
  low = before;
  low.rlim_cur = 256 * 1024;
  signal (SIGXFSZ, SIG_IGN);
  PoLog *log = open_log (fixture->dir);
  setrlimit (RLIMIT_FSIZE, &low);
  guint count = fill (log);
  append_airings (log, count, 30);
  count += 30;
  expect_airings (log, count); // those on disk and those that wait
  setrlimit (RLIMIT_FSIZE, &before);
  test_wait_finding (log, "log-waiting", FALSE);
  g_assert_true (po_log_flush (log, TEST_WAIT_MS));
  expect_airings (log, count);
  g_assert_true (po_log_close (log, TEST_WAIT_MS));
  expect_after_restart (fixture->dir, count);
}

// Mounts are this process's alone and go with it, however it ends.
static gboolean own_mounts;

static void keep_mounts_to_ourselves (void) {
  own_mounts = unshare (CLONE_NEWNS) == 0 && mount (NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0;
}

// A file system of its own; FALSE where that is not allowed: the test says so, and the size limit above has shown the
// same rule.
static gboolean mount_of_size (const gchar *dir, const gchar *options) {
  if (own_mounts && mount ("none", dir, "tmpfs", 0, options) == 0)
    return TRUE;
  g_test_skip ("not allowed to mount a small file system; /log/file-size-limit covers the full disk");
  return FALSE;
}

static gboolean mount_small (const gchar *dir) {
  return mount_of_size (dir, "size=512k");
}

static void test_full_disk (LogFixture *fixture, gconstpointer data) {
  if (!mount_small (fixture->dir))
    return;
  g_autofree gchar *ballast = g_build_filename (fixture->dir, "ballast", NULL);
  g_autofree gchar *zeros = g_malloc0 (300 * 1024);
  PoLog *log = open_log (fixture->dir);
  g_assert_true (g_file_set_contents (ballast, zeros, 300 * 1024, NULL));
  guint count = fill (log);
  append_airings (log, count, 30);
  count += 30;
  expect_airings (log, count);
  g_assert_cmpint (g_unlink (ballast), ==, 0);
  test_wait_finding (log, "log-waiting", FALSE);
  g_assert_true (po_log_flush (log, TEST_WAIT_MS));
  g_assert_true (po_log_close (log, TEST_WAIT_MS));
  expect_after_restart (fixture->dir, count);
  g_assert_cmpint (umount (fixture->dir), ==, 0);
}

// What the log has taken beforehand is its own, whoever fills the disk: it goes on, and so does its next life.
static void test_room_kept (LogFixture *fixture, gconstpointer data) {
  if (!mount_of_size (fixture->dir, "size=32m"))
    return;
  const gsize all = 32 * 1024 * 1024;
  g_autofree gchar *ballast = g_build_filename (fixture->dir, "ballast", NULL);
  g_autofree gchar *zeros = g_malloc0 (all);
  guint count = 0;
  PoLog *log = open_log (fixture->dir);
  append_airings (log, count++, 1);
  g_assert_true (po_log_flush (log, TEST_WAIT_MS));
  gint fd = open (ballast, O_WRONLY | O_CREAT, 0600);
  while (write (fd, zeros, all) > 0)
    continue;
  close (fd);
  for (; count < 500; count++) { // one transaction each: more than the WAL holds
    append_airings (log, count, 1);
    g_assert_true (po_log_flush (log, TEST_WAIT_MS));
  }
  g_assert_false (test_has_finding (log, "log-waiting"));
  g_assert_true (po_log_close (log, TEST_WAIT_MS));
  expect_after_restart (fixture->dir, count);
  g_assert_cmpint (umount (fixture->dir), ==, 0);
}

static void test_full_disk_at_the_end (LogFixture *fixture, gconstpointer data) {
  struct rlimit before, low;
  getrlimit (RLIMIT_FSIZE, &before);
  low = before;
  low.rlim_cur = 0;
  signal (SIGXFSZ, SIG_IGN);
  PoLog *log = open_log (fixture->dir);
  setrlimit (RLIMIT_FSIZE, &low);
  append_airings (log, 0, 1);
  g_assert_false (po_log_close (log, 50)); // and it says so
  setrlimit (RLIMIT_FSIZE, &before);
}

static void test_read_only_then_writable (LogFixture *fixture, gconstpointer data) {
  PoFrame frame = 0;
  PoTimeNs utc_ns = 0;
  if (!mount_small (fixture->dir))
    return;
  PoLog *log = open_log (fixture->dir);
  append_airings (log, 0, 5);
  g_assert_true (po_log_close (log, TEST_WAIT_MS));
  g_assert_cmpint (mount ("none", fixture->dir, NULL, MS_REMOUNT | MS_RDONLY, NULL), ==, 0);
  log = open_log (fixture->dir);
  g_assert_true (test_has_finding (log, "log-waiting"));
  g_assert_true (po_log_last_aired (log, test_rate, &frame, &utc_ns)); // the record can be read all the same
  g_assert_cmpint (frame, ==, 499);
  g_assert_cmpint (po_log_epoch (log), ==, 2);
  expect_airings (log, 5);
  append_airings (log, 5, 5);
  expect_airings (log, 10);
  g_assert_cmpint (mount ("none", fixture->dir, NULL, MS_REMOUNT, NULL), ==, 0);
  test_wait_finding (log, "log-waiting", FALSE);
  g_assert_true (po_log_close (log, TEST_WAIT_MS));
  expect_after_restart (fixture->dir, 10);
  g_assert_cmpint (umount (fixture->dir), ==, 0);
}

static gboolean counts_rows (PoLog *log) {
  g_autoptr (GPtrArray) findings = po_log_findings (log);
  return strstr (((PoFinding *)findings->pdata[0])->message, "rows wait") != NULL;
}

static void test_no_state_folder_yet (LogFixture *fixture, gconstpointer data) {
  g_autofree gchar *blocked = g_build_filename (fixture->dir, "state", NULL);
  g_file_set_contents (blocked, "a file where the folder should be", -1, NULL);
  PoLog *log = open_log (blocked);
  g_assert_true (test_has_finding (log, "log-waiting"));
  g_assert_false (counts_rows (log)); // there are none
  append_airings (log, 0, 3);
  g_assert_true (counts_rows (log));
  PoAiringStart start = test_start ("3", 300, 300, 100);
  gint64 airing = po_log_append_start (log, &start); // begun in memory, ended on disk
  g_assert_cmpint (g_unlink (blocked), ==, 0);
  test_wait_finding (log, "log-waiting", FALSE);
  PoAiringMark end = test_mark (400, 400, 100);
  g_assert_true (po_log_append_end (log, airing, &end, PO_AIRING_AIRED, NULL));
  g_autoptr (PoJournalEntry) entry = po_journal_entry_new (300, PO_JOURNAL_PIN, "t", NULL);
  g_assert_cmpint (po_log_append_journal (log, entry, test_rate), ==, 4);
  g_assert_true (po_log_close (log, TEST_WAIT_MS));
  expect_after_restart (blocked, 4);
}

// An operator's commands that do not hold because they could not be read are told, until they can be.
static void test_journal_unread (LogFixture *fixture, gconstpointer data) {
  g_autoptr (GError) error = NULL;
  g_autofree gchar *path = g_build_filename (fixture->dir, PO_LOG_FILE, NULL),
                   *away = g_strconcat (path, ".away", NULL);
  PoLog *log = open_log (fixture->dir);
  append_airings (log, 0, 3);
  g_assert_true (po_log_flush (log, TEST_WAIT_MS));
  g_assert_cmpint (g_rename (path, away), ==, 0);
  g_assert_cmpint (g_mkdir (path, 0755), ==, 0); // which nothing can read as a file, whoever runs this
  g_autoptr (GPtrArray) none = po_log_load_journal (log, test_rate, PO_FRAME_NONE, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (none->len, ==, 0);
  g_assert_true (test_has_finding (log, "log-journal"));
  g_assert_null (po_log_asrun (log, PO_TIME_NONE, PO_TIME_NONE, NULL, &error)); // never as if nothing had aired
  g_assert_error (error, PO_ERROR, PO_ERROR_SYSTEM);
  g_assert_nonnull (strstr (error->message, path));
  g_clear_error (&error);
  g_assert_null (po_log_open_alarms (log, 0, &error));
  g_assert_error (error, PO_ERROR, PO_ERROR_SYSTEM);
  g_clear_error (&error);
  g_assert_true (test_has_finding (log, "log-alarms"));
  g_assert_cmpint (g_rmdir (path) | g_rename (away, path), ==, 0);
  expect_airings (log, 3);
  g_assert_false (test_has_finding (log, "log-journal"));
  g_autoptr (GPtrArray) alarms = po_log_open_alarms (log, 0, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (alarms->len, ==, 0);
  g_assert_false (test_has_finding (log, "log-alarms"));
  g_assert_true (po_log_close (log, TEST_WAIT_MS));
}

static void expect_aside (LogFixture *fixture, const gchar *begins_with) {
  g_autofree gchar *path = g_build_filename (fixture->dir, "log.sqlite.aside-1", NULL);
  g_autofree gchar *contents = NULL;
  g_assert_true (g_file_get_contents (path, &contents, NULL, NULL));
  if (begins_with != NULL)
    g_assert_true (g_str_has_prefix (contents, begins_with));
}

static void expect_begun_anew (LogFixture *fixture) {
  PoLog *log = open_log (fixture->dir);
  g_assert_true (test_has_finding (log, "log-moved-aside"));
  g_assert_false (test_has_finding (log, "log-waiting"));
  append_airings (log, 0, 3);
  g_assert_true (po_log_close (log, TEST_WAIT_MS));
  expect_after_restart (fixture->dir, 3);
}

static void test_garbage (LogFixture *fixture, gconstpointer data) {
  static const gchar garbage[] =
      "This was never a database. It is longer than a header, to be sure: 0123456789 0123456";
  g_autofree gchar *path = g_build_filename (fixture->dir, PO_LOG_FILE, NULL);
  g_file_set_contents (path, garbage, -1, NULL);
  expect_begun_anew (fixture);
  expect_aside (fixture, garbage);
}

static void make_database (LogFixture *fixture, const gchar *sql) {
  g_autofree gchar *path = g_build_filename (fixture->dir, PO_LOG_FILE, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (PoSql) db = po_sql_open (path, PO_SQL_WRITE, &error);
  po_sql_run (db, sql, &error);
  g_assert_no_error (error);
}

static void test_newer_version (LogFixture *fixture, gconstpointer data) {
  make_database (fixture, "CREATE TABLE journal (from_the_future); PRAGMA user_version=99;");
  expect_begun_anew (fixture);
  expect_aside (fixture, NULL);
}

static void test_foreign_database (LogFixture *fixture, gconstpointer data) {
  make_database (fixture, "CREATE TABLE journal (x); INSERT INTO journal VALUES ('theirs');");
  expect_begun_anew (fixture); // the migration fails, and nothing of theirs is touched
  g_autofree gchar *aside = g_build_filename (fixture->dir, "log.sqlite.aside-1", NULL);
  g_autoptr (PoSql) db = po_sql_open (aside, PO_SQL_READ, NULL);
  gint64 rows = 0;
  g_assert_true (po_sql_get_int (db, "SELECT count (*) FROM journal WHERE x = 'theirs'", 0, &rows, NULL));
  g_assert_cmpint (rows, ==, 1);
}

// Another program writes into the log: the row whose number it took is refused, those behind it are not held up; and an
// entry that is none of ours is left out of the plan. Both are told.
static void test_foreign_rows (LogFixture *fixture, gconstpointer data) {
  g_autoptr (GError) error = NULL;
  g_autofree gchar *path = g_build_filename (fixture->dir, PO_LOG_FILE, NULL);
  PoLog *log = open_log (fixture->dir);
  append_airings (log, 0, 1);
  g_assert_true (po_log_flush (log, TEST_WAIT_MS));
  g_autoptr (PoSql) foreign = po_sql_open (path, PO_SQL_WRITE, &error);
  g_assert_no_error (error);
  po_sql_run (foreign, "INSERT INTO journal VALUES (2, 0, 25, 1, 0, 0, 'from-the-future', 'x', '{}', 'x', 1)", &error);
  g_assert_no_error (error);
  append_airings (log, 1, 2);
  g_assert_true (po_log_flush (log, TEST_WAIT_MS));
  g_assert_true (test_has_finding (log, "log-refused"));
  g_assert_false (test_has_finding (log, "log-unreadable"));
  g_autoptr (GPtrArray) rows = po_log_asrun (log, PO_TIME_NONE, PO_TIME_NONE, NULL, &error);
  g_assert_cmpuint (rows->len, ==, 3);
  g_autoptr (GPtrArray) journal = po_log_load_journal (log, test_rate, PO_FRAME_NONE, &error);
  g_assert_cmpuint (journal->len, ==, 2);
  g_assert_true (test_has_finding (log, "log-unreadable"));
  g_assert_true (po_log_close (log, TEST_WAIT_MS));
}

static void test_empty_file (LogFixture *fixture, gconstpointer data) {
  g_autofree gchar *path = g_build_filename (fixture->dir, PO_LOG_FILE, NULL);
  g_file_set_contents (path, "", 0, NULL);
  PoLog *log = open_log (fixture->dir);
  append_airings (log, 0, 2);
  g_assert_true (po_log_close (log, TEST_WAIT_MS));
  expect_after_restart (fixture->dir, 2);
}

// Writes nonsense over the pages in use (their number stands at 28 in the first) from @from_percent on.
static void damage (LogFixture *fixture, gint from_percent) {
  guchar nonsense[4096];
  guint32 pages = 0;
  g_autofree gchar *path = g_build_filename (fixture->dir, PO_LOG_FILE, NULL);
  memset (nonsense, 0xa5, sizeof nonsense);
  gint fd = open (path, O_RDWR | O_CLOEXEC);
  g_assert_cmpint (pread (fd, &pages, sizeof pages, 28), ==, sizeof pages);
  const off_t end = (off_t)GUINT32_FROM_BE (pages) * 4096;
  for (off_t at = end * from_percent / 100 / 4096 * 4096; at < end; at += 4096)
    g_assert_cmpint (pwrite (fd, nonsense, sizeof nonsense, at), ==, sizeof nonsense);
  close (fd);
}

static void test_damaged_at_start (LogFixture *fixture, gconstpointer data) {
  PoLog *log = open_log (fixture->dir);
  append_airings (log, 0, 500);
  g_assert_true (po_log_close (log, TEST_WAIT_MS));
  damage (fixture, 60);
  log = open_log (fixture->dir);
  append_airings (log, 500, 5);
  g_assert_true (po_log_flush (log, TEST_WAIT_MS));
  g_assert_true (test_has_finding (log, "log-moved-aside"));
  expect_aside (fixture, "SQLite format 3");
  g_assert_true (po_log_close (log, TEST_WAIT_MS));
  gint64 kept = test_query (fixture, "SELECT count (*) FROM airing_event WHERE event = 'start'");
  g_assert_cmpint (kept, >=, 5 + 100); // what could be read was saved
  g_assert_cmpint (kept, <, 505);
  g_assert_cmpint (test_query (fixture, "SELECT count (*) FROM airing_event WHERE event = 'start' AND title >= '500'"
                                        " AND length (title) = 3"),
                   >=, 5);
}

static void test_damaged_on_air (LogFixture *fixture, gconstpointer data) {
  PoLog *log = open_log (fixture->dir);
  append_airings (log, 0, 500);
  PoAiringStart start = test_start ("on air meanwhile", 50000, 50000, 100);
  gint64 airing = po_log_append_start (log, &start);
  g_assert_true (po_log_close (log, TEST_WAIT_MS)); // brings the -wal into the file
  log = open_log (fixture->dir);
  airing = po_log_append_start (log, &start);
  g_assert_true (po_log_flush (log, TEST_WAIT_MS));
  damage (fixture, 10);
  for (guint i = 500; !test_has_finding (log, "log-moved-aside"); i += 100) {
    append_airings (log, i, 100);
    po_log_flush (log, 2000);
    g_assert_cmpuint (i, <, 100000);
  }
  PoAiringMark end = test_mark (60000, 60000, 100);
  g_assert_true (po_log_append_end (log, airing, &end, PO_AIRING_AIRED, NULL));
  g_assert_true (po_log_flush (log, TEST_WAIT_MS));
  g_assert_true (po_log_close (log, TEST_WAIT_MS));
  g_assert_cmpint (test_query (fixture, "SELECT count (*) FROM asrun WHERE title = 'on air meanwhile' AND"
                                        " status = 'aired'"),
                   ==, 1);
}

// @data: how many of its files, the database first.
static void test_deleted_on_air (LogFixture *fixture, gconstpointer data) {
  static const gchar *const names[] = {"log.sqlite", "log.sqlite-wal", "log.sqlite-shm"};
  PoLog *log = open_log (fixture->dir);
  append_airings (log, 0, 300);
  g_assert_true (po_log_close (log, TEST_WAIT_MS)); // brings the -wal into the file
  log = open_log (fixture->dir);
  append_airings (log, 300, 300);
  g_assert_true (po_log_flush (log, TEST_WAIT_MS));
  for (guint i = 0; i < GPOINTER_TO_UINT (data); i++) {
    g_autofree gchar *path = g_build_filename (fixture->dir, names[i], NULL);
    g_assert_cmpint (g_unlink (path), ==, 0);
  }
  append_airings (log, 600, 1); // what the open file still holds is written out anew
  g_assert_true (po_log_flush (log, TEST_WAIT_MS));
  g_assert_true (test_has_finding (log, "log-moved-aside"));
  expect_airings (log, 601);
  g_assert_true (po_log_close (log, TEST_WAIT_MS));
  expect_after_restart (fixture->dir, 601);
  g_assert_cmpint (test_query (fixture, "SELECT integrity_check = 'ok' FROM pragma_integrity_check"), ==, TRUE);
}

int main (int argc, char **argv) {
  keep_mounts_to_ourselves ();
  g_test_init (&argc, &argv, NULL);
#define ADD(name, func) g_test_add (name, LogFixture, NULL, log_fixture_set_up, func, log_fixture_tear_down)
  ADD ("/log/file-size-limit", test_file_size_limit);
  ADD ("/log/room-kept", test_room_kept);
  ADD ("/log/full-disk", test_full_disk);
  ADD ("/log/full-disk-at-the-end", test_full_disk_at_the_end);
  ADD ("/log/read-only-then-writable", test_read_only_then_writable);
  ADD ("/log/no-state-folder-yet", test_no_state_folder_yet);
  ADD ("/log/garbage", test_garbage);
  ADD ("/log/newer-version", test_newer_version);
  ADD ("/log/foreign-database", test_foreign_database);
  ADD ("/log/journal-unread", test_journal_unread);
  ADD ("/log/foreign-rows", test_foreign_rows);
  ADD ("/log/empty-file", test_empty_file);
  ADD ("/log/damaged-at-start", test_damaged_at_start);
  ADD ("/log/damaged-on-air", test_damaged_on_air);
  g_test_add ("/log/deleted-on-air", LogFixture, GUINT_TO_POINTER (3), log_fixture_set_up, test_deleted_on_air,
              log_fixture_tear_down);
  g_test_add ("/log/deleted-on-air/database-alone", LogFixture, GUINT_TO_POINTER (1), log_fixture_set_up,
              test_deleted_on_air, log_fixture_tear_down);
  return g_test_run ();
}
