// SPDX-License-Identifier: GPL-3.0-or-later
// Counts what a decoded stream really holds: pictures and their grid, samples. One streaming thread each; read after
// the end of the stream.
#pragma once

#include <gst/gst.h>

#include "model/time.h"

typedef struct {
  gint64 frames, corrupt;
  gint64 first_ns, last_ns, last_length_ns;
  gint64 steps_on_grid; // distances between pictures that are a multiple of the nominal one
  gint64 steps;
  gint fps_n, fps_d;  // nominal
  gint width, height; // as displayed
  gboolean interlaced;
  gboolean turned; // by a quarter
} PoPictureCounter;

typedef struct {
  gint64 samples, corrupt;
  gint channels, sample_rate;
} PoSoundCounter;

/** @raw: time stamps as they are (Matroska). */
void po_picture_counter_take (PoPictureCounter *self, GstSample *sample, gboolean raw);
void po_sound_counter_take (PoSoundCounter *self, GstSample *sample);

/** The clip's own constant rate, or 0/1. */
PoRate po_picture_counter_rate (const PoPictureCounter *self);
/** Length: snapped to the grid of a constant rate, else to the end of the last picture. */
gint64 po_picture_counter_duration_ns (const PoPictureCounter *self);
gint64 po_sound_counter_duration_ns (const PoSoundCounter *self);
