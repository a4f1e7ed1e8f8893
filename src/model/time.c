// SPDX-License-Identifier: GPL-3.0-or-later
// Frame arithmetic in 128 bits, civil time by GTimeZone. Pure; nothing here knows what time it is.
#include "model/time.h"

#include <string.h>

#include "model/error.h"
#include "model/text.h"

#define DAY_S        86400
#define EPOCH_JULIAN 719163 // 1970-01-01 as GDate counts

static gint64 div_floor (__int128 numerator, __int128 denominator) {
  __int128 quotient = numerator / denominator;
  if (numerator % denominator != 0 && (numerator < 0) != (denominator < 0))
    quotient--;
  if (quotient > G_MAXINT64)
    return G_MAXINT64;
  if (quotient < -G_MAXINT64)
    return -G_MAXINT64;
  return (gint64)quotient;
}

static gint64 div_ceil (__int128 numerator, __int128 denominator) {
  return -div_floor (-numerator, denominator);
}

PoFrame po_frame_from_time_ceil (PoTimeNs time_ns, PoRate rate) {
  return div_ceil ((__int128)time_ns * rate.fps_n, (__int128)PO_NS_PER_SECOND * rate.fps_d);
}

PoFrame po_frame_from_time_floor (PoTimeNs time_ns, PoRate rate) {
  return div_floor ((__int128)time_ns * rate.fps_n, (__int128)PO_NS_PER_SECOND * rate.fps_d);
}

PoTimeNs po_frame_to_time_floor (PoFrame frame, PoRate rate) {
  return div_floor ((__int128)frame * rate.fps_d * PO_NS_PER_SECOND, rate.fps_n);
}

PoFrame po_frames_from_duration_ceil (gint64 duration_ns, PoRate rate) {
  return po_frame_from_time_ceil (duration_ns, rate);
}

gint64 po_duration_from_frames_floor (PoFrame frames, PoRate rate) {
  return po_frame_to_time_floor (frames, rate);
}

gint64 po_samples_before_frame (gint64 k, PoRate rate) {
  return div_floor ((__int128)k * PO_AUDIO_RATE * rate.fps_d, rate.fps_n);
}

static gint greatest_common_divisor (gint a, gint b) {
  while (b != 0) {
    gint rest = a % b;
    a = b;
    b = rest;
  }
  return a;
}

static gboolean parse_positive_int (const gchar *text, const gchar **ret_end, gint *ret_value) {
  guint64 value = 0;
  const gchar *p = text;
  while (g_ascii_isdigit (*p) && value <= G_MAXINT / 10 - 1)
    value = value * 10 + (guint64)(*p++ - '0');
  *ret_end = p;
  *ret_value = (gint)value;
  return p != text && value > 0;
}

static gboolean parse_decimal_rate (const gchar *text, PoRate *ret_rate) {
  static const struct {
    const gchar *text;
    PoRate rate;
  } known[] = {
      {"23.976", {24000, 1001}}, {"23.98", {24000, 1001}}, {"29.97", {30000, 1001}},
      {"47.952", {48000, 1001}}, {"59.94", {60000, 1001}},
  };
  for (guint i = 0; i < G_N_ELEMENTS (known); i++) {
    if (strcmp (text, known[i].text) == 0) {
      *ret_rate = known[i].rate;
      return TRUE;
    }
  }
  return FALSE;
}

gboolean po_rate_parse (const gchar *text, PoRate *ret_rate, GError **error) {
  if (parse_decimal_rate (text, ret_rate))
    return TRUE;
  const gchar *end = NULL;
  gint fps_n = 0, fps_d = 1;
  gboolean good = parse_positive_int (text, &end, &fps_n);
  if (good && *end == '/')
    good = parse_positive_int (end + 1, &end, &fps_d);
  if (!good || *end != '\0' || fps_n < fps_d || fps_n / fps_d > 120) {
    g_set_error (error, PO_ERROR, PO_ERROR_INPUT,
                 _ ("“%s” is not a frame rate from 1 to 120; write it like 25, 50 or 30000/1001"), text);
    return FALSE;
  }
  gint divisor = greatest_common_divisor (fps_n, fps_d);
  *ret_rate = (PoRate){fps_n / divisor, fps_d / divisor};
  return TRUE;
}

