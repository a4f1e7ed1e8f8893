// SPDX-License-Identifier: GPL-3.0-or-later
// The media folder itself: missing, closed to us, or not mounted for a while.
#include <glib/gstdio.h>
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
  g_assert_cmpint (g_unlink (gone), ==, 0);
  if (close_folder (fixture->media, folder)) {
    po_media_library_scan_now (library);
    test_wait_idle (library);
    test_expect (library, "a.mp4:video:1 share/b.mp4:video:2 share/c.mp4:video:3 shared.mp4:video:4");
    g_assert_cmpuint (test_count_findings (library, "media-unread"), ==, 1);
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

int main (int argc, char **argv) {
  g_test_init (&argc, &argv, NULL);
#define ADD(name, func) g_test_add (name, MediaFixture, NULL, media_fixture_set_up, func, media_fixture_tear_down)
  ADD ("/media/folder/missing", test_missing_folder);
  ADD ("/media/folder/unread", test_unread_folder);
  ADD ("/media/folder/unmounted", test_unmounted_folder);
  return g_test_run ();
}
