// SPDX-License-Identifier: GPL-3.0-or-later
// How much is free on the disks of folders, looked at by threads: a mount that is dead never answers, and must not hold
// the main loop. Main thread.
#pragma once

#include <glib.h>

typedef struct _PoRoom PoRoom;

PoRoom *po_room_new (void); // (transfer full)
/** A thread that hangs is left behind. */
void po_room_free (PoRoom *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PoRoom, po_room_free)

/** Begins to look at @folder, unless it still is being looked at. Every few seconds is right. */
void po_room_look (PoRoom *self, const gchar *folder);

/** Of the last look; -1: there was none yet, it failed, or the one that was begun has been hanging for a while. */
gint64 po_room_free_bytes (PoRoom *self, const gchar *folder);

/** How a disk stands that holds the log, with @free_bytes on it; -1, nobody knows, is enough. */
typedef enum { PO_ROOM_ENOUGH, PO_ROOM_SCARCE, PO_ROOM_NONE } PoRoomLevel;
PoRoomLevel po_room_level (gint64 free_bytes);
