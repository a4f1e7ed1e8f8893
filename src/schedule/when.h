// SPDX-License-Identifier: GPL-3.0-or-later
// Dates, times and lengths as a calendar writes them, and the instants that they mean. A pure calculation, but for the
// findings and zones that a reading collects.
#pragma once

#include "schedule/civil.h"
#include "schedule/ics.h"
#include "schedule/file-report.h"
#include "schedule/zones.h"

typedef enum { PO_WHEN_DATE, PO_WHEN_FLOATING, PO_WHEN_UTC, PO_WHEN_ZONED } PoWhenKind;

/** PoWhen: a DATE or DATE-TIME with its zone resolved. */
typedef struct {
  PoWhenKind kind;
  gint64 civil_s;
  gint64 utc_s; // of a date: its midnight in the station's zone
  PoZone *zone; // (transfer none)
} PoWhen;

/** PoLength: nominal days (the same time of day, later), then exact seconds. */
typedef struct {
  gint64 days;
  gint64 exact_s;
} PoLength;

/** Reads an RFC 5545 duration; either sign. */
gboolean po_length_parse (const gchar *text, PoLength *ret_length);

/** The instant @length after the civil time @civil_s of @zone. */
gint64 po_length_after (const PoLength *length, const PoZone *zone, gint64 civil_s, gint64 utc_s);

/** The day (since 1970) that @self names among dates in @zone. Midnight UTC is how some programs write a bare date. */
gint64 po_when_day (const PoWhen *self, const PoZone *zone);

/** PoReading: of one VCALENDAR: what reads it needs besides. All borrowed. */
typedef struct {
  PoZones *zones;
  PoFileReport *report;
  const gchar *file;
  gboolean cancels; // METHOD:CANCEL
  gboolean adds;    // METHOD:ADD
} PoReading;

/** Reads one date or time of @prop, whose text is @text (@prop may hold a list). */
gboolean po_when_read (const PoReading *reader, const gchar *uid, const PoIcsProp *prop, const gchar *text,
                       PoWhen *ret_when);
