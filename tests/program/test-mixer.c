// SPDX-License-Identifier: GPL-3.0-or-later
// Crossfades: exact where nothing changes, 5 ms where something does, and no jump anywhere.
#include <stdlib.h>
#include <string.h>

#include "program/mixer.h"

#define FRAME 1920

// @n samples of constant @value on both channels. (transfer full)
static gint16 *level (gint16 value, gsize n) {
  gint16 *samples = g_new (gint16, n * 2 + 1);
  for (gsize i = 0; i < n * 2; i++)
    samples[i] = value;
  return samples;
}

static void mix (PoMixer *mixer, gboolean is_cut, gint16 value, gsize n_in, gint16 *out) {
  g_autofree gint16 *in = level (value, n_in);
  po_mixer_next (mixer, is_cut, in, n_in, FRAME, out);
}

static gint largest_step (const gint16 *out, gint16 before) {
  gint largest = 0;
  for (gint i = 0; i < FRAME; i++) {
    largest = MAX (largest, abs (out[i * 2] - before));
    before = out[i * 2];
  }
  return largest;
}

static void test_goes_on (void) {
  PoMixer mixer;
  gint16 in[(FRAME * 2 + PO_FADE_SAMPLES) * 2], out[FRAME * 2];
  for (gint i = 0; i < FRAME * 2 + PO_FADE_SAMPLES; i++)
    in[i * 2] = in[i * 2 + 1] = (gint16)(i * 7 % 20000);
  po_mixer_init (&mixer);
  po_mixer_next (&mixer, FALSE, in, FRAME + PO_FADE_SAMPLES, FRAME, out);
  g_assert_cmpmem (out, sizeof out, in, sizeof out);
  po_mixer_next (&mixer, FALSE, in + FRAME * 2, FRAME + PO_FADE_SAMPLES, FRAME, out);
  g_assert_cmpmem (out, sizeof out, in + FRAME * 2, sizeof out);
  // What lies beyond need not be there as long as the frame is.
  po_mixer_next (&mixer, FALSE, in, FRAME, FRAME, out);
  po_mixer_next (&mixer, FALSE, in + FRAME * 2, FRAME, FRAME, out);
  g_assert_cmpmem (out, sizeof out, in + FRAME * 2, sizeof out);
}

static void test_cut (void) {
  PoMixer mixer;
  gint16 out[FRAME * 2];
  po_mixer_init (&mixer);
  mix (&mixer, TRUE, 10000, FRAME + PO_FADE_SAMPLES, out);
  mix (&mixer, TRUE, -6000, FRAME + PO_FADE_SAMPLES, out);
  g_assert_cmpint (out[0], ==, 10000);
  g_assert_cmpint (out[PO_FADE_SAMPLES], ==, 2000); // half way: (10000 - 6000) / 2
  g_assert_cmpint (out[(PO_FADE_SAMPLES - 1) * 2], >, -6000);
  g_assert_cmpint (out[PO_FADE_SAMPLES * 2], ==, -6000);
  g_assert_cmpint (largest_step (out, 10000), <=, 16000 / PO_FADE_SAMPLES + 1);
}

static void test_to_silence_and_back (void) {
  PoMixer mixer;
  gint16 out[FRAME * 2];
  po_mixer_init (&mixer);
  mix (&mixer, FALSE, 12000, FRAME + PO_FADE_SAMPLES, out);
  mix (&mixer, FALSE, 0, 0, out);
  g_assert_cmpint (out[0], ==, 12000);
  g_assert_cmpint (out[PO_FADE_SAMPLES * 2], ==, 0);
  g_assert_cmpint (largest_step (out, 12000), <=, 12000 / PO_FADE_SAMPLES + 1);
  mix (&mixer, FALSE, 12000, FRAME + PO_FADE_SAMPLES, out);
  g_assert_cmpint (out[0], ==, 0);
  g_assert_cmpint (out[PO_FADE_SAMPLES * 2], ==, 12000);
  g_assert_cmpint (largest_step (out, 0), <=, 12000 / PO_FADE_SAMPLES + 1);
}

// Wherever in the frame the source runs dry, even so late that the decay crosses into the next frame.
static void test_runs_dry (void) {
  for (gsize n_in = 1; n_in <= FRAME + PO_FADE_SAMPLES; n_in += 53) {
    PoMixer mixer;
    gint16 out[FRAME * 2];
    po_mixer_init (&mixer);
    mix (&mixer, FALSE, 12000, FRAME + PO_FADE_SAMPLES, out);
    mix (&mixer, FALSE, 12000, n_in, out);
    g_assert_cmpint (largest_step (out, 12000), <=, 12000 / PO_FADE_SAMPLES + 1);
    gint16 last = out[(FRAME - 1) * 2];
    mix (&mixer, FALSE, 0, 0, out);
    g_assert_cmpint (largest_step (out, last), <=, 2 * 12000 / PO_FADE_SAMPLES + 2);
    g_assert_cmpint (out[(FRAME - 1) * 2], ==, 0);
  }
}

int main (int argc, char **argv) {
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/mixer/goes-on", test_goes_on);
  g_test_add_func ("/mixer/cut", test_cut);
  g_test_add_func ("/mixer/silence", test_to_silence_and_back);
  g_test_add_func ("/mixer/runs-dry", test_runs_dry);
  return g_test_run ();
}
