// SPDX-License-Identifier: GPL-3.0-or-later
// What the state folder remembers of clips that may long be gone, for reports. It writes nothing. One thread.
#pragma once

#include <glib.h>

typedef struct _PoMediaRemembered PoMediaRemembered;

/** Never fails: of what cannot be read nothing is known. (transfer full) */
PoMediaRemembered *po_media_remembered_open (const gchar *state_dir);
void po_media_remembered_free (PoMediaRemembered *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PoMediaRemembered, po_media_remembered_free)

/** How long the content @sha256 is; 0: not known, or without an end. */
gint64 po_media_remembered_length_ns (PoMediaRemembered *self, const gchar *sha256);
