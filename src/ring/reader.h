// SPDX-License-Identifier: GPL-3.0-or-later
// The parent's end of a ring. The child on the other end is taken to be hostile: a descriptor is copied once, the copy
// is checked and used, bookkeeping is private, and the first word that cannot be explained is a violation, after which
// nothing more is read and the owner kills the child. The worst that a child can do is show a wrong picture.
//
// Thread: one at a time (the head's); nothing blocks but po_ring_reader_wait(). Creating and freeing map and unmap tens
// of megabytes: not on the head's thread. It knows no process and no socket.
#pragma once

#include "ring/layout.h"

typedef struct _PoRingReader PoRingReader;

/** A fresh ring in a sealed memfd. @ret_fd (transfer full) is for the child; close it once it is sent. */
PoRingReader *po_ring_reader_new (const PoRingLayout *layout, gint *ret_fd, GError **error);
void po_ring_reader_free (PoRingReader *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PoRingReader, po_ring_reader_free)

/** PoRingPicture: a checked descriptor and its pixels; they may change under the reader's eyes, but not move. */
typedef struct {
  guint64 serial; // 1, 2, 3 … of this ring
  gint64 first, until;
  gint64 intact_until; // as the child says; of no consequence but for the count
  const guint8 *data[3];
  guint32 stride[3];
} PoRingPicture;

/** Takes in what was published since. FALSE once a violation was found. */
gboolean po_ring_reader_poll (PoRingReader *self);

/** What the child did wrong, or NULL. Static string. */
const gchar *po_ring_reader_violation (PoRingReader *self);

/** Gives back every picture that ends at or before @frame. */
void po_ring_reader_drop_before (PoRingReader *self, gint64 frame);

/** Live: gives back every picture but the newest that begins at or before @frame. */
void po_ring_reader_drop_to_newest (PoRingReader *self, gint64 frame);

/** Live: gives back the oldest pictures until no more than @n are held, lest the child find no room. */
void po_ring_reader_keep_newest (PoRingReader *self, guint n);

/** The oldest picture still held by the reader. FALSE if there is none. */
gboolean po_ring_reader_front (PoRingReader *self, PoRingPicture *ret_picture);

/** End (exclusive) of what has been published; 0 = nothing. As of the last poll. */
gint64 po_ring_reader_newest (PoRingReader *self);

/** Where that picture begins. */
gint64 po_ring_reader_newest_first (PoRingReader *self);

/** Whether the child says that it has published a picture, or sound. Any thread, as are the status bits. */
gboolean po_ring_reader_has_picture (PoRingReader *self);
gboolean po_ring_reader_has_sound (PoRingReader *self);

/** Ends (exclusive) of the pictures and the sound that the child says it has published; nothing is checked. Any thread.
 */
void po_ring_reader_peek (PoRingReader *self, gint64 *ret_until, gint64 *ret_audio_end);

/** Status bits, read before anything that they promise is looked for. */
PoRingStatus po_ring_reader_status (PoRingReader *self);

/** Live: what the source brings just now, as the child says. */
PoRingSeen po_ring_reader_seen (PoRingReader *self);

/** Live: how many pictures came too damaged to be shown, as the child says; only to be compared. */
guint32 po_ring_reader_spoilt (PoRingReader *self);

/** Position up to which samples have been written, never beyond what the ring can hold past the last read. */
gint64 po_ring_reader_audio_end (PoRingReader *self);

/** As the child says, only to be compared: another number when samples have come since. */
guint64 po_ring_reader_audio_mark (PoRingReader *self);

/** Whether silence stands for lost sound in [@position, @position + @n_samples), to PO_RING_LOST_SAMPLES exactly.
 * Before these samples are read. */
gboolean po_ring_reader_is_sound_lost (PoRingReader *self, gint64 position, gsize n_samples);

/** Copies what is there of [@position, @position + @n_samples) to the front of @out; gives back what lies before
 * @position. Returns the samples copied. Positions are taken forwards only. */
gsize po_ring_reader_samples (PoRingReader *self, gint64 position, gsize n_samples, gint16 *out);

/** Gives back so much sound that the child can write on to @position, should it be further off than the ring is long.
 */
void po_ring_reader_make_room (PoRingReader *self, gint64 position);

/** Live: gives back the oldest sound until no more than @n samples are held, however far the child has written on. */
void po_ring_reader_keep_samples (PoRingReader *self, gint64 n);

/** A clip: the child is to read on in the copy that it has. Any thread. */
void po_ring_reader_move_media (PoRingReader *self);

/** A value that changes when the child does anything; for po_ring_reader_wait(). */
guint32 po_ring_reader_sequence (PoRingReader *self);
void po_ring_reader_wait (PoRingReader *self, guint32 sequence, gint64 timeout_ns);
