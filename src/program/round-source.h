// SPDX-License-Identifier: GPL-3.0-or-later
// A source that begins anew when its clip is over: what stands in for a live source stands in for as long as it is
// away. It plays one run of the clip, and asks for another when that nears its end or fails, to go on with from its
// first frame. Threads: as PoSource; the two calls below are the main thread's.
#pragma once

#include "program/source.h"

/** @first is the first run; @frames of it are played, 0: to its end. (transfer full) of @first and the result */
PoSource *po_round_source_new (PoSource *first, PoRate rate, gint64 frames);

/** TRUE when the run that plays has nothing more to come, and no other waits that could. */
gboolean po_round_source_is_wanting (PoSource *self);

/** What it goes on with, and for how many frames. (transfer full) of @next */
void po_round_source_give (PoSource *self, PoSource *next, gint64 frames);
