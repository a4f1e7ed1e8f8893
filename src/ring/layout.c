// SPDX-License-Identifier: GPL-3.0-or-later
// Sizes and offsets of a ring.
#include "ring/layout.h"

#include <string.h>

#define PAGE_BYTES 4096u
#define MAX_SIDE   8192u

static guint64 round_up (guint64 value, guint64 to) {
  return (value + to - 1) / to * to;
}

guint po_ring_layout_row_bytes (const PoRingLayout *self, guint plane) {
  return plane == 0 ? self->width : (self->width + 1) / 2;
}

guint po_ring_layout_rows (const PoRingLayout *self, guint plane) {
  return plane == 0 ? self->height : (self->height + 1) / 2;
}

void po_ring_layout_planes (const PoRingLayout *self, guint32 offset[3], guint32 stride[3]) {
  guint32 at = 0;
  for (guint plane = 0; plane < 3; plane++) {
    offset[plane] = at;
    stride[plane] = (guint32)round_up (po_ring_layout_row_bytes (self, plane), 16);
    at += stride[plane] * po_ring_layout_rows (self, plane);
  }
}

void po_ring_layout_init (PoRingLayout *self, const PoFormat *format, guint n_slots, gboolean overwrite) {
  memset (self, 0, sizeof *self);
  self->width = (guint32)format->width;
  self->height = (guint32)format->height;
  self->n_slots = CLAMP (n_slots, 2, PO_RING_MAX_SLOTS);
  self->overwrite = overwrite ? 1 : 0;
  guint32 offset[3], stride[3];
  po_ring_layout_planes (self, offset, stride);
  self->slot_bytes = round_up ((guint64)offset[2] + (guint64)stride[2] * po_ring_layout_rows (self, 2), PAGE_BYTES);
  self->audio_offset = PO_RING_CONTROL_BYTES;
  self->slots_offset =
      round_up (self->audio_offset + (guint64)PO_RING_AUDIO_SAMPLES * PO_RING_SAMPLE_BYTES, PAGE_BYTES);
  self->total_bytes = self->slots_offset + self->slot_bytes * self->n_slots;
}

gboolean po_ring_layout_is_valid (const PoRingLayout *self) {
  if (self->width < 2 || self->height < 2 || self->width > MAX_SIDE || self->height > MAX_SIDE)
    return FALSE;
  if (self->n_slots < 2 || self->n_slots > PO_RING_MAX_SLOTS || self->overwrite > 1)
    return FALSE;
  const PoFormat format = {.width = (gint)self->width, .height = (gint)self->height, .rate = {25, 1}};
  PoRingLayout again;
  po_ring_layout_init (&again, &format, self->n_slots, self->overwrite);
  return memcmp (self, &again, sizeof again) == 0;
}
