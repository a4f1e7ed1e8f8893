// SPDX-License-Identifier: GPL-3.0-or-later
// What the schedule needs first, as it is typed there: files or folders, in order of need. A pure value.
// Internal to `media`.
#pragma once

#include <glib.h>

typedef struct _PoMediaWish PoMediaWish;

/** @paths: (nullable). (transfer full) */
PoMediaWish *po_media_wish_new (const gchar *const *paths);
void po_media_wish_free (PoMediaWish *self);

/** 0 = needed first; G_MAXUINT = nobody asked for it. */
guint po_media_wish_rank (PoMediaWish *self, const gchar *path);
