// SPDX-License-Identifier: GPL-3.0-or-later
// All components of one UID: the master, the overrides of single instances, the overrides of "this and future", joined
// into the instances that air. It decides which version of a component wins, matches overrides by instant, and counts
// instances for the numbering of episodes. It knows no other series.
// Immutable once sealed but for what it remembers of counts; used by one thread at a time (PoSchedule holds a lock).
#pragma once

#include "schedule/event.h"

typedef struct _PoSeries PoSeries;

PoSeries *po_series_new (void); // (transfer full)
void po_series_free (PoSeries *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PoSeries, po_series_free)

/** (transfer none) of @event, which is in one series only; all of one series have one UID. */
void po_series_add (PoSeries *self, PoEvent *event);

/** Decides which versions win and where overrides belong. @findings: (element-type PoFinding) */
void po_series_seal (PoSeries *self, GPtrArray *findings);

const gchar *po_series_uid (const PoSeries *self);

/** The version of the master that won, else of the first override. */
const PoEvent *po_series_event (const PoSeries *self);

/** The UID whose numbering it continues: its own unless set. (transfer none) */
const gchar *po_series_root (const PoSeries *self);
void po_series_set_root (PoSeries *self, const gchar *root_uid);

/** Whether it has a rule, dates, or overrides of what is not here. */
gboolean po_series_is_recurring (const PoSeries *self);

/** Whether the masters of both have the same DTSTART and rules; without both masters there is nothing to tell apart. */
gboolean po_series_recurs_alike (const PoSeries *a, const PoSeries *b);

/** Whether both have the same instances, of which the same is said, but for places in files. Zones are taken to be the
 * same. */
gboolean po_series_says_the_same (const PoSeries *a, const PoSeries *b);

/** Nothing of it begins earlier, in UTC seconds. */
gint64 po_series_first (const PoSeries *self);

/** The end of the last instance in UTC seconds, or G_MAXINT64. */
gint64 po_series_last (const PoSeries *self);

/** Appends the instances that overlap [@from_s, @to_s) as PoOccurrence without `series_uid` and `ordinal`; at most
 * @max of them. CANCELLED ones are left out. FALSE: there may be more. */
gboolean po_series_occurrences (PoSeries *self, gint64 from_s, gint64 to_s, guint max, GPtrArray *occurrences);

/** Those of the window that are CANCELLED, likewise. */
gboolean po_series_cancelled (PoSeries *self, gint64 from_s, gint64 to_s, guint max, GPtrArray *occurrences);

/** How many instances that count (not excluded, not CANCELLED) have their original start before @original_s. */
gint64 po_series_count_before (PoSeries *self, gint64 original_s);
