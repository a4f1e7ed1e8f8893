// SPDX-License-Identifier: GPL-3.0-or-later
// Runs: which player serves which run of the rundown now. Does what `cue` says: prepares the source of an item before
// it is due, binds it to the head, releases it afterwards. It decides nothing about what airs.
// Main thread. It does not know the journal, the log or the calendars.
#pragma once

#include "air/live-watch.h"
#include "config/config.h"
#include "program/head.h"
#include "program/player-pool.h"
#include "station/station.h"

typedef struct _PoRuns PoRuns;

/** All but the configuration is borrowed and must outlive it. (transfer full) */
PoRuns *po_runs_new (PoPlayerPool *pool, PoHead *head, PoLiveWatch *live, PoStation *station, PoConfig *config);
void po_runs_free (PoRuns *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PoRuns, po_runs_free)

/** From frame @now on. Live sources that have another address in it are released, to be prepared anew. */
void po_runs_set_config (PoRuns *self, PoConfig *config, PoFrame now);

/** Prepares and binds what @rundown needs within a second of frame @now: before the head gets it. */
void po_runs_prepare (PoRuns *self, PoRundown *rundown, PoFrame now);

/** Prepares all that it needs, and releases what @rundown, which the head has, no longer needs. */
void po_runs_follow (PoRuns *self, PoRundown *rundown, PoFrame now);

/** Prepares what @item plays at frame @due outside any rundown: it serves the first rundown that has it there or a
 * little later. There is one at a time. */
void po_runs_stand_by (PoRuns *self, const PoItem *item, PoFrame due);

/** Ends what stands by, if it serves nothing yet. */
void po_runs_stand_down (PoRuns *self);

/** What stands by, if it was joined in its middle, is wanted no sooner than at @due: it need not keep what lies before.
 * TRUE when it has begun. */
gboolean po_runs_wait_for (PoRuns *self, PoFrame due);

/** Whether @item of @rundown, which the head does not have yet, could go on air at frame @due: "cued", with that frame
 * and the next one in picture and sound; "preparing", "failed"; NULL when nothing is prepared for it. */
const gchar *po_runs_readiness (PoRuns *self, PoRundown *rundown, const PoItem *item, PoFrame due, PoFrame now);

/** A run, by its key in the rundown, that the player serves of whom a fact speaks, or NULL. (transfer full) */
gchar *po_runs_key_of (PoRuns *self, const gchar *player_key);

void po_runs_release (PoRuns *self, const gchar *run_key);

/** TRUE the first time for a run that is prepared; its state is "failed" from then on. */
gboolean po_runs_fail (PoRuns *self, const gchar *run_key);

/** A new player for the run, once in its life. TRUE if it has one now. */
gboolean po_runs_retry (PoRuns *self, const gchar *run_key, PoRundown *rundown, PoFrame now);

/** "cued", "preparing", "failed"; NULL when nothing is prepared for it. */
const gchar *po_runs_state (PoRuns *self, const gchar *run_key);
