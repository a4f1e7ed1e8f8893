// SPDX-License-Identifier: GPL-3.0-or-later
// The parent's end: checks, private bookkeeping, copying out.
#include "ring/reader.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "model/error.h"
#include "model/text.h"
#include "ring/futex.h"

#define MAX_STRIDE 16384u

struct _PoRingReader {
  PoRingLayout layout;
  PoRingControl *control; // read and written
  const guint8 *shared;   // audio and slots, read only; at offset audio_offset of the memfd
  gsize shared_bytes;
  const gchar *violation;

  PoRingDescriptor held[PO_RING_DESCRIPTORS]; // checked copies, oldest at `taken`
  guint64 taken;                              // descriptors given back so far; private
  guint64 received;                           // descriptors copied so far; private
  guint64 in_use;                             // slots whose pictures we hold; private
  gint64 newest_first, newest_until;
  gint64 audio_position; // last position read from; private copy of audio_read
};

static gboolean fail_errno (GError **error, const gchar *what) {
  const int saved = errno;
  g_set_error (error, PO_ERROR, PO_ERROR_SYSTEM, _ ("ring of a player: %s: %s"), what, g_strerror (saved));
  return FALSE;
}

static gboolean make_memfd (const PoRingLayout *layout, gint *ret_fd, GError **error) {
  const int fd = memfd_create ("playoutd-ring", MFD_CLOEXEC | MFD_ALLOW_SEALING);
  if (fd < 0)
    return fail_errno (error, "memfd_create");
  if (ftruncate (fd, (off_t)layout->total_bytes) < 0 ||
      fcntl (fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) < 0) {
    fail_errno (error, "memfd");
    close (fd);
    return FALSE;
  }
  *ret_fd = fd;
  return TRUE;
}

