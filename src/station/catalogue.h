// SPDX-License-Identifier: GPL-3.0-or-later
// The clips with what each is worth, which airings it serves and how it fits their slots; and the airings that have no
// clip. Made at once from a station, for the command line and the API alike, with each clip's JSON at hand, since
// parsing what was found of 10,000 clips takes a second. Immutable, reference counted, any thread. It starts nothing
// and reads no clock.
#pragma once

#include "station/clip.h"
#include "station/station.h"

#define PO_CATALOGUE_SPAN_NS (G_GINT64_CONSTANT (366) * 24 * 3600 * PO_NS_PER_SECOND) // a season

typedef struct _PoCatalogue PoCatalogue;

typedef struct {
  const PoMediaFacts *facts;
  gdouble loudness_lufs;
  PoFitnessVerdict verdict; // the worst of all reasons
  GPtrArray *reasons;       // PoFitnessReason: of the clip, then of the slots that it is to fill
  GPtrArray *servings;      // (nullable) PoServing, by time
  guint fills;              // how often it is filler on the day after @now
  gboolean is_filler;
  const gchar *head, *tail; // one JSON object in two pieces
} PoCatalogueClip;

/** What @station plans from @now_ns to @to_ns; without calendars, what each clip is worth alone. @before: (nullable) an
 * earlier one, of which is kept what still holds. (transfer full) */
PoCatalogue *po_catalogue_new (PoStation *station, PoConfig *config, PoTimeNs now_ns, PoTimeNs to_ns,
                               PoCatalogue *before);
void po_catalogue_free (PoCatalogue *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PoCatalogue, po_catalogue_free)

guint po_catalogue_size (PoCatalogue *self);
const PoCatalogueClip *po_catalogue_clip (PoCatalogue *self, guint index);
const PoCatalogueClip *po_catalogue_find (PoCatalogue *self, const gchar *path); // (nullable)

/** Equal stamps, equal clips. (transfer none) */
const gchar *po_catalogue_stamp (PoCatalogue *self);
/** From when on it no longer says what is. */
PoTimeNs po_catalogue_until_ns (PoCatalogue *self);

/** What still lacks its clip, soonest first. (transfer none) of PoServing */
GPtrArray *po_catalogue_missing (PoCatalogue *self);
/** One of them as a JSON object that counts down from @now_ns. (transfer full) */
gchar *po_catalogue_missing_json (PoCatalogue *self, guint index, PoTimeNs now_ns);

/** How @serving fits its slot, when it does not. (transfer full) (nullable) */
gchar *po_serving_warning (const PoServing *serving, PoRate rate);

/** When and why, and how it fits: a JSON object. (transfer full) */
gchar *po_serving_json (const PoServing *serving, PoRate rate);

/** "planned"; "manual": when an operator takes it; "tentative"; "no-room": others have the air. */
const gchar *po_serving_state (const PoServing *serving);
