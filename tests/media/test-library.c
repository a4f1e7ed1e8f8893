// SPDX-License-Identifier: GPL-3.0-or-later
// The media folder as facts: what gets in, what stays out, what is remembered.
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "media-fixture.h"
#include "model/error.h"

static void test_kinds (MediaFixture *fixture, gconstpointer data) {
  test_put (fixture, "b/tập 10.mp4", "video 250");
  test_put (fixture, "b/tập 2.mp4", "video 100");
  test_put (fixture, "card.png", "still");
  test_put (fixture, "nhạc.flac", "audio 3");
  test_put (fixture, "z.mp4", "bad nothing in it");
  test_put (fixture, "empty.mp4", "");
  g_autoptr (PoMediaLibrary) library = test_library_scanned (fixture);
  test_expect (library,
               "b/tập 2.mp4:video:100 b/tập 10.mp4:video:250 card.png:still:1 empty.mp4:problem nhạc.flac:audio:1 "
               "z.mp4:problem");
  const PoMediaFacts *facts = po_media_table_lookup (po_media_library_table (library), "card.png");
  g_autofree gchar *sha256 = g_compute_checksum_for_string (G_CHECKSUM_SHA256, "still", -1);
  g_assert_cmpstr (facts->sha256, ==, sha256);
  g_assert_cmpint (facts->size_bytes, ==, 5);
  g_assert_cmpuint (po_media_library_pending (library), ==, 0);
}

static void test_names_left_alone (MediaFixture *fixture, gconstpointer data) {
  g_auto (GStrv) names = g_strsplit (
      "a.mp4.part b.uploading c.tmp .hidden.mp4 d.mp4~ e.mp4.PART notes.txt sub.srt README.md "
      "Thumbs.db .git/x.mp4 f.crdownload @eaDir/a.mp4/SYNO.jpg sub/#recycle/g.mp4 "
      "$RECYCLE.BIN/h.mp4 i.mp4.download/i.mp4 j.opdownload GX010001.LRV GX010001.THM VTS_01_0.IFO 00000.CPI",
      " ", -1);
  for (guint i = 0; names[i] != NULL; i++)
    test_put (fixture, names[i], "video 10");
  test_put (fixture, "no-extension", "video 10");
  g_autoptr (PoMediaLibrary) library = test_library_scanned (fixture);
  test_expect (library, "no-extension:video:10");
}

static void make_socket (const gchar *path) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  gint fd = socket (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  g_strlcpy (address.sun_path, path, sizeof address.sun_path);
  g_assert_cmpint (bind (fd, (struct sockaddr *)&address, sizeof address), ==, 0);
  close (fd);
}

// Nothing of these is ever opened: a FIFO nobody writes would hang, a link out would show what is not ours.
static void test_odd_files (MediaFixture *fixture, gconstpointer data) {
  g_autofree gchar *outside = g_build_filename (fixture->state, "secret.mp4", NULL);
  g_autofree gchar *fifo = test_path (fixture, "fifo.mp4"), *socket_path = test_path (fixture, "socket.mp4"),
                   *out = test_path (fixture, "out.mp4"), *relative = test_path (fixture, "up.mp4"),
                   *dangling = test_path (fixture, "dangling.mp4"), *loop = test_path (fixture, "loop.mp4"),
                   *folder_loop = test_path (fixture, "sub/again"), *inside = test_path (fixture, "inside.mp4"),
                   *device = test_path (fixture, "null.mp4");
  g_file_set_contents (outside, "video 1", -1, NULL);
  test_put (fixture, "sub/real.mp4", "video 7");
  g_assert_cmpint (mkfifo (fifo, 0644), ==, 0);
  make_socket (socket_path);
  g_assert_cmpint (symlink (outside, out), ==, 0);
  g_assert_cmpint (symlink ("../../etc/passwd", relative), ==, 0);
  g_assert_cmpint (symlink ("nowhere", dangling), ==, 0);
  g_assert_cmpint (symlink ("loop.mp4", loop), ==, 0);
  g_assert_cmpint (symlink ("..", folder_loop), ==, 0);
  g_assert_cmpint (symlink ("sub/real.mp4", inside), ==, 0);
  g_assert_cmpint (symlink ("/dev/zero", device), ==, 0);
  g_autoptr (PoMediaLibrary) library = test_library_scanned (fixture);
  test_expect (library, "dangling.mp4:problem fifo.mp4:problem inside.mp4:video:7 loop.mp4:problem null.mp4:problem "
                        "out.mp4:problem socket.mp4:problem sub/real.mp4:video:7 up.mp4:problem");
  g_assert_cmpint (g_atomic_int_get (&test_probes), <=, 2);
  g_assert_cmpuint (test_count_findings (library, "media-odd"), ==, 7);
}

