// SPDX-License-Identifier: GPL-3.0-or-later
// The air: the rundown in force, the players that serve it, and the head that plays it. Takes decisions (an adoption,
// an operator's command, an observed fact), gives each the frame at which it holds, plans with it, puts the new rundown
// before the head in time, and only then journals it. Carries out what `cue` says.
// Main thread. It knows neither calendars nor outputs: the station plans, feeds are handed in.
#pragma once

#include <json-glib/json-glib.h>

#include "config/config.h"
#include "message/alarms.h"
#include "program/clock.h"
#include "program/head.h"
#include "program/player-pool.h"
#include "rehearsal/recorder.h"
#include "station/station.h"

typedef struct _PoAir PoAir;

typedef struct {
  PoConfig *config;
  PoStation *station;
  PoLog *log;
  PoAlarms *alarms;
  const PoClock *clock;
  const gchar *player_path;
  const gchar *registry_path; // (nullable)
  gboolean is_free_run;
  PoFrame until;        // PO_FRAME_NONE = for ever
  GSourceFunc finished; // the head has come to `until`
  gpointer user;
} PoAirSettings;

/** Borrowed pointers must outlive it. (transfer full) */
PoAir *po_air_new (const PoAirSettings *settings, GError **error);
/** Stops the head (the airing on air gets its end) and every player. */
void po_air_free (PoAir *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PoAir, po_air_free)

/** Before the start only. */
void po_air_add_feed (PoAir *self, const PoFeed *feed);

/** Sets the instant of the first frame, a moment from now; the wall clock of output frame 0. */
PoTimeNs po_air_anchor (PoAir *self);

/** The same as the wall clock says now, with its steps since. FALSE: a step has not been followed yet. */
gboolean po_air_utc_at_zero (PoAir *self, PoTimeNs *ret_utc_ns);

/** On air from there: journals the start with what is to be adopted, and lets the head go. */
void po_air_start (PoAir *self);

/** The station's newest revisions, and @config's, hold from the safety margin on. Nothing if they already do. */
void po_air_adopt (PoAir *self);

/** From now on an adoption is an edit of what is known, and keeps the safety margin. */
void po_air_inputs_are_known (PoAir *self);

/** A new configuration: what of it concerns the air holds with the next adoption. */
void po_air_set_config (PoAir *self, PoConfig *config);

/** @frame: from which the command holds, as journalled, or would hold; @changes: PoChange, what it does, in words.
 * Or @error: PO_ERROR_CONFLICT for what would change nothing, or cannot be shown. */
typedef void (*PoAirCommandDone) (PoFrame frame, GPtrArray *changes, const GError *error, gpointer user);

/**
 * An operator's command: @entry (transfer full), without a frame, takes effect on the next frame that can be had if
 * what it brings on air is cued; else half a second from now, or with asap=1 as soon as its picture is there. Is it not
 * there by then, what is on air continues until it is. A later command takes the place of one that waits, and never
 * holds before one that was answered; but the slate waits for none that chooses what is on air: it takes its place.
 * With @dry_run nothing happens. @done is called once: at once, or when it is certain.
 */
void po_air_command (PoAir *self, PoJournalEntry *entry, gboolean dry_run, PoAirCommandDone done, gpointer user);

/** Refuses the command that waits, if there is one. */
void po_air_end_commands (PoAir *self);

/** The last frame that the head took; the one before the first until then. */
PoFrame po_air_frame (PoAir *self);
gint64 po_air_output_frame (PoAir *self); // k, -1 before the first
/** When planned @frame is on air, since output frame 0, by the clock as it is now. */
gint64 po_air_running_ns (PoAir *self, PoFrame frame);

PoRundown *po_air_rundown (PoAir *self);                           // (transfer none), never NULL after the start
GPtrArray *po_air_findings (PoAir *self);                          // of the plan in force; PoFinding, (transfer none)
PoScreen po_air_screen (PoAir *self);                              // what stands on the screen
const PoAiringMark *po_air_mark (PoAir *self, const PoItem *item); // NULL until its airing has begun
void po_air_stats (PoAir *self, PoHeadStats *ret_head, PoPlayerPoolStats *ret_players);

/** Raises the alarm of a slate on air, or ends it. */
void po_air_tell_slate (PoAir *self);

/** Frames and airings since the start. */
void po_air_totals (PoAir *self, PoRecorderTotals *ret_totals);

/** The run key's player state for status: "cued", "preparing", "failed", or NULL when it has none. */
const gchar *po_air_run_state (PoAir *self, const gchar *run_key);

/** The live sources and what they bring, for status. (transfer full) */
JsonNode *po_air_sources (PoAir *self);

/** What an overrun of the live show on air, or of the next, would cost; see overrun.h. (transfer full) */
JsonNode *po_air_overrun (PoAir *self);

/** The programme as it leaves, for status: how loud it is, and what is wrong with it. (transfer full) */
JsonNode *po_air_loudness (PoAir *self);
JsonNode *po_air_faults (PoAir *self);
