// SPDX-License-Identifier: GPL-3.0-or-later
// A file that is written over while it is held: the writer waits until there is a copy, and the copy is of what was.
// The system's call that opens a file is this program's own here, so that the disk of the copies can hang.
#include <fcntl.h>
#include <stdarg.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "program/media-lease.h"
#include "ring/writer.h"

#define OLD_BYTES 3000000 // more than one piece

static GMutex lock; // of the rest
static GCond changed;
static gboolean is_hung;
static guint n_hung;

static void hang_if_hung (const gchar *path) {
  g_mutex_lock (&lock);
  n_hung += is_hung && strstr (path, "/.clip-") != NULL;
  while (is_hung && strstr (path, "/.clip-") != NULL)
    g_cond_wait (&changed, &lock);
  g_mutex_unlock (&lock);
}

static void set_hung (gboolean hung) {
  g_mutex_lock (&lock);
  is_hung = hung;
  g_cond_broadcast (&changed);
  g_mutex_unlock (&lock);
}

int own_open (const char *path, int flags, ...) __asm__("open");
int own_open_large (const char *path, int flags, ...) __asm__("open64");

#define OPEN(path, flags)                                                                                              \
  va_list args;                                                                                                        \
  va_start (args, flags);                                                                                              \
  const mode_t mode = (flags)&O_CREAT ? va_arg (args, mode_t) : 0;                                                     \
  va_end (args);                                                                                                       \
  hang_if_hung (path);                                                                                                 \
  return (int)syscall (SYS_openat, AT_FDCWD, path, flags, mode)

int own_open (const char *path, int flags, ...) {
  OPEN (path, flags);
}

int own_open_large (const char *path, int flags, ...) {
  OPEN (path, flags);
}

typedef struct {
  gchar *folder, *path;
  gint fd;
  PoSlotBin *bin;
  PoSlot *slot;
  PoRingWriter *ring;
} Fixture;

static gchar *old_contents (void) {
  gchar *bytes = g_malloc (OLD_BYTES + 1);
  for (gsize i = 0; i < OLD_BYTES; i++)
    bytes[i] = (gchar)('a' + (i * i / 7) % 26);
  bytes[OLD_BYTES] = '\0';
  return bytes;
}

static void set_up (Fixture *self, gconstpointer data) {
  const PoFormat format = {66, 38, {25, 1}};
  g_autofree gchar *old = old_contents ();
  gint ring_fd = -1;
  self->folder = g_dir_make_tmp ("playoutd-lease-XXXXXX", NULL);
  self->path = g_build_filename (self->folder, "clip.mp4", NULL);
  g_assert_true (g_file_set_contents (self->path, old, OLD_BYTES, NULL));
  self->fd = open (self->path, O_RDONLY | O_CLOEXEC);
  self->bin = po_slot_bin_new ();
  self->slot = po_slot_new (self->bin, &format, 4, NULL, &ring_fd, NULL);
  self->ring = po_ring_writer_new (po_slot_layout (self->slot), ring_fd, NULL);
}

static void tear_down (Fixture *self, gconstpointer data) {
  po_source_unref (po_slot_source (self->slot));
  po_slot_bin_close (self->bin);
  po_slot_bin_unref (self->bin);
  po_ring_writer_free (self->ring);
  close (self->fd);
  g_remove (self->path);
  g_assert_cmpint (g_rmdir (self->folder), ==, 0); // the copy had no name
  g_free (self->path);
  g_free (self->folder);
}

// As `cp` does.
static gpointer write_over (gpointer path) {
  const gint fd = open (path, O_WRONLY | O_TRUNC | O_CLOEXEC);
  g_assert_cmpint ((gint)write (fd, "new", 3), ==, 3);
  close (fd);
  return NULL;
}

