// SPDX-License-Identifier: GPL-3.0-or-later
// Whose turn it is to be looked into: what came in this life first, then what the schedule wants soonest, then by name.
// What it wants soon is glanced at before it is probed; the rest of the library is not worth looking at twice. It keeps
// no file, only their order; the library's thread. Internal to `media`.
#pragma once

#include "media/file.h"
#include "media/identify.h"

typedef struct _PoMediaTurns PoMediaTurns;

/** @can_glance: whether there is another look than a probe. (transfer full) */
PoMediaTurns *po_media_turns_new (gboolean can_glance);
void po_media_turns_free (PoMediaTurns *self);

/** Other files wait, or in another order: the next turn looks at all of them. */
void po_media_turns_spoil (PoMediaTurns *self);

/** From now on @file waits to be probed. */
void po_media_turns_add_probe (PoMediaTurns *self, PoMediaFile *file);

/** The next of @files (path -> PoMediaFile) for @look, or NULL; it waits no more, which the caller says in its state.
 */
PoMediaFile *po_media_turns_take (PoMediaTurns *self, GHashTable *files, PoMediaLook look);
