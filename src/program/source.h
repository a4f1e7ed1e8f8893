// SPDX-License-Identifier: GPL-3.0-or-later
// PoSource: what the head pulls pictures and samples from, one per run of a source. Implemented by PoSlot (a player's
// ring), by rehearsals' blank sources and by tests.
//
// Thread: query, take_picture, read_samples and wait belong to one thread at a time, the head's; ref and unref to any.
// Nothing here blocks (but wait), allocates, locks or makes a system call that can sleep; unref neither: what is
// expensive to give back is given back elsewhere.
// Positions count from the run's media_in: frame 0 is the house frame that shows media_in, sample 0 its first sample.
// The head asks for frame n - media_origin. It asks forwards: pictures before the wanted frame, and samples before the
// wanted position, are gone for good. It must not know what is behind: process, file or generator.
#pragma once

#include "model/format.h"

/** The run key under which the fallback of the live run %s is bound. */
#define PO_FALLBACK_KEY_FORMAT "%s#fallback"

typedef struct _PoSource PoSource;

/**
 * PoSourceFlags: a snapshot; bits are only ever added (LIVE sources may lose and regain the ended bits).
 * @PO_SOURCE_HAS_VIDEO: there is a picture stream; may come late while STREAMS_KNOWN is not set
 * @PO_SOURCE_HAS_AUDIO: likewise for sound
 * @PO_SOURCE_STREAMS_KNOWN: no stream will be added any more; without HAS_VIDEO now, show a card
 * @PO_SOURCE_VIDEO_READY: the first picture is there; also set for a source known to have none: "cued"
 * @PO_SOURCE_VIDEO_ENDED: no picture will come from `video_end` on; earlier ones may still be readable
 * @PO_SOURCE_AUDIO_ENDED: likewise from `audio_end` on: silence
 * @PO_SOURCE_STILL: one picture that stands for as long as it is asked for
 * @PO_SOURCE_LIVE: frames are numbered by the source's own clock; show by `newest`, skip rather than wait
 * @PO_SOURCE_FAILED: the player reported an error, or was caught breaking the protocol
 * @PO_SOURCE_DEAD: its process is gone; what it had delivered before is still readable
 */
typedef enum {
  PO_SOURCE_HAS_VIDEO = 1 << 0,
  PO_SOURCE_HAS_AUDIO = 1 << 1,
  PO_SOURCE_STREAMS_KNOWN = 1 << 2,
  PO_SOURCE_VIDEO_READY = 1 << 3,
  PO_SOURCE_VIDEO_ENDED = 1 << 4,
  PO_SOURCE_AUDIO_ENDED = 1 << 5,
  PO_SOURCE_STILL = 1 << 6,
  PO_SOURCE_LIVE = 1 << 7,
  PO_SOURCE_FAILED = 1 << 8,
  PO_SOURCE_DEAD = 1 << 9,
} PoSourceFlags;

typedef struct {
  PoSourceFlags flags;
  gint64 newest_frames; // pictures are there for frames before this one; 0 = none yet, G_MAXINT64 = a still
  guint32 rounds;       // how often it began anew by itself
  gint64 video_end;     // first frame without a picture, once VIDEO_ENDED; else -1
  gint64 audio_ready;   // samples are there up to this position
  gint64 audio_end;     // first position without sound, once AUDIO_ENDED; else -1
} PoSourceState;

/** PoPlanes: a writable I420 picture of the house size, 4:2:0 planes Y, U, V. */
typedef struct {
  guint8 *data[3];
  gint stride[3]; // bytes; >= the plane's width
} PoPlanes;

/**
 * PoPicture: the answer to "the picture for frame f".
 * @PO_PICTURE_NEW: it was copied into the caller's planes
 * @PO_PICTURE_SAME: it is the one the caller said to have; nothing was copied
 * @PO_PICTURE_NOT_YET: not there; it may still come (hold; past the bound, fall back)
 * @PO_PICTURE_PAST_END: the source ended in good order before f
 * @PO_PICTURE_NONE: the source is known to have no picture at all (sound only)
 * @PO_PICTURE_GONE: not there and will not come: failed or dead
 * @PO_PICTURE_AWAY: a LIVE source has been without a picture for longer than it is waited for; it may come back
 */
typedef enum {
  PO_PICTURE_NEW,
  PO_PICTURE_SAME,
  PO_PICTURE_NOT_YET,
  PO_PICTURE_PAST_END,
  PO_PICTURE_NONE,
  PO_PICTURE_GONE,
  PO_PICTURE_AWAY,
} PoPicture;

/** PoSignal: what a LIVE source brings just now. */
typedef enum {
  PO_SIGNAL_CONNECTING, // nothing has come yet
  PO_SIGNAL_AWAY,       // it was there, and is not any more
  PO_SIGNAL_PICTURE,    // picture and sound
  PO_SIGNAL_NO_SOUND,   // picture alone
  PO_SIGNAL_NO_PICTURE, // sound alone
  PO_SIGNAL_FORMAT,     // something that cannot be decoded
} PoSignal;

