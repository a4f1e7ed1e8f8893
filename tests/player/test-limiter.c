// SPDX-License-Identifier: GPL-3.0-or-later
// The static gain and the true-peak limiter, judged by libebur128's meter: nothing moves, nothing passes the ceiling,
// what no peak touches is the plain product.
#include <ebur128.h>
#include <math.h>
#include <string.h>

#include "player/limiter.h"

#define RATE       48000
#define N          (2 * RATE)
#define CEILING_DB (-1.5)
#define BLOCK      777 // no power of two

typedef gfloat (*Wave) (gint i);

static gfloat from_db (gdouble db) {
  return (gfloat)pow (10, db / 20);
}

static gfloat quiet_noise (gint i) {
  return (gfloat)((gint)((guint)i * 2654435761u >> 16) % 8192 - 4096) / 32768;
}

static gfloat silence (gint i) {
  return 0;
}

// Samples beside the crests: as values 3 dB below what they are as a wave.
static gfloat quarter_tone (gint i) {
  return (gfloat)sin (G_PI / 2 * i + G_PI / 4);
}

static gfloat high_tone (gint i) {
  return (gfloat)sin (2 * G_PI * 17321.0 / RATE * i);
}

static gfloat bursts (gint i) {
  return i % 9600 < 480 ? high_tone (i) : quiet_noise (i);
}

static gfloat clicks (gint i) {
  return i % 7919 == 0 ? 1.0f : 0;
}

// (transfer full) What comes out for N samples of @wave, moved back by the delay, @block samples at a time.
static gint16 *run (Wave wave, gfloat gain, gfloat ceiling, gsize block) {
  g_autoptr (PoLimiter) limiter = po_limiter_new (gain, ceiling);
  const gsize delay = po_limiter_delay (limiter);
  g_autofree gfloat *in = g_new0 (gfloat, 2 * (N + delay));
  g_autofree gint16 *out = g_new (gint16, 2 * (N + delay));
  for (gint i = 0; i < N; i++)
    in[2 * i] = in[2 * i + 1] = wave (i);
  for (gsize at = 0; at < N + delay; at += block)
    po_limiter_run (limiter, in + 2 * at, MIN (block, N + delay - at), out + 2 * at);
  gint16 *moved = g_new (gint16, 2 * N);
  memcpy (moved, out + 2 * delay, 2 * N * sizeof (gint16));
  return moved;
}

static gdouble true_peak_db (const gint16 *samples) {
  gdouble peak = 0;
  ebur128_state *state = ebur128_init (2, RATE, EBUR128_MODE_TRUE_PEAK);
  ebur128_add_frames_short (state, samples, N);
  ebur128_true_peak (state, 0, &peak);
  ebur128_destroy (&state);
  return 20 * log10 (peak);
}

static gint16 rounded (gdouble value) {
  return (gint16)lrint (CLAMP (value * 32768, -32768, 32767));
}

static void test_untouched (void) {
  static const gdouble gains_db[] = {0, -9.37, 6};
  for (guint g = 0; g < G_N_ELEMENTS (gains_db); g++) {
    const gfloat gain = from_db (gains_db[g]);
    g_autofree gint16 *out = run (quiet_noise, gain, from_db (CEILING_DB), BLOCK);
    for (gint i = 0; i < N; i++)
      g_assert_cmpint (out[2 * i], ==, rounded ((gdouble)(quiet_noise (i) * gain)));
  }
}

static void test_silence (void) {
  g_autofree gint16 *out = run (silence, from_db (20), from_db (CEILING_DB), BLOCK);
  for (gint i = 0; i < 2 * N; i++)
    g_assert_cmpint (out[i], ==, 0);
}

static void test_ceiling (void) {
  static const Wave waves[] = {quarter_tone, high_tone, bursts, clicks};
  static const gdouble gains_db[] = {-1, 0, 6, 20};
  for (guint w = 0; w < G_N_ELEMENTS (waves); w++)
    for (guint g = 0; g < G_N_ELEMENTS (gains_db); g++) {
      g_autofree gint16 *out = run (waves[w], from_db (gains_db[g]), from_db (CEILING_DB), BLOCK);
      const gdouble peak_db = true_peak_db (out);
      g_test_message ("wave %u at %+.0f dB: %.2f dBTP", w, gains_db[g], peak_db);
      g_assert_cmpfloat (peak_db, <, CEILING_DB + 0.1);
    }
}

// A loud burst is taken back and given again, and what lies far from it is the plain product.
static void test_only_around_peaks (void) {
  const gfloat gain = from_db (6);
  g_autofree gint16 *out = run (clicks, gain, from_db (CEILING_DB), BLOCK);
  for (gint i = 0; i < N; i++) {
    const gint16 wanted = i % 7919 == 0 ? rounded ((gdouble)from_db (CEILING_DB)) : 0;
    g_assert_cmpint (ABS (out[2 * i] - wanted), <=, wanted / 50);
  }
  g_autofree gint16 *mixed = run (bursts, gain, from_db (CEILING_DB), BLOCK);
  for (gint i = 0; i < N; i++)
    if (i % 9600 > 480 + 3 * RATE / 10 && i % 9600 < 9600 - 400)
      g_assert_cmpint (ABS (mixed[2 * i] - rounded ((gdouble)(quiet_noise (i) * gain))), <=, 1);
}

static void test_blocks (void) {
  g_autofree gint16 *a = run (bursts, from_db (3), from_db (CEILING_DB), 1);
  g_autofree gint16 *b = run (bursts, from_db (3), from_db (CEILING_DB), 4096);
  g_assert_cmpmem (a, 2 * N * sizeof (gint16), b, 2 * N * sizeof (gint16));
}

static void test_without_ceiling (void) {
  g_autoptr (PoLimiter) limiter = po_limiter_new (1, 0);
  const gfloat in[] = {1.5f, -1.5f, 0.25f, -0.25f};
  gint16 out[4];
  g_assert_cmpuint (po_limiter_delay (limiter), ==, 0);
  po_limiter_run (limiter, in, 2, out);
  const gint16 wanted[] = {32767, -32768, 8192, -8192};
  g_assert_cmpmem (out, sizeof out, wanted, sizeof wanted);
}

int main (int argc, char **argv) {
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/limiter/untouched", test_untouched);
  g_test_add_func ("/limiter/silence", test_silence);
  g_test_add_func ("/limiter/ceiling", test_ceiling);
  g_test_add_func ("/limiter/only-around-peaks", test_only_around_peaks);
  g_test_add_func ("/limiter/blocks", test_blocks);
  g_test_add_func ("/limiter/without-ceiling", test_without_ceiling);
  return g_test_run ();
}
