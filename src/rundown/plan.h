// SPDX-License-Identifier: GPL-3.0-or-later
// What is on air at frame n: a pure function of the schedule, the media facts and the journal.
//
// Reads no clock, keeps nothing between two calls but what is read of the past, never logs. Any thread, as long as the
// source's functions may be called from it. Plans of two windows agree wherever they overlap, and an entry appended to
// the journal changes nothing before its own frame. What START, END, JOIN and the commands mean in each case is in
// docs/rundown-table.md.
//
// It must not know: calendars (it sees occurrences), files (it sees facts), players, time of day.
#pragma once

#include "model/finding.h"
#include "model/item.h"
#include "model/journal-entry.h"

/** A plan knows no more of what was said so long before the day that it begins with. */
#define PO_SETTLE_NS (35 * 86400 * PO_NS_PER_SECOND)

/** PoPlanPast: what the entries of a journal say that lie so far back that no plan of now begins before them: read
 * once, not for every plan, so that a plan takes as long in the tenth year as in the first month. It changes nothing of
 * what is planned. It belongs to one journal, which only grows and whose entries outlive it; one thread. */
typedef struct _PoPlanPast PoPlanPast;

/** @zone: as of the plans. (transfer full) */
PoPlanPast *po_plan_past_new (GTimeZone *zone);
void po_plan_past_free (PoPlanPast *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PoPlanPast, po_plan_past_free)

/** PoPlanSource: the inputs, by adopted revision. A NULL revision is asked for where no ADOPT entry holds. */
typedef struct {
  /** Occurrences that overlap [from, to). (transfer full) of PoOccurrence */
  GPtrArray *(*occurrences) (gpointer user, const gchar *schedule_rev, PoTimeNs from_ns, PoTimeNs to_ns);
  /** (transfer none) (nullable), must live until po_plan() returns */
  PoMediaTable *(*media) (gpointer user, const gchar *media_rev);
  /** Counted instances of the series with an original start before @original_ns. */
  gint64 (*count_before) (gpointer user, const gchar *schedule_rev, const gchar *series_uid, PoTimeNs original_ns);
  gpointer user;
  PoPlanPast *past;    // (nullable) of the same journal, from one plan to the next
  gboolean past_grows; // all entries are the journal's own: none is only considered
} PoPlanSource;

typedef struct {
  PoRate rate;
  GTimeZone *zone;                // the station's: days of filler, dates in templates, words
  gint64 safety_ns;               // what an edit leaves undisturbed, see po_plan_adoption_frame()
  gint64 overrun_ns;              // of live events that name none
  const gchar *filler_media;      // (nullable) file or folder, where no TRANSPARENT event offers a pool
  gboolean has_live;              // live sources can be aired; FALSE: they are missing
  const gchar *const *live_names; // (nullable) the NAMEs of the configuration that live:NAME may use; NULL = any
} PoPlanSettings;

/** The defaults: 3 s of safety, 15 minutes of overrun, no filler, no live sources. @zone is borrowed. */
void po_plan_settings_init (PoPlanSettings *self, PoRate rate, GTimeZone *zone);

/** The rundown of [from, to), every frame exactly once. @journal: PoJournalEntry in the order of writing, of which only
 * the frame order matters between frames. @findings (nullable) gets PoFinding (transfer full). (transfer full) */
PoRundown *po_plan (const PoPlanSettings *settings, const PoPlanSource *source, GPtrArray *journal, PoFrame from,
                    PoFrame to, GPtrArray *findings);

/** The first frame from which changed inputs may hold when @now is on air. */
PoFrame po_plan_adoption_frame (const PoPlanSettings *settings, PoFrame now);

/** PIN entries, dated @frame, that @rundown makes necessary and @journal does not yet hold: the file that a folder gave
 * to an episode when it is first planned, and the number and content of an episode that began before @aired_before.
 * (transfer full) of PoJournalEntry */
GPtrArray *po_plan_new_pins (PoRundown *rundown, GPtrArray *journal, PoFrame frame, PoFrame aired_before);
