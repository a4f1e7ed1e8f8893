// SPDX-License-Identifier: GPL-3.0-or-later
// PoListed: what calendars say of the days that were asked for last. Plans ask for the same few again and again, and
// where something airs every minute, making the occurrences is much of a plan. One thread.
#pragma once

#include "schedule/schedule.h"

typedef struct _PoListed PoListed;

PoListed *po_listed_new (void); // (transfer full)
void po_listed_free (PoListed *self);

/** As po_schedule_occurrences(), but to be looked at only: others are given the same. (transfer full) */
GPtrArray *po_listed_occurrences (PoListed *self, PoSchedule *schedule, PoTimeNs from_ns, PoTimeNs to_ns);