gchar *po_rate_to_string (PoRate rate) {
  return rate.fps_d == 1 ? g_strdup_printf ("%d", rate.fps_n) : g_strdup_printf ("%d/%d", rate.fps_n, rate.fps_d);
}

// ".5", ".04" …: as many digits as the fraction needs; none of 0.
static gchar *add_fraction (gchar *to, gint64 fraction_ns) {
  if (fraction_ns == 0)
    return to;
  *to++ = '.';
  for (gint64 unit = PO_NS_PER_SECOND / 10; fraction_ns > 0; unit /= 10) {
    *to++ = (gchar)('0' + fraction_ns / unit);
    fraction_ns %= unit;
  }
  return to;
}

static gchar *add_two_digits (gchar *to, gint value) {
  *to++ = (gchar)('0' + value / 10 % 10);
  *to++ = (gchar)('0' + value % 10);
  return to;
}

static gchar *add_digits_then (gchar *to, gint value, gchar mark) {
  to = add_two_digits (to, value);
  *to++ = mark;
  return to;
}

// "2027-01-06T12:45:00.5" of @seconds, which an offset may have moved. By the day's number and digit by digit: a year's
// plan and the reports write millions of these.
static gchar *add_civil (gchar *to, gint64 seconds, gint64 fraction_ns) {
  GDate date;
  const gint64 days = div_floor (seconds, DAY_S);
  const gint of_day = (gint)(seconds - days * DAY_S);
  g_date_clear (&date, 1);
  g_date_set_julian (&date, (guint32)(days + EPOCH_JULIAN)); // 64 bits of ns span 584 years
  to = add_two_digits (to, g_date_get_year (&date) / 100);
  to = add_digits_then (to, g_date_get_year (&date) % 100, '-');
  to = add_digits_then (to, (gint)g_date_get_month (&date), '-');
  to = add_digits_then (to, g_date_get_day (&date), 'T');
  to = add_digits_then (to, of_day / 3600, ':');
  to = add_digits_then (to, of_day / 60 % 60, ':');
  return add_fraction (add_two_digits (to, of_day % 60), fraction_ns);
}

void po_time_write_utc (gchar text[PO_TIME_TEXT_BYTES], PoTimeNs time_ns) {
  const gint64 seconds = div_floor (time_ns, PO_NS_PER_SECOND);
  gchar *end = add_civil (text, seconds, time_ns - seconds * PO_NS_PER_SECOND);
  *end++ = 'Z';
  *end = '\0';
}

void po_time_write_local (gchar text[PO_TIME_TEXT_BYTES], PoTimeNs time_ns, GTimeZone *zone) {
  const gint64 seconds = div_floor (time_ns, PO_NS_PER_SECOND);
  const gint offset_s = g_time_zone_get_offset (zone, g_time_zone_find_interval (zone, G_TIME_TYPE_UNIVERSAL, seconds));
  const gint minutes = ABS (offset_s) / 60;
  gchar *end = add_civil (text, seconds + offset_s, time_ns - seconds * PO_NS_PER_SECOND);
  *end++ = offset_s < 0 ? '-' : '+';
  add_digits_then (add_digits_then (end, minutes / 60, ':'), minutes % 60, '\0');
}

gchar *po_time_to_utc_string (PoTimeNs time_ns) {
  gchar text[PO_TIME_TEXT_BYTES];
  po_time_write_utc (text, time_ns);
  return g_strdup (text);
}

gchar *po_time_to_local_string (PoTimeNs time_ns, GTimeZone *zone) {
  gchar text[PO_TIME_TEXT_BYTES];
  po_time_write_local (text, time_ns, zone);
  return g_strdup (text);
}

gchar *po_time_format (PoTimeNs time_ns, GTimeZone *zone, const gchar *format) {
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (time_ns / PO_NS_PER_SECOND);
  g_autoptr (GDateTime) local = utc != NULL ? g_date_time_to_timezone (utc, zone) : NULL;
  gchar *text = local != NULL ? g_date_time_format (local, format) : NULL;
  return text != NULL ? text : g_strdup ("");
}

static gint64 civil_seconds (gint year, gint month, gint day, gint hour, gint minute, gint second) {
  g_autoptr (GDateTime) as_utc = g_date_time_new_utc (year, month, day, hour, minute, 0);
  return as_utc == NULL ? G_MININT64 : g_date_time_to_unix (as_utc) + second;
}

