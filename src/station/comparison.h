// SPDX-License-Identifier: GPL-3.0-or-later
// What another version of the calendars would do to the air, before it does: what changes, what goes wrong that went
// right, what it cannot change any more because it is on air. Pure: time is an argument.
#pragma once

#include "rundown/diff.h"
#include "station/station.h"

typedef struct {
  PoFrame adopted;     // the first frame that the other version would decide
  GPtrArray *changes;  // PoChange
  GStrv summary;       // the same in a few sentences
  GPtrArray *problems; // PoFinding of the plan that are not there now: overlaps, missing clips, gaps
  gchar *undisturbed;  // (nullable) a sentence: what is on air then, and goes on whatever that version says of it
} PoComparison;

/** Plans [now, to) as things are, and with @after adopted as soon as an edit may be. (transfer full) */
PoComparison *po_station_compare (PoStation *station, PoSchedule *after, PoFrame now, PoFrame to);
void po_comparison_free (PoComparison *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PoComparison, po_comparison_free)
