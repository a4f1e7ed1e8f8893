// SPDX-License-Identifier: GPL-3.0-or-later
// The child's end: waiting for room, publishing.
#include "ring/writer.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "model/error.h"
#include "model/text.h"
#include "ring/futex.h"

#define WAIT_SLICE_NS (500 * PO_NS_PER_MS)

struct _PoRingWriter {
  PoRingLayout layout;
  guint8 *base;
  PoRingControl *control;
  guint64 taken;         // slots that begin() gave; picture thread only
  guint64 with_parent;   // slots that were published and have not come back; likewise
  guint64 published;     // likewise
  guint64 lent;          // slots; atomic
  guint batch;           // slots to wait for when there was none left
  gboolean was_full;     // there was none left; picture thread only
  gint64 audio_position; // sound thread only
  gboolean sound_lost;   // likewise
  gint stopped;          // atomic
};

PoRingWriter *po_ring_writer_new (const PoRingLayout *layout, gint fd, GError **error) {
  struct stat info;
  void *base = MAP_FAILED;
  if (!po_ring_layout_is_valid (layout) || fstat (fd, &info) < 0 || (guint64)info.st_size != layout->total_bytes)
    errno = EINVAL;
  else
    base = mmap (NULL, layout->total_bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  const int saved = errno;
  close (fd);
  if (base == MAP_FAILED) {
    g_set_error (error, PO_ERROR, PO_ERROR_SYSTEM, _ ("ring of a player: %s"), g_strerror (saved));
    return NULL;
  }
  PoRingWriter *self = g_new0 (PoRingWriter, 1);
  self->layout = *layout;
  self->base = base;
  self->batch = layout->overwrite ? 1 : MAX (layout->n_slots / PO_RING_BATCH_PART, 1);
  self->control = base;
  return self;
}

void po_ring_writer_free (PoRingWriter *self) {
  if (self == NULL)
    return;
  munmap (self->base, self->layout.total_bytes);
  g_free (self);
}

// TRUE to look again, FALSE when stopped. Whatever changed in the meantime makes the futex return at once.
static gboolean wait_for_parent (PoRingWriter *self, guint32 seen, PoRingRoom what) {
  if (g_atomic_int_get (&self->stopped))
    return FALSE;
  po_futex_wait_for (&self->control->parent_seq, seen, what, WAIT_SLICE_NS);
  return !g_atomic_int_get (&self->stopped);
}

static guint32 parent_sequence (PoRingWriter *self) {
  return __atomic_load_n (&self->control->parent_seq, __ATOMIC_ACQUIRE);
}

// An older kernel refuses, and they are cleared as they are written to.
void po_ring_writer_populate (PoRingWriter *self, guint n) {
  const gsize bytes = MIN (n, self->layout.n_slots) * self->layout.slot_bytes;
  madvise (self->base + self->layout.slots_offset, bytes, MADV_POPULATE_WRITE);
}

static guint64 bit_of (const PoRingSpace *space) {
  return G_GUINT64_CONSTANT (1) << space->slot;
}

static void look_for_released (PoRingWriter *self) {
  self->with_parent &= ~__atomic_exchange_n (&self->control->released, 0, __ATOMIC_ACQ_REL);
}

static guint64 lent_slots (PoRingWriter *self) {
  return __atomic_load_n (&self->lent, __ATOMIC_ACQUIRE);
}

const PoRingLayout *po_ring_writer_layout (PoRingWriter *self) {
  return &self->layout;
}

// When there was none left, it waits for several: to be woken for two costs less than to be woken twice.
static guint64 await_slots (PoRingWriter *self) {
  for (;;) {
    const guint32 seen = parent_sequence (self);
    look_for_released (self);
    const guint64 free_slots =
        (G_MAXUINT64 >> (64 - self->layout.n_slots)) & ~(self->taken | self->with_parent | lent_slots (self));
    if ((guint)__builtin_popcountll (free_slots) >= (self->was_full ? self->batch : 1))
      return free_slots;
    if (self->layout.overwrite || !wait_for_parent (self, seen, PO_RING_ROOM_PICTURES))
      return 0;
  }
}

static gboolean find_slot (PoRingWriter *self, PoRingSpace *ret_space) {
  const guint64 free_slots = await_slots (self);
  if (free_slots == 0)
    return FALSE;
  const guint32 slot = (guint32)__builtin_ctzll (free_slots);
  guint32 offset[3];
  po_ring_layout_planes (&self->layout, offset, ret_space->stride);
  ret_space->slot = slot;
  for (guint plane = 0; plane < 3; plane++)
    ret_space->data[plane] = self->base + self->layout.slots_offset + slot * self->layout.slot_bytes + offset[plane];
  self->was_full = free_slots == bit_of (ret_space);
  return TRUE;
}

gboolean po_ring_writer_begin (PoRingWriter *self, PoRingSpace *ret_space) {
  const gboolean found = find_slot (self, ret_space);
  if (found)
    self->taken |= bit_of (ret_space);
  return found;
}

gboolean po_ring_writer_can_lend (PoRingWriter *self) {
  look_for_released (self);
  return __builtin_popcountll (lent_slots (self) & ~self->with_parent) < PO_RING_FULL_BUT;
}

gboolean po_ring_writer_lend (PoRingWriter *self, PoRingSpace *ret_space) {
  const gboolean found = find_slot (self, ret_space);
  if (found)
    __atomic_or_fetch (&self->lent, bit_of (ret_space), __ATOMIC_RELAXED);
  return found;
}

void po_ring_writer_take_back (PoRingWriter *self, const PoRingSpace *space) {
  __atomic_and_fetch (&self->lent, ~bit_of (space), __ATOMIC_RELEASE);
}

void po_ring_writer_publish (PoRingWriter *self, const PoRingSpace *space, const PoRingSpan *span) {
  PoRingDescriptor *d = &self->control->descriptors[self->published % PO_RING_DESCRIPTORS];
  *d = (PoRingDescriptor){
      .slot = space->slot, .first = span->first, .until = span->until, .intact_until = span->intact_until};
  po_ring_layout_planes (&self->layout, d->offset, d->stride);
  self->taken &= ~bit_of (space);
  self->with_parent |= bit_of (space);
  self->published++;
  __atomic_store_n (&self->control->video_written, self->published, __ATOMIC_RELEASE);
  po_futex_bump (&self->control->child_seq);
}

// How many samples fit now; waits until there is at least one. 0 when stopped.
static gsize wait_for_room (PoRingWriter *self, gsize wanted) {
  for (;;) {
    if (self->layout.overwrite)
      return MIN (wanted, PO_RING_AUDIO_SAMPLES);
    const guint32 seen = parent_sequence (self);
    const gint64 read = (gint64)__atomic_load_n (&self->control->audio_read, __ATOMIC_ACQUIRE);
    const gint64 room = read + PO_RING_AUDIO_SAMPLES - self->audio_position;
    if (room > 0)
      return (gsize)MIN ((gint64)wanted, MIN (room, PO_RING_AUDIO_SAMPLES));
    if (!wait_for_parent (self, seen, PO_RING_ROOM_SOUND))
      return 0;
  }
}

// A part that is begun anew says nothing of what lay there before.
static void mark_lost (PoRingWriter *self, gsize at, gsize n) {
  guint64 bits = __atomic_load_n (&self->control->sound_lost, __ATOMIC_RELAXED);
  const guint64 before = bits;
  for (gsize part = at / PO_RING_LOST_SAMPLES; part * PO_RING_LOST_SAMPLES < at + n; part++) {
    const guint64 bit = G_GUINT64_CONSTANT (1) << part;
    if (part * PO_RING_LOST_SAMPLES >= at)
      bits &= ~bit;
    if (self->sound_lost)
      bits |= bit;
  }
  if (bits != before)
    __atomic_store_n (&self->control->sound_lost, bits, __ATOMIC_RELEASE);
}

static void put_samples (PoRingWriter *self, gsize at, const gint16 *samples, gsize n) {
  guint8 *to = self->base + self->layout.audio_offset + at * PO_RING_SAMPLE_BYTES;
  if (samples == NULL)
    memset (to, 0, n * PO_RING_SAMPLE_BYTES);
  else
    memcpy (to, samples, n * PO_RING_SAMPLE_BYTES);
}

gboolean po_ring_writer_samples (PoRingWriter *self, const gint16 *samples, gsize n_samples) {
  while (n_samples > 0) {
    const gsize at = (gsize)self->audio_position & (PO_RING_AUDIO_SAMPLES - 1);
    const gsize room = wait_for_room (self, n_samples);
    const gsize n = MIN (room, PO_RING_AUDIO_SAMPLES - at);
    if (n == 0)
      return FALSE;
    mark_lost (self, at, n);
    put_samples (self, at, samples, n);
    self->audio_position += (gint64)n;
    __atomic_store_n (&self->control->audio_written, (guint64)self->audio_position, __ATOMIC_RELEASE);
    po_futex_bump (&self->control->child_seq);
    samples = samples == NULL ? NULL : samples + 2 * n;
    n_samples -= n;
  }
  return TRUE;
}

void po_ring_writer_set_sound_lost (PoRingWriter *self, gboolean lost) {
  self->sound_lost = lost;
}

gint64 po_ring_writer_audio_position (PoRingWriter *self) {
  return self->audio_position;
}

void po_ring_writer_skip_samples (PoRingWriter *self, gint64 position) {
  self->audio_position = MAX (self->audio_position, position);
  __atomic_store_n (&self->control->audio_written, (guint64)self->audio_position, __ATOMIC_RELEASE);
  po_futex_bump (&self->control->child_seq);
}

void po_ring_writer_set_seen (PoRingWriter *self, PoRingSeen which, PoRingSeen are) {
  guint32 before = __atomic_load_n (&self->control->seen, __ATOMIC_RELAXED);
  guint32 now;
  do
    now = (before & ~(guint32)which) | ((guint32)are & (guint32)which);
  while (!__atomic_compare_exchange_n (&self->control->seen, &before, now, TRUE, __ATOMIC_RELEASE, __ATOMIC_RELAXED));
}

void po_ring_writer_count_spoilt (PoRingWriter *self) {
  __atomic_add_fetch (&self->control->spoilt, 1, __ATOMIC_RELEASE);
}

void po_ring_writer_set_status (PoRingWriter *self, PoRingStatus bits) {
  __atomic_or_fetch (&self->control->status, (guint32)bits, __ATOMIC_RELEASE);
  po_futex_bump (&self->control->child_seq);
}

const guint32 *po_ring_writer_media_moved (PoRingWriter *self) {
  return &self->control->media_moved;
}

void po_ring_writer_stop (PoRingWriter *self) {
  g_atomic_int_set (&self->stopped, 1);
  po_futex_bump (&self->control->parent_seq);
}

PoRingControl *po_ring_writer_control (PoRingWriter *self) {
  return self->control;
}