static void test_growing_file_waits (MediaFixture *fixture, gconstpointer data) {
  g_autofree gchar *path = test_path (fixture, "new.mp4");
  g_autoptr (PoMediaLibrary) library = test_library (fixture);
  po_media_library_set_settle_ms (library, 3600 * 1000);
  g_file_set_contents (path, "video 5", -1, NULL); // just now
  po_media_library_scan_now (library);
  while (!po_media_library_is_scanned (library))
    g_main_context_iteration (NULL, TRUE);
  test_expect (library, "");
  g_assert_cmpuint (po_media_library_pending (library), ==, 1);
  g_assert_false (po_media_library_is_idle (library));
}

// A copy that stalls: nothing changes for longer than the settle time, and it is not whole.
static void test_held_open (MediaFixture *fixture, gconstpointer data) {
  g_autofree gchar *path = test_path (fixture, "stalled.mp4");
  test_put (fixture, "stalled.mp4", "video 5"); // last changed an hour ago
  test_put (fixture, "whole.mp4", "video 6");
  const gint fd = open (path, O_WRONLY | O_APPEND | O_CLOEXEC);
  g_autoptr (PoMediaLibrary) library = test_library (fixture);
  po_media_library_scan_now (library);
  while (po_media_table_lookup (po_media_library_table (library), "whole.mp4") == NULL)
    g_main_context_iteration (NULL, TRUE);
  test_expect (library, "whole.mp4:video:6");
  g_assert_cmpuint (po_media_library_pending (library), ==, 1);
  g_assert_cmpint (write (fd, "0", 1), ==, 1);
  close (fd); // which the folder's watch tells of
  while (po_media_table_lookup (po_media_library_table (library), "stalled.mp4") == NULL)
    g_main_context_iteration (NULL, TRUE);
  test_expect (library, "stalled.mp4:video:50 whole.mp4:video:6");
}

static void test_left_uploads (MediaFixture *fixture, gconstpointer data) {
  static const gchar *const names[] = {".0123456789abcdef0123456789abcdef.uploading", ".notes.uploading",
                                       ".ffffffffffffffffffffffffffffffff.uploading"};
  const struct timespec long_ago[2] = {{.tv_sec = 1000000000}, {.tv_sec = 1000000000}};
  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    g_autofree gchar *path = test_path (fixture, names[i]);
    test_put (fixture, names[i], "half of it");
    g_assert_true (i == 2 || utimensat (AT_FDCWD, path, long_ago, 0) == 0);
  }
  po_media_library_free (test_library_scanned (fixture));
  g_assert_true (test_is_there (fixture, names[0])); // nothing is old by a clock that may be far ahead
  g_autoptr (PoMediaLibrary) library = test_library (fixture);
  po_media_library_trust_clock (library, TRUE);
  po_media_library_scan_now (library);
  test_wait_idle (library);
  g_assert_false (test_is_there (fixture, names[0]));
  g_assert_true (test_is_there (fixture, names[1]) && test_is_there (fixture, names[2]));
}

