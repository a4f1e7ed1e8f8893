// SPDX-License-Identifier: GPL-3.0-or-later
// Clips on their way in, on a disk that fills up, lies, or loses what it took; and what is left of them.
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "media-fixture.h"
#include "media/intake.h"
#include "media/leftovers.h"
#include "model/error.h"

#define MIB     (G_GINT64_CONSTANT (1) << 20)
#define HOUR_NS (3600 * PO_NS_PER_SECOND)
#define DAY_NS  (24 * HOUR_NS)
#define ID      "0123456789abcdef0123456789abcdef"
#define HIDDEN  "." ID ".uploading"

// The disk, in place of the C library's: what it says to be free, what it takes, and whether that stays.
static gint64 free_bytes = G_MAXINT32 * MIB, taken_bytes = G_MAXINT64;
static gboolean loses;

int fstatvfs (int fd, struct statvfs *info) {
  *info = (struct statvfs){.f_frsize = 1, .f_bavail = (fsblkcnt_t)free_bytes};
  return 0;
}

ssize_t pwrite (int fd, const void *bytes, size_t length, off_t at) {
  const gint64 fits = MIN ((gint64)length, taken_bytes - at);
  if (fits > 0)
    return syscall (SYS_pwrite64, fd, bytes, (size_t)fits, at);
  errno = EDQUOT;
  return -1;
}

int fsync (int fd) {
  errno = ENOSPC;
  return loses ? -1 : 0;
}

static void set_up (MediaFixture *fixture, gconstpointer data) {
  free_bytes = G_MAXINT32 * MIB;
  taken_bytes = G_MAXINT64;
  loses = FALSE;
  media_fixture_set_up (fixture, data);
}

static gboolean add (const PoIntake *intake, gint64 at_bytes, gint64 *received_bytes, GError **error) {
  g_autoptr (GBytes) bytes = g_bytes_new_static ("half", 4);
  g_clear_error (error);
  return po_intake_add (intake, at_bytes, bytes, received_bytes, error);
}

static gint64 size_of (MediaFixture *fixture, const gchar *path) {
  struct stat info;
  g_autofree gchar *full = test_path (fixture, path);
  return stat (full, &info) == 0 ? info.st_size : -1;
}

// Others fill the disk while it is sent: refused before a piece is written, and goes on once there is room.
static void test_no_room_foreseen (MediaFixture *fixture, gconstpointer data) {
  const PoIntake intake = {fixture->media, "a.mp4", ID, 8, FALSE};
  gint64 received_bytes = -1;
  g_autoptr (GError) error = NULL;
  free_bytes = 256 * MIB + 7;
  g_assert_false (po_intake_begin (&intake, &received_bytes, &error));
  g_assert_error (error, PO_ERROR, PO_ERROR_NO_ROOM);
  g_assert_cmpint (size_of (fixture, HIDDEN), ==, -1);
  free_bytes = 256 * MIB + 8;
  g_assert_true (po_intake_begin (&intake, &received_bytes, NULL));
  g_assert_true (add (&intake, 0, &received_bytes, &error));
  free_bytes = 256 * MIB + 3;
  g_assert_false (add (&intake, 4, &received_bytes, &error));
  g_assert_error (error, PO_ERROR, PO_ERROR_NO_ROOM);
  g_assert_cmpint (received_bytes, ==, 4);
  g_clear_error (&error);
  g_assert_false (po_intake_begin (&intake, &received_bytes, &error));
  g_assert_error (error, PO_ERROR, PO_ERROR_NO_ROOM);
  g_assert_cmpint (size_of (fixture, HIDDEN), ==, 4);
  g_assert_cmpint (size_of (fixture, "a.mp4"), ==, -1);
  free_bytes = 256 * MIB + 4;
  g_assert_true (add (&intake, 4, &received_bytes, &error));
  g_assert_cmpint (size_of (fixture, "a.mp4"), ==, 8);
  g_assert_cmpint (size_of (fixture, HIDDEN), ==, -1);
}

// A quota, which is not seen before: of a piece that does not fit nothing stays.
static void test_no_room_unforeseen (MediaFixture *fixture, gconstpointer data) {
  const PoIntake intake = {fixture->media, "new/a.mp4", ID, 8, FALSE};
  gint64 received_bytes = -1;
  g_autoptr (GError) error = NULL;
  g_assert_true (po_intake_begin (&intake, &received_bytes, NULL));
  g_assert_true (add (&intake, 0, &received_bytes, &error));
  taken_bytes = 6;
  g_assert_false (add (&intake, 4, &received_bytes, &error));
  g_assert_error (error, PO_ERROR, PO_ERROR_NO_ROOM);
  g_assert_cmpint (received_bytes, ==, 4);
  g_assert_cmpint (size_of (fixture, "new/" HIDDEN), ==, 4);
  g_assert_cmpint (size_of (fixture, "new/a.mp4"), ==, -1);
  taken_bytes = 8;
  g_assert_true (add (&intake, 4, &received_bytes, &error));
  g_assert_cmpint (size_of (fixture, "new/a.mp4"), ==, 8);
}

