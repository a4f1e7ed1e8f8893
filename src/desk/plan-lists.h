// SPDX-License-Identifier: GPL-3.0-or-later
// What of the plan is asked for as a whole: the rundown, the occurrences of the calendars, the programme guide, a look
// ahead. Each is made of a snapshot of the station, away from the main loop: planning a window takes long. Main thread.
#pragma once

#include "desk/desk.h"
#include "desk/lists.h"

typedef struct _PoPlanLists PoPlanLists;

/** Both outlive it, but for @lists, which must be freed before it is: until then they are being made. (transfer full)
 */
PoPlanLists *po_plan_lists_new (const PoDeskParts *parts, PoLists *lists);
void po_plan_lists_free (PoPlanLists *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PoPlanLists, po_plan_lists_free)

/** As the PoControlOps of these names. */
void po_plan_lists_rundown (PoPlanLists *self, PoTimeNs from_ns, PoTimeNs to_ns, const PoControlPage *page,
                            PoControlPageDone done, gpointer data);
void po_plan_lists_occurrences (PoPlanLists *self, PoTimeNs from_ns, PoTimeNs to_ns, gint64 most,
                                const PoControlPage *page, PoControlPageDone done, gpointer data);
void po_plan_lists_guide (PoPlanLists *self, PoControlTextDone done, gpointer data);

/** As po_desk_look_ahead(). */
void po_plan_lists_look_ahead (PoPlanLists *self, PoTimeNs from_ns, PoTimeNs to_ns, gint64 back_ns, PoDeskLooked done,
                               gpointer data);
