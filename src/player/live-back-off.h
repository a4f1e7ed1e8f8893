// SPDX-License-Identifier: GPL-3.0-or-later
// How long a live source is left alone before it is called again. A source that comes back is on air 1.5 s later, of
// which it must be good for one and is buffered for 200 ms: what is left is how rarely it may be called, however long
// it has been away. Pure: time is an argument.
#pragma once

#include <glib.h>

/** @has_brought: the last call brought something. @away_us: for so long nothing has come, whoever was called. */
guint po_live_back_off_ms (gboolean has_brought, gint64 away_us);