// A server that takes all and says in the end that it could not keep it: nothing that lacks a part gets a name.
static void test_lost_on_the_way (MediaFixture *fixture, gconstpointer data) {
  const PoIntake intake = {fixture->media, "a.mp4", ID, 4, FALSE};
  gint64 received_bytes = -1;
  g_autoptr (GError) error = NULL;
  loses = TRUE;
  g_assert_true (po_intake_begin (&intake, &received_bytes, NULL));
  g_assert_false (add (&intake, 0, &received_bytes, &error));
  g_assert_error (error, PO_ERROR, PO_ERROR_NO_ROOM);
  g_assert_cmpint (received_bytes, ==, 0);
  g_assert_cmpint (size_of (fixture, HIDDEN), ==, -1);
  loses = FALSE;
  g_assert_true (po_intake_begin (&intake, &received_bytes, NULL));
  g_assert_cmpint (received_bytes, ==, 0);
  g_assert_cmpint (size_of (fixture, "a.mp4"), ==, -1);
  g_assert_true (add (&intake, 0, &received_bytes, &error));
  g_assert_cmpint (size_of (fixture, "a.mp4"), ==, 4);
}

static void put_dated (MediaFixture *fixture, const gchar *name, PoTimeNs mtime_ns) {
  g_autofree gchar *path = test_path (fixture, name);
  struct timespec times[2] = {{.tv_sec = mtime_ns / PO_NS_PER_SECOND}, {.tv_sec = mtime_ns / PO_NS_PER_SECOND}};
  test_put (fixture, name, "half of it");
  g_assert_cmpint (utimensat (AT_FDCWD, path, times, 0), ==, 0);
}

// What nobody has gone on with for a week goes, also where nothing sets the clock: then once it has been watched.
static void test_leftovers (MediaFixture *fixture, gconstpointer data) {
  const PoTimeNs now_ns = 20000 * DAY_NS;
  g_autoptr (GPtrArray) folders = g_ptr_array_new ();
  g_autoptr (PoLeftovers) leftovers = po_leftovers_new ();
  g_ptr_array_add (folders, fixture->media);
  put_dated (fixture, HIDDEN, now_ns - 8 * DAY_NS);
  put_dated (fixture, ".ffffffffffffffffffffffffffffffff.uploading", now_ns - 6 * DAY_NS);
  put_dated (fixture, ".00000000000000000000000000000000.uploading", now_ns - 8 * DAY_NS);
  put_dated (fixture, ".notes.uploading", now_ns - 8 * DAY_NS);
  for (gint64 up_ns = 0; up_ns < 6 * HOUR_NS; up_ns += HOUR_NS)
    po_leftovers_sweep (leftovers, folders, now_ns, up_ns, FALSE);
  g_assert_true (test_is_there (fixture, HIDDEN));
  test_put (fixture, ".00000000000000000000000000000000.uploading", "more of it than before");
  put_dated (fixture, ".notes.uploading", now_ns - 8 * DAY_NS);
  po_leftovers_sweep (leftovers, folders, now_ns, 6 * HOUR_NS, FALSE);
  g_assert_false (test_is_there (fixture, HIDDEN));
  g_assert_true (test_is_there (fixture, ".ffffffffffffffffffffffffffffffff.uploading"));
  g_assert_true (test_is_there (fixture, ".00000000000000000000000000000000.uploading"));
  g_assert_true (test_is_there (fixture, ".notes.uploading"));
  put_dated (fixture, HIDDEN, now_ns - 8 * DAY_NS);
  po_leftovers_sweep (leftovers, folders, now_ns, 7 * HOUR_NS - 1, TRUE); // it is not time to look yet
  g_assert_true (test_is_there (fixture, HIDDEN));
  po_leftovers_sweep (leftovers, folders, now_ns, 7 * HOUR_NS, TRUE);
  g_assert_false (test_is_there (fixture, HIDDEN));
  g_assert_true (test_is_there (fixture, ".ffffffffffffffffffffffffffffffff.uploading"));
}

int main (int argc, char **argv) {
  g_test_init (&argc, &argv, NULL);
#define ADD(name, func) g_test_add (name, MediaFixture, NULL, set_up, func, media_fixture_tear_down)
  ADD ("/media/intake/no-room-foreseen", test_no_room_foreseen);
  ADD ("/media/intake/no-room-unforeseen", test_no_room_unforeseen);
  ADD ("/media/intake/lost-on-the-way", test_lost_on_the_way);
  ADD ("/media/intake/leftovers", test_leftovers);
  return g_test_run ();
}