// What stands beside a clip is read with it, followed, and part of the revision; the next life has it at once.
static void test_marks (MediaFixture *fixture, gconstpointer data) {
  test_put (fixture, "a.mp4", "video 50");
  g_autoptr (PoMediaLibrary) library = test_library_scanned (fixture);
  g_autofree gchar *before = g_strdup (po_media_table_revision (po_media_library_table (library)));
  test_put (fixture, "a.mp4.marks", "[marks]\nsom=00:00:00:10\neom=PT1.5S\n");
  po_media_library_scan_now (library);
  test_wait_idle (library);
  const PoMediaFacts *facts = po_media_table_lookup (po_media_library_table (library), "a.mp4");
  const PoRate rate = {25, 1};
  g_assert_cmpint (po_mark_to_ns (&facts->som, rate, rate), ==, 400000000);
  g_assert_cmpint (po_mark_to_ns (&facts->eom, rate, rate), ==, 1500000000);
  g_autofree gchar *marked = g_strdup (po_media_table_revision (po_media_library_table (library)));
  g_assert_cmpstr (marked, !=, before);
  test_expect (library, "a.mp4:video:50");
  g_clear_pointer (&library, po_media_library_free);
  library = test_library (fixture);
  g_assert_cmpstr (po_media_table_revision (po_media_library_table (library)), ==, marked);
  test_put (fixture, "a.mp4.marks", "[marks]\nsom=soon\n");
  po_media_library_scan_now (library);
  test_wait_idle (library);
  g_assert_cmpuint (test_count_findings (library, "media-marks"), ==, 1);
  g_assert_cmpstr (po_media_table_revision (po_media_library_table (library)), ==, before);
}

static gboolean has_mark_in (PoMediaLibrary *library, const gchar *path) {
  const PoMediaFacts *facts = po_media_table_lookup (po_media_library_table (library), path);
  g_assert_nonnull (facts);
  return facts->som.set;
}

static void move (MediaFixture *fixture, const gchar *from, const gchar *to) {
  g_autofree gchar *old = test_path (fixture, from), *new = test_path (fixture, to);
  g_assert_cmpint (g_rename (old, new), ==, 0);
}

static void take_away (MediaFixture *fixture, const gchar *path) {
  g_autofree gchar *full = test_path (fixture, path);
  g_assert_cmpint (g_unlink (full), ==, 0);
}

// A clip's marks go with its content: to another name or folder, while nobody looks too; not to a mere copy, and not
// over marks that are there.
static void test_marks_follow (MediaFixture *fixture, gconstpointer data) {
  test_put (fixture, "a.mp4", "video 50");
  test_put (fixture, "a.mp4.marks", "[marks]\nsom=00:00:00:10\n");
  test_put (fixture, "copy.mp4", "video 50");
  test_put (fixture, "sub/c.mp4", "video 70");
  g_autoptr (PoMediaLibrary) library = test_library_scanned (fixture);
  g_assert_false (has_mark_in (library, "copy.mp4"));
  take_away (fixture, "copy.mp4");
  move (fixture, "a.mp4", "sub/b.mp4");
  po_media_library_scan_now (library);
  test_wait_idle (library);
  g_assert_true (has_mark_in (library, "sub/b.mp4"));
  g_assert_true (test_is_there (fixture, "sub/b.mp4.marks"));
  g_assert_false (test_is_there (fixture, "a.mp4.marks"));
  g_clear_pointer (&library, po_media_library_free);
  move (fixture, "sub/b.mp4", "d.mp4");
  library = test_library_scanned (fixture);
  g_assert_true (has_mark_in (library, "d.mp4"));
  g_assert_true (test_is_there (fixture, "d.mp4.marks"));
  test_put (fixture, "sub/c.mp4.marks", "[marks]\neom=00:00:01:00\n");
  take_away (fixture, "d.mp4");
  test_put (fixture, "sub/c.mp4", "video 50");
  po_media_library_scan_now (library);
  test_wait_idle (library);
  g_assert_false (has_mark_in (library, "sub/c.mp4")); // its own marks stay
  g_assert_true (test_is_there (fixture, "d.mp4.marks"));
}

