// SPDX-License-Identifier: GPL-3.0-or-later
// Plays one live source into a ring for as long as the player lives: connects, numbers pictures and sound on one
// continuous timeline in samples, connects again when the signal ends or stays away. Nothing here waits for the head:
// without a free slot a picture is dropped, and sound overwrites.
// Main thread of the player, whose GMainContext it uses; it ends with the process.
#pragma once

#include <glib.h>

#include "ring/message.h"
#include "ring/writer.h"

typedef struct _PoLive PoLive;

/** Starts. @load names the URI; reports go to @socket_fd. */
PoLive *po_live_new (const PoLoad *load, PoRingWriter *ring, gint socket_fd);
void po_live_free (PoLive *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PoLive, po_live_free)
