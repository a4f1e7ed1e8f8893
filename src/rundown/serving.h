// SPDX-License-Identifier: GPL-3.0-or-later
// Which clip serves which airing, and why it is that one; or what an airing lacks, and where it is looked for; and how
// its length fits the slot. What the planner itself picks, not a second opinion. Pure, any thread; it must not know
// time of day.
#pragma once

#include "rundown/plan.h"

/** Why it is this clip. */
typedef enum {
  PO_SERVED_BY_NOTHING,    // the event names no media
  PO_SERVED_BY_ATTACHMENT, // named by path
  PO_SERVED_BY_TEMPLATE,   // by the number or date of the episode
  PO_SERVED_BY_FOLDER,     // by its place in the order of a folder
  PO_SERVED_BY_PIN,        // a folder's that was settled earlier
  PO_SERVED_BY_LOCATION,
  PO_SERVED_BY_COMMAND,  // an operator's replacement or insertion
  PO_SERVED_BY_LIVE,     // no clip at all
  PO_SERVED_BY_FALLBACK, // it stands in while the live source of this airing is away
} PoServedBy;

const gchar *po_served_by_to_string (PoServedBy by); // "template"

/** PoServing: one part of one airing. */
typedef struct {
  PoOccurrence *occurrence; // owned
  gchar *instance;          // the name under which it was first known
  gint part;                // -1: the event names no media
  gboolean is_last;         // of the event's parts
  gint64 episode;           // 0 = none
  PoServedBy by;
  gchar *media;        // (nullable) the clip, or the live URI; NULL: it lacks one
  gchar *place;        // (nullable) the path at which it is looked for, or a folder, which ends in '/'
  gchar *problem;      // (nullable) what is wrong with it, translated
  gboolean is_unfit;   // the clip is there, and cannot air
  gboolean is_awaited; // it is there, but has not been looked at
  PoFrame start, end;  // the slot
  PoStartType start_type;
  gboolean is_tentative, is_inserted;
  PoFrame air;     // when it comes on air by the plan; PO_FRAME_NONE: not, or not known
  PoFrame cut;     // what of it lies behind the end of the slot and does not air
  PoFrame lacking; // last part: what the media leave of the slot, for filler
} PoServing;

/** Those of the airings of [from, to), in order of start, by the calendars and clips in force at the end of it; the
 * fallback of a live one, where it is there, besides that. (transfer full) of PoServing */
GPtrArray *po_plan_servings (const PoPlanSettings *settings, const PoPlanSource *source, GPtrArray *journal,
                             PoFrame from, PoFrame to);

/** Those of one airing, one a part, by the whole journal: what there would be with other tables. `air` is not known.
 * (transfer full) of PoServing */
GPtrArray *po_plan_servings_of (const PoPlanSettings *settings, const PoPlanSource *source, GPtrArray *journal,
                                PoOccurrence *occurrence);

/** The one of @occurrences that the planner knows as @instance or, where that is NULL, gives the number @episode.
 * (transfer none) (nullable) */
PoOccurrence *po_plan_find (const PoPlanSettings *settings, const PoPlanSource *source, GPtrArray *journal,
                            GPtrArray *occurrences, const gchar *instance, gint64 episode);

/** Adds the paths of all clips that filler may be taken from during [from, to) to @paths, a set of own strings. */
void po_plan_pool (const PoPlanSettings *settings, const PoPlanSource *source, GPtrArray *journal, PoFrame from,
                   PoFrame to, GHashTable *paths);
