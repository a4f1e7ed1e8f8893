// SPDX-License-Identifier: GPL-3.0-or-later
// Civil time: the proleptic Gregorian calendar as plain numbers, without any zone. A civil second is
// `days since 1970-01-01 * 86400 + seconds of the day`, so that civil times compare and subtract as integers.
// Also the iCalendar text forms of a DATE and a DATE-TIME. Pure functions, any thread. It knows no zone and no rule.
#pragma once

#include <glib.h>

#define PO_DAY_S      86400
#define PO_CIVIL_NONE G_MININT64

/** Years that rules are expanded in: what PoTimeNs can hold, and a little more. */
#define PO_CIVIL_LAST_YEAR 2262

/** Rounds towards minus infinity; @divisor is positive. */
static inline gint64 po_floor_div (gint64 value, gint64 divisor) {
  return value / divisor - (value % divisor < 0);
}

gint64 po_civil_days (gint year, gint month, gint day);
void po_civil_from_days (gint64 days, gint *ret_year, gint *ret_month, gint *ret_day);
gint po_civil_weekday (gint64 days); // 0 = Monday
gboolean po_civil_is_leap (gint year);
gint po_civil_days_in_month (gint year, gint month);

/** The first day of week 1 of @year when weeks begin on @wkst (0 = Monday): the first week with four days in @year. */
gint64 po_civil_week_one (gint year, gint wkst);

/** PoCivil: a DATE or DATE-TIME as it stands in the file. */
typedef struct {
  gint64 s;         // civil seconds; midnight for a date
  gboolean is_date; // no time was given
  gboolean is_utc;  // ended in Z
} PoCivil;

/** Reads "20270106", "20270106T194500" or "20270106T124500Z". A date that does not exist is refused, not normalised;
 * second 60 is read as 59. */
gboolean po_civil_parse (const gchar *text, PoCivil *ret_civil);

/** "2027-01-06T12:45:00Z" (or without Z, or a date only). (transfer full) */
gchar *po_civil_to_text (gint64 civil_s, gboolean is_date, gboolean is_utc);
