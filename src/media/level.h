// SPDX-License-Identifier: GPL-3.0-or-later
// What is done to the level of a clip's sound on air: a static gain from its measurement, and a ceiling for its peaks.
// Pure: measurement and rules in, a decision out, with the reason where the target will not be met.
#pragma once

#include "media/tracks.h"

/** From [sound] and [fitness] of the configuration. */
typedef struct {
  gboolean normalise;
  gint64 loudness_lufs, true_peak_dbtp;
  gint64 max_gain_db;
} PoLevelRules;

typedef enum {
  PO_LEVEL_BROUGHT, // to the target
  PO_LEVEL_LIMITED, // likewise, but limiting its peaks may leave it below the target
  PO_LEVEL_CAPPED,  // made louder by no more than the rules allow, and stays below the target
  PO_LEVEL_UNKNOWN, // not measured, or silent: as it is, below the ceiling
  PO_LEVEL_AS_IS,   // nothing is done to it
} PoLevelKind;

typedef struct {
  PoLevelKind kind;
  gint gain_mb;      // hundredths of a dB
  gboolean limit;    // whether
  gint ceiling_mb;   // no true peak passes this
  gdouble excess_db; // by how much the highest peak would pass the target's ceiling; negative: not at all
} PoLevel;

/** @track: (nullable) what was measured. @as_is: this clip's sound is to be left alone. */
PoLevel po_level_decide (const PoMediaTrack *track, const PoLevelRules *rules, gboolean as_is);