PoTimeNs po_time_from_local (GTimeZone *zone, gint year, gint month, gint day, gint hour, gint minute, gint second) {
  gint64 local = civil_seconds (year, month, day, hour, minute, second);
  if (local == G_MININT64)
    return PO_TIME_NONE;
  // The offset in force a day before is what holds before any change near this time; with it the earlier of two
  // readings is found, and a reading inside a gap keeps the offset before the gap (RFC 5545 3.3.5).
  gint before = g_time_zone_find_interval (zone, G_TIME_TYPE_UNIVERSAL, local - 86400 * 1);
  gint64 offset_before = g_time_zone_get_offset (zone, before);
  gint64 candidate = local - offset_before;
  gint at = g_time_zone_find_interval (zone, G_TIME_TYPE_UNIVERSAL, candidate);
  gint64 offset_at = g_time_zone_get_offset (zone, at);
  if (offset_at != offset_before) {
    gint64 later = local - offset_at;
    gint check = g_time_zone_find_interval (zone, G_TIME_TYPE_UNIVERSAL, later);
    if (g_time_zone_get_offset (zone, check) == offset_at)
      candidate = later; // an ordinary time after the change
  }
  return candidate * PO_NS_PER_SECOND;
}

PoTimeNs po_time_local_midnight (PoTimeNs time_ns, GTimeZone *zone) {
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (div_floor (time_ns, PO_NS_PER_SECOND));
  g_autoptr (GDateTime) local = g_date_time_to_timezone (utc, zone);
  gint year, month, day;
  g_date_time_get_ymd (local, &year, &month, &day);
  return po_time_from_local (zone, year, month, day, 0, 0, 0);
}

gint64 po_time_local_day_number (PoTimeNs time_ns, GTimeZone *zone) {
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (div_floor (time_ns, PO_NS_PER_SECOND));
  g_autoptr (GDateTime) local = g_date_time_to_timezone (utc, zone);
  gint year, month, day;
  g_date_time_get_ymd (local, &year, &month, &day);
  return div_floor (civil_seconds (year, month, day, 0, 0, 0), 86400);
}

static gboolean take_digits (const gchar **cursor, gint count, gint *ret_value) {
  gint value = 0;
  for (gint i = 0; i < count; i++, (*cursor)++) {
    if (!g_ascii_isdigit (**cursor))
      return FALSE;
    value = value * 10 + (**cursor - '0');
  }
  *ret_value = value;
  return TRUE;
}

static void skip_one (const gchar **cursor, gchar separator) {
  if (**cursor == separator)
    (*cursor)++;
}

static gboolean parse_clock (const gchar **cursor, gint *hour, gint *minute, gint *second, gint64 *fraction_ns) {
  if (!take_digits (cursor, 2, hour))
    return FALSE;
  skip_one (cursor, ':');
  if (!take_digits (cursor, 2, minute))
    return FALSE;
  skip_one (cursor, ':');
  if (g_ascii_isdigit (**cursor) && !take_digits (cursor, 2, second))
    return FALSE;
  if (**cursor == '.' || **cursor == ',') {
    (*cursor)++;
    gint64 unit_ns = PO_NS_PER_SECOND / 10;
    for (; g_ascii_isdigit (**cursor); (*cursor)++, unit_ns /= 10)
      *fraction_ns += (**cursor - '0') * unit_ns;
  }
  return *hour <= 23 && *minute <= 59 && *second <= 59;
}

// Reads "Z" or "+07:00" to the end. @ret_has is whether one stood there.
static gboolean parse_offset (const gchar *text, gboolean *ret_has, gint64 *ret_seconds) {
  *ret_has = *text != '\0';
  *ret_seconds = 0;
  if (*text == '\0')
    return TRUE;
  if ((*text == 'Z' || *text == 'z') && text[1] == '\0')
    return TRUE;
  if (*text != '+' && *text != '-')
    return FALSE;
  gint hours = 0, minutes = 0;
  const gchar *cursor = text + 1;
  if (!take_digits (&cursor, 2, &hours))
    return FALSE;
  skip_one (&cursor, ':');
  if (*cursor != '\0' && !take_digits (&cursor, 2, &minutes))
    return FALSE;
  *ret_seconds = (*text == '-' ? -1 : 1) * (hours * 3600 + minutes * 60);
  return *cursor == '\0' && hours <= 23 && minutes <= 59;
}

