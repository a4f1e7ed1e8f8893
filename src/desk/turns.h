// SPDX-License-Identifier: GPL-3.0-or-later
// PoTurns: questions that hold the main thread for a while, such as what a command would do. One a turn of the main
// loop, and only when nothing else waits: commands, the air and other answers go first. Main thread.
#pragma once

#include <glib.h>

typedef struct _PoTurns PoTurns;

/** @error: (nullable) why its turn will not come. Called once. */
typedef void (*PoTurn) (const GError *error, gpointer data);

PoTurns *po_turns_new (void); // (transfer full)
/** Whoever still waits is told that the daemon ends. */
void po_turns_free (PoTurns *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PoTurns, po_turns_free)

/** After those that wait already; never within the call, but to refuse where too many wait. */
void po_turns_wait (PoTurns *self, PoTurn turn, gpointer data);
