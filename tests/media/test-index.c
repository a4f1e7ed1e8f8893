// SPDX-License-Identifier: GPL-3.0-or-later
// What an earlier version of the program found and kept, in the hands of this one.
#include <fcntl.h>
#include <glib/gstdio.h>
#include <inttypes.h>
#include <sys/mount.h>
#include <unistd.h>

#include "media-fixture.h"
#include "media/index.h"
#include "store/sql.h"

static void run_sql (MediaFixture *fixture, const gchar *text) {
  g_autoptr (GError) error = NULL;
  g_autofree gchar *path = g_build_filename (fixture->state, PO_MEDIA_INDEX_FILE, NULL);
  g_autoptr (PoSql) db = po_sql_open (path, PO_SQL_WRITE, &error);
  g_assert_no_error (error);
  po_sql_run (db, text, &error);
  g_assert_no_error (error);
}

// As a version left it that counted wrong.
static void make_outdated (MediaFixture *fixture) {
  run_sql (fixture, "UPDATE content SET frames = 7, probe_version = probe_version - 1");
}

// What was found before holds until the clip has been looked into anew, which is done once.
static void test_looked_into_anew (MediaFixture *fixture, gconstpointer data) {
  test_put (fixture, "a.mp4", "video 5");
  test_put (fixture, "same.mp4", "video 5");
  po_media_library_free (test_library_scanned (fixture));
  make_outdated (fixture);
  g_atomic_int_set (&test_probes, 0);
  PoMediaLibrary *library = test_library_scanned (fixture);
  test_expect (library, "a.mp4:video:5 same.mp4:video:5");
  g_assert_cmpint (g_atomic_int_get (&test_probes), >=, 1);
  po_media_library_free (library);
  g_atomic_int_set (&test_probes, 0);
  po_media_library_free (test_library_scanned (fixture));
  g_assert_cmpint (g_atomic_int_get (&test_probes), ==, 0);
}

// Seven pictures, an earlier version said of what is called @contents.
static void put_outdated (MediaFixture *fixture, const gchar *contents) {
  g_autofree gchar *sha256 = g_compute_checksum_for_string (G_CHECKSUM_SHA256, contents, -1);
  g_autofree gchar *insert =
      g_strdup_printf ("INSERT INTO content VALUES ('%s',0,280000000,7,25,1,640,360,1,NULL,'',0)", sha256);
  po_media_library_free (test_library_scanned (fixture));
  run_sql (fixture, insert);
}

// A clip that the plan wants is planned with what is known of it, not with less by a glance, and looked into meanwhile.
static void test_wanted (MediaFixture *fixture, gconstpointer data) {
  static const gchar *const wanted[] = {"a.mp4", NULL};
  put_outdated (fixture, "hang");
  test_put (fixture, "a.mp4", "hang");
  g_autoptr (PoMediaLibrary) library =
      po_media_library_new (fixture->media, fixture->state, test_glancing_prober_new ());
  po_media_library_want (library, wanted);
  po_media_library_scan_now (library);
  while (!po_media_library_can_plan (library))
    g_main_context_iteration (NULL, TRUE);
  test_expect (library, "a.mp4:video:7");
  g_assert_cmpuint (po_media_library_pending (library), ==, 1);
}

// Where nothing can be found anew, what was found goes on holding, and each scan does not try again.
static void test_nothing_found_anew (MediaFixture *fixture, gconstpointer data) {
  put_outdated (fixture, "given-up");
  test_put (fixture, "a.mp4", "given-up");
  g_autoptr (PoMediaLibrary) library = test_library_scanned (fixture);
  test_expect (library, "a.mp4:video:7");
  po_media_library_scan_now (library);
  test_wait_idle (library);
  test_expect (library, "a.mp4:video:7");
  g_assert_cmpint (g_atomic_int_get (&test_probes), ==, 1);
}

// Nor does a clip go that cannot be read just now, as from a share that fails, while it is looked into anew.
static void test_not_read_anew (MediaFixture *fixture, gconstpointer data) {
  GStatBuf is;
  g_autofree gchar *path = test_path (fixture, "a.mp4");
  put_outdated (fixture, "x");
  test_put (fixture, "a.mp4", "video 5");
  g_assert_cmpint (truncate (path, G_GINT64_CONSTANT (3) << 29) | g_stat (path, &is), ==, 0); // too hollow to be read
  g_autofree gchar *sha256 = g_compute_checksum_for_string (G_CHECKSUM_SHA256, "x", -1);
  g_autofree gchar *insert =
      g_strdup_printf ("INSERT INTO seen VALUES ('a.mp4',%" PRId64 ",%" PRId64 ",%" PRId64 ",'%s')", (gint64)is.st_size,
                       is.st_mtim.tv_sec * PO_NS_PER_SECOND + is.st_mtim.tv_nsec, (gint64)is.st_ino, sha256);
  run_sql (fixture, insert);
  g_autoptr (PoMediaLibrary) library = test_library_scanned (fixture);
  test_expect (library, "a.mp4:video:7");
  g_assert_cmpint (g_atomic_int_get (&test_probes), ==, 0);
}

// As an earlier life left it.
static void keep_a_clip (MediaFixture *fixture) {
  PoMediaIndex *index = po_media_index_open (fixture->state);
  g_autoptr (PoMediaTable) table = po_media_table_new ();
  PoMediaFacts *facts = g_new0 (PoMediaFacts, 1);
  *facts = (PoMediaFacts){.path = g_strdup ("a.mp4"), .sha256 = g_strdup ("x"), .rate = {25, 1}, .frames = 5};
  po_media_index_put (index, facts, 1);
  po_media_table_add (table, facts);
  po_media_index_publish (index, table);
  g_assert_null (po_media_index_problem (index));
  po_media_index_free (index);
}

