// SPDX-License-Identifier: GPL-3.0-or-later
// Between the samples too the highest value is found, as libebur128 finds it, however the sound is cut into pieces.
#include <ebur128.h>
#include <math.h>
#include <string.h>

#include "measure/true-peak.h"

#define SAMPLES 48000
#define RATE    48000
#define SILENCE 64 // after it, so that nothing is left inside of the library's filter

typedef struct {
  gint16 values[2 * (SAMPLES + SILENCE)];
} Sound;

static gdouble decibels (gdouble linear) {
  return 20 * log10 (linear);
}

static gdouble by_library (const Sound *sound) {
  ebur128_state *state = ebur128_init (2, RATE, EBUR128_MODE_TRUE_PEAK);
  gdouble left, right;
  ebur128_add_frames_short (state, sound->values, SAMPLES + SILENCE);
  ebur128_true_peak (state, 0, &left);
  ebur128_true_peak (state, 1, &right);
  ebur128_destroy (&state);
  return fmax (left, right);
}

static gdouble by_us (const Sound *sound, gsize piece) {
  g_autoptr (PoTruePeak) peak = po_true_peak_new ();
  for (gsize at = 0; at < SAMPLES + SILENCE; at += piece)
    po_true_peak_put (peak, sound->values + 2 * at, MIN (piece, SAMPLES + SILENCE - at));
  return po_true_peak_read (peak);
}

static void check (const Sound *sound, const gchar *what) {
  static const gsize pieces[] = {SAMPLES + SILENCE, 1920, 1601, 64, 7, 1};
  const gdouble wanted = decibels (by_library (sound));
  for (guint i = 0; i < G_N_ELEMENTS (pieces); i++) {
    const gdouble found = decibels (by_us (sound, pieces[i]));
    g_test_message ("%s in pieces of %" G_GSIZE_FORMAT ": %.4f dBTP, %.4f by the library", what, pieces[i], found,
                    wanted);
    g_assert_cmpfloat_with_epsilon (found, wanted, 0.001);
  }
}

static void put_sine (Sound *sound, guint channel, gdouble hertz, gdouble phase, gdouble amplitude) {
  for (gsize i = 0; i < SAMPLES; i++)
    sound->values[2 * i + channel] = (gint16)lround (amplitude * sin (2 * G_PI * hertz * (gdouble)i / RATE + phase));
}

static void test_between_samples (void) {
  g_autofree Sound *sound = g_new0 (Sound, 1);
  put_sine (sound, 1, RATE / 4.0, G_PI / 4, 20000); // each sample 3 dB below the crest
  check (sound, "a quarter of the rate");
  g_assert_cmpfloat_with_epsilon (decibels (by_us (sound, SAMPLES)), decibels (20000.0 / 32768), 0.3);
}

static void test_as_the_library (void) {
  g_autofree Sound *sound = g_new0 (Sound, 1);
  for (guint i = 0; i < 20; i++) {
    put_sine (sound, i % 2, 100.0 * (1 << i / 2) / 3, i, 1000 + 1600 * i);
    check (sound, "a tone");
  }
  g_autoptr (GRand) rand = g_rand_new_with_seed (7);
  for (gsize i = 0; i < 2 * SAMPLES; i++)
    sound->values[i] = (gint16)g_rand_int_range (rand, -20000, 20000);
  check (sound, "noise");
  memset (sound->values, 0, sizeof sound->values);
  sound->values[2 * (SAMPLES - 1)] = G_MAXINT16; // at a piece's very end
  check (sound, "a click");
  sound->values[2 * (SAMPLES - 1)] = G_MININT16;
  check (sound, "the other way");
}

static void test_silence (void) {
  g_autofree Sound *sound = g_new0 (Sound, 1);
  g_assert_cmpfloat (by_us (sound, 1920), ==, 0);
}

int main (int argc, char **argv) {
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/true-peak/between-samples", test_between_samples);
  g_test_add_func ("/true-peak/as-the-library", test_as_the_library);
  g_test_add_func ("/true-peak/silence", test_silence);
  return g_test_run ();
}
