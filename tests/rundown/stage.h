// SPDX-License-Identifier: GPL-3.0-or-later
// A stage to play schedules on: clips, events and journal entries written as lines of text, times local to the station,
// and the plan as one readable line. All tests of the planner speak this language.
//
//   zone Europe/Berlin                       (default Asia/Ho_Chi_Minh)
//   rate 30000/1001                          (default 25)
//   day 2027-01-06                           for times written without a date, the default
//   live [NAME…]                             live sources can be aired; of live:NAME these, or any
//   filler PATH                              the configuration's filler
//   clip PATH LENGTH [still|audio|bad]       LENGTH: seconds, M:SS or H:MM:SS, with a fraction, or NNf frames at 25
//   await PATH                               a clip that is there, but has not been looked at
//   event UID START END MEDIA… [key=value…]  START, END: H:MM[:SS], +1 H:MM as 24+H; END - = no length
//       start=soft|follow|manual wait=SECONDS end=media|manual overrun=SECONDS join=yes|no priority=N tentative
//       transparent series=UID ordinal=N first=N original=START dateonly title=WORD som=LENGTH eom=LENGTH
//   revise NAME                              what follows up to the next revise is another schedule revision
//   remedia NAME                             likewise for clips
//   entry TIME KIND [key=value…]             one of the journal; of=UID names an airing, run=TIME the run on air then,
//                                            run=last that of the entry before, lost=TIME the first frame lost,
//                                            by=SECONDS
//   plan FROM TO
#pragma once

#include "rundown/plan.h"

typedef struct {
  GTimeZone *zone;
  PoPlanSettings settings;
  GHashTable *schedules;  // revision -> GPtrArray of PoOccurrence
  GHashTable *tables;     // revision -> PoMediaTable
  GPtrArray *occurrences; // of the revision being written
  PoMediaTable *table;
  GPtrArray *journal;
  gchar *filler;
  gchar **live_names; // (nullable)
  gint year, month, day;
  PoFrame from, to;
  gboolean reversed; // gives its occurrences in the opposite order
} PoStage;

PoStage *po_stage_new (void);
void po_stage_free (PoStage *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PoStage, po_stage_free)

/** Reads one line; aborts with the line on nonsense. */
void po_stage_line (PoStage *self, const gchar *line);
/** Lines separated by newlines or semicolons. */
void po_stage_script (PoStage *self, const gchar *script);

PoTimeNs po_stage_time (PoStage *self, const gchar *text);
PoFrame po_stage_frame (PoStage *self, const gchar *text);

PoPlanSource po_stage_source (PoStage *self);
PoRundown *po_stage_plan (PoStage *self, PoFrame from, PoFrame to, GPtrArray *findings);

/** "19:00 A | 19:25 ~short A | 19:30 ~gap": one word an item; filler of one owner is one word. With @details also each
 * filler clip, card and slate. */
gchar *po_stage_show (PoStage *self, PoRundown *rundown, gboolean details);
