// SPDX-License-Identifier: GPL-3.0-or-later
// Whether a clip is fit for air, and why not, in words that say how to mend it. Pure: facts, rules and the channel's
// format in, a verdict out. Unfit is what cannot be aired as it is meant; a warning is what a viewer would notice.
#pragma once

#include "media/details.h"
#include "media/level.h"
#include "model/format.h"

typedef enum { PO_FITNESS_FIT, PO_FITNESS_WARN, PO_FITNESS_UNFIT } PoFitnessVerdict;

const gchar *po_fitness_verdict_to_string (PoFitnessVerdict verdict); // "fit", "warn", "unfit"

/** The thresholds, from [fitness] of the configuration. */
typedef struct {
  gint64 loudness_lufs, loudness_tolerance_lu, true_peak_dbtp;
  gint64 silence_ms, black_ms; // at head or tail
  gint64 freeze_ms;            // anywhere
  gint64 aspect_percent;       // how much of the screen may stay empty
} PoFitnessRules;

typedef struct {
  PoFitnessVerdict verdict; // this reason alone
  const gchar *code;        // a stable word
  gchar *text;              // translated: what is wrong, and how to mend it
} PoFitnessReason;

typedef struct {
  PoFitnessVerdict verdict; // the worst of the reasons
  GPtrArray *reasons;       // PoFitnessReason, in a fixed order
} PoFitness;

/** (transfer full) */
PoFitness *po_fitness_judge (const PoMediaFacts *facts, const PoMediaDetails *details, const PoFitnessRules *rules,
                             const PoFormat *format);

/** Adds why its sound will not be on air as loud as is wanted, if so. @rules: those that @level was decided by. */
void po_fitness_judge_level (PoFitness *self, const PoLevel *level, const PoLevelRules *rules);

void po_fitness_free (PoFitness *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PoFitness, po_fitness_free)
