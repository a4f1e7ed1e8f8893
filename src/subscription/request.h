// SPDX-License-Identifier: GPL-3.0-or-later
// One question to a server: a plain GET of a calendar, or of a CalDAV collection. It runs on a thread of its own to its
// end, so that neither a slow name service nor a large answer holds anybody, and judges only whether the answer is a
// calendar at all. Nothing that it says contains more of the address than the host: such addresses are secrets.
#pragma once

#include <gio/gio.h>

#include "model/time.h"

/** PoRequest: what to ask. Strings are borrowed by po_request_send(), which copies them. */
typedef struct {
  const gchar *url;           // http, https, webcal, webcals
  const gchar *username;      // (nullable)
  const gchar *password_file; // (nullable)
  const gchar *etag;          // (nullable) of what we have
  const gchar *modified;      // (nullable) likewise
  gboolean only_secure;       // of webcal: TLS has worked before, so nobody talks us out of it
} PoRequest;

/** PoReply: what came of it. */
typedef struct {
  GBytes *bytes;          // (nullable) a newer calendar
  gboolean is_unchanged;  // we have the newest
  gchar *etag, *modified; // (nullable) of @bytes
  gboolean is_secure;     // it came by TLS
  gchar *why;             // (nullable) neither: what went wrong, and what to do
  gint64 wait_ns;         // the server asked not to be asked before; 0 = nothing
} PoReply;

void po_reply_free (PoReply *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PoReply, po_reply_free)

typedef void (*PoRequestDone) (const PoReply *reply, gpointer user);

/** @done is called on this thread's default context, unless @cancellable was cancelled: then never. */
void po_request_send (const PoRequest *request, GCancellable *cancellable, PoRequestDone done, gpointer user);

/** The host of @url, for people. (transfer full) */
gchar *po_request_host (const gchar *url);

/** Whether who we are may be told at @uri, where asking for @url by @scheme has led: to the host that was asked, and
 * not in the clear if we meant to speak by TLS. */
gboolean po_request_may_tell (const gchar *url, const gchar *scheme, GUri *uri);
