// SPDX-License-Identifier: GPL-3.0-or-later
// Mark in (SOM) and mark out (EOM) of a clip, as people write them: in a calendar, or beside the clip. Plain values.
#pragma once

#include "model/time.h"

/** PoMark: a SOM or EOM. Either a duration from the first picture, or a timecode whose frames are the clip's own. */
typedef struct {
  gboolean set;
  gint64 offset_ns;  // the duration, or the HH:MM:SS part of a timecode
  gint frames;       // the FF part, in the clip's own frames; 0 for a duration
  gboolean timecode; // it was an HH:MM:SS:FF, non-drop: at 29.97 its seconds are 30 frames long
} PoMark;

/** Reads a duration ("PT1M30S", also "PT1M30.5S") or "HH:MM:SS:FF". */
gboolean po_mark_parse (const gchar *text, PoMark *ret_mark);
/** As it is read; NULL for one that is not set. (transfer full) (nullable) */
gchar *po_mark_to_string (const PoMark *mark);
gint po_mark_compare (const PoMark *a, const PoMark *b);
gboolean po_mark_equal (const PoMark *a, const PoMark *b);

/** How far after the first picture; 0 for one that is not set. @clip: its rate; where it has none @house counts. */
gint64 po_mark_to_ns (const PoMark *mark, PoRate clip, PoRate house);
