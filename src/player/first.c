// SPDX-License-Identifier: GPL-3.0-or-later
#include "player/first.h"

#include "ring/layout.h"

void po_first_init (PoFirst *self, guint n_slots, PoRate rate) {
  // And the frame after them, whose beginning is read with the last of them.
  *self = (PoFirst){.wanted_samples = po_samples_before_frame (PO_FIRST_FRAMES + 1, rate),
                    .full_frames = MAX ((gint64)n_slots - PO_RING_FULL_BUT, 1)};
}

void po_first_set_has_picture (PoFirst *self) {
  g_atomic_int_set (&self->has_picture, TRUE);
}

void po_first_set_has_sound (PoFirst *self) {
  g_atomic_int_set (&self->has_sound, TRUE);
}

gboolean po_first_has_picture (PoFirst *self) {
  return g_atomic_int_get (&self->has_picture);
}

// Each thread has written down its own before it looks at the other's: one of the two sees both.
static gboolean look (PoFirst *self) {
  const gint64 frames = __atomic_load_n (&self->frames, __ATOMIC_SEQ_CST);
  const gint64 samples = __atomic_load_n (&self->samples, __ATOMIC_SEQ_CST);
  const gboolean picture =
      !g_atomic_int_get (&self->has_picture) || frames >= PO_FIRST_FRAMES || g_atomic_int_get (&self->picture_ended);
  const gboolean sound = !g_atomic_int_get (&self->has_sound) || samples >= self->wanted_samples ||
                         frames >= self->full_frames || g_atomic_int_get (&self->sound_ended);
  return picture && sound && (frames > 0 || samples > 0) &&
         g_atomic_int_compare_and_exchange (&self->is_told, FALSE, TRUE);
}

gboolean po_first_add_picture (PoFirst *self, gint64 until) {
  __atomic_store_n (&self->frames, until, __ATOMIC_SEQ_CST);
  return look (self);
}

gboolean po_first_add_sound (PoFirst *self, gint64 end) {
  __atomic_store_n (&self->samples, end, __ATOMIC_SEQ_CST);
  return look (self);
}

gboolean po_first_end_picture (PoFirst *self) {
  g_atomic_int_set (&self->picture_ended, TRUE);
  return look (self);
}

gboolean po_first_end_sound (PoFirst *self) {
  g_atomic_int_set (&self->sound_ended, TRUE);
  return look (self);
}

gboolean po_first_is_told (PoFirst *self) {
  return g_atomic_int_get (&self->is_told);
}
