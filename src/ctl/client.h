// SPDX-License-Identifier: GPL-3.0-or-later
// Asking the running daemon: one HTTP request over its Unix socket, one JSON answer. Blocks; playoutctl's only thread.
#pragma once

#include <json-glib/json-glib.h>
#include <libsoup/soup.h>

#include "model/error.h"

#define PO_CLIENT_ROOT "http://localhost/api/v1"

/** A session whose every connection goes to @socket_path. (transfer full) */
SoupSession *po_client_session_new (const gchar *socket_path, guint timeout_s);

/** Asks for the answer in the language of this command line. */
void po_client_speak (SoupMessage *message);

/** @seen: (nullable) the rundown's revision without which nothing is to happen. @method and @path, such as "GET" and
 * "/status" (under the API's root); @body (nullable). A problem that the daemon answers becomes an error with its
 * words. PO_ERROR_NOT_FOUND and @ret_away TRUE: nobody listens at @socket_path. (transfer full) */
JsonNode *po_client_ask (const gchar *socket_path, const gchar *method, const gchar *path, JsonObject *body,
                         const gchar *seen, gboolean *ret_away, GError **error);

/** GETs what is no text either. (transfer full) */
GBytes *po_client_fetch (const gchar *socket_path, const gchar *path, gboolean *ret_away, GError **error);

/** GETs what is no JSON. (transfer full) */
gchar *po_client_read (const gchar *socket_path, const gchar *path, gboolean *ret_away, GError **error);

/** The next piece of an upload: PATCHes @bytes at @at_bytes of @size_bytes. (transfer full) */
JsonNode *po_client_send_piece (const gchar *socket_path, const gchar *path, gint64 at_bytes, gint64 size_bytes,
                                GBytes *bytes, gboolean *ret_away, GError **error);

/** The same for a POST of @body, of content type @type. (transfer full) */
JsonNode *po_client_send (const gchar *socket_path, const gchar *path, const gchar *type, GBytes *body,
                          gboolean *ret_away, GError **error);
