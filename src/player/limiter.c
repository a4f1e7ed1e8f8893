// SPDX-License-Identifier: GPL-3.0-or-later
// Peak of the interpolated signal -> gain it needs -> the least of a window -> slow release -> mean of a window: a
// curve without corners that has arrived when the peak does.
#include "player/limiter.h"

#include <math.h>
#include <string.h>

#define PHASES       4   // of the interpolation, the sample itself included
#define TAPS         16  // of each
#define CENTRE       8   // the interpolated points lie right after the sample this long ago
#define ATTACK       240 // samples, 5 ms: the mean's window
#define MARGIN       4   // samples to either side of a peak that have its gain, too
#define WINDOW       (ATTACK + 2 * MARGIN)
#define DELAY        (CENTRE + ATTACK - 1 + MARGIN)
#define LINE         512        // power of two, > DELAY and > WINDOW
#define ONE          (1u << 24) // gains are integers of this scale
#define RELEASE      12         // shift: the way back takes e-fold 2^12 samples, 85 ms
#define OVERSHOOT    3.0f       // no interpolated point is higher than so many times the samples around it
#define FULL_SCALE   32768.0f
#define MOST_SAMPLE  32767.0f
#define LEAST_SAMPLE (-32768.0f)

/** Dip: a gain needed by the sample at @at; those behind it in the queue are weaker and later. */
typedef struct {
  guint64 at;
  guint32 gain;
} Dip;

struct _PoLimiter {
  gfloat gain, ceiling;
  gfloat taps[PHASES - 1][TAPS];
  gfloat line[LINE][2]; // amplified, by number
  guint64 number;       // of the next sample
  guint loud_left;      // samples until nothing loud is in reach of the interpolation
  Dip dips[LINE];       // queue [first_dip, end_dip)
  guint64 first_dip, end_dip;
  guint32 released;       // after the release
  guint32 attack[ATTACK]; // the last of them
  guint64 attack_sum;
};

// Windowed sinc, each phase with unit gain at 0 Hz.
static void make_taps (PoLimiter *self) {
  for (guint phase = 1; phase < PHASES; phase++) {
    gdouble sum = 0, taps[TAPS];
    for (guint i = 0; i < TAPS; i++) {
      const gdouble t = (gdouble)i - (TAPS - 1 - CENTRE) - (gdouble)phase / PHASES;
      const gdouble window = cos (G_PI * t / (TAPS + 1));
      taps[i] = sin (G_PI * t) / (G_PI * t) * window * window;
      sum += taps[i];
    }
    for (guint i = 0; i < TAPS; i++)
      self->taps[phase - 1][i] = (gfloat)(taps[i] / sum);
  }
}

PoLimiter *po_limiter_new (gfloat gain, gfloat ceiling) {
  PoLimiter *self = g_new0 (PoLimiter, 1);
  self->gain = gain;
  self->ceiling = ceiling;
  self->released = ONE;
  for (guint i = 0; i < ATTACK; i++)
    self->attack[i] = ONE;
  self->attack_sum = (guint64)ATTACK * ONE;
  make_taps (self);
  return self;
}

void po_limiter_free (PoLimiter *self) {
  g_free (self);
}

gfloat po_limiter_gain (const PoLimiter *self) {
  return self->gain;
}

gsize po_limiter_delay (const PoLimiter *self) {
  return self->ceiling > 0 ? DELAY : 0;
}

static gfloat *sample_at (PoLimiter *self, guint64 number) {
  return self->line[number % LINE];
}

// The highest point from the sample CENTRE ago up to the one after it.
static gfloat peak_there (PoLimiter *self) {
  const guint64 oldest = self->number - (TAPS - 1); // wraps before the first samples, where the line is silent
  gfloat peak = 0;
  for (guint channel = 0; channel < 2; channel++) {
    peak = fmaxf (peak, fabsf (sample_at (self, self->number - CENTRE)[channel]));
    for (guint phase = 0; phase < PHASES - 1; phase++) {
      gfloat sum = 0;
      for (guint i = 0; i < TAPS; i++)
        sum += self->taps[phase][i] * sample_at (self, oldest + i)[channel];
      peak = fmaxf (peak, fabsf (sum));
    }
  }
  return peak;
}

static guint32 gain_needed (PoLimiter *self) {
  const gfloat *newest = sample_at (self, self->number);
  if (fmaxf (fabsf (newest[0]), fabsf (newest[1])) * OVERSHOOT > self->ceiling)
    self->loud_left = TAPS;
  if (self->loud_left == 0)
    return ONE;
  self->loud_left--;
  const gfloat peak = peak_there (self);
  return peak > self->ceiling ? (guint32)((gdouble)self->ceiling / (gdouble)peak * ONE) : ONE;
}

// The least gain needed in the last WINDOW samples.
static guint32 least_gain (PoLimiter *self, guint32 needed) {
  if (needed < ONE) {
    while (self->end_dip > self->first_dip && self->dips[(self->end_dip - 1) % LINE].gain >= needed)
      self->end_dip--;
    self->dips[self->end_dip++ % LINE] = (Dip){self->number, needed};
  }
  if (self->first_dip < self->end_dip && self->number - self->dips[self->first_dip % LINE].at >= WINDOW)
    self->first_dip++;
  return self->first_dip < self->end_dip ? self->dips[self->first_dip % LINE].gain : ONE;
}

// The gain for the sample DELAY ago.
static guint32 next_gain (PoLimiter *self) {
  const guint32 least = least_gain (self, gain_needed (self));
  if (least <= self->released)
    self->released = least;
  else
    self->released += MAX ((least - self->released) >> RELEASE, 1);
  guint32 *oldest = &self->attack[self->number % ATTACK];
  self->attack_sum += self->released;
  self->attack_sum -= *oldest;
  *oldest = self->released;
  return (guint32)(self->attack_sum / ATTACK);
}

static gint16 to_s16 (gfloat value) {
  return (gint16)lrintf (CLAMP (value * FULL_SCALE, LEAST_SAMPLE, MOST_SAMPLE));
}

void po_limiter_run (PoLimiter *self, const gfloat *in, gsize n_samples, gint16 *out) {
  const gboolean limits = self->ceiling > 0;
  for (gsize i = 0; i < n_samples; i++, out += 2, self->number++) {
    gfloat *newest = sample_at (self, self->number);
    newest[0] = in != NULL ? in[2 * i] * self->gain : 0;
    newest[1] = in != NULL ? in[2 * i + 1] * self->gain : 0;
    const guint32 gain = limits ? next_gain (self) : ONE;
    const gfloat *due = sample_at (self, self->number - po_limiter_delay (self));
    const gfloat factor = (gfloat)gain / ONE;
    out[0] = to_s16 (due[0] * factor);
    out[1] = to_s16 (due[1] * factor);
  }
}
