// SPDX-License-Identifier: GPL-3.0-or-later
// Plays one file, picture or sound into a ring, in the house format, from media_in on, as far as there is room.
// Main thread of the player, whose GMainContext it uses; it ends with the process.
#pragma once

#include <glib.h>

#include "player/subtitle.h"
#include "ring/message.h"
#include "ring/writer.h"

typedef struct _PoPlay PoPlay;

/** PoPlayFiles: descriptors that stay open as long as the process lives. */
typedef struct {
  gint media_fd;
  gint spare_fd;  // what a copy of the media will be in, should it be written over; -1 = none
  gint socket_fd; // for reports
} PoPlayFiles;

/** Starts. @subtitle (nullable, transfer full) is burnt in. */
PoPlay *po_play_new (const PoLoad *load, PoRingWriter *ring, const PoPlayFiles *files, PoSubtitle *subtitle);
void po_play_free (PoPlay *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PoPlay, po_play_free)
