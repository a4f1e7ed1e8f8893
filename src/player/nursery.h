// SPDX-License-Identifier: GPL-3.0-or-later
// A player that plays nothing: it has its plugins loaded, and each time that the parent sends it a socket it brings a
// player into being that shares them, in a millisecond instead of 70 of CPU time, and with most of its memory. The new
// one is the parent's own child and knows nothing of the nursery, whose end it survives.
// The process has one thread; it is no player's parent.
#pragma once

#include <glib.h>

/** Serves @control_fd until the parent is gone. Returns in each new player only, which has its socket as @control_fd
 * then; FALSE in the nursery itself, at the end. */
gboolean po_nursery_run (gint control_fd);
