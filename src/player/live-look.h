// SPDX-License-Identifier: GPL-3.0-or-later
// Looks at what a live source brings, in the house's format, and says so in its ring: black, standing still, silent.
// Pictures from one thread, sound from another. How long it may be so, others judge.
#pragma once

#include <gst/gst.h>

#include "measure/grid.h"
#include "ring/writer.h"

/** PoLiveLook: a plain value, made by po_live_look_init(). */
typedef struct {
  PoRingWriter *ring;
  gint silence_peak;
  gint64 quiet_for;                                  // samples; sound thread
  guint8 grid[PO_GRID_POINTS], held[PO_GRID_POINTS]; // picture thread
  gboolean has_held;
} PoLiveLook;

/** @silence_peak: samples that never pass it are silence. */
void po_live_look_init (PoLiveLook *self, PoRingWriter *ring, gint silence_peak);

/** @sample: I420. It can be read, whatever could not before. */
void po_live_look_picture (PoLiveLook *self, GstSample *sample);

/** @n_samples, left and right in turn. */
void po_live_look_sound (PoLiveLook *self, const gint16 *samples, gint64 n_samples);
