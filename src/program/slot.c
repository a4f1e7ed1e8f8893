// SPDX-License-Identifier: GPL-3.0-or-later
// Reading a ring as a source.
#include "program/slot.h"

#include <string.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include "program/mixer.h"
#include "ring/reader.h"

#define WAIT_SLICE_NS (20 * PO_NS_PER_MS)
#define STRETCH_MORE  1024                        // beyond a frame: what is read ahead for fades, and the slew
#define FREE_SLOTS    2                           // kept for the player, however many pictures come at once
#define SILENT_AFTER  PO_AUDIO_RATE               // samples of time without a sample of sound
#define ALONE_AFTER   (PO_AUDIO_RATE / 2)         // without a picture, beside sound that goes on
#define SPOILT_AFTER  PO_AUDIO_RATE               // pictures that do not become whole for so long are told
#define KEPT_ALONE    (PO_RING_AUDIO_SAMPLES / 2) // of such sound; the rest makes room

struct _PoSlotBin {
  gint ref_count; // atomic
  gint event_fd;
  PoSlot *garbage; // atomic stack, linked by next_garbage
  gint closed;     // atomic
  gint mapped;     // atomic
};

// What a live source's slot has more; the head's thread, but for `signal` and `seen`.
typedef struct {
  PoLiveAnchorSettings settings;
  PoLiveAnchor anchor;
  gint64 n_frame;
  guint64 shown; // serial of the picture of this frame, or of the last that had one
  gboolean has_picture;
  guint64 sound_mark; // as of the last frame
  gint64 sound_end;   // when it last changed
  gint64 silent_for;  // samples since it last grew
  gint64 sound_from;  // when it last began, in the anchor's time
  gint signal;        // atomic, PoSignal
  PoReception seen;   // but for the signal; atomic each
  gint16 stretch[(PO_FRAME_SAMPLES_MAX + STRETCH_MORE) * 2];
} Live;

struct _PoSlot {
  PoSource base;
  PoSlotBin *bin;
  PoRingLayout layout;
  PoRingReader *reader; // (nullable) the head's thread, but for what any thread may ask
  PoSlot *next_garbage;
  gint failed, dead;                // atomic
  gint64 skip_frame, skip_position; // atomic: what lies before is not wanted; 0 = all is
  const gchar *violation;           // atomic
  Live *live;                       // (nullable) the head's thread
};

PoSlotBin *po_slot_bin_new (void) {
  PoSlotBin *self = g_new0 (PoSlotBin, 1);
  self->ref_count = 1;
  self->event_fd = eventfd (0, EFD_CLOEXEC | EFD_NONBLOCK);
  return self;
}

PoSlotBin *po_slot_bin_ref (PoSlotBin *self) {
  g_atomic_int_inc (&self->ref_count);
  return self;
}

void po_slot_bin_unref (PoSlotBin *self) {
  if (self == NULL || !g_atomic_int_dec_and_test (&self->ref_count))
    return;
  if (self->event_fd >= 0)
    close (self->event_fd);
  g_free (self);
}

gint po_slot_bin_fd (PoSlotBin *self) {
  return self->event_fd;
}

void po_slot_bin_wake (PoSlotBin *self) {
  const guint64 one = 1;
  if (write (self->event_fd, &one, sizeof one) < 0)
    return; // full: it rings already
}

static void destroy (PoSlot *self) {
  if (self->reader != NULL)
    g_atomic_int_add (&self->bin->mapped, -1);
  po_ring_reader_free (self->reader);
  po_slot_bin_unref (self->bin);
  g_free (self->live);
  g_free (self);
}

void po_slot_bin_empty (PoSlotBin *self) {
  PoSlot *slot = __atomic_exchange_n (&self->garbage, NULL, __ATOMIC_SEQ_CST);
  while (slot != NULL) {
    PoSlot *next = slot->next_garbage;
    destroy (slot);
    slot = next;
  }
}

void po_slot_bin_close (PoSlotBin *self) {
  g_atomic_int_set (&self->closed, TRUE);
  po_slot_bin_empty (self);
}

guint po_slot_bin_mapped (PoSlotBin *self) {
  return (guint)g_atomic_int_get (&self->mapped);
}