// What cannot be written holds in memory, and is told.
static void assert_held (MediaFixture *fixture) {
  g_autoptr (GError) error = NULL;
  g_autoptr (PoMediaIndex) index = po_media_index_open (fixture->state);
  g_autofree gchar *problem = po_media_index_problem (index);
  g_assert_nonnull (problem);
  g_autoptr (PoMediaTable) table = po_media_index_table (index, NULL, &error);
  g_assert_no_error (error);
  g_autofree gchar *described = test_describe (table);
  g_assert_cmpstr (described, ==, "a.mp4:video:5");
  g_autoptr (GHashTable) seen = po_media_index_load (index);
  g_assert_cmpuint (g_hash_table_size (seen), ==, 1);
}

// Somebody else writes just when it is to be brought up to date.
static void test_not_writable (MediaFixture *fixture, gconstpointer data) {
  g_autoptr (GError) error = NULL;
  g_autofree gchar *path = g_build_filename (fixture->state, PO_MEDIA_INDEX_FILE, NULL);
  keep_a_clip (fixture);
  run_sql (fixture, "ALTER TABLE content DROP COLUMN probe_version; PRAGMA user_version=3;");
  g_autoptr (PoSql) other = po_sql_open (path, PO_SQL_WRITE, &error);
  g_assert_true (po_sql_run (other, "BEGIN IMMEDIATE", &error));
  assert_held (fixture);
}

static void test_full_disk (MediaFixture *fixture, gconstpointer data) {
  static const gchar block[4096] = "";
  if (!test_mount (fixture->state, "size=1m"))
    return;
  keep_a_clip (fixture);
  g_autofree gchar *ballast = g_build_filename (fixture->state, "ballast", NULL);
  const gint fd = g_open (ballast, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  while (write (fd, block, sizeof block) > 0)
    continue;
  close (fd);
  assert_held (fixture);
  g_assert_cmpint (umount (fixture->state), ==, 0);
}

// The index of a version that did not keep what probes printed, nor marks, nor which version found what.
static void test_first_version (MediaFixture *fixture, gconstpointer data) {
  static const gchar schema[] =
      "CREATE TABLE content (sha256 TEXT PRIMARY KEY, kind INTEGER, duration_ns INTEGER, frames INTEGER,"
      "  fps_n INTEGER, fps_d INTEGER, width INTEGER, height INTEGER, has_audio INTEGER, problem TEXT) WITHOUT ROWID;"
      "CREATE TABLE change (no INTEGER, path TEXT, present INTEGER, sha256 TEXT, size INTEGER, mtime_ns INTEGER,"
      "  kind INTEGER, duration_ns INTEGER, frames INTEGER, fps_n INTEGER, fps_d INTEGER, width INTEGER,"
      "  height INTEGER, has_audio INTEGER, problem TEXT, PRIMARY KEY (path, no)) WITHOUT ROWID;"
      "PRAGMA user_version=1;";
  g_autofree gchar *sha256 = g_compute_checksum_for_string (G_CHECKSUM_SHA256, "video 5", -1);
  g_autofree gchar *insert =
      g_strdup_printf ("INSERT INTO content VALUES ('%s',0,280000000,7,25,1,640,360,1,NULL)", sha256);
  run_sql (fixture, schema);
  run_sql (fixture, insert);
  test_put (fixture, "a.mp4", "video 5");
  g_autoptr (PoMediaLibrary) library = test_library_scanned (fixture);
  test_expect (library, "a.mp4:video:5");
  g_autoptr (GPtrArray) findings = po_media_library_findings (library);
  g_assert_cmpuint (findings->len, ==, 0);
}

// The command line has somebody waiting: it takes what is known, and leaves it to the daemon to look anew.
static void test_command_line (MediaFixture *fixture, gconstpointer data) {
  g_autoptr (PoProber) prober = test_prober_new ();
  test_put (fixture, "a.mp4", "video 5");
  po_media_library_free (test_library_scanned (fixture));
  make_outdated (fixture);
  g_autoptr (PoMediaTable) table = po_media_scan_sync (fixture->media, fixture->state, prober, NULL, NULL, NULL, NULL);
  g_autofree gchar *described = test_describe (table);
  g_assert_cmpstr (described, ==, "a.mp4:video:7");
}

// What cannot be decoded is tried again by each life, which may have another decoder, and holds until then.
static void test_lacks_decoder (MediaFixture *fixture, gconstpointer data) {
  test_put (fixture, "a.mp4", "foreign");
  for (guint life = 1; life <= 2; life++) {
    g_autoptr (PoMediaLibrary) library = test_library_scanned (fixture);
    po_media_library_scan_now (library);
    test_wait_idle (library);
    test_expect (library, "a.mp4:audio:1");
    g_assert_cmpint (g_atomic_int_get (&test_probes), ==, life);
  }
}

int main (int argc, char **argv) {
  test_keep_mounts_to_ourselves ();
  g_test_init (&argc, &argv, NULL);
#define ADD(name, func) g_test_add (name, MediaFixture, NULL, media_fixture_set_up, func, media_fixture_tear_down)
  ADD ("/media/index/looked-into-anew", test_looked_into_anew);
  ADD ("/media/index/wanted", test_wanted);
  ADD ("/media/index/nothing-found-anew", test_nothing_found_anew);
  ADD ("/media/index/not-read-anew", test_not_read_anew);
  ADD ("/media/index/not-writable", test_not_writable);
  ADD ("/media/index/full-disk", test_full_disk);
  ADD ("/media/index/first-version", test_first_version);
  ADD ("/media/index/command-line", test_command_line);
  ADD ("/media/index/lacks-decoder", test_lacks_decoder);
  return g_test_run ();
}
