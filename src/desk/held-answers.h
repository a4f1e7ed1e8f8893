// SPDX-License-Identifier: GPL-3.0-or-later
// Answers to what was journalled, held until the journal has it on disk: whoever was told that it is done finds it done
// after a power cut too. A disk that is slow or full holds an answer for a quarter of a second at most; the air has not
// waited for it, and the log's alarm says what is wrong with the disk. Main thread.
#pragma once

#include "control/server.h"
#include "log/log.h"

typedef struct _PoHeldAnswers PoHeldAnswers;

/** @log outlives it. */
PoHeldAnswers *po_held_answers_new (PoLog *log);
/** Gives those that are held. */
void po_held_answers_free (PoHeldAnswers *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PoHeldAnswers, po_held_answers_free)

/** Calls @done with @answer (transfer full) once all that was journalled before is on disk. */
void po_held_answers_hold (PoHeldAnswers *self, JsonNode *answer, PoControlDone done, gpointer data);
