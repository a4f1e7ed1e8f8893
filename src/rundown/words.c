// SPDX-License-Identifier: GPL-3.0-or-later
#include "rundown/words.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <string.h>

gchar *po_words_time (PoTimeNs time_ns, GTimeZone *zone) {
  g_autofree gchar *iso = po_time_to_local_string (time_ns, zone);
  if (strlen (iso) < strlen ("2027-01-06T19:45:00"))
    return g_steal_pointer (&iso);
  gboolean whole = strncmp (iso + 17, "00", 2) == 0;
  return g_strdup_printf ("%.10s %.*s", iso, whole ? 5 : 8, iso + 11);
}

gchar *po_words_frame (PoFrame frame, PoRate rate, GTimeZone *zone) {
  return po_words_time (po_frame_to_time_floor (frame, rate), zone);
}

gchar *po_words_span (PoFrame start, PoFrame end, PoRate rate, GTimeZone *zone) {
  g_autofree gchar *from = po_words_frame (start, rate, zone);
  g_autofree gchar *to = po_words_frame (end, rate, zone);
  gboolean same_day = strncmp (from, to, 11) == 0;
  return g_strdup_printf (_ ("%s to %s"), from, same_day ? to + 11 : to);
}

gchar *po_words_length (PoFrame frames, PoRate rate) {
  gint64 seconds = po_duration_from_frames_floor (frames, rate) / PO_NS_PER_SECOND;
  gint64 hours = seconds / 3600, minutes = seconds / 60 % 60;
  if (seconds < 1)
    return g_strdup_printf (_ ("%" PRId64 " frames"), frames);
  if (hours > 0)
    return g_strdup_printf (_ ("%" PRId64 " h %" PRId64 " min"), hours, minutes);
  if (minutes > 0 && seconds % 60 == 0)
    return g_strdup_printf (_ ("%" PRId64 " min"), minutes);
  if (minutes > 0)
    return g_strdup_printf (_ ("%" PRId64 " min %" PRId64 " s"), minutes, seconds % 60);
  return g_strdup_printf (_ ("%" PRId64 " s"), seconds);
}
