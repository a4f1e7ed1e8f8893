// SPDX-License-Identifier: GPL-3.0-or-later
// The base of every source: reference counting and dispatch.
#include "program/source.h"

#include "program/mixer.h"

#define AHEAD 1 // frames that are there besides the first when a source goes on air: a picture takes less than a frame

void po_source_init (PoSource *self, const PoSourceClass *klass) {
  self->klass = klass;
  self->ref_count = 1;
  self->begun = -1;
}

PoSource *po_source_ref (PoSource *self) {
  g_atomic_int_inc (&self->ref_count);
  return self;
}

void po_source_unref (PoSource *self) {
  if (g_atomic_int_dec_and_test (&self->ref_count))
    self->klass->finalize (self);
}

void po_source_query (PoSource *self, PoSourceState *ret_state) {
  self->klass->query (self, ret_state);
}

PoSourceFlags po_source_flags (PoSource *self) {
  return self->klass->flags != NULL ? self->klass->flags (self) : 0;
}

gboolean po_source_has (PoSource *self, gint64 frame, gint64 samples_end) {
  return self->klass->has != NULL && self->klass->has (self, frame, samples_end);
}

gboolean po_source_can_start (PoSource *self, gint64 frame, PoRate rate) {
  const gint64 last = frame + AHEAD;
  return po_source_has (self, frame, po_samples_before_frame (frame, rate)) &&
         po_source_has (self, last, po_samples_before_frame (last + 1, rate) + PO_FADE_SAMPLES);
}

void po_source_skip_to (PoSource *self, gint64 frame, gint64 position) {
  if (self->klass->skip_to != NULL)
    self->klass->skip_to (self, frame, position);
}

PoPicture po_source_take_picture (PoSource *self, gint64 frame, guint64 have_serial, const PoPlanes *into,
                                  guint64 *ret_serial) {
  return self->klass->take_picture (self, frame, have_serial, into, ret_serial);
}

gboolean po_source_is_damaged (PoSource *self, gint64 frame) {
  return self->klass->is_damaged != NULL && self->klass->is_damaged (self, frame);
}

gboolean po_source_is_sound_lost (PoSource *self, gint64 position, gsize n_samples) {
  return self->klass->is_sound_lost != NULL && self->klass->is_sound_lost (self, position, n_samples);
}

gsize po_source_read_samples (PoSource *self, gint64 position, gsize n_samples, gint16 *out) {
  return self->klass->read_samples (self, position, n_samples, out);
}

gboolean po_source_wait (PoSource *self, gint64 frame, gint64 samples_end, gint64 timeout_ns) {
  return self->klass->wait (self, frame, samples_end, timeout_ns);
}

const gchar *po_signal_to_string (PoSignal signal) {
  static const gchar *const names[] = {"connecting", "away", "picture", "no-sound", "no-picture", "format"};
  return (guint)signal < G_N_ELEMENTS (names) ? names[signal] : "invalid";
}

void po_source_begin_frame (PoSource *self, gint64 n_samples) {
  if (self->klass->begin_frame != NULL)
    self->klass->begin_frame (self, n_samples);
}

gboolean po_source_reception (PoSource *self, PoReception *ret_reception) {
  if (self->klass->reception == NULL)
    return FALSE;
  self->klass->reception (self, ret_reception);
  return TRUE;
}
