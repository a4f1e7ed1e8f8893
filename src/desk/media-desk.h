// SPDX-License-Identifier: GPL-3.0-or-later
// The catalogue for those who ask: made on a thread of its own, with a station of its own that follows the daemon's, so
// that neither a season's plan nor 10,000 clips hold the main loop; kept as long as calendars, clips, journal and
// configuration are the same. Main thread.
#pragma once

#include "control/server.h"
#include "program/clock.h"
#include "station/catalogue.h"

typedef struct _PoMediaDesk PoMediaDesk;

/** Both borrowed. (transfer full) */
PoMediaDesk *po_media_desk_new (PoStation *station, const PoClock *clock);
/** Waits for the thread; whoever still waits for an answer gets an error. */
void po_media_desk_free (PoMediaDesk *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PoMediaDesk, po_media_desk_free)

/** Judges the clips that are known already, so that the first question need not wait for that. */
void po_media_desk_prepare (PoMediaDesk *self, PoConfig *config);

void po_media_desk_list (PoMediaDesk *self, PoConfig *config, PoControlListDone done, gpointer data);
void po_media_desk_missing (PoMediaDesk *self, PoConfig *config, PoControlListDone done, gpointer data);
