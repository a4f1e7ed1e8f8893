// SPDX-License-Identifier: GPL-3.0-or-later
// Sets the marks that are kept beside a clip, on a thread of its own since the media folder may be a network mount.
// Main thread; the answer comes on it.
#pragma once

#include "control/server.h"
#include "wiring/inputs.h"

/** @wish: {som, eom}: text as it is written in a calendar, null to take the mark away, absent to leave it. Answers
 * {path, som, eom}. Borrowed pointers outlive the answer, but for @facts and @wish. */
void po_marks_set (PoInputs *inputs, const PoConfig *config, const PoMediaFacts *facts, JsonObject *wish,
                   PoControlDone done, gpointer data);
