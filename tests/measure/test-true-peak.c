// SPDX-License-Identifier: GPL-3.0-or-later
// Between the samples too the highest value is found, nowhere lower than libebur128 finds it, however the sound is cut
// into pieces, at any rate and in any of many channels.
#include <ebur128.h>
#include <math.h>
#include <string.h>

#include "measure/true-peak.h"

#define SAMPLES 48000
#define RATE    48000
#define SILENCE 64 // after it, so that nothing is left inside of the library's filter

typedef struct {
  gfloat values[2 * (SAMPLES + SILENCE)];
} Sound;

static gdouble decibels (gdouble linear) {
  return 20 * log10 (linear);
}

static gdouble by_library (const Sound *sound) {
  ebur128_state *state = ebur128_init (2, RATE, EBUR128_MODE_TRUE_PEAK);
  gdouble left, right;
  ebur128_add_frames_float (state, sound->values, SAMPLES + SILENCE);
  ebur128_true_peak (state, 0, &left);
  ebur128_true_peak (state, 1, &right);
  ebur128_destroy (&state);
  return fmax (left, right);
}

static gdouble by_us (const Sound *sound, gsize piece) {
  g_autoptr (PoTruePeak) peak = po_true_peak_new (RATE, 2);
  for (gsize at = 0; at < SAMPLES + SILENCE; at += piece)
    po_true_peak_put (peak, sound->values + 2 * at, MIN (piece, SAMPLES + SILENCE - at));
  return po_true_peak_read (peak);
}

// At most @above dB higher than the library finds it.
static void check (const Sound *sound, gdouble above, const gchar *what) {
  static const gsize pieces[] = {SAMPLES + SILENCE, 1920, 1601, 64, 7, 1};
  const gdouble library = decibels (by_library (sound)), whole = decibels (by_us (sound, pieces[0]));
  g_test_message ("%s: %.4f dBTP, %.4f by the library", what, whole, library);
  g_assert_cmpfloat (whole, >, library - 0.05);
  g_assert_cmpfloat (whole, <, library + above);
  for (guint i = 1; i < G_N_ELEMENTS (pieces); i++)
    g_assert_cmpfloat_with_epsilon (decibels (by_us (sound, pieces[i])), whole, 1e-6);
}

static void put_sine (Sound *sound, guint channel, gdouble hertz, gdouble phase, gdouble amplitude) {
  for (gsize i = 0; i < SAMPLES; i++)
    sound->values[2 * i + channel] = (gfloat)(amplitude * sin (2 * G_PI * hertz * (gdouble)i / RATE + phase));
}

static void test_between_samples (void) {
  g_autofree Sound *sound = g_new0 (Sound, 1);
  put_sine (sound, 1, RATE / 4.0, G_PI / 4, 0.6); // each sample 3 dB below the crest
  check (sound, 0.3, "a quarter of the rate");
  g_assert_cmpfloat_with_epsilon (decibels (by_us (sound, SAMPLES)), decibels (0.6), 0.3);
}

static void test_as_the_library (void) {
  g_autofree Sound *sound = g_new0 (Sound, 1);
  for (guint i = 0; i < 20; i++) {
    put_sine (sound, i % 2, 100.0 * (1 << i / 2) / 3, i, 0.03 + 0.05 * i);
    check (sound, 0.5, "a tone");
  }
  g_autoptr (GRand) rand = g_rand_new_with_seed (7);
  for (gsize i = 0; i < 2 * SAMPLES; i++)
    sound->values[i] = (gfloat)g_rand_double_range (rand, -0.6, 0.6);
  check (sound, 1.2, "noise");
  memset (sound->values, 0, sizeof sound->values);
  sound->values[2 * (SAMPLES - 1)] = 1; // at a piece's very end
  check (sound, 0.001, "a click");
  sound->values[2 * (SAMPLES - 1)] = -1;
  check (sound, 0.001, "the other way");
}

// A tone that comes slowly and whose samples are all 3 dB below its crests, in one channel of many.
static void test_rates (void) {
  static const guint rates[] = {8000, 44100, 48000, 96000, 176400};
  for (guint i = 0; i < G_N_ELEMENTS (rates); i++)
    for (guint n_channels = 1; n_channels <= 8; n_channels += 7) {
      g_autoptr (PoTruePeak) peak = po_true_peak_new (rates[i], n_channels);
      g_autofree gfloat *values = g_new0 (gfloat, n_channels * SAMPLES);
      for (gsize k = 0; k < SAMPLES; k++)
        values[k * n_channels + n_channels - 1] = ((k & 2) == 0 ? 0.5f : -0.5f) * (gfloat)MIN (k, 1000) / 1000;
      values[0] = NAN;
      po_true_peak_put (peak, values, SAMPLES);
      g_assert_cmpfloat_with_epsilon (decibels (po_true_peak_read (peak)), decibels (0.5 * G_SQRT2), 0.02);
    }
}

static void test_silence (void) {
  g_autofree Sound *sound = g_new0 (Sound, 1);
  g_assert_cmpfloat (by_us (sound, 1920), ==, 0);
}

int main (int argc, char **argv) {
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/true-peak/between-samples", test_between_samples);
  g_test_add_func ("/true-peak/as-the-library", test_as_the_library);
  g_test_add_func ("/true-peak/rates", test_rates);
  g_test_add_func ("/true-peak/silence", test_silence);
  return g_test_run ();
}