/** PoReception: and since when, in samples of time, its picture is black or stands still, and its sound is silent. */
typedef struct {
  PoSignal signal;
  gint black_for, still_for, silent_for;
} PoReception;

const gchar *po_signal_to_string (PoSignal signal); // "no-sound"

typedef struct {
  void (*query) (PoSource *self, PoSourceState *ret_state);
  PoPicture (*take_picture) (PoSource *self, gint64 frame, guint64 have_serial, const PoPlanes *into,
                             guint64 *ret_serial);
  gsize (*read_samples) (PoSource *self, gint64 position, gsize n_samples, gint16 *out);
  gboolean (*wait) (PoSource *self, gint64 frame, gint64 samples_end, gint64 timeout_ns);
  gboolean (*is_damaged) (PoSource *self, gint64 frame);                        // (nullable)
  gboolean (*is_sound_lost) (PoSource *self, gint64 position, gsize n_samples); // (nullable)
  void (*begin_frame) (PoSource *self, gint64 n_samples);                       // (nullable)
  gboolean (*has) (PoSource *self, gint64 frame, gint64 samples_end);           // (nullable) any thread
  void (*skip_to) (PoSource *self, gint64 frame, gint64 position);              // (nullable) any thread
  void (*reception) (PoSource *self, PoReception *ret);                         // (nullable) any thread
  PoSourceFlags (*flags) (PoSource *self);                                      // (nullable) any thread
  void (*finalize) (PoSource *self); // last unref, any thread, must not block
} PoSourceClass;

/** PoSource: the base, first member of every implementation. Initialise with po_source_init(). */
struct _PoSource {
  const PoSourceClass *klass;
  gint ref_count; // atomic
  gint64 begun;   // the head's: the output frame that it began last; it may be bound more than once
};

void po_source_init (PoSource *self, const PoSourceClass *klass);
PoSource *po_source_ref (PoSource *self);
void po_source_unref (PoSource *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PoSource, po_source_unref)

void po_source_query (PoSource *self, PoSourceState *ret_state);

/** Its flags as a look from outside shows them, while the head reads on undisturbed; none of a source that does not
 * tell them. Any thread. */
PoSourceFlags po_source_flags (PoSource *self);

/** Whether the picture for @frame and the sound before @samples_end are there, or known not to come, as far as a look
 * from outside can tell. Sound that does not come though the source is full of pictures is not waited for. FALSE of a
 * source that does not tell. Any thread. */
gboolean po_source_has (PoSource *self, gint64 frame, gint64 samples_end);

/** Whether it could go on air with @frame, and go on: that frame and the next one are there with their sound. Any
 * thread. */
gboolean po_source_can_start (PoSource *self, gint64 frame, PoRate rate);

/** What lies before @frame and sample @position will not be asked for: it makes room for what comes after it, from the
 * next po_source_begin_frame() on. Any thread. */
void po_source_skip_to (PoSource *self, gint64 frame, gint64 position);

/**
 * The picture for @frame. @have_serial names the picture that the caller still holds of this source (0 = none);
 * @ret_serial gets the serial of the right one on NEW and SAME, never 0. Everything before @frame is given back.
 * A LIVE source gives its newest picture not after @frame.
 */
PoPicture po_source_take_picture (PoSource *self, gint64 frame, guint64 have_serial, const PoPlanes *into,
                                  guint64 *ret_serial);

/** Whether the picture that was given for @frame is not the one that should be seen: damaged, or another that stands in
 * for it. After NEW and SAME only. */
gboolean po_source_is_damaged (PoSource *self, gint64 frame);

/** Whether some of these samples are silence that stands for what the clip lost. Before they are read. */
gboolean po_source_is_sound_lost (PoSource *self, gint64 position, gsize n_samples);

/**
 * Copies up to @n_samples interleaved stereo samples from @position on into @out and returns how many were there,
 * counted from @position; the rest of @out is not touched. Everything before @position is given back.
 */
gsize po_source_read_samples (PoSource *self, gint64 position, gsize n_samples, gint16 *out);

/**
 * Free run: sleeps until the picture for @frame and the sound before @samples_end are there or known not to come, at
 * most @timeout_ns. TRUE when so; FALSE on timeout. The only call that sleeps.
 */
gboolean po_source_wait (PoSource *self, gint64 frame, gint64 samples_end, gint64 timeout_ns);

/** Of every source bound, before anything else is asked of it for a frame of @n_samples, on air or not: a LIVE source
 * moves on by itself. */
void po_source_begin_frame (PoSource *self, gint64 n_samples);

/** What a LIVE source brings; FALSE for any other. Any thread. */
gboolean po_source_reception (PoSource *self, PoReception *ret_reception);
