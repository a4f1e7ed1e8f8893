// SPDX-License-Identifier: GPL-3.0-or-later
#include "media/level.h"

#include <math.h>

#define CODER_MB    50  // below the ceiling that is wanted: what an output's coder adds to a peak
#define LEAST_DB    1.0 // of limiting worth telling: the loudness may fall by as much
#define MB_PER_DB   100
#define LOWEST_LUFS (-70.0) // below it nothing is measured

PoLevel po_level_decide (const PoMediaTrack *track, const PoLevelRules *rules, gboolean as_is) {
  PoLevel level = {.kind = PO_LEVEL_AS_IS};
  if (!rules->normalise || as_is)
    return level;
  level.kind = PO_LEVEL_UNKNOWN;
  level.limit = TRUE;
  level.ceiling_mb = (gint)rules->true_peak_dbtp * MB_PER_DB - CODER_MB;
  if (track == NULL || !(track->loudness_lufs > LOWEST_LUFS))
    return level;
  const gdouble wanted_db = (gdouble)rules->loudness_lufs - track->loudness_lufs;
  const gdouble gain_db = fmin (wanted_db, (gdouble)rules->max_gain_db);
  level.kind = gain_db < wanted_db ? PO_LEVEL_CAPPED : PO_LEVEL_BROUGHT;
  level.gain_mb = (gint)lrint (gain_db * MB_PER_DB);
  level.excess_db = track->true_peak_dbtp + gain_db - (gdouble)level.ceiling_mb / MB_PER_DB;
  if (level.kind == PO_LEVEL_BROUGHT && level.excess_db > LEAST_DB)
    level.kind = PO_LEVEL_LIMITED;
  return level;
}
