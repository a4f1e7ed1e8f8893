// SPDX-License-Identifier: GPL-3.0-or-later
// A disk that hangs while it is recorded to: the recording beside it has every frame, the one that hangs says so and
// goes on once the disk does. And what a power cut may take: what is recorded is brought to the disk as it grows. The
// system's calls on files are this program's own here, so that one folder's can hang, and are counted.
#include <glib/gstdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "feeding.h"
#include "output/rack.h"
#include "reading.h"

#define MAX_AHEAD 20 // frames that the other recording may be behind

static const PoFormat format = {192, 108, {25, 1}};

static GMutex lock; // of the rest
static GCond changed;
static gchar *hung; // (nullable) folder
static guint waiting;
static guint flushed_files, flushed_folders;

static gchar *path_of (gint fd) {
  g_autofree gchar *link = g_strdup_printf ("/proc/self/fd/%d", fd);
  return g_file_read_link (link, NULL);
}

static void hang_if_hung (gint fd) {
  g_mutex_lock (&lock);
  if (hung != NULL) {
    g_autofree gchar *path = path_of (fd);
    waiting++;
    while (hung != NULL && path != NULL && g_str_has_prefix (path, hung))
      g_cond_wait (&changed, &lock);
    waiting--;
  }
  g_mutex_unlock (&lock);
}

static void set_hung (const gchar *folder) {
  g_mutex_lock (&lock);
  g_free (hung);
  hung = g_strdup (folder);
  g_cond_broadcast (&changed);
  g_mutex_unlock (&lock);
}

ssize_t write (int fd, const void *bytes, size_t n) {
  hang_if_hung (fd);
  return syscall (SYS_write, fd, bytes, n);
}

ssize_t writev (int fd, const struct iovec *parts, int n) {
  hang_if_hung (fd);
  return syscall (SYS_writev, fd, parts, n);
}

static void count (guint *what) {
  g_mutex_lock (&lock);
  ++*what;
  g_cond_broadcast (&changed);
  g_mutex_unlock (&lock);
}

int fdatasync (int fd) {
  hang_if_hung (fd);
  count (&flushed_files);
  return 0;
}

int fsync (int fd) {
  count (&flushed_folders);
  return 0;
}

static PoOutputStatus *status_of (PoOutputRack *rack, guint index) {
  g_autoptr (GPtrArray) list = po_output_rack_status (rack);
  return g_ptr_array_steal_index (list, index);
}

static void add (PoOutputRack *rack, const gchar *name, const gchar *folder, gint64 segment_ns) {
  g_autoptr (PoOutputSettings) settings = po_output_settings_new (name, "file");
  g_autoptr (GError) error = NULL;
  settings->path = g_strdup (folder);
  settings->codec = PO_OUTPUT_CODEC_LOSSLESS;
  settings->segment_ns = segment_ns;
  g_assert_true (po_output_rack_add (rack, settings, &error));
}

// One frame, as soon as the recording on the good disk has kept up.
static void step (PoOutputRack *rack, guint good, gint64 k) {
  for (;;) {
    g_autoptr (PoOutputStatus) status = status_of (rack, good);
    if (k - (gint64)status->frames < MAX_AHEAD)
      break;
    g_usleep (1000);
  }
  feed_frame (rack, &format, k);
}

static gint64 step_until (PoOutputRack *rack, gint64 k, PoOutputState state) {
  for (;;) {
    step (rack, 1, k++);
    g_autoptr (PoOutputStatus) status = status_of (rack, 0);
    if (status->state == state)
      return k;
    g_usleep (40000);
  }
}

static void test_hangs (void) {
  g_autofree gchar *bad = g_dir_make_tmp ("po-disk-XXXXXX", NULL);
  g_autofree gchar *good = g_dir_make_tmp ("po-disk-XXXXXX", NULL);
  g_autoptr (GTimeZone) zone = g_time_zone_new_utc ();
  g_autoptr (PoOutputRack) rack = po_output_rack_new (&format, zone, FALSE, 0);
  add (rack, "bad", bad, 0);
  add (rack, "good", good, 0);
  gint64 k = step_until (rack, 0, PO_OUTPUT_RUNNING);
  set_hung (bad);
  k = step_until (rack, k, PO_OUTPUT_FAILED);
  g_autoptr (PoOutputStatus) failed = status_of (rack, 0);
  g_assert_nonnull (failed->problem);
  g_test_message ("after %" G_GINT64_FORMAT " frames: %s", k, failed->problem);
  g_assert_cmpuint (waiting, >, 0);
  set_hung (NULL);
  k = step_until (rack, k, PO_OUTPUT_RUNNING);
  g_assert_true (po_output_rack_finish (rack, 60 * PO_NS_PER_SECOND));
  g_autoptr (PoOutputStatus) beside = status_of (rack, 1);
  g_assert_cmpuint (beside->dropped, ==, 0);
  g_autoptr (GPtrArray) paths = recording_list (good, ".mkv");
  g_autoptr (Recording) recording = recording_new ();
  g_assert_true (recording_read (recording, paths->pdata[0], &format));
  recording_assert_whole (recording, k);
  recording_remove_folder (bad);
  recording_remove_folder (good);
}

static void await_flushes (guint n) {
  g_mutex_lock (&lock);
  while (flushed_files < n || flushed_folders < n)
    g_cond_wait (&changed, &lock); // (the test's time limit ends it)
  g_mutex_unlock (&lock);
}

// Every five seconds of it, and each of its files as it ends.
static void test_flushed (void) {
  g_autofree gchar *folder = g_dir_make_tmp ("po-disk-XXXXXX", NULL);
  g_autoptr (GTimeZone) zone = g_time_zone_new_utc ();
  g_autoptr (PoOutputRack) rack = po_output_rack_new (&format, zone, FALSE, 0);
  flushed_files = flushed_folders = 0;
  add (rack, "rec", folder, 60 * PO_NS_PER_SECOND);
  gint64 k = 0;
  for (guint n = 1; n <= 3; n++) {
    const gint64 until = k + 6 * format.rate.fps_n;
    while (k < until)
      step (rack, 0, k++);
    await_flushes (n);
  }
  const guint before = flushed_files;
  g_assert_cmpuint (before, <=, 4);
  g_assert_true (po_output_rack_finish (rack, 60 * PO_NS_PER_SECOND));
  await_flushes (before + 1);
  recording_remove_folder (folder);
}

int main (int argc, char **argv) {
  gst_init (&argc, &argv);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/disk/hangs", test_hangs);
  g_test_add_func ("/disk/flushed", test_flushed);
  return g_test_run ();
}
