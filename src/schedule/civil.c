// SPDX-License-Identifier: GPL-3.0-or-later
// Days from and to civil dates count in eras of 400 years (146097 days) that begin on 1 March, so that the leap day is
// the last of its year.
#include "schedule/civil.h"

#include <string.h>

gint64 po_civil_days (gint year, gint month, gint day) {
  gint64 y = month <= 2 ? year - 1 : year;
  gint64 era = po_floor_div (y, 400);
  gint64 year_of_era = y - era * 400;
  gint64 day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  return era * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719468;
}

void po_civil_from_days (gint64 days, gint *ret_year, gint *ret_month, gint *ret_day) {
  gint64 z = days + 719468;
  gint64 era = po_floor_div (z, 146097);
  gint64 day_of_era = z - era * 146097;
  gint64 year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  gint64 day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  gint64 shifted = (5 * day_of_year + 2) / 153;
  *ret_day = (gint)(day_of_year - (153 * shifted + 2) / 5 + 1);
  *ret_month = (gint)(shifted < 10 ? shifted + 3 : shifted - 9);
  *ret_year = (gint)(year_of_era + era * 400 + (*ret_month <= 2));
}

gint po_civil_weekday (gint64 days) {
  return (gint)(days + 3 - po_floor_div (days + 3, 7) * 7);
}

gboolean po_civil_is_leap (gint year) {
  return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

gint po_civil_days_in_month (gint year, gint month) {
  static const guint8 lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return month == 2 && po_civil_is_leap (year) ? 29 : lengths[month - 1];
}

gint64 po_civil_week_one (gint year, gint wkst) {
  gint64 fourth = po_civil_days (year, 1, 4); // always in week 1
  return fourth - (po_civil_weekday (fourth) - wkst + 7) % 7;
}

static gboolean read_digits (const gchar *text, guint n, gint *ret_value) {
  gint value = 0;
  for (guint i = 0; i < n; i++) {
    if (!g_ascii_isdigit (text[i]))
      return FALSE;
    value = value * 10 + (text[i] - '0');
  }
  *ret_value = value;
  return TRUE;
}

gboolean po_civil_parse (const gchar *text, PoCivil *ret_civil) {
  gint year, month, day, hour, minute, second;
  if (!read_digits (text, 4, &year) || !read_digits (text + 4, 2, &month) || !read_digits (text + 6, 2, &day))
    return FALSE;
  if (year < 1 || month < 1 || month > 12 || day < 1 || day > po_civil_days_in_month (year, month))
    return FALSE;
  const gboolean has_z = text[8] == 'Z' || text[8] == 'z'; // that a date has no use for
  PoCivil civil = {.s = po_civil_days (year, month, day) * PO_DAY_S, .is_date = text[8 + has_z] == '\0'};
  if (!civil.is_date) {
    if ((text[8] != 'T' && text[8] != 't') || !read_digits (text + 9, 2, &hour) ||
        !read_digits (text + 11, 2, &minute) || !read_digits (text + 13, 2, &second))
      return FALSE;
    if (hour > 23 || minute > 59 || second > 60)
      return FALSE;
    civil.s += hour * 3600 + minute * 60 + MIN (second, 59);
    civil.is_utc = text[15] == 'Z' || text[15] == 'z';
    if (text[15 + civil.is_utc] != '\0')
      return FALSE;
  }
  *ret_civil = civil;
  return TRUE;
}

static gchar *write_digits (gchar *to, gint value, guint n) {
  for (guint i = n; i-- > 0; value /= 10)
    to[i] = (gchar)('0' + value % 10);
  return to + n;
}

gchar *po_civil_to_text (gint64 civil_s, gboolean is_date, gboolean is_utc) {
  gint64 days = po_floor_div (civil_s, PO_DAY_S);
  gint second = (gint)(civil_s - days * PO_DAY_S);
  gint year, month, day;
  po_civil_from_days (days, &year, &month, &day);
  gchar text[sizeof "2027-01-06T12:45:00Z"], *end = text;
  end = write_digits (end, year, 4);
  *end++ = '-';
  end = write_digits (end, month, 2);
  *end++ = '-';
  end = write_digits (end, day, 2);
  if (!is_date) {
    *end++ = 'T';
    end = write_digits (end, second / 3600, 2);
    *end++ = ':';
    end = write_digits (end, second / 60 % 60, 2);
    *end++ = ':';
    end = write_digits (end, second % 60, 2);
    if (is_utc)
      *end++ = 'Z';
  }
  return g_strndup (text, (gsize)(end - text));
}
