// SPDX-License-Identifier: GPL-3.0-or-later
// Opens runs' files, each in a thread of its own, since open() on a dead mount hangs for ever and nothing ends it. What
// does not answer in time is given up, its thread left behind, and its run told so; folders where enough threads hang
// are refused at once, so that their number is bounded and what lies elsewhere never waits for them. Private to the
// pool; any thread, but for po_openers_check().
#pragma once

#include "program/player-run.h"

typedef struct _PoOpeners PoOpeners;

PoOpeners *po_openers_new (void);
/** Threads that hang are left behind, and what they open later is closed. */
void po_openers_free (PoOpeners *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PoOpeners, po_openers_free)

/** Opens @run (transfer full), which comes to its inbox: with its files, or with a problem. */
void po_openers_open (PoOpeners *self, PoPlayerRun *run);

/** Gives up what has taken too long by @now_us. When the next one will have; -1: none is being opened. */
gint64 po_openers_check (PoOpeners *self, gint64 now_us);
