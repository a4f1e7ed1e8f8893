// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/mark.h"

#include <string.h>

#define FRACTION_DIGITS 9

static gboolean parse_timecode (const gchar *text, PoMark *ret_mark) {
  gint parts[4];
  for (guint i = 0; i < 4; i++) {
    gsize digits = strspn (text, "0123456789");
    if (digits < 1 || digits > 3 || text[digits] != (i < 3 ? ':' : '\0'))
      return FALSE;
    parts[i] = (gint)g_ascii_strtoll (text, NULL, 10);
    text += digits + 1;
  }
  if (parts[1] > 59 || parts[2] > 59)
    return FALSE;
  *ret_mark = (PoMark){.set = TRUE,
                       .offset_ns = (parts[0] * G_GINT64_CONSTANT (3600) + parts[1] * 60 + parts[2]) * PO_NS_PER_SECOND,
                       .frames = parts[3],
                       .timecode = TRUE};
  return TRUE;
}

// Takes "PT1M30.5S" apart into "PT1M30S" and half a second.
static gchar *take_fraction (const gchar *text, gint64 *ret_ns) {
  const gchar *point = strchr (text, '.');
  const gsize digits = point != NULL ? strspn (point + 1, "0123456789") : 0;
  *ret_ns = 0;
  if (digits < 1 || digits > FRACTION_DIGITS || strcmp (point + 1 + digits, "S") != 0)
    return g_strdup (text);
  gint64 unit_ns = PO_NS_PER_SECOND;
  for (gsize i = 1; i <= digits; i++)
    *ret_ns += (point[i] - '0') * (unit_ns /= 10);
  return g_strdup_printf ("%.*sS", (gint)(point - text), text);
}

gboolean po_mark_parse (const gchar *text, PoMark *ret_mark) {
  gint64 ns, fraction_ns;
  g_autofree gchar *whole = take_fraction (text, &fraction_ns);
  if (!po_duration_parse (whole, &ns, NULL))
    return parse_timecode (text, ret_mark);
  if (ns < 0)
    return FALSE;
  *ret_mark = (PoMark){.set = TRUE, .offset_ns = ns + fraction_ns};
  return TRUE;
}

gint po_mark_compare (const PoMark *a, const PoMark *b) {
  if (a->offset_ns != b->offset_ns)
    return a->offset_ns < b->offset_ns ? -1 : 1;
  return (a->frames > b->frames) - (a->frames < b->frames);
}

gboolean po_mark_equal (const PoMark *a, const PoMark *b) {
  return a->set == b->set && a->offset_ns == b->offset_ns && a->frames == b->frames && a->timecode == b->timecode;
}

gchar *po_mark_to_string (const PoMark *mark) {
  const gint64 seconds = mark->offset_ns / PO_NS_PER_SECOND, rest_ns = mark->offset_ns % PO_NS_PER_SECOND;
  if (!mark->set)
    return NULL;
  if (mark->timecode)
    return g_strdup_printf ("%02d:%02d:%02d:%02d", (gint)(seconds / 3600), (gint)(seconds / 60 % 60),
                            (gint)(seconds % 60), mark->frames);
  g_autofree gchar *fraction = g_strdup_printf (".%09d", (gint)rest_ns);
  for (gsize last = strlen (fraction); last > 1 && fraction[last - 1] == '0';)
    fraction[--last] = '\0';
  return g_strdup_printf ("PT%" G_GINT64_FORMAT "%sS", seconds, rest_ns > 0 ? fraction : "");
}

gint64 po_mark_to_ns (const PoMark *mark, PoRate clip, PoRate house) {
  if (!mark->set)
    return 0;
  if (!mark->timecode && mark->frames == 0)
    return mark->offset_ns;
  PoRate rate = clip.fps_n > 0 && clip.fps_d > 0 ? clip : house;
  gint64 per_second = (rate.fps_n + rate.fps_d / 2) / rate.fps_d; // non-drop: 30 frames a second at 29.97
  gint64 seconds = mark->offset_ns / PO_NS_PER_SECOND;
  if (seconds > G_MAXINT32 || mark->frames > G_MAXINT32)
    return G_MAXINT64 / 4;
  gint64 ns = po_duration_from_frames_floor (seconds * per_second + mark->frames, rate);
  if (clip.fps_n > 0)
    return ns;
  return (ns + PO_NS_PER_MS / 2) / PO_NS_PER_MS * PO_NS_PER_MS;
}