static void slot_finalize (PoSource *source) {
  PoSlot *self = (PoSlot *)source;
  g_autoptr (PoSlotBin) bin = po_slot_bin_ref (self->bin);
  PoSlot *head = __atomic_load_n (&bin->garbage, __ATOMIC_RELAXED);
  do
    self->next_garbage = head;
  while (!__atomic_compare_exchange_n (&bin->garbage, &head, self, TRUE, __ATOMIC_SEQ_CST, __ATOMIC_RELAXED));
  if (g_atomic_int_get (&bin->closed))
    po_slot_bin_empty (bin);
  else
    po_slot_bin_wake (bin);
}

static gboolean is_over (PoSlot *self) {
  return g_atomic_int_get (&self->failed) || g_atomic_int_get (&self->dead);
}

// The status comes first: what it promises to be complete is then complete in the ring.
static PoRingStatus look (PoSlot *self) {
  if (self->reader == NULL)
    return 0;
  const PoRingStatus status = po_ring_reader_status (self->reader);
  if (!po_ring_reader_poll (self->reader) && po_slot_violation (self) == NULL) {
    __atomic_store_n (&self->violation, po_ring_reader_violation (self->reader), __ATOMIC_RELEASE);
    po_slot_mark_failed (self);
    po_slot_bin_wake (self->bin);
  }
  if (status & PO_RING_ERROR)
    po_slot_mark_failed (self);
  return status;
}

static PoSourceFlags flags_of (PoSlot *self, PoRingStatus status) {
  static const struct {
    PoRingStatus ring;
    PoSourceFlags source;
  } pairs[] = {
      {PO_RING_HAS_VIDEO, PO_SOURCE_HAS_VIDEO},         {PO_RING_HAS_AUDIO, PO_SOURCE_HAS_AUDIO},
      {PO_RING_STREAMS_KNOWN, PO_SOURCE_STREAMS_KNOWN}, {PO_RING_VIDEO_ENDED, PO_SOURCE_VIDEO_ENDED},
      {PO_RING_AUDIO_ENDED, PO_SOURCE_AUDIO_ENDED},     {PO_RING_STILL, PO_SOURCE_STILL},
  };
  guint flags = self->live ? PO_SOURCE_LIVE : 0;
  for (gsize i = 0; i < G_N_ELEMENTS (pairs); i++)
    flags |= status & pairs[i].ring ? pairs[i].source : 0;
  flags |= g_atomic_int_get (&self->failed) ? PO_SOURCE_FAILED : 0;
  flags |= g_atomic_int_get (&self->dead) ? PO_SOURCE_DEAD : 0;
  return (PoSourceFlags)flags;
}

static void slot_query (PoSource *source, PoSourceState *ret_state) {
  PoSlot *self = (PoSlot *)source;
  const PoRingStatus status = look (self);
  *ret_state = (PoSourceState){.flags = flags_of (self, status), .video_end = -1, .audio_end = -1};
  if (self->reader == NULL)
    return;
  ret_state->newest_frames = po_ring_reader_newest (self->reader);
  ret_state->audio_ready = po_ring_reader_audio_end (self->reader);
  const gboolean soundless = (status & PO_RING_STREAMS_KNOWN) && !(status & PO_RING_HAS_VIDEO);
  const gboolean sound_ready = ret_state->audio_ready > 0 || (status & PO_RING_AUDIO_ENDED);
  if (ret_state->newest_frames > 0 || (soundless && sound_ready))
    ret_state->flags |= PO_SOURCE_VIDEO_READY;
  if (status & PO_RING_VIDEO_ENDED)
    ret_state->video_end = ret_state->newest_frames;
  if (status & PO_RING_AUDIO_ENDED)
    ret_state->audio_end = ret_state->audio_ready;
}

// Of what the child shows to everybody; the reader's own bookkeeping is the head's.
static PoSourceFlags slot_flags (PoSource *source) {
  PoSlot *self = (PoSlot *)source;
  const PoRingStatus status = self->reader != NULL ? po_ring_reader_status (self->reader) : 0;
  PoSourceFlags flags = flags_of (self, status);
  const gboolean soundless = (status & PO_RING_STREAMS_KNOWN) && !(status & PO_RING_HAS_VIDEO);
  if (status & PO_RING_ERROR)
    flags |= PO_SOURCE_FAILED;
  if (self->reader == NULL)
    return flags;
  if (po_ring_reader_has_picture (self->reader) ||
      (soundless && (po_ring_reader_has_sound (self->reader) || (status & PO_RING_AUDIO_ENDED))))
    flags |= PO_SOURCE_VIDEO_READY;
  return flags;
}