PoRingReader *po_ring_reader_new (const PoRingLayout *layout, gint *ret_fd, GError **error) {
  gint fd = -1;
  if (!make_memfd (layout, &fd, error))
    return NULL;
  g_autoptr (PoRingReader) self = g_new0 (PoRingReader, 1);
  self->layout = *layout;
  self->shared_bytes = layout->total_bytes - layout->audio_offset;
  void *control = mmap (NULL, PO_RING_CONTROL_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  void *shared = mmap (NULL, self->shared_bytes, PROT_READ, MAP_SHARED, fd, (off_t)layout->audio_offset);
  self->control = control == MAP_FAILED ? NULL : control;
  self->shared = shared == MAP_FAILED ? NULL : shared;
  if (self->control == NULL || self->shared == NULL) {
    fail_errno (error, "mmap");
    close (fd);
    return NULL;
  }
  *ret_fd = fd;
  return g_steal_pointer (&self);
}

void po_ring_reader_free (PoRingReader *self) {
  if (self == NULL)
    return;
  if (self->control != NULL)
    munmap (self->control, PO_RING_CONTROL_BYTES);
  if (self->shared != NULL)
    munmap ((void *)self->shared, self->shared_bytes);
  g_free (self);
}

// Field by field through volatile, so that the compiler can neither read a word twice nor merge a check into the
// shared memory.
static void copy_descriptor (PoRingDescriptor *to, const volatile PoRingDescriptor *from) {
  to->slot = from->slot;
  to->first = from->first;
  to->until = from->until;
  to->intact_until = from->intact_until;
  for (guint plane = 0; plane < 3; plane++) {
    to->offset[plane] = from->offset[plane];
    to->stride[plane] = from->stride[plane];
  }
}

static const gchar *check_planes (const PoRingReader *self, const PoRingDescriptor *d) {
  for (guint plane = 0; plane < 3; plane++) {
    const guint32 row_bytes = po_ring_layout_row_bytes (&self->layout, plane);
    if (d->stride[plane] < row_bytes || d->stride[plane] > MAX_STRIDE)
      return "stride out of range";
    const guint64 end =
        (guint64)d->offset[plane] + (guint64)d->stride[plane] * po_ring_layout_rows (&self->layout, plane);
    if (end > self->layout.slot_bytes)
      return "plane outside its slot";
  }
  return NULL;
}

static const gchar *check_descriptor (const PoRingReader *self, const PoRingDescriptor *d) {
  if (d->slot >= self->layout.n_slots)
    return "slot number out of range";
  if (self->in_use & (G_GUINT64_CONSTANT (1) << d->slot))
    return "slot published twice";
  if (d->first < self->newest_until || d->first - self->newest_until > PO_RING_MAX_FRAMES)
    return "frame number out of order";
  if (d->until <= d->first || (d->until != PO_RING_STILL_UNTIL && d->until - d->first > PO_RING_MAX_FRAMES))
    return "frame span out of range";
  return check_planes (self, d);
}

gboolean po_ring_reader_poll (PoRingReader *self) {
  if (self->violation != NULL)
    return FALSE;
  const guint64 written = __atomic_load_n (&self->control->video_written, __ATOMIC_ACQUIRE);
  if (written < self->received || written - self->taken > PO_RING_DESCRIPTORS) {
    self->violation = "write index out of range";
    return FALSE;
  }
  while (self->received < written) {
    const gsize index = self->received % PO_RING_DESCRIPTORS;
    PoRingDescriptor d;
    copy_descriptor (&d, &self->control->descriptors[index]);
    self->violation = check_descriptor (self, &d);
    if (self->violation != NULL)
      return FALSE;
    self->in_use |= G_GUINT64_CONSTANT (1) << d.slot;
    self->newest_first = d.first;
    self->newest_until = d.until;
    self->held[index] = d;
    self->received++;
  }
  return TRUE;
}

const gchar *po_ring_reader_violation (PoRingReader *self) {
  return self->violation;
}

// The private bit goes first: an honest child may reuse the slot the moment it sees the shared one.
static void give_back_front (PoRingReader *self) {
  const guint64 bit = G_GUINT64_CONSTANT (1) << self->held[self->taken % PO_RING_DESCRIPTORS].slot;
  self->in_use &= ~bit;
  self->taken++;
  __atomic_or_fetch (&self->control->released, bit, __ATOMIC_RELEASE);
}

void po_ring_reader_drop_before (PoRingReader *self, gint64 frame) {
  const guint64 before = self->taken;
  while (self->taken < self->received && self->held[self->taken % PO_RING_DESCRIPTORS].until <= frame)
    give_back_front (self);
  if (self->taken != before)
    po_futex_bump_for (&self->control->parent_seq, PO_RING_ROOM_PICTURES);
}

void po_ring_reader_drop_to_newest (PoRingReader *self, gint64 frame) {
  const guint64 before = self->taken;
  while (self->received - self->taken > 1 && self->held[(self->taken + 1) % PO_RING_DESCRIPTORS].first <= frame)
    give_back_front (self);
  if (self->taken != before)
    po_futex_bump_for (&self->control->parent_seq, PO_RING_ROOM_PICTURES);
}

void po_ring_reader_keep_newest (PoRingReader *self, guint n) {
  const guint64 before = self->taken;
  while (self->received - self->taken > n)
    give_back_front (self);
  if (self->taken != before)
    po_futex_bump_for (&self->control->parent_seq, PO_RING_ROOM_PICTURES);
}

gboolean po_ring_reader_front (PoRingReader *self, PoRingPicture *ret_picture) {
  if (self->taken == self->received)
    return FALSE;
  const PoRingDescriptor *d = &self->held[self->taken % PO_RING_DESCRIPTORS];
  const guint8 *slot =
      self->shared + (self->layout.slots_offset - self->layout.audio_offset) + (gsize)d->slot * self->layout.slot_bytes;
  ret_picture->serial = self->taken + 1;
  ret_picture->first = d->first;
  ret_picture->until = d->until;
  ret_picture->intact_until = d->intact_until;
  for (guint plane = 0; plane < 3; plane++) {
    ret_picture->data[plane] = slot + d->offset[plane];
    ret_picture->stride[plane] = d->stride[plane];
  }
  return TRUE;
}

gint64 po_ring_reader_newest (PoRingReader *self) {
  return self->newest_until;
}

gint64 po_ring_reader_newest_first (PoRingReader *self) {
  return self->newest_first;
}

PoRingSeen po_ring_reader_seen (PoRingReader *self) {
  return (PoRingSeen)__atomic_load_n (&self->control->seen, __ATOMIC_ACQUIRE);
}

guint32 po_ring_reader_spoilt (PoRingReader *self) {
  return __atomic_load_n (&self->control->spoilt, __ATOMIC_ACQUIRE);
}

gboolean po_ring_reader_has_picture (PoRingReader *self) {
  return __atomic_load_n (&self->control->video_written, __ATOMIC_ACQUIRE) > 0;
}

gboolean po_ring_reader_has_sound (PoRingReader *self) {
  return __atomic_load_n (&self->control->audio_written, __ATOMIC_ACQUIRE) > 0;
}

void po_ring_reader_peek (PoRingReader *self, gint64 *ret_until, gint64 *ret_audio_end) {
  const guint64 written = __atomic_load_n (&self->control->video_written, __ATOMIC_ACQUIRE);
  const PoRingDescriptor *newest = &self->control->descriptors[(written - 1) % PO_RING_DESCRIPTORS];
  *ret_until = written > 0 ? __atomic_load_n (&newest->until, __ATOMIC_RELAXED) : 0;
  *ret_audio_end = (gint64)__atomic_load_n (&self->control->audio_written, __ATOMIC_ACQUIRE);
}

PoRingStatus po_ring_reader_status (PoRingReader *self) {
  return (PoRingStatus)__atomic_load_n (&self->control->status, __ATOMIC_ACQUIRE);
}

gint64 po_ring_reader_audio_end (PoRingReader *self) {
  const guint64 written = __atomic_load_n (&self->control->audio_written, __ATOMIC_ACQUIRE);
  const guint64 ahead = written - (guint64)self->audio_position; // wraps when the child is behind, or lies
  if (ahead > PO_RING_AUDIO_SAMPLES)
    return self->audio_position;
  return self->audio_position + (gint64)ahead;
}

guint64 po_ring_reader_audio_mark (PoRingReader *self) {
  return __atomic_load_n (&self->control->audio_written, __ATOMIC_ACQUIRE);
}

static void give_back_samples (PoRingReader *self, gint64 position) {
  if (position <= self->audio_position)
    return;
  const gboolean is_told = position / PO_RING_SOUND_BATCH != self->audio_position / PO_RING_SOUND_BATCH;
  self->audio_position = position;
  __atomic_store_n (&self->control->audio_read, (guint64)position, __ATOMIC_RELEASE);
  if (is_told)
    po_futex_bump_for (&self->control->parent_seq, PO_RING_ROOM_SOUND);
}

void po_ring_reader_make_room (PoRingReader *self, gint64 position) {
  give_back_samples (self, position - PO_RING_AUDIO_SAMPLES);
}

void po_ring_reader_keep_samples (PoRingReader *self, gint64 n) {
  const guint64 written = __atomic_load_n (&self->control->audio_written, __ATOMIC_ACQUIRE);
  if (written <= G_MAXINT64) // else the child lies
    give_back_samples (self, (gint64)written - n);
}

gsize po_ring_reader_samples (PoRingReader *self, gint64 position, gsize n_samples, gint16 *out) {
  give_back_samples (self, position);
  const gint64 end = po_ring_reader_audio_end (self);
  if (position < self->audio_position || end <= position)
    return 0;
  const gsize n = MIN (n_samples, (gsize)(end - position));
  const gsize at = (gsize)position & (PO_RING_AUDIO_SAMPLES - 1);
  const gsize head = MIN (n, PO_RING_AUDIO_SAMPLES - at);
  memcpy (out, self->shared + at * PO_RING_SAMPLE_BYTES, head * PO_RING_SAMPLE_BYTES);
  memcpy (out + head * 2, self->shared, (n - head) * PO_RING_SAMPLE_BYTES);
  return n;
}

gboolean po_ring_reader_is_sound_lost (PoRingReader *self, gint64 position, gsize n_samples) {
  const guint64 bits = __atomic_load_n (&self->control->sound_lost, __ATOMIC_ACQUIRE);
  const gint64 end = MIN (position + (gint64)n_samples, po_ring_reader_audio_end (self));
  gboolean lost = FALSE;
  for (gint64 at = MAX (position, 0); bits != 0 && !lost && at < end;
       at += PO_RING_LOST_SAMPLES - at % PO_RING_LOST_SAMPLES)
    lost = bits >> (guint64)(at & (PO_RING_AUDIO_SAMPLES - 1)) / PO_RING_LOST_SAMPLES & 1;
  return lost;
}

void po_ring_reader_move_media (PoRingReader *self) {
  __atomic_store_n (&self->control->media_moved, 1, __ATOMIC_RELEASE);
}

guint32 po_ring_reader_sequence (PoRingReader *self) {
  return __atomic_load_n (&self->control->child_seq, __ATOMIC_ACQUIRE);
}

void po_ring_reader_wait (PoRingReader *self, guint32 sequence, gint64 timeout_ns) {
  po_futex_wait (&self->control->child_seq, sequence, timeout_ns);
}
