// SPDX-License-Identifier: GPL-3.0-or-later
// What each adoption of calendars changed, in words, by the calendars as the state folder keeps them.
#pragma once

#include "ctl/ctl.h"

/** Gives each of the latest revisions of @schedules (GET /schedules) its "changes", an array of sentences, where it is
 * known what held before. */
void po_adoptions_describe (PoCtl *ctl, JsonObject *schedules);