// What plans go by stays the same object while nothing is new, in the next life too: they need not be made again.
static void test_same_table_stays (MediaFixture *fixture, gconstpointer data) {
  test_put (fixture, "a.mp4", "video 50");
  test_put (fixture, "b.mp4", "bad nothing in it");
  test_put (fixture, "a.mp4.marks", "[marks]\nsom=00:00:00:10\n");
  g_autoptr (PoMediaLibrary) library = test_library_scanned (fixture);
  PoMediaTable *table = po_media_library_table (library);
  po_media_library_scan_now (library);
  test_wait_idle (library);
  g_assert_true (po_media_library_table (library) == table);
  test_put (fixture, "a.mp4.marks", "[marks]\nsom=00:00:00:11\n");
  po_media_library_scan_now (library);
  test_wait_idle (library);
  g_assert_true (po_media_library_table (library) != table);
  g_clear_pointer (&library, po_media_library_free);
  library = test_library (fixture);
  table = po_media_library_table (library);
  po_media_library_scan_now (library);
  test_wait_idle (library);
  g_assert_true (po_media_library_table (library) == table);
  take_away (fixture, "b.mp4");
  po_media_library_scan_now (library);
  test_wait_idle (library);
  g_assert_true (po_media_library_table (library) != table);
  test_expect (library, "a.mp4:video:50");
}

static void test_new_file_settles (MediaFixture *fixture, gconstpointer data) {
  g_autofree gchar *path = test_path (fixture, "new.mp4");
  g_autoptr (PoMediaLibrary) library = test_library_scanned (fixture);
  test_expect (library, "");
  g_file_set_contents (path, "video 5", -1, NULL);
  po_media_library_scan_now (library);
  test_wait_idle (library);
  test_expect (library, "new.mp4:video:5");
}

static gboolean has_come (PoMediaLibrary *library, const gchar *path, gint64 until_us) {
  while (po_media_table_lookup (po_media_library_table (library), path) == NULL && g_get_monotonic_time () < until_us) {
    if (!g_main_context_iteration (NULL, FALSE))
      g_usleep (2000);
  }
  return po_media_table_lookup (po_media_library_table (library), path) != NULL;
}

// Written just now, under the name of an unfinished copy, and then renamed: it does not wait to settle. One written
// under its own name does. (A rename whose two halves the kernel tells too far apart is none to GLib: it is done once
// more.)
static void test_renamed_copy_is_whole (MediaFixture *fixture, gconstpointer data) {
  g_autofree gchar *part = test_path (fixture, "sub/.a.mp4.part"), *own = test_path (fixture, "sub/b.mp4");
  gboolean come = FALSE;
  test_put (fixture, "sub/old.mp4", "video 5");
  g_autoptr (PoMediaLibrary) library = test_library (fixture);
  po_media_library_set_settle_ms (library, 3600 * 1000);
  po_media_library_scan_now (library);
  test_wait_idle (library);
  g_file_set_contents_full (own, "video 9", -1, G_FILE_SET_CONTENTS_NONE, 0644, NULL);
  g_file_set_contents_full (part, "video 7", -1, G_FILE_SET_CONTENTS_NONE, 0644, NULL);
  move (fixture, "sub/.a.mp4.part", "sub/a.mp4");
  for (guint tries = 0; !come && tries < 12; tries++) {
    come = has_come (library, "sub/a.mp4", g_get_monotonic_time () + 5 * G_USEC_PER_SEC);
    if (!come) {
      move (fixture, "sub/a.mp4", "sub/.a.mp4.part");
      move (fixture, "sub/.a.mp4.part", "sub/a.mp4");
    }
  }
  test_expect (library, "sub/a.mp4:video:7 sub/old.mp4:video:5");
}

