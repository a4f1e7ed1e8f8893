// SPDX-License-Identifier: GPL-3.0-or-later
// True peak of stereo sound by ITU-R BS.1770, annex 2: the highest value of the signal oversampled four times. With the
// interpolation of libebur128, whose own takes ten times as long: that was 1.5 % of all that a channel costs.
// One thread.
#pragma once

#include <glib.h>

typedef struct _PoTruePeak PoTruePeak;

PoTruePeak *po_true_peak_new (void);
void po_true_peak_free (PoTruePeak *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PoTruePeak, po_true_peak_free)

/** @n samples of each of two channels, interleaved. */
void po_true_peak_put (PoTruePeak *self, const gint16 *values, gsize n);

/** 1 = full scale. */
gdouble po_true_peak_read (const PoTruePeak *self);
