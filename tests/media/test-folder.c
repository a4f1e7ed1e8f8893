// SPDX-License-Identifier: GPL-3.0-or-later
// The media folder itself: missing, closed to us, or not mounted for a while.
#include <glib/gstdio.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "media-fixture.h"

static void test_missing_folder (MediaFixture *fixture, gconstpointer data) {
  g_autofree gchar *gone = g_build_filename (fixture->media, "gone", NULL);
  g_autoptr (PoMediaLibrary) library = po_media_library_new (gone, fixture->state, test_prober_new ());
  po_media_library_scan_now (library);
  test_wait_idle (library);
  g_assert_cmpuint (test_count_findings (library, "media-folder"), ==, 1);
  g_assert_cmpint (g_mkdir (gone, 0755), ==, 0);
  test_put (fixture, "gone/a.mp4", "video 1");
  po_media_library_scan_now (library);
  test_wait_idle (library);
  test_expect (library, "a.mp4:video:1");
  g_assert_cmpuint (test_count_findings (library, "media-folder"), ==, 0);
}

// Nobody may look into the folder then, whoever runs the test. FALSE: that cannot be had here.
static gboolean close_folder (const gchar *media, const gchar *folder) {
  g_assert_cmpint (g_chmod (media, 0755) | g_chmod (folder, 0), ==, 0);
  if (geteuid () == 0 && seteuid (65534) != 0)
    return FALSE;
  return eaccess (media, R_OK | X_OK) == 0 && eaccess (folder, R_OK) != 0;
}

static void open_folder (const gchar *folder) {
  if (getuid () == 0) {
    g_assert_cmpint (seteuid (0), ==, 0);
    prctl (PR_SET_DUMPABLE, 1); // which the leak check needs
  }
  g_assert_cmpint (g_chmod (folder, 0755), ==, 0);
}

// A share that is gone for a while takes no clip off the air; what is deleted goes once the folder can be read again.
static void test_unread_folder (MediaFixture *fixture, gconstpointer data) {
  g_autofree gchar *folder = test_path (fixture, "share"), *gone = test_path (fixture, "share/b.mp4");
  test_put (fixture, "a.mp4", "video 1");
  test_put (fixture, "share/b.mp4", "video 2");
  test_put (fixture, "share/c.mp4", "video 3");
  test_put (fixture, "shared.mp4", "video 4");
  g_autoptr (PoMediaLibrary) library = test_library_scanned (fixture);
  g_assert_cmpint (g_unlink (gone) | g_chmod (fixture->state, 0755), ==, 0);
  if (close_folder (fixture->media, folder)) {
    po_media_library_scan_now (library);
    test_wait_idle (library);
    test_expect (library, "a.mp4:video:1 share/b.mp4:video:2 share/c.mp4:video:3 shared.mp4:video:4");
    g_assert_cmpuint (test_count_findings (library, "media-unread"), ==, 1);
    // Nor does one that is gone when the next life begins.
    g_clear_pointer (&library, po_media_library_free);
    library = test_library_scanned (fixture);
    test_expect (library, "a.mp4:video:1 share/b.mp4:video:2 share/c.mp4:video:3 shared.mp4:video:4");
  } else {
    g_test_skip ("no folder can be closed to this user");
  }
  open_folder (folder);
  po_media_library_scan_now (library);
  test_wait_idle (library);
  test_expect (library, "a.mp4:video:1 share/c.mp4:video:3 shared.mp4:video:4");
  g_assert_cmpuint (test_count_findings (library, "media-unread"), ==, 0);
}

// An empty folder where a mounted one was says nothing of its clips; one that was emptied does.
static void test_unmounted_folder (MediaFixture *fixture, gconstpointer data) {
  g_autofree gchar *away = g_strconcat (fixture->media, "-away", NULL), *clip = test_path (fixture, "a.mp4");
  test_put (fixture, "a.mp4", "video 1");
  g_autoptr (PoMediaLibrary) library = test_library_scanned (fixture);
  g_assert_cmpint (g_rename (fixture->media, away) | g_mkdir (fixture->media, 0755), ==, 0);
  po_media_library_scan_now (library);
  test_wait_idle (library);
  test_expect (library, "a.mp4:video:1");
  g_assert_cmpuint (test_count_findings (library, "media-folder"), ==, 1);
  g_assert_cmpint (g_rmdir (fixture->media) | g_rename (away, fixture->media), ==, 0);
  po_media_library_scan_now (library);
  test_wait_idle (library);
  test_expect (library, "a.mp4:video:1");
  g_assert_cmpuint (test_count_findings (library, "media-folder"), ==, 0);
  g_assert_cmpint (g_unlink (clip), ==, 0);
  po_media_library_scan_now (library);
  test_wait_idle (library);
  test_expect (library, "");
}