static gboolean slot_has (PoSource *source, gint64 frame, gint64 samples_end) {
  PoSlot *self = (PoSlot *)source;
  gint64 until = 0, audio_end = 0;
  if (self->reader == NULL || self->live != NULL)
    return FALSE;
  const PoRingStatus status = po_ring_reader_status (self->reader);
  const gboolean known = (status & PO_RING_STREAMS_KNOWN) != 0;
  po_ring_reader_peek (self->reader, &until, &audio_end);
  const gboolean picture =
      until > frame || (status & PO_RING_VIDEO_ENDED) != 0 || (known && !(status & PO_RING_HAS_VIDEO));
  const gboolean is_full = until > frame && until - frame >= (gint64)self->layout.n_slots - PO_RING_FULL_BUT;
  const gboolean sound = audio_end >= samples_end || is_full || (status & PO_RING_AUDIO_ENDED) != 0 ||
                         (known && !(status & PO_RING_HAS_AUDIO));
  return picture && sound;
}

static void slot_skip_to (PoSource *source, gint64 frame, gint64 position) {
  PoSlot *self = (PoSlot *)source;
  __atomic_store_n (&self->skip_frame, frame, __ATOMIC_RELAXED);
  __atomic_store_n (&self->skip_position, position, __ATOMIC_RELAXED);
}

// Pictures come before what is wanted even then, until the player is there.
static void slot_skip (PoSource *source, gint64 n_samples) {
  PoSlot *self = (PoSlot *)source;
  const gint64 frame = __atomic_load_n (&self->skip_frame, __ATOMIC_RELAXED);
  if (frame <= 0 || self->reader == NULL)
    return;
  look (self);
  po_ring_reader_drop_before (self->reader, frame);
  po_ring_reader_make_room (self->reader,
                            __atomic_load_n (&self->skip_position, __ATOMIC_RELAXED) + PO_RING_AUDIO_SAMPLES);
}

static void copy_picture (const PoSlot *self, const PoRingPicture *picture, const PoPlanes *into) {
  for (guint plane = 0; plane < 3; plane++) {
    const gsize row_bytes = po_ring_layout_row_bytes (&self->layout, plane);
    const gsize rows = po_ring_layout_rows (&self->layout, plane);
    if ((gsize)into->stride[plane] == picture->stride[plane]) {
      memcpy (into->data[plane], picture->data[plane], picture->stride[plane] * (rows - 1) + row_bytes);
      continue;
    }
    for (gsize row = 0; row < rows; row++)
      memcpy (into->data[plane] + row * (gsize)into->stride[plane], picture->data[plane] + row * picture->stride[plane],
              row_bytes);
  }
}

static PoPicture why_none (PoSlot *self, PoRingStatus status) {
  if (po_slot_violation (self) != NULL)
    return PO_PICTURE_GONE;
  if ((status & PO_RING_STREAMS_KNOWN) && !(status & PO_RING_HAS_VIDEO))
    return PO_PICTURE_NONE;
  if (status & PO_RING_VIDEO_ENDED)
    return PO_PICTURE_PAST_END;
  return is_over (self) ? PO_PICTURE_GONE : PO_PICTURE_NOT_YET;
}

// The player says of three quarters of a picture's time that they are its own.
static gint64 span_of (gint64 first, gint64 until) {
  return (until - first) * 4 / 3;
}

// One that has stood for longer than pictures of this source do is not shown again, whoever still has it.
static gboolean find_live_picture (PoSlot *self) {
  Live *live = self->live;
  PoRingPicture picture;
  const gint64 at = live->anchor.position + live->n_frame / 2; // the nearest one
  po_ring_reader_drop_to_newest (self->reader, at);
  if (!po_ring_reader_front (self->reader, &picture) || picture.first > at)
    return FALSE;
  const gint64 stands_until = picture.first + 5 * span_of (picture.first, picture.until) / 4;
  if (picture.serial == live->shown && at >= stands_until)
    return FALSE;
  live->shown = picture.serial;
  return TRUE;
}

