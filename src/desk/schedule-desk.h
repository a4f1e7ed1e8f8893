// SPDX-License-Identifier: GPL-3.0-or-later
// The part of the desk that calendars pass over: what is in force, what waits, what another version would change, the
// decision, and plan and as-run as calendars. Main thread.
#pragma once

#include "control/server.h"
#include "wiring/errand.h"
#include "wiring/inputs.h"

typedef struct _PoScheduleDesk PoScheduleDesk;

/** All borrowed. (transfer full) */
PoScheduleDesk *po_schedule_desk_new (PoErrands *errands, PoInputs *inputs, PoStation *station, const PoClock *clock,
                                      GTimeZone *zone);
void po_schedule_desk_free (PoScheduleDesk *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PoScheduleDesk, po_schedule_desk_free)

/** As the PoControlOps of these names. */
JsonNode *po_schedule_desk_list (PoScheduleDesk *self);
void po_schedule_desk_confirm (PoScheduleDesk *self, const gchar *revision, const gchar *who, PoControlDone done,
                               gpointer data);
void po_schedule_desk_rollback (PoScheduleDesk *self, const gchar *revision, const gchar *who, PoControlDone done,
                                gpointer data);
JsonNode *po_schedule_desk_refresh (PoScheduleDesk *self);
void po_schedule_desk_compare (PoScheduleDesk *self, const PoControlCalendar *wish, PoControlDone done, gpointer data);
void po_schedule_desk_calendar (PoScheduleDesk *self, gboolean is_plan, PoTimeNs from_ns, PoTimeNs to_ns,
                                PoControlTextDone done, gpointer data);
