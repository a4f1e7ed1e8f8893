// SPDX-License-Identifier: GPL-3.0-or-later
// Which zone a TZID means within one VCALENDAR: its own VTIMEZONE first, then the name, then the station's zone, which
// is an error but never UTC by accident. Each TZID is resolved, and reported, once. One thread.
#pragma once

#include "schedule/zone.h"

typedef struct _PoZones PoZones;

/** What the calendars of one schedule have in common. */
typedef struct {
  PoZone *station;   // (transfer none)
  GHashTable *known; // text of a VTIMEZONE -> PoZone: programs repeat the same ones in every calendar
} PoZoneShelf;

/** @calendar and @shelf must outlive it. A TZID that @calendar does not define but another calendar of the same file
 * does is that one's. @elsewhere: (nullable) TZID -> PoIcsComponent, of the whole file. (transfer full) */
PoZones *po_zones_new (const PoIcsComponent *calendar, GHashTable *elsewhere, const PoZoneShelf *shelf,
                       PoFileReport *report);

/** Adds the VTIMEZONEs of @calendar to @definitions (owned TZID -> PoIcsComponent); the first of a TZID stays. */
void po_zones_collect (const PoIcsComponent *calendar, GHashTable *definitions);
void po_zones_free (PoZones *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PoZones, po_zones_free)

/** (transfer none), valid while @self lives. @line, @uid, @property: who asks, for the finding. */
PoZone *po_zones_lookup (PoZones *self, const gchar *tzid, guint line, const gchar *uid, const gchar *property);
PoZone *po_zones_station (PoZones *self); // (transfer none)
PoZone *po_zones_utc (PoZones *self);     // (transfer none)
