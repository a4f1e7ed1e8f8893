// SPDX-License-Identifier: GPL-3.0-or-later
#include "program/round-source.h"

#define MAX_WAITED_FRAMES 100 // for the next run, before the clip counts as over
#define AGAIN_FRAMES      50  // until a run that failed has a successor

typedef struct {
  PoSource base;
  PoRate rate;
  gint64 frames;       // of the run that plays; 0: as many as it has; the head's
  PoSource *playing;   // likewise
  gint64 next_frames;  // of the next one; written before `next`
  PoSource *next;      // (nullable) atomic: given by the main thread, taken by the head's
  gint is_wanting;     // atomic
  gint64 first_frame;  // of the run that plays, in what is asked for; the head's
  gint64 first_sample; // likewise
  gint waited_frames;  // likewise
  guint32 rounds;      // runs before the one that plays; likewise
} RoundSource;

static void round_query (PoSource *source, PoSourceState *ret_state) {
  RoundSource *self = (RoundSource *)source;
  po_source_query (self->playing, ret_state);
  if (ret_state->newest_frames > 0 && ret_state->newest_frames <= G_MAXINT64 - self->first_frame)
    ret_state->newest_frames += self->first_frame;
  ret_state->audio_ready += self->first_sample;
  ret_state->flags &= ~(PoSourceFlags)(PO_SOURCE_VIDEO_ENDED | PO_SOURCE_AUDIO_ENDED);
  ret_state->video_end = ret_state->audio_end = -1;
  ret_state->rounds = self->rounds;
}

static void look_ahead (RoundSource *self) {
  PoSourceState state;
  po_source_query (self->playing, &state);
  if (self->frames > 0 && state.newest_frames >= self->frames)
    g_atomic_int_set (&self->is_wanting, TRUE);
  if ((state.flags & PO_SOURCE_VIDEO_ENDED) != 0 && (state.flags & PO_SOURCE_STILL) == 0 && state.video_end > 0)
    g_atomic_int_set (&self->is_wanting, TRUE);
}

// The next run, if its first picture is there, becomes the one that plays.
static PoPicture begin_anew (RoundSource *self, gint64 frame, const PoPlanes *into, guint64 *ret_serial) {
  PoSource *next = __atomic_load_n (&self->next, __ATOMIC_ACQUIRE);
  const PoPicture answer = next != NULL ? po_source_take_picture (next, 0, 0, into, ret_serial) : PO_PICTURE_NOT_YET;
  if (answer != PO_PICTURE_NEW) { // the last picture stands until then
    const gboolean is_lost = answer == PO_PICTURE_GONE && self->waited_frames % AGAIN_FRAMES == AGAIN_FRAMES - 1;
    if (is_lost) {
      __atomic_store_n (&self->next, NULL, __ATOMIC_RELEASE);
      po_source_unref (next);
    }
    return self->waited_frames++ < MAX_WAITED_FRAMES ? PO_PICTURE_NOT_YET : PO_PICTURE_PAST_END;
  }
  po_source_unref (self->playing);
  self->playing = next;
  self->frames = self->next_frames;
  self->rounds++;
  self->first_frame = frame;
  self->first_sample = po_samples_before_frame (frame, self->rate);
  self->waited_frames = 0;
  g_atomic_int_set (&self->is_wanting, FALSE);
  __atomic_store_n (&self->next, NULL, __ATOMIC_RELEASE);
  return answer;
}

static PoPicture round_take_picture (PoSource *source, gint64 frame, guint64 have_serial, const PoPlanes *into,
                                     guint64 *ret_serial) {
  RoundSource *self = (RoundSource *)source;
  const gint64 own = frame - self->first_frame;
  const PoPicture answer = self->frames > 0 && own >= self->frames
                               ? PO_PICTURE_PAST_END
                               : po_source_take_picture (self->playing, own, have_serial, into, ret_serial);
  if (!g_atomic_int_get (&self->is_wanting))
    look_ahead (self);
  if (answer == PO_PICTURE_GONE) // its player fell over
    g_atomic_int_set (&self->is_wanting, TRUE);
  const gboolean is_out = answer == PO_PICTURE_PAST_END || answer == PO_PICTURE_GONE;
  return is_out && g_atomic_int_get (&self->is_wanting) ? begin_anew (self, frame, into, ret_serial) : answer;
}

static gsize round_read_samples (PoSource *source, gint64 position, gsize n_samples, gint16 *out) {
  RoundSource *self = (RoundSource *)source;
  const gint64 left = self->frames > 0
                          ? po_samples_before_frame (self->first_frame + self->frames, self->rate) - position
                          : (gint64)n_samples;
  return position < self->first_sample || left <= 0
             ? 0
             : po_source_read_samples (self->playing, position - self->first_sample, MIN (n_samples, (gsize)left), out);
}

static gboolean round_wait (PoSource *source, gint64 frame, gint64 samples_end, gint64 timeout_ns) {
  RoundSource *self = (RoundSource *)source;
  return po_source_wait (self->playing, frame - self->first_frame, samples_end - self->first_sample, timeout_ns);
}

static void round_finalize (PoSource *source) {
  RoundSource *self = (RoundSource *)source;
  g_clear_pointer (&self->next, po_source_unref);
  po_source_unref (self->playing);
  g_free (self);
}

static const PoSourceClass round_class = {
    .query = round_query,
    .take_picture = round_take_picture,
    .read_samples = round_read_samples,
    .wait = round_wait,
    .finalize = round_finalize,
};

PoSource *po_round_source_new (PoSource *first, PoRate rate, gint64 frames) {
  RoundSource *self = g_new0 (RoundSource, 1);
  po_source_init (&self->base, &round_class);
  self->rate = rate;
  self->frames = frames;
  self->playing = first;
  return &self->base;
}

gboolean po_round_source_is_wanting (PoSource *source) {
  RoundSource *self = (RoundSource *)source;
  return __atomic_load_n (&self->next, __ATOMIC_ACQUIRE) == NULL && g_atomic_int_get (&self->is_wanting);
}

void po_round_source_give (PoSource *source, PoSource *next, gint64 frames) {
  RoundSource *self = (RoundSource *)source;
  self->next_frames = frames;
  __atomic_store_n (&self->next, next, __ATOMIC_RELEASE);
}
