// SPDX-License-Identifier: GPL-3.0-or-later
// PoFirst: whether what a run has brought into its ring is enough for it to go on air: its first pictures and their
// sound, which come by two threads, neither of which waits for the other. Of the ring it knows when that is full, and
// no socket. Any thread, but for the initialisation.
#pragma once

#include "model/format.h"

#define PO_FIRST_FRAMES 2

/** PoFirst: initialise with po_first_init(). All but what that sets is atomic. */
typedef struct {
  gint64 wanted_samples, full_frames;
  gint64 frames, samples;
  gint has_picture, has_sound, picture_ended, sound_ended;
  gint is_told;
} PoFirst;

/** @n_slots: pictures that the ring holds. With nearly as many in it the player cannot go on, and sound that has not
 * come by then is not waited for. */
void po_first_init (PoFirst *self, guint n_slots, PoRate rate);

/** There is such a stream. Before anything of it comes. */
void po_first_set_has_picture (PoFirst *self);
void po_first_set_has_sound (PoFirst *self);
gboolean po_first_has_picture (PoFirst *self);

/** The ring has the pictures for frames before @until, the samples before @end. TRUE once: the run can go on air now.
 */
gboolean po_first_add_picture (PoFirst *self, gint64 until);
gboolean po_first_add_sound (PoFirst *self, gint64 end);

/** No more of it comes. Likewise. */
gboolean po_first_end_picture (PoFirst *self);
gboolean po_first_end_sound (PoFirst *self);

gboolean po_first_is_told (PoFirst *self);
