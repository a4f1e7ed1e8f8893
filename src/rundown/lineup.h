// SPDX-License-Identifier: GPL-3.0-or-later
// The items of a window as they are found, one after another: cut to the window, pieces of one run joined. Private to
// `rundown`.
#pragma once

#include "rundown/sim.h"

typedef struct _PoLineup PoLineup;

/** Keeps what falls into [from, to). (transfer full) */
PoLineup *po_lineup_new (PoFrame from, PoFrame to);
void po_lineup_free (PoLineup *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PoLineup, po_lineup_free)

/** [start, end) is still wanted at all. */
gboolean po_lineup_wants (PoLineup *self, PoFrame start, PoFrame end);

/** Of an event's own media, or the slate. */
void po_lineup_add_span (PoLineup *self, const PoSpan *span, PoMediaTable *table);

/** A filler clip, on behalf of whoever owns @span. */
void po_lineup_add_filler (PoLineup *self, const PoSpan *span, const PoPart *clip, PoFrame origin, PoFrame start,
                           PoFrame end);

/** What filler leaves over: the card, which announces @next (nullable). */
void po_lineup_add_card (PoLineup *self, const PoSpan *span, const gchar *next, PoFrame origin, PoFrame start,
                         PoFrame end);

/** Nothing to play and nothing to announce: the slate. */
void po_lineup_add_bare (PoLineup *self, const PoSpan *span, PoFrame origin, PoFrame start, PoFrame end);

/** (transfer full) of PoItem; the lineup is empty then. */
GPtrArray *po_lineup_steal (PoLineup *self);

/** The run key that po_lineup_add_filler() would give. (transfer full) */
gchar *po_lineup_filler_key (const PoSpan *span, const PoPart *clip, PoFrame origin);
