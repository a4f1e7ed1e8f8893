// SPDX-License-Identifier: GPL-3.0-or-later
// A file that is written over while it is held: the writer waits until there is a copy, and the copy is of what was.
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "program/media-lease.h"
#include "ring/writer.h"

#define OLD_BYTES 3000000 // more than one piece

typedef struct {
  gchar *folder, *path;
  gint fd;
  PoBlankFiles *blanks;
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
  self->blanks = po_blank_files_new (self->folder);
  self->bin = po_slot_bin_new ();
  self->slot = po_slot_new (self->bin, &format, 4, NULL, &ring_fd, NULL);
  self->ring = po_ring_writer_new (po_slot_layout (self->slot), ring_fd, NULL);
}

static void tear_down (Fixture *self, gconstpointer data) {
  po_source_unref (po_slot_source (self->slot));
  po_slot_bin_close (self->bin);
  po_slot_bin_unref (self->bin);
  po_ring_writer_free (self->ring);
  po_blank_files_unref (self->blanks);
  close (self->fd);
  g_remove (self->path);
  while (g_rmdir (self->folder) != 0) // one is being made yet, whose name goes at once
    g_usleep (1000);
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
  PoMediaLease *lease = NULL;
  if (fcntl (fixture->fd, F_SETLEASE, F_RDLCK) != 0)
    g_test_skip ("the file system of temporary files has no leases");
  else
    while ((lease = po_media_lease_new (fixture->fd, fixture->blanks)) == NULL)
      g_usleep (1000); // no file is ready yet
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
  g_assert_null (po_media_lease_new (fixture->fd, fixture->blanks));
  close (writing);
  PoBlankFiles *none = po_blank_files_new ("/nonexistent");
  g_assert_null (po_media_lease_new (fixture->fd, none));
  write_over (fixture->path); // it is not held
  po_blank_files_unref (none);
}

// As many as are wanted, one after the other; what is written into one can be read.
static void test_blank_files (Fixture *fixture, gconstpointer data) {
  for (guint i = 0; i < 10; i++) {
    PoBlankFile file;
    gchar byte = 0;
    while (!po_blank_files_take (fixture->blanks, &file))
      g_usleep (1000);
    g_assert_cmpint ((gint)write (file.write_fd, "a", 1), ==, 1);
    g_assert_cmpint ((gint)pread (file.read_fd, &byte, 1, 0), ==, 1);
    g_assert_cmpint (byte, ==, 'a');
    close (file.write_fd);
    close (file.read_fd);
  }
}

int main (int argc, char **argv) {
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/program/media-lease/copied", Fixture, NULL, set_up, test_copied, tear_down);
  g_test_add ("/program/media-lease/given-free", Fixture, NULL, set_up, test_given_free, tear_down);
  g_test_add ("/program/media-lease/refused", Fixture, NULL, set_up, test_refused, tear_down);
  g_test_add ("/program/media-lease/blank-files", Fixture, NULL, set_up, test_blank_files, tear_down);
  return g_test_run ();
}
