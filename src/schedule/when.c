// SPDX-License-Identifier: GPL-3.0-or-later
#include "schedule/when.h"

#include <string.h>

#include "model/text.h"

gboolean po_length_parse (const gchar *text, PoLength *ret_length) {
  static const gchar units[] = "WDHMS";
  static const gint64 seconds[] = {7 * PO_DAY_S, PO_DAY_S, 3600, 60, 1};
  gint64 sign = *text == '-' ? -1 : 1, days = 0, exact = 0;
  text += *text == '-' || *text == '+';
  if (g_ascii_toupper (*text++) != 'P')
    return FALSE;
  gboolean in_time = FALSE;
  guint parts = 0;
  while (*text != '\0') {
    if (g_ascii_toupper (*text) == 'T' && !in_time) {
      in_time = TRUE;
      text++;
      continue;
    }
    gsize digits = strspn (text, "0123456789");
    const gchar *unit = text[digits] != '\0' ? strchr (units, g_ascii_toupper (text[digits])) : NULL;
    if (digits == 0 || digits > 9 || unit == NULL || (unit - units >= 2) != in_time)
      return FALSE;
    gint64 value = g_ascii_strtoll (text, NULL, 10) * seconds[unit - units];
    *(in_time ? &exact : &days) += value;
    text += digits + 1;
    parts++;
  }
  *ret_length = (PoLength){sign * (days / PO_DAY_S), sign * exact};
  return parts > 0 && days < G_GINT64_CONSTANT (1) << 40 && exact < G_GINT64_CONSTANT (1) << 40;
}

gint64 po_length_after (const PoLength *length, const PoZone *zone, gint64 civil_s, gint64 utc_s) {
  if (length->days != 0)
    utc_s = po_zone_to_utc (zone, civil_s + length->days * PO_DAY_S);
  return utc_s + length->exact_s;
}

gint64 po_when_day (const PoWhen *self, const PoZone *zone) {
  gboolean moved = self->kind == PO_WHEN_UTC && self->civil_s % PO_DAY_S != 0;
  return po_floor_div (moved ? po_zone_to_civil (zone, self->utc_s) : self->civil_s, PO_DAY_S);
}

gboolean po_when_read (const PoReading *reader, const gchar *uid, const PoIcsProp *prop, const gchar *text,
                       PoWhen *ret_when) {
  PoCivil civil;
  if (!po_civil_parse (text, &civil))
    return FALSE;
  if (!civil.is_date && po_ics_param_is (prop, "VALUE", "DATE")) {
    po_file_report_warning (reader->report, "date-with-time", prop->line, uid, prop->name,
                            _ ("VALUE=DATE but a time is given; the time was left out"));
    civil.s = po_floor_div (civil.s, PO_DAY_S) * PO_DAY_S;
    civil.is_date = TRUE;
    civil.is_utc = FALSE;
  }
  PoWhen when = {.civil_s = civil.s, .zone = po_zones_station (reader->zones), .kind = PO_WHEN_FLOATING};
  g_autofree gchar *tzid = prop->params[0] != '\0' && !civil.is_date ? po_ics_param (prop, "TZID") : NULL;
  if (civil.is_date) {
    when.kind = PO_WHEN_DATE;
  } else if (civil.is_utc) {
    when.kind = PO_WHEN_UTC;
    when.zone = po_zones_utc (reader->zones);
    if (tzid != NULL)
      po_file_report_warning (reader->report, "tzid-with-utc", prop->line, uid, prop->name,
                              _ ("a time in UTC with a TZID; UTC was taken"));
  } else if (tzid != NULL) {
    when.kind = PO_WHEN_ZONED;
    when.zone = po_zones_lookup (reader->zones, g_strstrip (tzid), prop->line, uid, prop->name);
  }
  when.utc_s = po_zone_to_utc (when.zone, when.civil_s);
  *ret_when = when;
  return TRUE;
}
