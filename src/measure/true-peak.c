// SPDX-License-Identifier: GPL-3.0-or-later
// A polyphase filter over blocks of constant length, which compilers turn into vectors.
#include "measure/true-peak.h"

#include <math.h>
#include <string.h>

#define CHANNELS   2
#define FACTOR     4
#define TAPS       49 // of a windowed sinc; each phase but the first has 12 of them, the first one is the sample itself
#define PHASE_TAPS 12
#define BLOCK      64

struct _PoTruePeak {
  gfloat taps[FACTOR][PHASE_TAPS]; // [0] is not used
  gfloat before[CHANNELS][PHASE_TAPS - 1];
  gint32 highest; // a positive float's bits, which compare as it does
};

PoTruePeak *po_true_peak_new (void) {
  PoTruePeak *self = g_new0 (PoTruePeak, 1);
  for (gint i = 0; i < TAPS - 1; i++) {
    const gdouble at = (i - (TAPS - 1) / 2) * G_PI / FACTOR;
    const gdouble window = 0.5 * (1 - cos (2 * G_PI * i / (TAPS - 1)));
    // The latest sample comes last.
    self->taps[i % FACTOR][PHASE_TAPS - 1 - i / FACTOR] = (gfloat)((i == (TAPS - 1) / 2 ? 1 : sin (at) / at) * window);
  }
  return self;
}

void po_true_peak_free (PoTruePeak *self) {
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
  for (guint phase = 1; phase < FACTOR; phase++) {
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

static void put_channel (PoTruePeak *self, guint channel, const gint16 *values, gsize n) {
  gfloat in[PHASE_TAPS - 1 + BLOCK];
  memcpy (in, self->before[channel], sizeof self->before[channel]);
  for (gsize at = 0; at < n; at += BLOCK) {
    const gsize length = MIN (n - at, BLOCK);
    for (gsize i = 0; i < length; i++)
      in[PHASE_TAPS - 1 + i] = values[(at + i) * CHANNELS + channel] * (1.0f / 32768);
    for (gsize i = length; i < BLOCK; i++)
      in[PHASE_TAPS - 1 + i] = 0;
    self->highest = look (self, in, length, self->highest);
    memmove (in, in + length, sizeof self->before[channel]);
  }
  memcpy (self->before[channel], in, sizeof self->before[channel]);
}

void po_true_peak_put (PoTruePeak *self, const gint16 *values, gsize n) {
  for (guint channel = 0; channel < CHANNELS; channel++)
    put_channel (self, channel, values, n);
}

gdouble po_true_peak_read (const PoTruePeak *self) {
  gfloat highest;
  memcpy (&highest, &self->highest, sizeof highest);
  return (gdouble)highest;
}
