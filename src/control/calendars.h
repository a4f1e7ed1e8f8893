// SPDX-License-Identifier: GPL-3.0-or-later
// Routes for calendars: what another version would change, an upload, and the plan and the as-run to be subscribed to.
// Private to control/.
#pragma once

#include "control/route.h"

#define PO_UPLOAD_BYTES (16 * 1024 * 1024) // of one calendar

void po_calendars_answer_diff (const PoApi *api, PoExchange *exchange, const gchar *word);
void po_calendars_answer_upload (const PoApi *api, PoExchange *exchange, const gchar *word);
void po_calendars_answer_refresh (const PoApi *api, PoExchange *exchange, const gchar *word);
void po_calendars_answer_plan (const PoApi *api, PoExchange *exchange, const gchar *word);
void po_calendars_answer_asrun (const PoApi *api, PoExchange *exchange, const gchar *word);