static void test_watch_sees_changes (MediaFixture *fixture, gconstpointer data) {
  g_autofree gchar *old = test_path (fixture, "sub/a.mp4"), *renamed = test_path (fixture, "sub/b.mp4");
  gint64 until_us = g_get_monotonic_time () + 60 * G_USEC_PER_SEC;
  test_put (fixture, "sub/a.mp4", "video 5");
  g_autoptr (PoMediaLibrary) library = test_library_scanned (fixture);
  g_assert_cmpint (g_rename (old, renamed), ==, 0);
  while (po_media_table_lookup (po_media_library_table (library), "sub/b.mp4") == NULL &&
         g_get_monotonic_time () < until_us) {
    if (!g_main_context_iteration (NULL, FALSE))
      g_usleep (2000);
  }
  test_wait_idle (library);
  test_expect (library, "sub/b.mp4:video:5");
  g_assert_cmpint (g_atomic_int_get (&test_probes), ==, 1); // a renamed content is known
}

static void test_replaced_and_deleted (MediaFixture *fixture, gconstpointer data) {
  g_autofree gchar *path = test_path (fixture, "a.mp4"), *fresh = test_path (fixture, "a.mp4.part");
  test_put (fixture, "a.mp4", "video 5");
  g_autoptr (PoMediaLibrary) library = test_library_scanned (fixture);
  g_autofree gchar *first = g_strdup (po_media_table_revision (po_media_library_table (library)));
  test_put (fixture, "a.mp4.part", "video 77");
  g_assert_cmpint (g_rename (fresh, path), ==, 0);
  po_media_library_scan_now (library);
  test_wait_idle (library);
  test_expect (library, "a.mp4:video:77");
  g_assert_cmpint (g_unlink (path), ==, 0);
  po_media_library_scan_now (library);
  test_wait_idle (library);
  test_expect (library, "");
  g_autoptr (GError) error = NULL;
  g_autoptr (PoMediaTable) before = po_media_library_table_at (library, first, &error);
  g_assert_no_error (error);
  g_autofree gchar *described = test_describe (before);
  g_assert_cmpstr (described, ==, "a.mp4:video:5");
  g_assert_null (po_media_library_table_at (library, "beef", &error));
  g_assert_error (error, PO_ERROR, PO_ERROR_NOT_FOUND);
}

// A file overwritten in place is not what it was: it must not air by its old facts.
static void test_overwritten_in_place (MediaFixture *fixture, gconstpointer data) {
  g_autofree gchar *path = test_path (fixture, "a.mp4");
  test_put (fixture, "a.mp4", "video 5");
  g_autoptr (PoMediaLibrary) library = test_library_scanned (fixture);
  gint fd = open (path, O_WRONLY | O_TRUNC | O_CLOEXEC);
  g_assert_cmpint (write (fd, "video 123", 9), ==, 9);
  close (fd);
  gboolean was_absent = FALSE;
  po_media_library_scan_now (library);
  while (!po_media_library_is_idle (library)) {
    g_main_context_iteration (NULL, TRUE);
    was_absent |= po_media_table_lookup (po_media_library_table (library), "a.mp4") == NULL;
  }
  g_assert_true (was_absent);
  test_expect (library, "a.mp4:video:123");
}

static void test_restart_probes_nothing (MediaFixture *fixture, gconstpointer data) {
  test_put (fixture, "a.mp4", "video 5");
  test_put (fixture, "b.mp4", "bad x");
  po_media_library_free (test_library_scanned (fixture));
  g_assert_cmpint (g_atomic_int_get (&test_probes), ==, 2);
  g_autoptr (PoMediaLibrary) library = test_library (fixture);
  test_expect (library, "a.mp4:video:5 b.mp4:problem"); // before the folder was looked at
  g_autofree gchar *revision = g_strdup (po_media_table_revision (po_media_library_table (library)));
  po_media_library_scan_now (library);
  test_wait_idle (library);
  test_expect (library, "a.mp4:video:5 b.mp4:problem");
  g_assert_cmpstr (po_media_table_revision (po_media_library_table (library)), ==, revision);
  g_assert_cmpint (g_atomic_int_get (&test_probes), ==, 2);
}

