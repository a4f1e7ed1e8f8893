// SPDX-License-Identifier: GPL-3.0-or-later
// PoStream: the daemon's server-sent events, each status as it comes; connects again by itself for as long as it lives.
// It knows the wire and nothing of what a status means. Main context's thread only.
#pragma once

#include <json-glib/json-glib.h>

typedef struct _PoStream PoStream;

/** @status (transfer none) lives until the next one. */
typedef void (*PoStreamFunc) (JsonObject *status, gpointer user);

/** Begins at once. (transfer full) */
PoStream *po_stream_new (const gchar *socket_path, PoStreamFunc on_status, gpointer user);
void po_stream_free (PoStream *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PoStream, po_stream_free)

/** Monotonic time of the last status; 0 before the first. */
gint64 po_stream_heard_us (PoStream *self);
