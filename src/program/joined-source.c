// SPDX-License-Identifier: GPL-3.0-or-later
#include "program/joined-source.h"

typedef struct {
  PoSource base;
  PoSource *inner;
  gint64 first_frame;
  gint64 first_sample;
} JoinedSource;

static gint64 shift_known (gint64 position, gint64 by) {
  return position < 0 || position > G_MAXINT64 - by ? position : position + by;
}

static void joined_query (PoSource *source, PoSourceState *ret_state) {
  JoinedSource *self = (JoinedSource *)source;
  po_source_query (self->inner, ret_state);
  if (ret_state->newest_frames > 0)
    ret_state->newest_frames = shift_known (ret_state->newest_frames, self->first_frame);
  ret_state->video_end = shift_known (ret_state->video_end, self->first_frame);
  ret_state->audio_ready = shift_known (ret_state->audio_ready, self->first_sample);
  ret_state->audio_end = shift_known (ret_state->audio_end, self->first_sample);
}

static PoSourceFlags joined_flags (PoSource *source) {
  return po_source_flags (((JoinedSource *)source)->inner);
}

static gboolean joined_has (PoSource *source, gint64 frame, gint64 samples_end) {
  JoinedSource *self = (JoinedSource *)source;
  return frame >= self->first_frame &&
         po_source_has (self->inner, frame - self->first_frame, samples_end - self->first_sample);
}

static void joined_skip_to (PoSource *source, gint64 frame, gint64 position) {
  JoinedSource *self = (JoinedSource *)source;
  po_source_skip_to (self->inner, frame - self->first_frame, position - self->first_sample);
}

static void joined_begin_frame (PoSource *source, gint64 n_samples) {
  po_source_begin_frame (((JoinedSource *)source)->inner, n_samples);
}

static PoPicture joined_take_picture (PoSource *source, gint64 frame, guint64 have_serial, const PoPlanes *into,
                                      guint64 *ret_serial) {
  JoinedSource *self = (JoinedSource *)source;
  return po_source_take_picture (self->inner, frame - self->first_frame, have_serial, into, ret_serial);
}

static gboolean joined_is_damaged (PoSource *source, gint64 frame) {
  JoinedSource *self = (JoinedSource *)source;
  return po_source_is_damaged (self->inner, frame - self->first_frame);
}

static gboolean joined_is_sound_lost (PoSource *source, gint64 position, gsize n_samples) {
  JoinedSource *self = (JoinedSource *)source;
  return po_source_is_sound_lost (self->inner, position - self->first_sample, n_samples);
}

static gsize joined_read_samples (PoSource *source, gint64 position, gsize n_samples, gint16 *out) {
  JoinedSource *self = (JoinedSource *)source;
  return po_source_read_samples (self->inner, position - self->first_sample, n_samples, out);
}

static gboolean joined_wait (PoSource *source, gint64 frame, gint64 samples_end, gint64 timeout_ns) {
  JoinedSource *self = (JoinedSource *)source;
  return po_source_wait (self->inner, frame - self->first_frame, samples_end - self->first_sample, timeout_ns);
}

static void joined_finalize (PoSource *source) {
  JoinedSource *self = (JoinedSource *)source;
  po_source_unref (self->inner);
  g_free (self);
}

static const PoSourceClass joined_class = {
    .query = joined_query,
    .take_picture = joined_take_picture,
    .read_samples = joined_read_samples,
    .wait = joined_wait,
    .is_damaged = joined_is_damaged,
    .is_sound_lost = joined_is_sound_lost,
    .flags = joined_flags,
    .has = joined_has,
    .skip_to = joined_skip_to,
    .begin_frame = joined_begin_frame,
    .finalize = joined_finalize,
};

PoSource *po_joined_source_new (PoSource *inner, gint64 first_frame, PoRate rate) {
  JoinedSource *self = g_new0 (JoinedSource, 1);
  po_source_init (&self->base, &joined_class);
  self->inner = inner;
  self->first_frame = first_frame;
  self->first_sample = po_samples_before_frame (first_frame, rate);
  return &self->base;
}