static PoPicture take_live_picture (PoSlot *self, guint64 have_serial, const PoPlanes *into, guint64 *ret_serial) {
  PoRingPicture picture;
  if (!self->live->anchor.is_here)
    return PO_PICTURE_AWAY;
  if (!self->live->has_picture || !po_ring_reader_front (self->reader, &picture))
    return PO_PICTURE_NOT_YET;
  *ret_serial = picture.serial;
  if (picture.serial == have_serial)
    return PO_PICTURE_SAME;
  copy_picture (self, &picture, into);
  return PO_PICTURE_NEW;
}

// How long a thing has held, in samples; bounded, so that it never wraps.
static void follow (gint *held_for, gboolean holds, gint64 n_samples) {
  const gint before = g_atomic_int_get (held_for);
  g_atomic_int_set (held_for, holds ? MIN (before + (gint)n_samples, G_MAXINT / 2) : 0);
}

// Of a line that broke off, its sound still lies behind its pictures for a moment.
static gboolean is_sound_alone (const Live *live) {
  const gint64 last = live->anchor.now - live->silent_for;
  return last - MAX (live->anchor.changed_at, live->sound_from) > ALONE_AFTER;
}

// Pictures come, and again and again one that cannot be shown: that is why it is not on air.
static gboolean is_spoilt (const Live *live) {
  return !live->anchor.is_here && live->anchor.good_from - live->anchor.signal_from > SPOILT_AFTER;
}

static PoSignal signal_of (const Live *live, PoRingSeen seen) {
  const gboolean has_sound = live->silent_for < SILENT_AFTER;
  if (live->anchor.signal && is_spoilt (live))
    return PO_SIGNAL_FORMAT;
  if (live->anchor.signal)
    return has_sound ? PO_SIGNAL_PICTURE : PO_SIGNAL_NO_SOUND;
  if (seen & PO_RING_SEEN_UNREADABLE)
    return PO_SIGNAL_FORMAT;
  if (has_sound && live->sound_end > 0 && is_sound_alone (live))
    return PO_SIGNAL_NO_PICTURE;
  return live->anchor.newest > 0 ? PO_SIGNAL_AWAY : PO_SIGNAL_CONNECTING;
}

static void see_signal (PoSlot *self, gint64 n_samples) {
  Live *live = self->live;
  const PoRingSeen seen = po_ring_reader_seen (self->reader);
  const PoSignal signal = signal_of (live, seen);
  g_atomic_int_set (&live->signal, (gint)signal);
  if (live->anchor.signal) { // a stumble of the line is no other picture
    follow (&live->seen.black_for, seen & PO_RING_SEEN_BLACK, n_samples);
    follow (&live->seen.still_for, seen & PO_RING_SEEN_STILL, n_samples);
  }
  if (live->silent_for < SILENT_AFTER)
    follow (&live->seen.silent_for, seen & PO_RING_SEEN_SILENT, n_samples);
}

// Where the ring's sound ends follows what is read once there is no more of it.
static void see_sound (PoSlot *self, gint64 n_samples) {
  Live *live = self->live;
  const guint64 mark = po_ring_reader_audio_mark (self->reader);
  live->silent_for += n_samples;
  if (mark == live->sound_mark)
    return;
  live->sound_mark = mark;
  live->sound_end = po_ring_reader_audio_end (self->reader);
  if (live->silent_for > SILENT_AFTER)
    live->sound_from = live->anchor.now;
  live->silent_for = 0;
}

static PoLiveNewest newest_of (PoRingReader *reader, gint64 sound_end) {
  const gint64 first = po_ring_reader_newest_first (reader), end = po_ring_reader_newest (reader);
  const gint64 span = span_of (first, end);
  return (PoLiveNewest){.end = end,
                        .middle = first + span / 2,
                        .span = span,
                        .sound = sound_end,
                        .spoilt = po_ring_reader_spoilt (reader)};
}

// Without pictures nothing is read of it, and it is to be seen to come all the same.
static void make_room_for_sound (PoSlot *self) {
  if (!self->live->anchor.signal)
    po_ring_reader_keep_samples (self->reader, KEPT_ALONE);
  po_ring_reader_make_room (self->reader, self->live->anchor.position + PO_RING_AUDIO_SAMPLES);
}

