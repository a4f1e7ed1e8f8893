// SPDX-License-Identifier: GPL-3.0-or-later
#include "rundown/words.h"

#include <inttypes.h>

#include "model/text.h"

// The local time, or NULL where no calendar of ours reaches.
static GDateTime *local_time (PoTimeNs time_ns, GTimeZone *zone) {
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (time_ns / PO_NS_PER_SECOND);
  return utc != NULL ? g_date_time_to_timezone (utc, zone) : NULL;
}

static gchar *date_of (GDateTime *time, gboolean this_year) {
  // TRANSLATORS: as strftime() has it; the second one is of a date in the year that is spoken of anyway.
  return g_date_time_format (time, this_year ? C_ ("date of this year", "%Y-%m-%d") : _ ("%Y-%m-%d"));
}

static gchar *hour_of (GDateTime *time) {
  return g_date_time_format (time, g_date_time_get_second (time) == 0 ? "%H:%M" : "%H:%M:%S");
}

static gchar *words_time (PoTimeNs time_ns, gint year, GTimeZone *zone) {
  g_autoptr (GDateTime) time = local_time (time_ns, zone);
  if (time == NULL)
    return po_time_to_local_string (time_ns, zone);
  g_autofree gchar *date = date_of (time, g_date_time_get_year (time) == year), *hour = hour_of (time);
  return g_strdup_printf ("%s %s", date, hour);
}

gint po_words_year (PoFrame frame, PoRate rate, GTimeZone *zone) {
  g_autoptr (GDateTime) time = local_time (po_frame_to_time_floor (frame, rate), zone);
  return time != NULL ? g_date_time_get_year (time) : 0;
}

gchar *po_words_time (PoTimeNs time_ns, GTimeZone *zone) {
  return words_time (time_ns, 0, zone);
}

gchar *po_words_frame (PoFrame frame, PoRate rate, gint year, GTimeZone *zone) {
  return words_time (po_frame_to_time_floor (frame, rate), year, zone);
}

gchar *po_words_span_in (PoFrame start, PoFrame end, PoRate rate, gint year, GTimeZone *zone) {
  g_autoptr (GDateTime) first = local_time (po_frame_to_time_floor (start, rate), zone);
  g_autoptr (GDateTime) last = local_time (po_frame_to_time_floor (end, rate), zone);
  gboolean same_day = first != NULL && last != NULL && g_date_time_get_year (first) == g_date_time_get_year (last) &&
                      g_date_time_get_day_of_year (first) == g_date_time_get_day_of_year (last);
  g_autofree gchar *from = po_words_frame (start, rate, year, zone);
  g_autofree gchar *to = same_day ? hour_of (last) : po_words_frame (end, rate, year, zone);
  return g_strdup_printf (_ ("%s to %s"), from, to);
}

gchar *po_words_span (PoFrame start, PoFrame end, PoRate rate, GTimeZone *zone) {
  return po_words_span_in (start, end, rate, 0, zone);
}

gchar *po_words_length (PoFrame frames, PoRate rate) {
  gint64 seconds = po_duration_from_frames_floor (frames, rate) / PO_NS_PER_SECOND;
  gint64 days = seconds / 86400, hours = seconds / 3600, minutes = seconds / 60 % 60;
  if (seconds < 1)
    return g_strdup_printf (NG_ ("%" PRId64 " frame", "%" PRId64 " frames", (gulong)ABS (frames)), frames);
  if (days >= 2 && hours % 24 == 0 && minutes == 0)
    return g_strdup_printf (_ ("%" PRId64 " days"), days);
  if (days >= 2)
    return g_strdup_printf (_ ("%" PRId64 " days %" PRId64 " h %" PRId64 " min"), days, hours % 24, minutes);
  if (hours > 0 && minutes == 0)
    return g_strdup_printf (_ ("%" PRId64 " h"), hours);
  if (hours > 0)
    return g_strdup_printf (_ ("%" PRId64 " h %" PRId64 " min"), hours, minutes);
  if (minutes > 0 && seconds % 60 == 0)
    return g_strdup_printf (_ ("%" PRId64 " min"), minutes);
  if (minutes > 0)
    return g_strdup_printf (_ ("%" PRId64 " min %" PRId64 " s"), minutes, seconds % 60);
  return g_strdup_printf (_ ("%" PRId64 " s"), seconds);
}
