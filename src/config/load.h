// SPDX-License-Identifier: GPL-3.0-or-later
// From assignments to the fields of a PoConfig: every key of the table is looked up among the assignments, read into
// its field and kept as text for comparison; what is wrong becomes findings with file and line. Private to config/.
#pragma once

#include "config/config.h"
#include "config/lines.h"

/** PoConfigLoad: one loading: what was read, what is wrong, what is being made. All borrowed. */
typedef struct {
  GPtrArray *values;     // PoConfigValue; later ones win
  GPtrArray *findings;   // PoFinding
  const gchar *file;     // (nullable) the main file, for what stands nowhere
  const gchar *base_dir; // where relative paths start
  PoConfig *config;
} PoConfigLoad;

/** Fills in the config; faults go to the findings. */
void po_config_load_fill (PoConfigLoad *self);

/** TRUE if every fault lies in a section that can be left out alone; those are then left out. */
gboolean po_config_load_tolerate (PoConfigLoad *self);