static gboolean parse_instant (const gchar *text, GTimeZone *zone, PoTimeNs *ret_time_ns) {
  gint year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0;
  gint64 fraction_ns = 0, offset_seconds = 0;
  gboolean has_offset = FALSE;
  const gchar *cursor = text;
  if (!take_digits (&cursor, 4, &year))
    return FALSE;
  skip_one (&cursor, '-');
  if (!take_digits (&cursor, 2, &month))
    return FALSE;
  skip_one (&cursor, '-');
  if (!take_digits (&cursor, 2, &day))
    return FALSE;
  if (*cursor == 'T' || *cursor == 't' || *cursor == ' ') {
    cursor++;
    if (!parse_clock (&cursor, &hour, &minute, &second, &fraction_ns) ||
        !parse_offset (cursor, &has_offset, &offset_seconds))
      return FALSE;
  } else if (*cursor != '\0') {
    return FALSE;
  }
  gint64 civil = civil_seconds (year, month, day, hour, minute, second);
  if (civil == G_MININT64)
    return FALSE;
  if (ABS (civil) > PO_TIME_MAX_S) {
    *ret_time_ns = (civil < 0 ? -PO_TIME_MAX_S : PO_TIME_MAX_S) * PO_NS_PER_SECOND;
    return TRUE;
  }
  *ret_time_ns = fraction_ns + (has_offset ? (civil - offset_seconds) * PO_NS_PER_SECOND
                                           : po_time_from_local (zone, year, month, day, hour, minute, second));
  return TRUE;
}

gboolean po_time_parse (const gchar *text, GTimeZone *zone, PoTimeNs *ret_time_ns, GError **error) {
  if (parse_instant (text, zone, ret_time_ns))
    return TRUE;
  g_set_error (error, PO_ERROR, PO_ERROR_INPUT,
               _ ("“%s” is not a time; write it like 2027-01-06T19:45:00+07:00, or a date like 2027-01-06"), text);
  return FALSE;
}

// One "15M" of a duration; FALSE at anything else.
static gboolean parse_duration_part (const gchar **cursor, gboolean in_time, gint64 *seconds) {
  guint64 value = 0;
  const gchar *start = *cursor;
  while (g_ascii_isdigit (**cursor) && value < 100000000000)
    value = value * 10 + (guint64)(*(*cursor)++ - '0');
  if (*cursor == start || value >= 100000000)
    return FALSE;
  gint64 unit = 0;
  switch (g_ascii_toupper (*(*cursor)++)) {
  case 'W':
    unit = in_time ? 0 : 7 * 86400;
    break;
  case 'D':
    unit = in_time ? 0 : 86400;
    break;
  case 'H':
    unit = in_time ? 3600 : 0;
    break;
  case 'M':
    unit = in_time ? 60 : 0;
    break;
  case 'S':
    unit = in_time ? 1 : 0;
    break;
  default:
    break;
  }
  *seconds += (gint64)value * unit;
  return unit > 0;
}

static gboolean parse_duration (const gchar *text, gint64 *ret_ns) {
  const gchar *cursor = text;
  gint64 sign = 1, seconds = 0;
  gboolean in_time = FALSE, any = FALSE;
  if (*cursor == '+' || *cursor == '-')
    sign = *cursor++ == '-' ? -1 : 1;
  if (*cursor != 'P' && *cursor != 'p')
    return FALSE;
  for (cursor++; *cursor != '\0'; any = TRUE) {
    if (!in_time && (*cursor == 'T' || *cursor == 't')) {
      in_time = TRUE;
      cursor++;
    }
    if (!parse_duration_part (&cursor, in_time, &seconds) || seconds > G_MAXINT64 / PO_NS_PER_SECOND)
      return FALSE;
  }
  *ret_ns = sign * seconds * PO_NS_PER_SECOND;
  return any;
}

gboolean po_duration_parse (const gchar *text, gint64 *ret_ns, GError **error) {
  if (parse_duration (text, ret_ns))
    return TRUE;
  g_set_error (error, PO_ERROR, PO_ERROR_INPUT, _ ("“%s” is not a duration; write it like PT15M or PT1H30M"), text);
  return FALSE;
}
