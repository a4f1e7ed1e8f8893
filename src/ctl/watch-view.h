// SPDX-License-Identifier: GPL-3.0-or-later
// What `watch` shows: a status and how old it is, as lines for a terminal of a given size. It knows no clock, no
// terminal and no daemon; the countdowns go on by the age that it is told.
#pragma once

#include <json-glib/json-glib.h>

/** Longer than this without a word from the daemon, no figure is shown any more. */
#define PO_WATCH_SILENCE_MS 3000

typedef struct {
  JsonObject *status; // (nullable) the last one heard
  gint64 age_ms;      // since then
  GTimeZone *zone;
  gsize columns, rows;
} PoWatchView;

gboolean po_watch_view_is_silent (const PoWatchView *view);

/** At most @rows lines of at most @columns cells, without line feeds, coloured if colours are wanted. (transfer full)
 */
GPtrArray *po_watch_view_lines (const PoWatchView *view);

/** The same in one line, for what is no terminal. (transfer full) */
gchar *po_watch_view_line (const PoWatchView *view);
