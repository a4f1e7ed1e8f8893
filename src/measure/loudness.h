// SPDX-License-Identifier: GPL-3.0-or-later
// Stereo sound of the house measured as EBU R 128 has it. Memory does not grow with time. One thread at a time.
#pragma once

#include <glib.h>

typedef struct _PoLoudness PoLoudness;

/** PoLoudnessReading: NAN = not to be said: silence, or not enough of it yet. */
typedef struct {
  gdouble momentary_lufs;  // of the last 400 ms
  gdouble short_term_lufs; // of the last 3 s
  gdouble integrated_lufs; // since the beginning
  gdouble true_peak_dbtp;  // likewise
} PoLoudnessReading;

typedef enum {
  PO_LOUDNESS_METER = 1 << 0,   // momentary and short-term
  PO_LOUDNESS_PROGRAM = 1 << 1, // integrated and true peak
} PoLoudnessWhat;

/** NULL when there is no memory for it. (transfer full) (nullable) */
PoLoudness *po_loudness_new (PoLoudnessWhat what);
void po_loudness_free (PoLoudness *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PoLoudness, po_loudness_free)

/** @values: left and right in turn. */
void po_loudness_put (PoLoudness *self, const gint16 *values, gsize samples);
/** What was not measured is left as it is. */
void po_loudness_read (PoLoudness *self, PoLoudnessReading *ret_reading);

/** All NAN. */
void po_loudness_reading_init (PoLoudnessReading *self);
