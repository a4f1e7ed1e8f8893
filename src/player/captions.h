// SPDX-License-Identifier: GPL-3.0-or-later
// Reads SubRip and WebVTT: what is said from when to when, to the millisecond, in the notation of ASS. Nothing is
// refused: what is not understood is left out. Pure. GStreamer's subparse would lose WebVTT's places and take a
// pipeline.
#pragma once

#include <glib.h>

typedef struct {
  gint64 from_ms, to_ms;
  gchar *text; // with ASS's override codes
} PoCaption;

/** Text of any encoding met here as UTF-8 in Unicode NFC: UTF-8 (if a few bytes are broken, too), UTF-16, else
 * Windows-1258. (transfer full) */
gchar *po_captions_to_utf8 (const gchar *bytes, gsize length);

/** Whether @text is a script of ASS or SSA rather than captions. */
gboolean po_captions_is_script (const gchar *text);

/** In the order of the file. (transfer full) of PoCaption */
GPtrArray *po_captions_parse (const gchar *text);

/** @markup of SubRip, WebVTT or Pango: <i>, <b>, <u>, entities, a leading {\anN}; other tags go. (transfer full) */
gchar *po_captions_to_ass (const gchar *markup);
