// SPDX-License-Identifier: GPL-3.0-or-later
// A table from TZID to zone, filled as TZIDs are met.
#include "schedule/zones.h"

#include <glib/gi18n-lib.h>

struct _PoZones {
  GHashTable *definitions; // TZID -> PoIcsComponent of the VTIMEZONE
  GHashTable *zones;       // TZID -> PoZone
  PoZone *station, *utc;
  PoReport *report;
  const gchar *last_tzid; // key in `zones`; most events of a file share one
  PoZone *last_zone;
};

PoZones *po_zones_new (const PoIcsComponent *calendar, PoZone *station, PoReport *report) {
  PoZones *self = g_new0 (PoZones, 1);
  self->definitions = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->zones = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)po_zone_unref);
  self->station = po_zone_ref (station);
  self->utc = po_zone_utc ();
  self->report = report;
  for (const PoIcsComponent *c = calendar->children; c != NULL; c = c->next) {
    const PoIcsProp *tzid = g_str_equal (c->name, "VTIMEZONE") && !c->broken ? po_ics_find (c, "TZID") : NULL;
    if (tzid != NULL)
      g_hash_table_insert (self->definitions, g_strstrip (po_ics_text (tzid->value)), (gpointer)c);
  }
  return self;
}

void po_zones_free (PoZones *self) {
  if (self == NULL)
    return;
  g_hash_table_unref (self->definitions);
  g_hash_table_unref (self->zones);
  po_zone_unref (self->station);
  po_zone_unref (self->utc);
  g_free (self);
}

PoZone *po_zones_station (PoZones *self) {
  return self->station;
}

PoZone *po_zones_utc (PoZones *self) {
  return self->utc;
}

static PoZone *resolve (PoZones *self, const gchar *tzid, guint line, const gchar *uid, const gchar *property) {
  const PoIcsComponent *definition = g_hash_table_lookup (self->definitions, tzid);
  PoZone *zone = definition != NULL ? po_zone_from_vtimezone (definition, self->report) : NULL;
  if (zone != NULL)
    return zone;
  PoZoneMatch match;
  g_autofree gchar *olson = NULL;
  zone = po_zone_from_name (tzid, &match, &olson);
  switch (match) {
  case PO_ZONE_EXACT:
    break;
  case PO_ZONE_TRANSLATED:
    po_report_note (self->report, "tzid-translated", line, uid, property, _ ("the zone “%s” is taken for %s"), tzid,
                    olson);
    break;
  case PO_ZONE_OFFSET:
    po_report_warning (self->report, "tzid-offset", line, uid, property,
                       _ ("the zone “%s” is known by its offset only; taken for %s all year"), tzid, olson);
    break;
  case PO_ZONE_UNKNOWN:
    po_report_error (self->report, "tzid-unknown", line, uid, property,
                     _ ("the zone “%s” is unknown; the station's zone is taken"), tzid);
    break;
  }
  return zone != NULL ? zone : po_zone_ref (self->station);
}

PoZone *po_zones_lookup (PoZones *self, const gchar *tzid, guint line, const gchar *uid, const gchar *property) {
  if (self->last_tzid != NULL && g_str_equal (self->last_tzid, tzid))
    return self->last_zone;
  gpointer key, value;
  if (!g_hash_table_lookup_extended (self->zones, tzid, &key, &value)) {
    key = g_strdup (tzid);
    value = resolve (self, tzid, line, uid, property);
    g_hash_table_insert (self->zones, key, value);
  }
  self->last_tzid = key;
  self->last_zone = value;
  return value;
}
