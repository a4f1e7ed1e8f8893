// SPDX-License-Identifier: GPL-3.0-or-later
// The pictures that need no player: the slate with its clock, the "up next" cards, the cards of clips without a
// picture. Draws them on a worker's thread ahead of need and hands them to the head. Main thread.
#pragma once

#include "program/head.h"

typedef struct _PoCards PoCards;

/** The first slate is drawn at once and cannot fail. (transfer full) */
PoCards *po_cards_new (const PoFormat *format, const gchar *channel, const gchar *timezone);
void po_cards_free (PoCards *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PoCards, po_cards_free)

PoImage *po_cards_slate (PoCards *self); // (transfer none)

/** Sees to the cards of the items from @now on, to the slate's clock, and takes back those that are over. */
void po_cards_follow (PoCards *self, PoHead *head, PoRundown *rundown, PoFrame now);
