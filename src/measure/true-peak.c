// SPDX-License-Identifier: GPL-3.0-or-later
// A polyphase filter over blocks of constant length, which compilers turn into vectors.
#include "measure/true-peak.h"

#include <math.h>
#include <string.h>

#define MOST_PHASES 4
#define PHASE_TAPS  24 // of a windowed sinc, each phase but the first, which is the sample itself
#define BLOCK       64
#define NO_MORE     192000 // as much as is enough: at this rate the samples say it

typedef struct {
  gfloat values[PHASE_TAPS - 1];
} Before;

struct _PoTruePeak {
  guint n_phases, n_channels;
  gfloat taps[MOST_PHASES][PHASE_TAPS]; // [0] is not used
  Before *before;                       // of each channel
  gint32 highest;                       // a positive float's bits, which compare as it does
};

PoTruePeak *po_true_peak_new (guint rate, guint n_channels) {
  PoTruePeak *self = g_new0 (PoTruePeak, 1);
  self->n_phases = rate >= NO_MORE ? 1 : rate >= NO_MORE / 2 ? 2 : MOST_PHASES;
  self->n_channels = n_channels;
  self->before = g_new0 (Before, n_channels);
  const gint middle = PHASE_TAPS * (gint)self->n_phases / 2;
  for (gint i = 0; i < 2 * middle; i++) {
    const gdouble at = (i - middle) * G_PI / self->n_phases;
    const gdouble window = 0.5 * (1 - cos (G_PI * i / middle));
    // The latest sample comes last.
    self->taps[i % (gint)self->n_phases][PHASE_TAPS - 1 - i / (gint)self->n_phases] =
        (gfloat)((i == middle ? 1 : sin (at) / at) * window);
  }
  return self;
}

void po_true_peak_free (PoTruePeak *self) {
  if (self == NULL)
    return;
  g_free (self->before);
  g_free (self);
}

static gint32 highest_of (const gfloat *values, gint32 highest) {
  gint32 bits[BLOCK];
  memcpy (bits, values, sizeof bits);
  for (gsize i = 0; i < BLOCK; i++)
    highest = MAX (highest, bits[i] & G_MAXINT32);
  return highest;
}

// @in: PHASE_TAPS - 1 samples from before, then BLOCK, of which @length count.
static gint32 look (const PoTruePeak *self, const gfloat *in, gsize length, gint32 highest) {
  highest = highest_of (in + PHASE_TAPS - 1, highest);
  for (guint phase = 1; phase < self->n_phases; phase++) {
    gfloat out[BLOCK] = {0};
    for (guint tap = 0; tap < PHASE_TAPS; tap++)
      for (gsize i = 0; i < BLOCK; i++)
        out[i] += self->taps[phase][tap] * in[i + tap];
    for (gsize i = length; i < BLOCK; i++)
      out[i] = 0; // where the sound stops is no edge of it
    highest = highest_of (out, highest);
  }
  return highest;
}

static void put_channel (PoTruePeak *self, guint channel, const gfloat *values, gsize n) {
  gfloat in[PHASE_TAPS - 1 + BLOCK], *before = self->before[channel].values;
  memcpy (in, before, sizeof (Before));
  for (gsize at = 0; at < n; at += BLOCK) {
    const gsize length = MIN (n - at, BLOCK);
    for (gsize i = 0; i < length; i++) {
      const gfloat value = values[(at + i) * self->n_channels + channel];
      in[PHASE_TAPS - 1 + i] = isfinite (value) ? value : 0;
    }
    for (gsize i = length; i < BLOCK; i++)
      in[PHASE_TAPS - 1 + i] = 0;
    self->highest = look (self, in, length, self->highest);
    memmove (in, in + length, sizeof (Before));
  }
  memcpy (before, in, sizeof (Before));
}

void po_true_peak_put (PoTruePeak *self, const gfloat *values, gsize n) {
  for (guint channel = 0; channel < self->n_channels; channel++)
    put_channel (self, channel, values, n);
}

gdouble po_true_peak_read (const PoTruePeak *self) {
  gfloat highest;
  memcpy (&highest, &self->highest, sizeof highest);
  return (gdouble)highest;
}