// What the folder held last holds at the next start, also where that had been so before.
static void test_restart_after_a_change_taken_back (MediaFixture *fixture, gconstpointer data) {
  g_autofree gchar *path = test_path (fixture, "b.mp4");
  test_put (fixture, "a.mp4", "video 5");
  PoMediaLibrary *library = test_library_scanned (fixture);
  g_autofree gchar *first = g_strdup (po_media_table_revision (po_media_library_table (library)));
  test_put (fixture, "b.mp4", "video 6");
  po_media_library_scan_now (library);
  test_wait_idle (library);
  test_expect (library, "a.mp4:video:5 b.mp4:video:6");
  g_assert_cmpint (g_unlink (path), ==, 0);
  po_media_library_scan_now (library);
  test_wait_idle (library);
  po_media_library_free (library);
  g_autoptr (PoMediaLibrary) next = test_library (fixture);
  test_expect (next, "a.mp4:video:5"); // before the folder was looked at
  g_assert_cmpstr (po_media_table_revision (po_media_library_table (next)), ==, first);
  test_put (fixture, "c.mp4", "video 7");
  po_media_library_scan_now (next);
  test_wait_idle (next);
  test_expect (next, "a.mp4:video:5 c.mp4:video:7");
  g_autoptr (PoMediaTable) before = po_media_library_table_at (next, first, NULL);
  g_autofree gchar *described = test_describe (before);
  g_assert_cmpstr (described, ==, "a.mp4:video:5");
}

// A probe given up holds for this life, and is tried again in the next: the machine may have been busy.
static void test_given_up_is_not_remembered (MediaFixture *fixture, gconstpointer data) {
  test_put (fixture, "a.mp4", "given-up");
  PoMediaLibrary *library = test_library_scanned (fixture);
  test_expect (library, "a.mp4:problem");
  po_media_library_scan_now (library);
  test_wait_idle (library);
  test_expect (library, "a.mp4:problem");
  g_assert_cmpint (g_atomic_int_get (&test_probes), ==, 1);
  po_media_library_free (library);
  po_media_library_free (test_library_scanned (fixture));
  g_assert_cmpint (g_atomic_int_get (&test_probes), ==, 2);
}

static void test_no_prober_is_told_and_tried_again (MediaFixture *fixture, gconstpointer data) {
  test_put (fixture, "a.mp4", "system");
  g_autoptr (PoMediaLibrary) library = test_library_scanned (fixture);
  test_expect (library, "");
  g_assert_cmpuint (test_count_findings (library, "media-probe"), ==, 1);
  test_put (fixture, "a.mp4", "video 3");
  po_media_library_scan_now (library);
  test_wait_idle (library);
  test_expect (library, "a.mp4:video:3");
  g_assert_cmpuint (test_count_findings (library, "media-probe"), ==, 0);
}

