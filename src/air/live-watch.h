// SPDX-License-Identifier: GPL-3.0-or-later
// The live sources that are connected just now: what each brings, as alarms before and during its slot and as the
// `sources` of the status. Main thread. It knows no rundown: players and runs are named by their keys.
#pragma once

#include <json-glib/json-glib.h>

#include "config/config.h"
#include "message/alarms.h"
#include "model/journal-entry.h"
#include "program/clock.h"
#include "program/head-event.h"
#include "program/player-pool.h"

typedef struct _PoLiveWatch PoLiveWatch;

/** @alarms and @clock outlive it. (transfer full) */
PoLiveWatch *po_live_watch_new (PoAlarms *alarms, const PoClock *clock);
void po_live_watch_free (PoLiveWatch *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PoLiveWatch, po_live_watch_free)

/** @player_key: who brings @source, for this run and perhaps for others. For @item, of whose media what may be secret
 * is not shown. Takes a reference to @source. */
void po_live_watch_add (PoLiveWatch *self, const gchar *player_key, const gchar *run_key, const PoItem *item,
                        PoSource *source);
/** The player's alarms end with the last run; @run_key NULL: all of them. FALSE: not of a live source's run. */
gboolean po_live_watch_remove (PoLiveWatch *self, const gchar *player_key, const gchar *run_key);
/** What its player said: the likeliest cause if nothing comes. FALSE: not of a live source's run. */
gboolean po_live_watch_take_fact (PoLiveWatch *self, const PoPlayerFact *fact);
/** The key of a player that fell over a while ago, whose runs are to be released and prepared anew, or NULL.
 * (transfer full) (nullable) */
gchar *po_live_watch_fallen (PoLiveWatch *self);

/** When the live source on air goes or comes: the fact for the journal. (transfer full) (nullable) */
PoJournalEntry *po_live_watch_take_event (PoLiveWatch *self, const PoHeadEvent *event);

/** Raises and clears alarms; a source whose slot is on air at @now is more urgent than one that is to come. @now_us: by
 * a clock that nobody sets. */
void po_live_watch_check (PoLiveWatch *self, const PoConfig *config, PoFrame now, gint64 now_us);

/** All of @config's sources, and those that a calendar names by URI. (transfer full) */
JsonNode *po_live_watch_to_json (PoLiveWatch *self, const PoConfig *config);
