// SPDX-License-Identifier: GPL-3.0-or-later
// Which zone a TZID means within one VCALENDAR: its own VTIMEZONE first, then the name, then the station's zone, which
// is an error but never UTC by accident. Each TZID is resolved, and reported, once. One thread.
#pragma once

#include "schedule/zone.h"

typedef struct _PoZones PoZones;

/** @calendar must outlive it. */
PoZones *po_zones_new (const PoIcsComponent *calendar, PoZone *station, PoReport *report); // (transfer full)
void po_zones_free (PoZones *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PoZones, po_zones_free)

/** (transfer none), valid while @self lives. @line, @uid, @property: who asks, for the finding. */
PoZone *po_zones_lookup (PoZones *self, const gchar *tzid, guint line, const gchar *uid, const gchar *property);
PoZone *po_zones_station (PoZones *self); // (transfer none)
PoZone *po_zones_utc (PoZones *self);     // (transfer none)
