// SPDX-License-Identifier: GPL-3.0-or-later
// Logging in and out over HTTP, and who asks. Server's thread only. Private to control/.
#pragma once

#include "control/route.h"

/** Finds out who @exchange comes from. @is_trusted: where it came in, everybody may everything as long as there are no
 * users; @peer: (nullable) who the kernel says it is, who may everything. */
void po_session_recognise (const PoApi *api, PoExchange *exchange, gboolean is_trusted, const gchar *peer);

/** Whether who showed these may still see what this machine shows: not, once logged out, removed or revoked. A
 * PoEventsGuard; @data: the PoApi. */
gboolean po_session_still_may (const gchar *key, const gchar *session, gpointer data);

/** Answers a caller who may not do what only @role may. FALSE: this one may. */
gboolean po_session_refuse (const PoApi *api, PoExchange *exchange, PoRole role);

// Routes' handlers.
void po_session_answer (const PoApi *api, PoExchange *exchange, const gchar *word);
void po_session_log_in (const PoApi *api, PoExchange *exchange, const gchar *word);
void po_session_log_out (const PoApi *api, PoExchange *exchange, const gchar *word);
