// SPDX-License-Identifier: GPL-3.0-or-later
// Crossfades between what was on air and what is.
#include "program/mixer.h"

#include <string.h>

void po_mixer_init (PoMixer *self) {
  memset (self, 0, sizeof *self);
}

// The source continued for ever: its samples, then its last value decaying to silence.
static gint16 continued (const gint16 *in, gsize n_in, gsize i, gint channel) {
  if (i < n_in)
    return in[i * 2 + channel];
  if (n_in == 0 || i - n_in >= PO_FADE_SAMPLES)
    return 0;
  gint left = PO_FADE_SAMPLES - (gint)(i - n_in);
  return (gint16)(in[(n_in - 1) * 2 + channel] * left / (PO_FADE_SAMPLES + 1));
}

void po_mixer_next (PoMixer *self, gboolean is_cut, const gint16 *in, gsize n_in, gsize n_frame, gint16 *out) {
  gsize n_copied = MIN (n_in, n_frame);
  memcpy (out, in, n_copied * 4);
  for (gsize i = n_copied; i < n_frame; i++)
    for (gint c = 0; c < 2; c++)
      out[i * 2 + c] = continued (in, n_in, i, c);

  if (is_cut || self->broken || n_in == 0) {
    for (gint i = 0; i < PO_FADE_SAMPLES && i < (gint)n_frame; i++)
      for (gint c = 0; c < 2; c++) {
        gint old = self->tail[i * 2 + c], new = out[i * 2 + c];
        out[i * 2 + c] = (gint16)((old * (PO_FADE_SAMPLES - i) + new *i) / PO_FADE_SAMPLES);
      }
  }

  for (gint i = 0; i < PO_FADE_SAMPLES; i++)
    for (gint c = 0; c < 2; c++)
      self->tail[i * 2 + c] = continued (in, n_in, n_frame + i, c);
  self->broken = n_in < n_frame;
}
