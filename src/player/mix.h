// SPDX-License-Identifier: GPL-3.0-or-later
// How many channels become two: ITU-R BS.775 coefficients, LFE and heights left out, the level of the fronts kept.
// Their sum may pass full scale: what takes it is float, and limits afterwards. Pure.
#pragma once

#include <gst/audio/audio.h>

/** Shares of channel @channel of @info in left and right. */
void po_mix_shares (const GstAudioInfo *info, gint channel, gfloat *left, gfloat *right);

/** @n_samples of interleaved float @in, laid out as @info, to stereo. */
void po_mix_stereo (const GstAudioInfo *info, const gfloat *in, gsize n_samples, gfloat *out);

/** Sets audioconvert's @element mix matrix for what @caps bring; none where they are stereo or mono. */
void po_mix_set_matrix (GstElement *element, GstCaps *caps);
