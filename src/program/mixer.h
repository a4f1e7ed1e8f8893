// SPDX-License-Identifier: GPL-3.0-or-later
// PoMixer: the sound of one output frame after the other, without a click at any seam. Pure arithmetic on 16-bit
// stereo; a plain value owned by the head's thread.
//
// Each frame it is given what the source has for the frame and PO_FADE_SAMPLES beyond it. The part beyond is kept: when
// the next frame comes from elsewhere (or from nowhere), it is what the new sound is faded in against, so that the
// source that has left is not asked again. Where a source runs dry, its last value decays over the same length.
#pragma once

#include <glib.h>

#define PO_FADE_SAMPLES      240   // 5 ms
#define PO_FRAME_SAMPLES_MAX 48000 // of one frame, at the lowest rate

typedef struct {
  gint16 tail[PO_FADE_SAMPLES * 2]; // what the last frame's source would have gone on with
  gboolean broken;                  // that source ran dry within the last frame: what follows is a new beginning
} PoMixer;

void po_mixer_init (PoMixer *self);

/**
 * Makes the @n_frame samples of one frame in @out. @in holds @n_in samples of the source that is on air, from the
 * frame's first on, up to @n_frame + PO_FADE_SAMPLES of them; 0 = silence. @is_cut: they do not continue the last
 * frame's.
 */
void po_mixer_next (PoMixer *self, gboolean is_cut, const gint16 *in, gsize n_in, gsize n_frame, gint16 *out);
