// SPDX-License-Identifier: GPL-3.0-or-later
// The plan as a calendar for people: one event for each stretch that an event of the schedule has the air. Pure.
#pragma once

#include "model/item.h"

/** The items of @rundown in [from, to) that belong to an event. @title: the calendar's name. (transfer full) */
gchar *po_plan_to_ics (PoRundown *rundown, PoFrame from, PoFrame to, const gchar *title);
