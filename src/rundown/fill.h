// SPDX-License-Identifier: GPL-3.0-or-later
// Which filler clip airs when. Private to `rundown`.
//
// It remembers one local day and no more, so that a change alters the filler of its own day only: at each local
// midnight the rotation begins anew, in name order turned by the day's number, and no clip runs across midnight. Whole
// clips are packed into each gap: of those that fit, the one shown least often that day, and of these the one not shown
// for longest, but none again within a third of the pool. What is left over is the card.
#pragma once

#include "rundown/lineup.h"

typedef struct _PoFill PoFill;

/** Everything is borrowed. (transfer full) */
PoFill *po_fill_new (const PoPlanSettings *settings, PoBook *book);
void po_fill_free (PoFill *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PoFill, po_fill_free)

/** Fills @span, which does not cross a midnight; spans come in order. */
void po_fill_span (PoFill *self, PoPlanEventSet *set, const PoSpan *span, PoLineup *lineup);
