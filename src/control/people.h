// SPDX-License-Identifier: GPL-3.0-or-later
// The routes by which an admin says who may log in, and which programs hold a key. Private to control/.
#pragma once

#include "control/route.h"

void po_people_answer_users (const PoApi *api, PoExchange *exchange, const gchar *word);
void po_people_answer_user_add (const PoApi *api, PoExchange *exchange, const gchar *word);
void po_people_answer_user_change (const PoApi *api, PoExchange *exchange, const gchar *name);
void po_people_answer_user_remove (const PoApi *api, PoExchange *exchange, const gchar *name);
void po_people_answer_tokens (const PoApi *api, PoExchange *exchange, const gchar *word);
void po_people_answer_token_add (const PoApi *api, PoExchange *exchange, const gchar *word);
void po_people_answer_token_revoke (const PoApi *api, PoExchange *exchange, const gchar *name);
