// SPDX-License-Identifier: GPL-3.0-or-later
// A time zone as the schedule needs it: the offset at an instant, and civil time to an instant by RFC 5545 3.3.5
// (a time that occurs twice is the first; one that does not exist takes the offset before the gap). Made from a zone's
// name or from a VTIMEZONE's own rules. Immutable, reference counted, any thread. No process-global zone is used.
#pragma once

#include "schedule/ics.h"

typedef struct _PoZone PoZone;

PoZone *po_zone_utc (void);                    // (transfer full)
PoZone *po_zone_from_offset (gint32 offset_s); // fixed; (transfer full)

/** An Olson name, exactly. NULL if unknown. (transfer full) (nullable) */
PoZone *po_zone_from_olson (const gchar *name);

/** PoZoneMatch: how a name was understood. */
typedef enum { PO_ZONE_EXACT, PO_ZONE_TRANSLATED, PO_ZONE_OFFSET, PO_ZONE_UNKNOWN } PoZoneMatch;

/** Any name that calendars use: Olson, "/vendor/…/Olson", Windows ("SE Asia Standard Time"), Outlook's display name
 * ("(UTC+07:00) Bangkok, Hanoi, Jakarta"), or a bare offset. @ret_olson: what it was taken for. (transfer full)
 * (nullable) */
PoZone *po_zone_from_name (const gchar *name, PoZoneMatch *ret_match, gchar **ret_olson);

/** The zone that a VTIMEZONE defines by its own rules; NULL with a finding if it does not define one. (transfer full)
 * (nullable) */
PoZone *po_zone_from_vtimezone (const PoIcsComponent *vtimezone, PoFileReport *report);

PoZone *po_zone_ref (PoZone *self);
void po_zone_unref (PoZone *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PoZone, po_zone_unref)

/** Seconds east of UTC at @utc_s. */
gint64 po_zone_offset (const PoZone *self, gint64 utc_s);

gint64 po_zone_to_utc (const PoZone *self, gint64 civil_s);
gint64 po_zone_to_civil (const PoZone *self, gint64 utc_s);
