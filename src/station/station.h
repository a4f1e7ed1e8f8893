// SPDX-License-Identifier: GPL-3.0-or-later
// What the plan is made from, gathered in one place: calendars and media tables by revision, and the journal. The
// daemon and playoutctl both plan through it, so that what `rundown` prints is what airs. One thread. It starts no
// process, reads no clock and knows no head; loaders supplied by the owner bring back a revision that is not in memory.
#pragma once

#include "model/journal-entry.h"
#include "rundown/serving.h"
#include "schedule/schedule.h"

typedef struct _PoStation PoStation;

typedef struct {
  PoSchedule *(*schedule) (const gchar *revision, gpointer user); // (transfer full) (nullable)
  PoMediaTable *(*media) (const gchar *revision, gpointer user);  // (transfer full) (nullable)
  gpointer user;
  gchar *(*subtitles) (const gchar *sha256, gpointer user); // (transfer full) (nullable); none where nothing airs
} PoStationLoaders;

/** @settings is copied; its zone and strings are taken over by reference or copy. (transfer full) */
PoStation *po_station_new (const PoPlanSettings *settings, const PoStationLoaders *loaders);
void po_station_free (PoStation *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PoStation, po_station_free)

const PoPlanSettings *po_station_settings (PoStation *self);

/** Settings that a new configuration changed: the filler of the configuration and its overrun. */
void po_station_set_filler (PoStation *self, const gchar *filler_media);
void po_station_set_overrun_ns (PoStation *self, gint64 overrun_ns);
void po_station_set_live_names (PoStation *self, const gchar *const *names); // they outlive it

/** Makes a revision known. The newest of each kind also answers where no ADOPT entry holds yet (offline use). */
void po_station_put_schedule (PoStation *self, PoSchedule *schedule);
void po_station_put_media (PoStation *self, PoMediaTable *table);
/** The same for one that is not to be the newest: "what if". */
void po_station_know_schedule (PoStation *self, PoSchedule *schedule);
/** A revision, from memory or through its loader; NULL = the newest. (transfer none) (nullable) */
PoSchedule *po_station_find_schedule (PoStation *self, const gchar *revision);
PoSchedule *po_station_schedule (PoStation *self); // newest; (transfer none) (nullable)
PoMediaTable *po_station_media (PoStation *self);  // newest; (transfer none), never NULL

/** The subtitles in the content @sha256, as its library keeps them. (transfer full) (nullable) */
gchar *po_station_subtitles (PoStation *self, const gchar *sha256);

/** Appends to the journal; frames never go down. (transfer full) of @entry */
void po_station_append (PoStation *self, PoJournalEntry *entry);
GPtrArray *po_station_journal (PoStation *self); // PoJournalEntry; (transfer none)

/** Occurrences of the calendars adopted last (the newest where none are) that overlap [from, to), under the names by
 * which the journal and the log know their instances. (transfer full) of PoOccurrence */
GPtrArray *po_station_occurrences (PoStation *self, PoTimeNs from_ns, PoTimeNs to_ns);
/** Those of one event, in no order: a season of all others need not be made for it. (transfer full) of PoOccurrence */
GPtrArray *po_station_occurrences_of (PoStation *self, const gchar *uid, PoTimeNs from_ns, PoTimeNs to_ns);
/** Likewise of the newest calendars, which the plan may take up a moment later. (transfer full) of PoOccurrence */
GPtrArray *po_station_newest_occurrences (PoStation *self, PoTimeNs from_ns, PoTimeNs to_ns);

/** The name that journal and log know for what somebody calls @text, which the calendars may say otherwise. (transfer
 * none) */
const gchar *po_station_instance (PoStation *self, const gchar *uid, const gchar *text);
/** What the calendars call it now. (transfer none) */
const gchar *po_station_calendar_name (PoStation *self, const gchar *uid, const gchar *instance);

/** What the journal must say, dated @frame and before the adoption, so that the instances of events that @after gives
 * another start or rule than the calendars in force stay the same airings. (transfer full) of PoJournalEntry: ALIAS */
GPtrArray *po_station_renames (PoStation *self, PoSchedule *after, PoFrame frame);

/** The revisions that ADOPT entries put in force at @frame; "" = none. (transfer none), valid until the next append */
const gchar *po_station_adopted (PoStation *self, const gchar *kind, PoFrame frame);

/** Lets the newest tables be adopted at @frame, or after the last entry of the journal if that is later, as they are
 * about to be where anything ever was. FALSE: they are in force. */
gboolean po_station_adopt_newest (PoStation *self, PoFrame frame);

/** Brings @self to what @other knows now, so that @self can plan on a thread of its own, with what @other then learns
 * left out. Both are touched: on @other's thread, and while nobody else uses @self. */
void po_station_follow (PoStation *self, PoStation *other);

/** What is asked of a whole season looks at so many airings of an event from now on: one every hour of a
 * year, but not one every minute, which would be gigabytes. What airs is planned without such a bound. */
#define PO_STATION_SURVEY_MOST 9000

/** Which clip serves which airing of [from, to), within PO_STATION_SURVEY_MOST of an event, see po_plan_servings(), by
 * the newest tables, which are about to be adopted if they are not yet. (transfer full) of PoServing */
GPtrArray *po_station_servings (PoStation *self, PoFrame from, PoFrame to);
/** The same of one airing, with @table (nullable: the newest) in place of the clips. (transfer full) of PoServing */
GPtrArray *po_station_servings_of (PoStation *self, PoMediaTable *table, PoOccurrence *occurrence);
/** The one of @occurrences first known as @instance, else with the number @episode. (transfer none) (nullable) */
PoOccurrence *po_station_find (PoStation *self, GPtrArray *occurrences, const gchar *instance, gint64 episode);
/** The paths of all clips that are filler during [from, to). (transfer full) set of strings */
GHashTable *po_station_pool (PoStation *self, PoFrame from, PoFrame to);

/** A plan without filler: each gap is one card; within PO_STATION_SURVEY_MOST of an event. (transfer full) */
PoRundown *po_station_outline (PoStation *self, GPtrArray *tentative, PoFrame from, PoFrame to, GPtrArray *findings);

/** What it would cost if the live show @show, on air at @end, went on for @by beyond it, as far as @to. (transfer full)
 * of PoChange */
GPtrArray *po_station_overrun_cost (PoStation *self, const PoItem *show, PoFrame end, PoFrame by, PoFrame from,
                                    PoFrame to);

/** The station as it is now, for another thread to plan with while this one goes on, which outlives it; what is not in
 * memory it gets by @loaders, from that thread. It is freed on this one. (transfer full) */
PoStation *po_station_snapshot (PoStation *self, const PoStationLoaders *loaders);

/** Plans [from, to). @tentative (nullable): entries to consider as well, without appending them: "what would it do?".
 * @findings (nullable) gets PoFinding. (transfer full) */
PoRundown *po_station_plan (PoStation *self, GPtrArray *tentative, PoFrame from, PoFrame to, GPtrArray *findings);
