// SPDX-License-Identifier: GPL-3.0-or-later
// From decoded house-format sound to numbered samples in the ring: sample n is n samples after frame 0, whatever the
// time stamps wobble. Gaps become silence, overlaps and what lies before frame 0 are dropped.
// The sound branch's streaming thread; waits for room in the ring.
#pragma once

#include <gst/gst.h>

#include "player/timeline.h"
#include "ring/writer.h"

/** PoSound: state of one sound branch; a plain value, zero-initialised but for its pointers. */
typedef struct {
  PoTimeline *timeline;
  PoRingWriter *ring;
  gboolean started;
} PoSound;

/** Takes one sample of HOUSE_AUDIO caps. FALSE when the ring was stopped. */
gboolean po_sound_take (PoSound *self, GstSample *sample);

/** Sets audioconvert's @element mix matrix for what @caps bring: ITU coefficients, LFE left out, level kept. */
void po_sound_set_mix_matrix (GstElement *element, GstCaps *caps);
