// SPDX-License-Identifier: GPL-3.0-or-later
// Idempotency-Key: a request that is sent again, because its sender never saw the answer, gets the answer it missed and
// does nothing twice. Answers are kept for a day, in memory; what a command did is found in the journal after a restart
// too. Server's thread only. Private to control/.
#pragma once

#include "control/exchange.h"

typedef struct _PoReplay PoReplay;

PoReplay *po_replay_new (void);
/** After the listeners have stopped. */
void po_replay_free (PoReplay *self);

/** TRUE if @exchange is answered by this: with what was answered before, with 409 while that is on its way, with 422
 * where another request had the key. FALSE: it is new, and its answer will be kept if it succeeds. */
gboolean po_replay_answer (PoReplay *self, PoExchange *exchange);

/** What stands for the key of @exchange in the journal, or NULL where it has none. (transfer full) */
gchar *po_replay_key (PoExchange *exchange);
/** What stands for all that @exchange asks. (transfer full) */
gchar *po_replay_fingerprint (PoExchange *exchange);
/** Answers that the key of @exchange was another request's. */
void po_replay_refuse (PoExchange *exchange);