static void test_wanted_first (MediaFixture *fixture, gconstpointer data) {
  static const gchar *const wanted[] = {"z%20z/", "y.mp4", NULL};
  for (guint i = 0; i < 40; i++) {
    g_autofree gchar *name = g_strdup_printf ("m-%02u.mp4", i);
    test_put (fixture, name, "video 1");
  }
  test_put (fixture, "y.mp4", "hang"); // until the library is freed
  test_put (fixture, "z z/1.mp4", "video 4");
  PoMediaLibrary *library = test_library (fixture);
  po_media_library_want (library, wanted);
  po_media_library_scan_now (library);
  while (po_media_table_lookup (po_media_library_table (library), "m-39.mp4") == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_autofree gchar *order = test_probed ();
  // Two workers begin with the two wanted; one hangs in y.mp4, so the rest comes after 1.mp4, the last by name.
  g_assert_true (g_str_has_prefix (order, "1.mp4 ") || g_str_has_prefix (order, "y.mp4 1.mp4 "));
  g_assert_cmpuint (po_media_library_pending (library), ==, 1);
  po_media_library_free (library); // with a worker inside a probe
}

// What the air waits for is known at once, however long counting its pictures takes; the rest is only counted.
static void test_wanted_is_glanced_at (MediaFixture *fixture, gconstpointer data) {
  const gchar *const wanted[] = {"tonight/", NULL};
  test_put (fixture, "tonight/a.mp4", "hang");
  test_put (fixture, "tonight/b.mp4", "hang");
  test_put (fixture, "tonight/c.mp4", "hang");
  test_put (fixture, "other.mp4", "hang");
  g_autoptr (PoMediaLibrary) library =
      po_media_library_new (fixture->media, fixture->state, test_glancing_prober_new ());
  po_media_library_want (library, wanted);
  g_assert_false (po_media_library_can_plan (library));
  po_media_library_scan_now (library);
  while (!po_media_library_can_plan (library))
    g_main_context_iteration (NULL, TRUE);
  test_expect (library, "tonight/a.mp4:video:100 tonight/b.mp4:video:100 tonight/c.mp4:video:100");
  g_assert_cmpuint (po_media_library_pending (library), ==, 4);
  g_assert_false (po_media_library_is_idle (library));
}

static void test_a_glance_is_not_the_last_word (MediaFixture *fixture, gconstpointer data) {
  const gchar *const wanted[] = {"a.mp4", "b.mp4", NULL};
  test_put (fixture, "a.mp4", "video 250");
  test_put (fixture, "b.mp4", "bad ends in the middle");
  for (guint life = 0; life < 2; life++) {
    g_autoptr (PoMediaLibrary) library =
        po_media_library_new (fixture->media, fixture->state, test_glancing_prober_new ());
    po_media_library_want (library, wanted);
    po_media_library_scan_now (library);
    test_wait_idle (library);
    test_expect (library, "a.mp4:video:250 b.mp4:problem");
    g_assert_cmpint (g_atomic_int_get (&test_probes), ==, 2); // kept: the second life probes nothing
  }
}

// A life that was killed while it still counted a clip's pictures leaves it known to the next one, unless it has
// changed.
static void test_restart_in_the_middle_of_a_probe (MediaFixture *fixture, gconstpointer data) {
  const gchar *const wanted[] = {"a.mp4", "b.mp4", NULL};
  test_put (fixture, "a.mp4", "hang");
  test_put (fixture, "b.mp4", "hang");
  PoMediaLibrary *first = po_media_library_new (fixture->media, fixture->state, test_glancing_prober_new ());
  po_media_library_want (first, wanted);
  po_media_library_scan_now (first);
  while (!po_media_library_can_plan (first))
    g_main_context_iteration (NULL, TRUE);
  g_autofree gchar *revision = g_strdup (po_media_table_revision (po_media_library_table (first)));
  po_media_library_free (first);
  g_autoptr (PoMediaLibrary) second = po_media_library_new (fixture->media, fixture->state, test_prober_new ());
  po_media_library_want (second, wanted);
  po_media_library_scan_now (second);
  while (!po_media_library_is_scanned (second))
    g_main_context_iteration (NULL, TRUE);
  g_assert_true (po_media_library_can_plan (second)); // though nobody can glance at them now
  g_assert_cmpstr (po_media_table_revision (po_media_library_table (second)), ==, revision);
  test_put (fixture, "b.mp4", "hang longer");
  g_autoptr (PoMediaLibrary) third = po_media_library_new (fixture->media, fixture->state, test_prober_new ());
  po_media_library_scan_now (third);
  while (!po_media_library_is_scanned (third))
    g_main_context_iteration (NULL, TRUE);
  test_expect (third, "a.mp4:video:100");
}

static void test_unwritable_state (MediaFixture *fixture, gconstpointer data) {
  g_autofree gchar *state = g_build_filename (fixture->state, "file", "below", NULL); // below a file: cannot be made
  g_autofree gchar *file = g_build_filename (fixture->state, "file", NULL);
  g_file_set_contents (file, "x", -1, NULL);
  test_put (fixture, "a.mp4", "video 1");
  g_autoptr (PoMediaLibrary) library = po_media_library_new (fixture->media, state, test_prober_new ());
  po_media_library_scan_now (library);
  test_wait_idle (library);
  test_expect (library, "a.mp4:video:1");
  g_assert_cmpuint (test_count_findings (library, "media-index"), ==, 1);
}

static void test_damaged_index (MediaFixture *fixture, gconstpointer data) {
  g_autofree gchar *index = g_build_filename (fixture->state, "media.sqlite", NULL);
  g_autofree gchar *aside = g_build_filename (fixture->state, "media.sqlite.aside-1", NULL);
  g_autofree gchar *kept = NULL;
  g_file_set_contents (index, "this is no database, and long enough not to be taken for an empty one ...........", -1,
                       NULL);
  test_put (fixture, "a.mp4", "video 1");
  g_autoptr (PoMediaLibrary) library = test_library_scanned (fixture);
  test_expect (library, "a.mp4:video:1");
  g_assert_true (g_file_get_contents (aside, &kept, NULL, NULL));
  g_assert_true (g_str_has_prefix (kept, "this is no database"));
}

int main (int argc, char **argv) {
  g_test_init (&argc, &argv, NULL);
#define ADD(name, func) g_test_add (name, MediaFixture, NULL, media_fixture_set_up, func, media_fixture_tear_down)
  ADD ("/media/library/kinds", test_kinds);
  ADD ("/media/library/names-left-alone", test_names_left_alone);
  ADD ("/media/library/odd-files", test_odd_files);
  ADD ("/media/library/growing-file-waits", test_growing_file_waits);
  ADD ("/media/library/held-open", test_held_open);
  ADD ("/media/library/left-uploads", test_left_uploads);
  ADD ("/media/library/marks", test_marks);
  ADD ("/media/library/marks-follow", test_marks_follow);
  ADD ("/media/library/new-file-settles", test_new_file_settles);
  ADD ("/media/library/same-table-stays", test_same_table_stays);
  ADD ("/media/library/renamed-copy-is-whole", test_renamed_copy_is_whole);
  ADD ("/media/library/watch-sees-changes", test_watch_sees_changes);
  ADD ("/media/library/replaced-and-deleted", test_replaced_and_deleted);
  ADD ("/media/library/overwritten-in-place", test_overwritten_in_place);
  ADD ("/media/library/restart-probes-nothing", test_restart_probes_nothing);
  ADD ("/media/library/restart-after-a-change-taken-back", test_restart_after_a_change_taken_back);
  ADD ("/media/library/given-up-is-not-remembered", test_given_up_is_not_remembered);
  ADD ("/media/library/no-prober-is-told-and-tried-again", test_no_prober_is_told_and_tried_again);
  ADD ("/media/library/wanted-first", test_wanted_first);
  ADD ("/media/library/wanted-is-glanced-at", test_wanted_is_glanced_at);
  ADD ("/media/library/a-glance-is-not-the-last-word", test_a_glance_is_not_the_last_word);
  ADD ("/media/library/restart-in-the-middle-of-a-probe", test_restart_in_the_middle_of_a_probe);
  ADD ("/media/library/unwritable-state", test_unwritable_state);
  ADD ("/media/library/damaged-index", test_damaged_index);
  return g_test_run ();
}
