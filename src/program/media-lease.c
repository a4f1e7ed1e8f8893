// SPDX-License-Identifier: GPL-3.0-or-later
// fcntl's leases: a lease of a kind that is not ours any more is one that somebody waits for.
#include "program/media-lease.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#define BREAK_TIME_PATH "/proc/sys/fs/lease-break-time"
#define BREAK_TIME_S    45                   // where it cannot be read
#define MARGIN_US       (5 * G_USEC_PER_SEC) // before the kernel's patience ends
#define CHUNK_BYTES     (1 << 20)
#define ROOM_BYTES      ((guint64)256 << 20) // that a copy leaves

struct _PoMediaLease {
  gint ref_count;    // atomic
  gint state;        // PoMediaLeaseState, atomic
  gint media_fd;     // an own one
  PoBlankFile spare; // likewise
};

/** Copying: a thread's. */
typedef struct {
  PoMediaLease *lease; // a reference
  PoSlot *slot;        // a reference to its source
  gint64 until_us;
} Copying;

// The signal that tells of a writer is one that is ignored by default: it is looked for instead.
static gboolean take (gint fd) {
  return fcntl (fd, F_SETSIG, SIGURG) == 0 && fcntl (fd, F_SETLEASE, F_RDLCK) == 0;
}

PoMediaLease *po_media_lease_new (gint media_fd, PoBlankFiles *spares) {
  PoMediaLease *self = g_new0 (PoMediaLease, 1);
  self->ref_count = 1;
  self->spare = (PoBlankFile){-1, -1};
  self->media_fd = fcntl (media_fd, F_DUPFD_CLOEXEC, 0);
  if (self->media_fd >= 0 && take (self->media_fd) && po_blank_files_take (spares, &self->spare))
    return self;
  po_media_lease_unref (self);
  return NULL;
}

PoMediaLease *po_media_lease_ref (PoMediaLease *self) {
  g_atomic_int_inc (&self->ref_count);
  return self;
}

static void close_one (gint *fd) {
  if (*fd >= 0)
    close (*fd);
  *fd = -1;
}

// The player's descriptor is the same open file: closing ours alone would not give the lease back.
void po_media_lease_unref (PoMediaLease *self) {
  if (self == NULL || !g_atomic_int_dec_and_test (&self->ref_count))
    return;
  if (self->media_fd >= 0)
    fcntl (self->media_fd, F_SETLEASE, F_UNLCK);
  close_one (&self->media_fd);
  close_one (&self->spare.read_fd);
  close_one (&self->spare.write_fd);
  g_free (self);
}

gint po_media_lease_spare_fd (PoMediaLease *self) {
  return self->spare.read_fd;
}

static gint64 patience_us (void) {
  g_autofree gchar *text = NULL;
  const gint64 s = g_file_get_contents (BREAK_TIME_PATH, &text, NULL, NULL) ? g_ascii_strtoll (text, NULL, 10) : 0;
  return MAX ((s > 0 ? s : BREAK_TIME_S) * G_USEC_PER_SEC - MARGIN_US, 0);
}

static gboolean has_room (gint fd, guint64 bytes) {
  struct statvfs room;
  return fstatvfs (fd, &room) == 0 && (guint64)room.f_bavail * room.f_frsize >= bytes + ROOM_BYTES;
}

static gboolean write_all (gint fd, const guint8 *bytes, gsize n_bytes) {
  for (gsize done = 0; done < n_bytes;) {
    const gssize n = write (fd, bytes + done, n_bytes - done);
    if (n < 0 && errno != EINTR)
      return FALSE;
    done += (gsize)MAX (n, 0);
  }
  return TRUE;
}

static gboolean copy (const Copying *self) {
  const PoMediaLease *lease = self->lease;
  struct stat info;
  if (ioctl (lease->spare.write_fd, FICLONE, lease->media_fd) == 0)
    return TRUE; // no byte is moved, where the file system shares them
  if (fstat (lease->media_fd, &info) < 0 || !has_room (lease->spare.write_fd, (guint64)info.st_size))
    return FALSE;
  g_autofree guint8 *chunk = g_malloc (CHUNK_BYTES);
  for (off_t at = 0; at < info.st_size;) {
    const gssize n = pread (lease->media_fd, chunk, CHUNK_BYTES, at);
    if (n == 0 || (n < 0 && errno != EINTR) || g_get_monotonic_time () > self->until_us ||
        !write_all (lease->spare.write_fd, chunk, (gsize)MAX (n, 0)))
      return FALSE;
    at += MAX (n, 0);
  }
  return TRUE;
}

static PoMediaLeaseState give_free (PoMediaLease *self, PoMediaLeaseState state) {
  fcntl (self->media_fd, F_SETLEASE, F_UNLCK);
  g_atomic_int_set (&self->state, (gint)state);
  return state;
}

static void copying_free (Copying *self) {
  po_source_unref (po_slot_source (self->slot));
  po_media_lease_unref (self->lease);
  g_free (self);
}

static gpointer copy_in_thread (gpointer data) {
  Copying *self = data;
  if (copy (self)) {
    po_slot_move_media (self->slot);
    give_free (self->lease, PO_MEDIA_LEASE_COPIED); // what was read meanwhile the player reads again
  } else {
    give_free (self->lease, PO_MEDIA_LEASE_LOST);
  }
  copying_free (self);
  return NULL;
}

static PoMediaLeaseState begin_copy (PoMediaLease *self, PoSlot *slot) {
  Copying *copying = g_new0 (Copying, 1);
  copying->lease = po_media_lease_ref (self);
  copying->slot = slot;
  po_source_ref (po_slot_source (slot));
  copying->until_us = g_get_monotonic_time () + patience_us ();
  g_atomic_int_set (&self->state, PO_MEDIA_LEASE_COPYING);
  g_autoptr (GThread) thread = g_thread_try_new ("po-clip-copy", copy_in_thread, copying, NULL);
  if (thread != NULL)
    return PO_MEDIA_LEASE_COPYING;
  copying_free (copying);
  return give_free (self, PO_MEDIA_LEASE_LOST);
}

PoMediaLeaseState po_media_lease_check (PoMediaLease *self, PoSlot *slot) {
  const PoMediaLeaseState state = (PoMediaLeaseState)g_atomic_int_get (&self->state);
  if (state != PO_MEDIA_LEASE_HELD || fcntl (self->media_fd, F_GETLEASE) == F_RDLCK)
    return state;
  return begin_copy (self, slot);
}

void po_media_lease_end (PoMediaLease *self) {
  if (g_atomic_int_get (&self->state) == PO_MEDIA_LEASE_HELD)
    give_free (self, PO_MEDIA_LEASE_LOST);
}
