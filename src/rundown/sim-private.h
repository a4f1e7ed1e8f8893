// SPDX-License-Identifier: GPL-3.0-or-later
// The simulation's state, shared by its parts: sim.c (spans), contest.c (who has the air), command.c (entries of the
// journal), adopt.c (other tables).
#pragma once

#include "rundown/sim.h"

typedef struct {
  PoFrame now;
  PoPlanEventSet *set; // of the adopted revisions
  guint next;          // the first event of the set that is not yet due
  GPtrArray *airings;  // PoAiring, owned
  GPtrArray *early;    // const PoPlanEvent: entered before their time, so that they do not enter again
  GPtrArray *done;   // const PoPlanEvent: over while they still could come on, so that an edit does not bring them back
  GPtrArray *forced; // const PoPlanEvent: those of `done` that a command ended
  guint done_limit, forced_limit; // their length at which they are looked through
  PoAiring *on_air;               // one of airings, or NULL: who won the last span
  gboolean slate;                 // until back or take
  gboolean hold;
  gboolean filling; // forced filler, until back, take or a fixed start
  gboolean dark;    // the daemon was down
  gboolean cut;     // the filler clip on air ends now
} PoSimState;

struct _PoSim {
  const PoPlanSettings *settings;
  const PoPlanSource *source;
  PoBook *book;
  GPtrArray *journal; // PoJournalEntry, by frame; borrowed
  guint next_entry;
  PoFrame origin; // where it began
  PoSimState state;
  GPtrArray *sets;     // PoPlanEventSet, owned
  GPtrArray *aside;    // PoPlanEventSet, owned: in which events taken by name were found
  GPtrArray *inserted; // PoPlanEvent, owned
  GArray *snapshots;   // PoSnapshot, by frame
  guint next_snapshot;
  GArray *misses;               // PoMiss
  gboolean ahead;               // running on a copy: nothing is noted
  PoFrame midnight;             // the next local midnight after now
  const PoPlanEvent *gap_event; // the gap whose end is known_end
  PoReason gap_reason;
  gboolean in_gap;
  PoFrame known_end;
  gboolean learned; // an entry came: what was known no longer is
  gchar *ended_run; // a filler clip's run that ended early (nullable)
};

typedef struct {
  PoFrame frame; // the first frame that was not aired
  gboolean made;
  PoSimState state;
} PoSnapshot;

/** Adds @event to those on their way. (transfer none) */
PoAiring *po_sim_add (PoSim *self, PoPlanEvent *event);

/** Likewise, if it was not cancelled; a FIXED one contends for the air from its start on. (transfer none) (nullable) */
PoAiring *po_sim_enter (PoSim *self, PoPlanEvent *event);

/** Everything that the clock brings at `now`: starts, ends, releases; and who is on air then. */
void po_sim_settle (PoSim *self);

/** The MANUAL event that fills for want of a take, or NULL. */
const PoAiring *po_sim_waiting_manual (PoSim *self);

/** Applies @entry at its frame, which is now. */
void po_sim_apply (PoSim *self, const PoJournalEntry *entry);

/** Enters what the set holds for now and is not yet on its way: at the start, and when another set was adopted. */
void po_sim_enter_current (PoSim *self);

/** Takes the set of the revisions in the book and carries the state over. */
void po_sim_adopt (PoSim *self);

/** @airing takes the air from whoever has it or waits for it; @whole: from its first frame, however late it is. */
void po_sim_take (PoSim *self, PoAiring *airing, gboolean whole);

/** @airing, which was taken, has no better right to the air from now on than the schedule gives it: before its time and
 * after its slot none. It may be gone then. */
void po_sim_untake (PoSim *self, PoAiring *airing);

/** The air, to those that the taken @event pushed off; @is_over: by its end, not that it should not have been taken. */
void po_sim_give_back (PoSim *self, const PoPlanEvent *event, gboolean is_over);
