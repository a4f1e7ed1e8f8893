// SPDX-License-Identifier: GPL-3.0-or-later
// Server-Sent Events: every open stream gets the whole status as event `status`, at once, on every change that a person
// would see, and at least once a second, so that a silent stream means trouble. The JSON is made once for all streams,
// and only while there are any. A reader that does not keep up skips to the newest state; it costs one message at most.
// Each event is the whole state, so a reader that comes back, with or without a Last-Event-ID, gets the newest at once.
// It knows the exchange and the op that makes the status, nothing of playout. Server's thread only. Private to
// control/.
#pragma once

#include "control/exchange.h"
#include "control/server.h"

typedef struct _PoEvents PoEvents;

/** @ops and @user outlive it. Attaches to the thread-default context. (transfer full) */
PoEvents *po_events_new (const PoControlOps *ops, gpointer user);

/** @may says once a second of each stream whether its asker may still have it, by the key and the session (nullable)
 * that came with it; otherwise it ends. Not asked of those over a Unix socket. */
typedef gboolean (*PoEventsGuard) (const gchar *key, const gchar *session, gpointer data);
void po_events_set_guard (PoEvents *self, PoEventsGuard may, gpointer data);

/** Answers @exchange with a stream that ends with the connection, or at po_events_close(). */
void po_events_answer (PoEvents *self, PoExchange *exchange);

/** Ends every stream; must come before their listeners stop. */
void po_events_close (PoEvents *self);

/** After the listeners have stopped: they hold the streams. */
void po_events_free (PoEvents *self);
