// SPDX-License-Identifier: GPL-3.0-or-later
// Counts what a decoded stream really holds: pictures and their grid, samples. One streaming thread each; read after
// the end of the stream.
#pragma once

#include <gst/gst.h>

#include "model/format.h"

typedef struct {
  gint64 frames, corrupt;
  gint64 first_ns, last_ns, last_length_ns;
  GArray *steps;            // gint64: distances between pictures; NULL before the second one
  PoRate rate;              // found by po_picture_counter_finish(); 0/1 = variable
  gint width, height;       // as displayed
  gint par_n, par_d;        // of a pixel
  PoFieldOrder fields_said; // by the first picture that is said to be interlaced
  gboolean turned;          // by a quarter
} PoPictureCounter;

typedef struct {
  gint64 samples, corrupt;
  gint channels, sample_rate;
} PoSoundCounter;

/** @raw: time stamps as they are (Matroska). */
void po_picture_counter_take (PoPictureCounter *self, GstSample *sample, gboolean raw);
void po_sound_counter_take (PoSoundCounter *self, GstSample *sample);

/** Finds the clip's own rate in the distances of its pictures, whatever its header says. */
void po_picture_counter_finish (PoPictureCounter *self);
/** Length: snapped to the grid of a constant rate, else to the end of the last picture. */
gint64 po_picture_counter_duration_ns (const PoPictureCounter *self);
/** Pictures that a constant rate would have between first and last, and that are not there. */
gint64 po_picture_counter_missing (const PoPictureCounter *self);
gint64 po_sound_counter_duration_ns (const PoSoundCounter *self);
