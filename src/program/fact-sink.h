// SPDX-License-Identifier: GPL-3.0-or-later
// Carries facts from the supervisor to the main context, in order. Reference counted behind the scenes: facts still on
// their way when the sink is closed are dropped.
#pragma once

#include "program/player-fact.h"

typedef struct _PoFactSink PoFactSink;

/** Delivers in the caller's thread-default context. @func may be NULL. */
PoFactSink *po_fact_sink_new (PoPlayerFactFunc func, gpointer user_data);
/** In the context's own thread: afterwards nothing is delivered. Frees the sink. */
void po_fact_sink_close (PoFactSink *self);

/** Any thread. */
void po_fact_sink_send (PoFactSink *self, PoPlayerFactKind kind, const gchar *run_key, gint64 frame,
                        const gchar *message);
