// SPDX-License-Identifier: GPL-3.0-or-later
// True peak by ITU-R BS.1770, annex 2: the highest value of the signal oversampled, four times at 48 kHz. The
// interpolation is twice as long as that of libebur128, which misses up to 0.8 dB of what lies near the upper end of the
// band, and takes several times as long. One thread.
#pragma once

#include <glib.h>

typedef struct _PoTruePeak PoTruePeak;

PoTruePeak *po_true_peak_new (guint rate, guint n_channels);
void po_true_peak_free (PoTruePeak *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PoTruePeak, po_true_peak_free)

/** @n samples of each channel, interleaved; 1 = full scale. What is no number counts as silence. */
void po_true_peak_put (PoTruePeak *self, const gfloat *values, gsize n);

/** The highest of all channels. */
gdouble po_true_peak_read (const PoTruePeak *self);