// Off air too, so that what is too old leaves the ring and the source is on its frame at once.
static void slot_begin_frame (PoSource *source, gint64 n_samples) {
  PoSlot *self = (PoSlot *)source;
  Live *live = self->live;
  if (live == NULL || self->reader == NULL)
    return;
  look (self);
  live->n_frame = n_samples;
  see_sound (self, n_samples);
  const PoLiveNewest newest = newest_of (self->reader, live->sound_end);
  po_live_anchor_step (&live->anchor, &live->settings, &newest, n_samples);
  po_ring_reader_drop_to_newest (self->reader, live->anchor.position);
  po_ring_reader_keep_newest (self->reader, self->layout.n_slots - FREE_SLOTS);
  make_room_for_sound (self);
  live->has_picture = live->anchor.is_here && find_live_picture (self);
  po_live_anchor_show (&live->anchor, &live->settings, live->has_picture, n_samples);
  see_signal (self, n_samples);
}

static void slot_reception (PoSource *source, PoReception *ret_reception) {
  Live *live = ((PoSlot *)source)->live;
  *ret_reception = (PoReception){.signal = (PoSignal)g_atomic_int_get (&live->signal),
                                 .black_for = g_atomic_int_get (&live->seen.black_for),
                                 .still_for = g_atomic_int_get (&live->seen.still_for),
                                 .silent_for = g_atomic_int_get (&live->seen.silent_for)};
}

static PoPicture slot_take_picture (PoSource *source, gint64 frame, guint64 have_serial, const PoPlanes *into,
                                    guint64 *ret_serial) {
  PoSlot *self = (PoSlot *)source;
  const PoRingStatus status = look (self);
  PoRingPicture picture;
  if (self->reader == NULL)
    return PO_PICTURE_GONE;
  if (self->live != NULL)
    return take_live_picture (self, have_serial, into, ret_serial);
  po_ring_reader_drop_before (self->reader, frame);
  if (!po_ring_reader_front (self->reader, &picture) || picture.first > frame)
    return why_none (self, status);
  *ret_serial = picture.serial;
  if (picture.serial == have_serial)
    return PO_PICTURE_SAME;
  copy_picture (self, &picture, into);
  return PO_PICTURE_NEW;
}

static gboolean slot_is_damaged (PoSource *source, gint64 frame) {
  PoSlot *self = (PoSlot *)source;
  PoRingPicture picture;
  return self->reader != NULL && po_ring_reader_front (self->reader, &picture) && picture.first <= frame &&
         picture.intact_until <= frame;
}

static gboolean slot_is_sound_lost (PoSource *source, gint64 position, gsize n_samples) {
  PoSlot *self = (PoSlot *)source;
  return self->reader != NULL && self->live == NULL && po_ring_reader_is_sound_lost (self->reader, position, n_samples);
}

// As many frames of @out as there is source for, each between two samples of the source: @length of them make a frame.
static gsize stretch (const gint16 *in, gsize n_in, gint64 length, gint64 n_frame, gsize n_out, gint16 *out) {
  gsize i = 0;
  for (; i < n_out; i++) {
    const gint64 at = (gint64)i < n_frame ? (gint64)i * length : ((gint64)i - n_frame + length) * n_frame;
    const gsize whole = (gsize)(at / n_frame);
    const gint64 part = at % n_frame;
    if (whole + (part > 0) >= n_in)
      break;
    for (gsize c = 0; c < 2; c++) {
      const gint64 a = in[whole * 2 + c], b = part > 0 ? in[(whole + 1) * 2 + c] : a;
      out[i * 2 + c] = (gint16)((a * (n_frame - part) + b * part) / n_frame);
    }
  }
  return i;
}

static gsize read_live_samples (PoSlot *self, gsize n_samples, gint16 *out) {
  Live *live = self->live;
  const PoLiveAnchor *anchor = &live->anchor;
  const gint64 wanted = (gint64)n_samples - live->n_frame + anchor->length;
  if (!anchor->is_here || anchor->is_cut || wanted > PO_FRAME_SAMPLES_MAX + STRETCH_MORE)
    return 0; // a jump fades out and in
  if (anchor->length == live->n_frame)
    return po_ring_reader_samples (self->reader, anchor->position, n_samples, out);
  const gsize got = po_ring_reader_samples (self->reader, anchor->position, (gsize)wanted, live->stretch);
  return stretch (live->stretch, got, anchor->length, live->n_frame, n_samples, out);
}

static gsize slot_read_samples (PoSource *source, gint64 position, gsize n_samples, gint16 *out) {
  PoSlot *self = (PoSlot *)source;
  if (self->reader != NULL && self->live != NULL)
    return read_live_samples (self, n_samples, out);
  return self->reader == NULL ? 0 : po_ring_reader_samples (self->reader, position, n_samples, out);
}

