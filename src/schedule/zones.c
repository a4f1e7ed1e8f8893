// SPDX-License-Identifier: GPL-3.0-or-later
// A table from TZID to zone, filled as TZIDs are met.
#include "schedule/zones.h"

#include "model/text.h"

struct _PoZones {
  GHashTable *definitions; // TZID -> PoIcsComponent of the VTIMEZONE
  GHashTable *elsewhere;   // the same of the whole file; (transfer none) (nullable)
  GHashTable *zones;       // TZID -> PoZone
  const PoZoneShelf *shelf;
  PoZone *utc;
  PoFileReport *report;
  const gchar *last_tzid; // key in `zones`; most events of a file share one
  PoZone *last_zone;
};

// A name in quotes is that of a parameter, which is read without them. (transfer full)
static gchar *read_name (const PoIcsProp *tzid) {
  g_autofree gchar *text = po_ics_text (tzid->value);
  return g_strstrip (g_strdelimit (g_steal_pointer (&text), "\"", ' '));
}

void po_zones_collect (const PoIcsComponent *calendar, GHashTable *definitions) {
  for (const PoIcsComponent *c = calendar->children; c != NULL; c = c->next) {
    const PoIcsProp *tzid = g_str_equal (c->name, "VTIMEZONE") && !c->broken ? po_ics_find (c, "TZID") : NULL;
    g_autofree gchar *name = tzid != NULL ? read_name (tzid) : NULL;
    if (name != NULL && !g_hash_table_contains (definitions, name))
      g_hash_table_insert (definitions, g_steal_pointer (&name), (gpointer)c);
  }
}

PoZones *po_zones_new (const PoIcsComponent *calendar, GHashTable *elsewhere, const PoZoneShelf *shelf,
                       PoFileReport *report) {
  PoZones *self = g_new0 (PoZones, 1);
  self->definitions = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->zones = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)po_zone_unref);
  self->elsewhere = elsewhere;
  self->shelf = shelf;
  self->utc = po_zone_utc ();
  self->report = report;
  po_zones_collect (calendar, self->definitions);
  return self;
}

void po_zones_free (PoZones *self) {
  if (self == NULL)
    return;
  g_hash_table_unref (self->definitions);
  g_hash_table_unref (self->zones);
  po_zone_unref (self->utc);
  g_free (self);
}

PoZone *po_zones_station (PoZones *self) {
  return self->shelf->station;
}

PoZone *po_zones_utc (PoZones *self) {
  return self->utc;
}

static gchar *definition_text (const PoIcsComponent *definition) {
  GString *text = g_string_new (NULL);
  for (const PoIcsComponent *c = definition->children; c != NULL; c = c->next) {
    g_string_append_printf (text, "%s%s\n", c->name, c->broken ? "!" : "");
    for (const PoIcsProp *p = c->props; p != NULL; p = p->next)
      g_string_append_printf (text, "%s;%s:%s\n", p->name, p->params, p->value);
  }
  return g_string_free (text, FALSE);
}

// One that cannot be used is not kept, so that each is reported at its own line.
static PoZone *define (PoZones *self, const PoIcsComponent *definition) {
  g_autofree gchar *text = definition_text (definition);
  PoZone *zone = g_hash_table_lookup (self->shelf->known, text);
  if (zone != NULL)
    return po_zone_ref (zone);
  zone = po_zone_from_vtimezone (definition, self->report);
  if (zone != NULL)
    g_hash_table_insert (self->shelf->known, g_steal_pointer (&text), po_zone_ref (zone));
  return zone;
}

// By its name as it is written, else in other capitals. (nullable)
static const PoIcsComponent *find_definition (GHashTable *definitions, const gchar *tzid) {
  const PoIcsComponent *found = definitions != NULL ? g_hash_table_lookup (definitions, tzid) : NULL;
  GHashTableIter iter;
  gpointer name, definition;
  if (found != NULL || definitions == NULL)
    return found;
  g_hash_table_iter_init (&iter, definitions);
  while (g_hash_table_iter_next (&iter, &name, &definition))
    if (g_ascii_strcasecmp (name, tzid) == 0)
      return definition;
  return NULL;
}

static PoZone *resolve (PoZones *self, const gchar *tzid, guint line, const gchar *uid, const gchar *property) {
  const PoIcsComponent *definition = find_definition (self->definitions, tzid);
  if (definition == NULL)
    definition = find_definition (self->elsewhere, tzid);
  PoZone *zone = definition != NULL ? define (self, definition) : NULL;
  if (zone != NULL)
    return zone;
  PoZoneMatch match;
  g_autofree gchar *olson = NULL;
  zone = po_zone_from_name (tzid, &match, &olson);
  switch (match) {
  case PO_ZONE_EXACT:
    break;
  case PO_ZONE_TRANSLATED:
    po_file_report_note (self->report, "tzid-translated", line, uid, property, _ ("the zone “%s” is taken for %s"),
                         tzid, olson);
    break;
  case PO_ZONE_OFFSET:
    po_file_report_warning (self->report, "tzid-offset", line, uid, property,
                            _ ("the zone “%s” is known by its offset only; taken for %s all year"), tzid, olson);
    break;
  case PO_ZONE_UNKNOWN:
    po_file_report_error (self->report, "tzid-unknown", line, uid, property,
                          _ ("the zone “%s” is unknown; the station's zone is taken"), tzid);
    break;
  }
  return zone != NULL ? zone : po_zone_ref (self->shelf->station);
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
