// SPDX-License-Identifier: GPL-3.0-or-later
// Clips that are being sent: which there are, how far each is, and one piece of work at a time for each, on threads of
// its own since the media folder may be a network mount. What arrived before a restart is found again when the same
// clip is offered again. Main thread; answers come on it.
#pragma once

#include "config/config.h"
#include "control/server.h"
#include "wiring/inputs.h"
#include "program/clock.h"

typedef struct _PoUploads PoUploads;

/** All borrowed; they outlive it. (transfer full) */
PoUploads *po_uploads_new (PoInputs *inputs, PoStation *station, const PoClock *clock, GTimeZone *zone);
void po_uploads_free (PoUploads *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PoUploads, po_uploads_free)

/** @wish: {size_bytes, path, or uid and instance or episode, part and name; tag, replace}. Each answers {id, path,
 * size_bytes, received_bytes, piece_bytes, done}. @media_dir is copied. */
void po_uploads_begin (PoUploads *self, const gchar *media_dir, JsonObject *wish, PoControlDone done, gpointer data);
void po_uploads_add (PoUploads *self, const gchar *id, gint64 at_bytes, GBytes *bytes, PoControlDone done,
                     gpointer data);
void po_uploads_drop (PoUploads *self, const gchar *id, PoControlDone done, gpointer data);
JsonNode *po_uploads_state (PoUploads *self, const gchar *id, GError **error); // (transfer full)
