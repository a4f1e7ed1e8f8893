// SPDX-License-Identifier: GPL-3.0-or-later
// How plans read what lies far back in the journal: see PoPlanPast. Private to `rundown`; one thread.
#pragma once

#include "rundown/book.h"
#include "rundown/plan.h"

/** Reads on, where that is worth it: of @entries (in frame order, none of which is only considered) those long before
 * @before. */
void po_plan_past_grow (PoPlanPast *self, GPtrArray *entries, PoFrame before, PoRate rate);

/** A book of the first @ret_n of @entries, all before @before; the others are to be noted. @self: (nullable), and not
 * to grow while the book lives. (transfer full) */
PoBook *po_plan_past_open (PoPlanPast *self, GTimeZone *zone, GPtrArray *entries, PoFrame before, guint *ret_n);
