// SPDX-License-Identifier: GPL-3.0-or-later
// A static gain with a true-peak limiter behind it: stereo float in, S16 out. The gain never changes; the limiter looks
// ahead and takes back only as much as a peak needs, for the few milliseconds around it. Integer gains: the same sound
// gives the same samples everywhere, and what no peak touches is the plain product. One thread.
#pragma once

#include <glib.h>

typedef struct _PoLimiter PoLimiter;

/** @gain and @ceiling are factors of full scale; @ceiling 0 = only full scale limits, by clipping. (transfer full) */
PoLimiter *po_limiter_new (gfloat gain, gfloat ceiling);
void po_limiter_free (PoLimiter *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PoLimiter, po_limiter_free)

gfloat po_limiter_gain (const PoLimiter *self);

/** How many samples later each sample comes out. */
gsize po_limiter_delay (const PoLimiter *self);

/** @n_samples interleaved stereo samples in, as many out; @in NULL: silence. */
void po_limiter_run (PoLimiter *self, const gfloat *in, gsize n_samples, gint16 *out);
