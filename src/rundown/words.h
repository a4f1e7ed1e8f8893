// SPDX-License-Identifier: GPL-3.0-or-later
// Times, spans and lengths as an operator reads them, local to the station. Pure.
#pragma once

#include "model/time.h"

/** "2027-01-06 19:45", with seconds where they are not zero; the date as the language writes it. (transfer full) */
gchar *po_words_time (PoTimeNs time_ns, GTimeZone *zone);

/** "2027-01-06 19:45 to 20:15"; the date again where it is another day. (transfer full) */
gchar *po_words_span (PoFrame start, PoFrame end, PoRate rate, GTimeZone *zone);

/** The same where @year is spoken of anyway, so that a language may leave it out: "06/01 19:45". (transfer full) */
gchar *po_words_frame (PoFrame frame, PoRate rate, gint year, GTimeZone *zone);
gchar *po_words_span_in (PoFrame start, PoFrame end, PoRate rate, gint year, GTimeZone *zone);

/** The local year of @frame. */
gint po_words_year (PoFrame frame, PoRate rate, GTimeZone *zone);

/** "2 h 5 min", "3 min 20 s", "4 s", "12 frames". (transfer full) */
gchar *po_words_length (PoFrame frames, PoRate rate);
