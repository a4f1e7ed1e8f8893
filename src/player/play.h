// SPDX-License-Identifier: GPL-3.0-or-later
// Plays one file, picture or sound into a ring, in the house format, from media_in on, as far as there is room.
// Main thread of the player, whose GMainContext it uses; it ends with the process.
#pragma once

#include <glib.h>

#include "player/subtitle.h"
#include "ring/message.h"
#include "ring/writer.h"

typedef struct _PoPlay PoPlay;

/** Starts. @media_fd (transfer full) is read; reports go to @socket_fd. @subtitle (nullable, transfer full) is burnt
 * in. */
PoPlay *po_play_new (const PoLoad *load, PoRingWriter *ring, gint media_fd, gint socket_fd, PoSubtitle *subtitle);
void po_play_free (PoPlay *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PoPlay, po_play_free)
