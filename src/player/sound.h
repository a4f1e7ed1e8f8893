// SPDX-License-Identifier: GPL-3.0-or-later
// From decoded house-format sound to numbered samples in the ring: sample n is n samples after frame 0, whatever the
// time stamps wobble. Gaps become silence, which is told to be what was lost; overlaps and what lies before frame 0 are
// dropped. On its way it gets the run's gain, and a limiter whose delay is made up for. The sound branch's streaming
// thread; waits for room in the ring.
#pragma once

#include <gst/gst.h>

#include "player/limiter.h"
#include "player/timeline.h"
#include "ring/writer.h"

/** PoSound: state of one sound branch, made by po_sound_init(). */
typedef struct {
  PoTimeline *timeline;
  PoRingWriter *ring;
  PoLimiter *limiter;
  gint64 position; // after the last sample taken
  gsize late;      // samples that the limiter is still to give before the first
  gboolean started;
} PoSound;

/** @gain and @ceiling as po_limiter_new() has them. */
void po_sound_init (PoSound *self, PoTimeline *timeline, PoRingWriter *ring, gfloat gain, gfloat ceiling);
void po_sound_clear (PoSound *self);

/** Before the first sample: it is mixed from more than two channels, whose sum may pass full scale, so that there has
 * to be a ceiling whatever was asked for. */
void po_sound_limit_mix (PoSound *self);

/** Takes one sample of PO_BRANCH_SOUND_CAPS. FALSE when the ring was stopped. */
gboolean po_sound_take (PoSound *self, GstSample *sample);

/** No sample comes any more: what the limiter holds goes into the ring. */
gboolean po_sound_end (PoSound *self);