// A machine that starts before its share is there: that says nothing of the clips of the life before, nor does a folder
// that was begun where they should be; the same folder, emptied meanwhile, does.
static void test_not_mounted_at_the_start (MediaFixture *fixture, gconstpointer data) {
  g_autofree gchar *away = g_strconcat (fixture->media, "-away", NULL), *clip = test_path (fixture, "a.mp4");
  g_autofree gchar *begun = test_path (fixture, "phim");
  test_put (fixture, "a.mp4", "video 1");
  po_media_library_free (test_library_scanned (fixture));
  g_assert_cmpint (g_rename (fixture->media, away) | g_mkdir (fixture->media, 0755) | g_mkdir (begun, 0755), ==, 0);
  PoMediaLibrary *library = test_library_scanned (fixture);
  g_autofree gchar *why = po_media_library_away (library);
  g_assert_nonnull (why);
  test_expect (library, "a.mp4:video:1");
  g_assert_cmpuint (test_count_findings (library, "media-folder"), ==, 1);
  g_assert_cmpint (g_rmdir (begun) | g_rmdir (fixture->media) | g_rename (away, fixture->media), ==, 0);
  po_media_library_scan_now (library);
  test_wait_idle (library);
  g_assert_null (po_media_library_away (library));
  test_expect (library, "a.mp4:video:1");
  g_assert_cmpint (g_atomic_int_get (&test_probes), ==, 1);
  po_media_library_free (library);
  g_assert_cmpint (g_unlink (clip), ==, 0);
  g_autoptr (PoMediaLibrary) next = test_library_scanned (fixture);
  test_expect (next, "");
}

// A share that is mounted further down, away for a while and when the next life begins.
static void test_share_in_the_folder (MediaFixture *fixture, gconstpointer data) {
  g_autofree gchar *share = test_path (fixture, "share"), *away = g_strconcat (fixture->media, "-away", NULL);
  g_assert_cmpint (g_mkdir (share, 0755) | g_mkdir (away, 0755), ==, 0);
  if (!test_mount (share, "size=64k"))
    return;
  test_put (fixture, "a.mp4", "video 1");
  test_put (fixture, "share/b.mp4", "video 2");
  PoMediaLibrary *library = test_library_scanned (fixture);
  g_assert_cmpint (mount (share, away, NULL, MS_MOVE, NULL), ==, 0);
  for (guint life = 0; life < 2; life++) {
    po_media_library_scan_now (library);
    test_wait_idle (library);
    test_expect (library, "a.mp4:video:1 share/b.mp4:video:2");
    g_assert_cmpuint (test_count_findings (library, "media-unread"), ==, 1);
    po_media_library_free (library);
    library = test_library (fixture);
  }
  g_assert_cmpint (mount (away, share, NULL, MS_MOVE, NULL), ==, 0);
  po_media_library_scan_now (library);
  test_wait_idle (library);
  test_expect (library, "a.mp4:video:1 share/b.mp4:video:2");
  g_assert_cmpuint (test_count_findings (library, "media-unread"), ==, 0);
  g_assert_cmpint (g_atomic_int_get (&test_probes), ==, 2);
  po_media_library_free (library);
  g_assert_cmpint (umount (share) | g_rmdir (away), ==, 0);
}

int main (int argc, char **argv) {
  test_keep_mounts_to_ourselves ();
  g_test_init (&argc, &argv, NULL);
#define ADD(name, func) g_test_add (name, MediaFixture, NULL, media_fixture_set_up, func, media_fixture_tear_down)
  ADD ("/media/folder/missing", test_missing_folder);
  ADD ("/media/folder/unread", test_unread_folder);
  ADD ("/media/folder/unmounted", test_unmounted_folder);
  ADD ("/media/folder/not-mounted-at-the-start", test_not_mounted_at_the_start);
  ADD ("/media/folder/share-in-the-folder", test_share_in_the_folder);
  return g_test_run ();
}
