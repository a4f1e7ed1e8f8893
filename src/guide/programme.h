// SPDX-License-Identifier: GPL-3.0-or-later
// PoGuideProgramme: what viewers are told of: each unbroken stretch of one event in a rundown, without the fill
// between. Pure; any thread.
#pragma once

#include "model/item.h"

typedef struct {
  const PoItem *first; // of the stretch; the rundown's
  PoFrame end;         // exclusive, as viewers are told
  PoFrame air_end;     // exclusive, as planned: a live show may run over
} PoGuideProgramme;

/** In order, never overlapping; what does not last a second is left out. Valid while @rundown lives. (transfer full) */
GArray *po_guide_programmes (PoRundown *rundown);

/** PoGuideNow: what is on and what comes next, NULL where nothing is or does, and from when until when that is so. */
typedef struct {
  const PoGuideProgramme *present, *following;
  PoFrame from, until; // PO_FRAME_NONE: always was, or will be
} PoGuideNow;

/** At @frame. (transfer none) of all */
PoGuideNow po_guide_now (GArray *programmes, PoFrame frame);

/** @a and @b show the same instance of the same event; both are of one. */
gboolean po_guide_is_same_airing (const PoItem *a, const PoItem *b);

/** The event's title, or its UID where it has none. (transfer none) */
const gchar *po_guide_programme_title (const PoGuideProgramme *self);

/** @occurrences (PoOccurrence, which outlive it) by the airing that each is, the first of several; a week may have tens
 * of thousands. (transfer full) */
GHashTable *po_guide_by_airing (GPtrArray *occurrences);
/** What the calendars say of it. (transfer none) (nullable) @by_airing: of po_guide_by_airing() */
const PoOccurrence *po_guide_programme_occurrence (const PoGuideProgramme *self, GHashTable *by_airing);
