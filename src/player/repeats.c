// SPDX-License-Identifier: GPL-3.0-or-later
#include "player/repeats.h"

#define N_PIECES    4096                  // remembered: of pictures and sound for forty seconds, three segments or more
#define LIST_US     (10 * G_USEC_PER_SEC) // in so long all that a list has is read, on any line that can bring it at all
#define PAUSE_US    (700 * 1000)          // after which another segment was written, unless the line is slow
#define N_NEW       4 // so many pieces in a row: a parser may give the first of a connection another form
#define LIST_TIMES  3
#define LEAST_REACH 500                 // pieces, of seven seconds: it may have begun with one segment
#define N_LAST      16                  // pieces before a connection: a list that stands still ends with them
#define BASIS       0xcbf29ce484222325u // FNV-1a
#define PRIME       G_GUINT64_CONSTANT (0x100000001b3)

struct _PoRepeats {
  GMutex lock;
  guint64 pieces[N_PIECES]; // digests, the oldest is overwritten
  guint n_pieces;           // so far
  GHashTable *known;        // those of `pieces` -> how many there were with it when it last came
  guint n_before;           // `n_pieces` when this connection began
  guint n_burst;            // pieces that a list had at the beginning of the first connection; 0 = not known yet
  gboolean is_repeating;
  guint16 last;    // of the N_LAST before this connection, which ones have come again; bit 0: the very last
  guint n_new;     // pieces in a row, of this connection
  gint64 since_us; // when the first piece of this connection came; 0 = none has
  gint64 last_us;  // when the last one came
};

/** Gate: before one decoder. */
typedef struct {
  PoRepeats *repeats;
  gboolean is_shut; // something was kept from it, and no key picture has come since
} Gate;

static guint64 digest (const guint8 *data, gsize n_bytes) {
  guint64 value = BASIS;
  for (gsize i = 0; i < n_bytes; i++)
    value = (value ^ data[i]) * PRIME;
  return value;
}

// As which one of all pieces it last came, from 1; 0 = it is not known.
static guint last_of (PoRepeats *self, const guint64 *piece) {
  return GPOINTER_TO_UINT (g_hash_table_lookup (self->known, piece));
}

// A digest is a key by its value, which two places may hold: the later one's goes with the later one.
static void remember (PoRepeats *self, guint64 piece) {
  guint64 *place = &self->pieces[self->n_pieces % N_PIECES];
  if (self->n_pieces >= N_PIECES && last_of (self, place) == self->n_pieces + 1 - N_PIECES)
    g_hash_table_remove (self->known, place);
  *place = piece;
  g_hash_table_replace (self->known, place, GUINT_TO_POINTER (++self->n_pieces));
}

// A list that stands still ends with what came last: what lies farther back than a few lists is a clip that is sent
// from its beginning again.
static gboolean is_of_list (PoRepeats *self, guint64 piece) {
  const guint last = last_of (self, &piece);
  const guint reach = MAX (LIST_TIMES * self->n_burst, LEAST_REACH);
  return last > 0 && (self->n_burst == 0 || last + reach > self->n_before);
}

static void mark_last (PoRepeats *self, guint64 piece) {
  const guint last = last_of (self, &piece);
  if (last > 0 && last <= self->n_before && self->n_before - last < N_LAST)
    self->last |= (guint16)(1u << (self->n_before - last));
}

// All that the list had before has come again. One or two pieces may look like others: silence does.
static gboolean is_through (const PoRepeats *self) {
  return __builtin_popcount (self->last) >= N_NEW;
}

PoRepeats *po_repeats_new (void) {
  PoRepeats *self = g_new0 (PoRepeats, 1);
  g_mutex_init (&self->lock);
  self->known = g_hash_table_new (g_int64_hash, g_int64_equal);
  return self;
}

void po_repeats_free (PoRepeats *self) {
  if (self == NULL)
    return;
  g_hash_table_unref (self->known);
  g_mutex_clear (&self->lock);
  g_free (self);
}

void po_repeats_begin (PoRepeats *self) {
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  self->is_repeating = TRUE;
  self->n_before = self->n_pieces;
  self->last = 0;
  self->n_new = 0;
  self->since_us = 0;
}

gboolean po_repeats_take (PoRepeats *self, const guint8 *data, gsize n_bytes, gint64 now_us) {
  const guint64 piece = digest (data, n_bytes);
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  const gboolean is_known = is_of_list (self, piece);
  if (self->since_us == 0)
    self->since_us = self->last_us = now_us;
  const gboolean is_later = now_us - self->last_us >= PAUSE_US;
  if (self->n_burst == 0 && is_later)
    self->n_burst = self->n_pieces;
  mark_last (self, piece);
  if (!is_known || !self->is_repeating)
    remember (self, piece);
  self->n_new = is_known ? 0 : self->n_new + 1;
  if (self->n_new == N_NEW || now_us - self->since_us >= LIST_US || (is_later && is_through (self)))
    self->is_repeating = FALSE;
  self->last_us = now_us;
  return self->is_repeating && is_known;
}

static GstPadProbeReturn on_piece (GstPad *pad, GstPadProbeInfo *info, gpointer user_data) {
  Gate *gate = user_data;
  GstBuffer *buffer = GST_PAD_PROBE_INFO_BUFFER (info);
  GstMapInfo map;
  if (!gst_buffer_map (buffer, &map, GST_MAP_READ))
    return GST_PAD_PROBE_OK;
  const gboolean is_repeat = po_repeats_take (gate->repeats, map.data, map.size, g_get_monotonic_time ());
  gst_buffer_unmap (buffer, &map);
  gate->is_shut = is_repeat || (gate->is_shut && GST_BUFFER_FLAG_IS_SET (buffer, GST_BUFFER_FLAG_DELTA_UNIT));
  return gate->is_shut ? GST_PAD_PROBE_DROP : GST_PAD_PROBE_OK;
}

void po_repeats_watch (PoRepeats *self, GstElement *decoder) {
  g_autoptr (GstPad) pad = gst_element_get_static_pad (decoder, "sink");
  Gate *gate = g_new0 (Gate, 1);
  gate->repeats = self;
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, on_piece, gate, g_free);
}
