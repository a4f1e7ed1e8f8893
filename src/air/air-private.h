// SPDX-License-Identifier: GPL-3.0-or-later
// The air's insides, for its three files: decision.c, which gives what is decided its frame and puts the new
// rundown before the head; command.c, which takes operators' commands; air.c, which takes facts and the clock, and
// lives.
#pragma once

#include "air/air.h"
#include "air/cards.h"
#include "air/failed-runs.h"
#include "air/live-watch.h"
#include "air/runs.h"
#include "air/watch.h"

#define PO_COMMAND_MARGIN 2 // frames between a decision and the one that it takes effect on

/** PoWaiting: a command whose picture is not there yet. */
typedef struct {
  PoJournalEntry *entry;
  gchar *id;        // of its ASKED in the journal
  PoFrame promised; // not before
  gint64 give_up_us;
  PoAirCommandDone done;
  gpointer user;
} PoWaiting;

struct _PoAir {
  PoAirSettings settings; // config owned by reference
  PoRate rate;
  PoRecorder *recorder;
  PoHead *head;
  PoPlayerPool *pool;
  PoCards *cards;
  PoRuns *runs;
  PoRundown *rundown;
  GPtrArray *findings;
  PoAnchor anchor;
  gint64 mono_to_utc_ns; // as the head was last told
  PoFrame offset;        // n - k now
  gint64 guard_ns;       // before a frame is due, for what it shows to come before the head
  gint64 last_steer_k;   // output frame of the last change of offset; -1 = none
  PoLiveWatch *live;
  PoFailedRuns *failed;
  PoAirWatch *watch;
  JsonNode *overrun; // (nullable) what it would cost by the rundown in force, once asked for
  guint tick_id;
  PoFrame aired_before;      // the first frame that no earlier life has aired
  gboolean is_in_doubt;      // filler only, because the clock cannot be right
  gboolean has_known_inputs; // folders and wanted clips have been read since the start
  gboolean is_started;
  PoFrame commanded;           // from where the last command holds: none that is given after it may hold before it,
  PoJournalEntry *replaceable; // (nullable) but for the slate, where that is this one, which had waited
  PoWaiting *waiting;          // (nullable) the command that waits for its picture
  guint look_id;               // source id, while that is looked for
};

gint64 po_air_monotonic_ns (void);

/** The plan from what is on air on, with @entries (nullable) besides the journal's. (transfer full) */
PoRundown *po_air_plan_ahead (PoAir *self, GPtrArray *entries, GPtrArray *findings);

/** Plans with @entries (PoJournalEntry, transfer full of each) from the earliest frame at least @margin ahead that the
 * head cannot have taken before the new rundown is there; then journals them. The frame. */
PoFrame po_air_decide (PoAir *self, GPtrArray *entries, PoFrame margin);
PoFrame po_air_decide_one (PoAir *self, PoJournalEntry *entry, PoFrame margin); // (transfer full) likewise

/** Plans on, where the rundown in force ends too soon. */
void po_air_extend_horizon (PoAir *self);

/** Prepares and releases players and cards for what is on air now. */
void po_air_follow_cue (PoAir *self);

/** Writes down @entry (transfer full), which changes no plan. */
void po_air_append (PoAir *self, PoJournalEntry *entry);

/** Adds to @entries what answers for commands that waited when the last life was killed, and raises an alarm for it. */
void po_air_answer_for_lost (PoAir *self, GPtrArray *entries);

/** The command that waits takes effect, if its picture is there now. */
void po_air_pursue (PoAir *self);
