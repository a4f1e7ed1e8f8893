// SPDX-License-Identifier: GPL-3.0-or-later
// libebur128 does the measuring. Its histogram is what keeps the memory of an endless programme bounded.
#include "measure/loudness.h"

#include <ebur128.h>
#include <math.h>

#include "measure/true-peak.h"
#include "model/time.h"

#define CHANNELS   2
#define BLOCK      512     // samples
#define FLOOR_LUFS (-70.0) // the absolute gate: nothing is measured below

struct _PoLoudness {
  ebur128_state *state;
  PoTruePeak *peak; // (nullable)
  PoLoudnessWhat what;
};

PoLoudness *po_loudness_new (PoLoudnessWhat what) {
  int mode = 0;
  if (what & PO_LOUDNESS_METER)
    mode |= EBUR128_MODE_M | EBUR128_MODE_S;
  if (what & PO_LOUDNESS_PROGRAM)
    mode |= EBUR128_MODE_I | EBUR128_MODE_HISTOGRAM;
  ebur128_state *state = ebur128_init (CHANNELS, PO_AUDIO_RATE, mode);
  if (state == NULL)
    return NULL;
  PoLoudness *self = g_new0 (PoLoudness, 1);
  self->state = state;
  self->what = what;
  self->peak = what & PO_LOUDNESS_PROGRAM ? po_true_peak_new (PO_AUDIO_RATE, CHANNELS) : NULL;
  return self;
}

void po_loudness_free (PoLoudness *self) {
  if (self == NULL)
    return;
  ebur128_destroy (&self->state);
  po_true_peak_free (self->peak);
  g_free (self);
}

static void put_peak (PoTruePeak *peak, const gint16 *values, gsize samples) {
  gfloat block[CHANNELS * BLOCK];
  for (gsize at = 0; at < samples; at += BLOCK) {
    const gsize length = MIN (samples - at, BLOCK);
    for (gsize i = 0; i < CHANNELS * length; i++)
      block[i] = values[CHANNELS * at + i] * (1.0f / 32768);
    po_true_peak_put (peak, block, length);
  }
}

void po_loudness_put (PoLoudness *self, const gint16 *values, gsize samples) {
  ebur128_add_frames_short (self->state, values, samples);
  if (self->peak != NULL)
    put_peak (self->peak, values, samples);
}

void po_loudness_reading_init (PoLoudnessReading *self) {
  *self = (PoLoudnessReading){NAN, NAN, NAN, NAN};
}

static gdouble ask (int (*loudness) (ebur128_state *, double *), ebur128_state *state) {
  gdouble lufs = NAN;
  if (loudness (state, &lufs) != EBUR128_SUCCESS || !isfinite (lufs) || lufs <= FLOOR_LUFS)
    return NAN;
  return lufs;
}

static gdouble true_peak (const PoTruePeak *peak) {
  const gdouble highest = po_true_peak_read (peak);
  return highest > 0 ? 20 * log10 (highest) : NAN;
}

void po_loudness_read (PoLoudness *self, PoLoudnessReading *ret_reading) {
  if (self->what & PO_LOUDNESS_METER) {
    ret_reading->momentary_lufs = ask (ebur128_loudness_momentary, self->state);
    ret_reading->short_term_lufs = ask (ebur128_loudness_shortterm, self->state);
  }
  if (self->what & PO_LOUDNESS_PROGRAM) {
    ret_reading->integrated_lufs = ask (ebur128_loudness_global, self->state);
    ret_reading->true_peak_dbtp = true_peak (self->peak);
  }
}