// Whether the answers for @frame and @samples_end would be final now.
static gboolean is_settled (PoSlot *self, gint64 frame, gint64 samples_end) {
  const PoRingStatus status = look (self);
  po_ring_reader_drop_before (self->reader, frame);
  po_ring_reader_make_room (self->reader, samples_end);
  // Gone by itself: all that it wrote is there by now; broken: nothing more is read.
  if (is_over (self))
    return TRUE;
  const gboolean known = (status & PO_RING_STREAMS_KNOWN) != 0;
  const gboolean picture = po_ring_reader_newest (self->reader) > frame || (status & PO_RING_VIDEO_ENDED) ||
                           (known && !(status & PO_RING_HAS_VIDEO));
  const gboolean sound = po_ring_reader_audio_end (self->reader) >= samples_end || (status & PO_RING_AUDIO_ENDED) ||
                         (known && !(status & PO_RING_HAS_AUDIO));
  return picture && sound;
}

static gint64 now_ns (void) {
  struct timespec now;
  clock_gettime (CLOCK_MONOTONIC, &now);
  return (gint64)now.tv_sec * PO_NS_PER_SECOND + now.tv_nsec;
}

static gboolean slot_wait (PoSource *source, gint64 frame, gint64 samples_end, gint64 timeout_ns) {
  PoSlot *self = (PoSlot *)source;
  if (self->reader == NULL)
    return TRUE;
  const gint64 deadline_ns = now_ns () + timeout_ns;
  for (;;) {
    const guint32 sequence = po_ring_reader_sequence (self->reader);
    if (is_settled (self, frame, samples_end))
      return TRUE;
    const gint64 left_ns = deadline_ns - now_ns ();
    if (left_ns <= 0)
      return FALSE;
    po_ring_reader_wait (self->reader, sequence, MIN (left_ns, WAIT_SLICE_NS));
  }
}

static const PoSourceClass slot_class = {
    .query = slot_query,
    .take_picture = slot_take_picture,
    .read_samples = slot_read_samples,
    .wait = slot_wait,
    .is_damaged = slot_is_damaged,
    .is_sound_lost = slot_is_sound_lost,
    .flags = slot_flags,
    .has = slot_has,
    .skip_to = slot_skip_to,
    .begin_frame = slot_skip,
    .finalize = slot_finalize,
};

static const PoSourceClass live_class = {
    .query = slot_query,
    .take_picture = slot_take_picture,
    .read_samples = slot_read_samples,
    .wait = slot_wait,
    .flags = slot_flags,
    .begin_frame = slot_begin_frame,
    .reception = slot_reception,
    .finalize = slot_finalize,
};

PoSlot *po_slot_new (PoSlotBin *bin, const PoFormat *format, guint n_slots, const PoLiveAnchorSettings *live,
                     gint *ret_ring_fd, GError **error) {
  PoSlot *self = g_new0 (PoSlot, 1);
  po_source_init (&self->base, live != NULL ? &live_class : &slot_class);
  self->bin = po_slot_bin_ref (bin);
  if (live != NULL) {
    self->live = g_new0 (Live, 1);
    self->live->settings = *live;
  }
  po_ring_layout_init (&self->layout, format, n_slots, live != NULL);
  *ret_ring_fd = -1;
  self->reader = po_ring_reader_new (&self->layout, ret_ring_fd, error);
  if (self->reader != NULL)
    g_atomic_int_inc (&bin->mapped);
  else
    po_slot_mark_failed (self);
  return self;
}

PoSource *po_slot_source (PoSlot *self) {
  return &self->base;
}

const PoRingLayout *po_slot_layout (PoSlot *self) {
  return &self->layout;
}

void po_slot_move_media (PoSlot *self) {
  if (self->reader != NULL)
    po_ring_reader_move_media (self->reader);
}

void po_slot_mark_failed (PoSlot *self) {
  g_atomic_int_set (&self->failed, TRUE);
}

void po_slot_mark_dead (PoSlot *self) {
  g_atomic_int_set (&self->dead, TRUE);
}

const gchar *po_slot_violation (PoSlot *self) {
  return __atomic_load_n (&self->violation, __ATOMIC_ACQUIRE);
}
