// SPDX-License-Identifier: GPL-3.0-or-later
// Pictures of clips for people to look at: made by a prober when first asked for, one after the other at low priority,
// and kept by content in `pictures` of the state folder. A cache: bounded, swept of content that is gone, and anybody
// may empty it. All functions on the thread that made it; work is done on a thread of its own, answers come on that
// thread's default context. It knows no schedule.
#pragma once

#include "media/prober.h"

typedef struct _PoGallery PoGallery;

/** PoGalleryWish: a plain value. */
typedef struct {
  gint64 at_ns;   // of the clip, since its first picture
  gboolean strip; // or several from all of it, side by side
} PoGalleryWish;

/** @state_dir: NULL keeps nothing. @prober (transfer full). (transfer full) */
PoGallery *po_gallery_new (const gchar *media_dir, const gchar *state_dir, PoProber *prober);
void po_gallery_free (PoGallery *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PoGallery, po_gallery_free)

/** @jpeg (transfer none), or NULL with @error: PO_ERROR_NOT_FOUND: that clip has no picture there, or it is another
 * content by now. */
typedef void (*PoGalleryDone) (GBytes *jpeg, const GError *error, gpointer data);
void po_gallery_ask (PoGallery *self, const PoMediaFacts *facts, const PoGalleryWish *wish, PoGalleryDone done,
                     gpointer data);

/** Forgets, a little later, what belongs to no content of @table. */
void po_gallery_sweep (PoGallery *self, PoMediaTable *table);