static PoMediaLease *lease_of (Fixture *fixture) {
  PoMediaLease *lease = po_media_lease_new (fixture->fd, fixture->folder);
  if (lease == NULL)
    g_test_skip ("the file system of temporary files has no leases");
  return lease;
}

static void test_copied (Fixture *fixture, gconstpointer data) {
  PoMediaLease *lease = lease_of (fixture);
  if (lease == NULL)
    return;
  g_assert_cmpint (po_media_lease_check (lease, fixture->slot), ==, PO_MEDIA_LEASE_HELD);
  g_assert_cmpuint (*po_ring_writer_media_moved (fixture->ring), ==, 0);
  GThread *writer = g_thread_new ("writer", write_over, fixture->path);
  while (po_media_lease_check (lease, fixture->slot) < PO_MEDIA_LEASE_COPIED)
    g_usleep (1000);
  g_thread_join (writer);
  g_assert_cmpint (po_media_lease_check (lease, fixture->slot), ==, PO_MEDIA_LEASE_COPIED);
  g_assert_cmpuint (*po_ring_writer_media_moved (fixture->ring), ==, 1);
  g_autofree gchar *old = old_contents ();
  g_autofree gchar *kept = g_malloc0 (OLD_BYTES + 1);
  g_assert_cmpint ((gint)pread (po_media_lease_spare_fd (lease), kept, OLD_BYTES + 1, 0), ==, OLD_BYTES);
  g_assert_cmpstr (kept, ==, old);
  g_autofree gchar *now = NULL;
  g_assert_true (g_file_get_contents (fixture->path, &now, NULL, NULL));
  g_assert_cmpstr (now, ==, "new");
  po_media_lease_unref (lease);
}

// A player's descriptor, the same open file as ours, is still there: nobody has to wait for it.
static void test_given_free (Fixture *fixture, gconstpointer data) {
  PoMediaLease *ended = lease_of (fixture);
  if (ended == NULL)
    return;
  po_media_lease_end (ended);
  g_assert_cmpint (po_media_lease_check (ended, fixture->slot), ==, PO_MEDIA_LEASE_LOST);
  write_over (fixture->path);
  po_media_lease_unref (ended);
  PoMediaLease *freed = lease_of (fixture);
  g_assert_nonnull (freed);
  po_media_lease_unref (freed);
  write_over (fixture->path);
  g_assert_cmpuint (*po_ring_writer_media_moved (fixture->ring), ==, 0);
}

static void test_refused (Fixture *fixture, gconstpointer data) {
  const gint writing = open (fixture->path, O_WRONLY | O_CLOEXEC);
  g_assert_null (po_media_lease_new (fixture->fd, fixture->folder));
  close (writing);
  g_assert_null (po_media_lease_new (fixture->fd, "/nonexistent"));
}

// A clip is read all the same where the disk of the copies hangs, of which the next one waits no more.
static void test_hung (Fixture *fixture, gconstpointer data) {
  PoMediaLease *lease = lease_of (fixture);
  if (lease == NULL)
    return;
  g_clear_pointer (&lease, po_media_lease_unref);
  set_hung (TRUE);
  for (guint i = 0; i < 3; i++)
    g_assert_null (po_media_lease_new (fixture->fd, fixture->folder));
  set_hung (FALSE);
  while (lease == NULL) {
    lease = po_media_lease_new (fixture->fd, fixture->folder);
    g_usleep (1000);
  }
  g_assert_cmpuint (n_hung, ==, 1);
  po_media_lease_unref (lease);
}

int main (int argc, char **argv) {
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/program/media-lease/copied", Fixture, NULL, set_up, test_copied, tear_down);
  g_test_add ("/program/media-lease/given-free", Fixture, NULL, set_up, test_given_free, tear_down);
  g_test_add ("/program/media-lease/refused", Fixture, NULL, set_up, test_refused, tear_down);
  g_test_add ("/program/media-lease/hung", Fixture, NULL, set_up, test_hung, tear_down);
  return g_test_run ();
}
