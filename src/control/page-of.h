// SPDX-License-Identifier: GPL-3.0-or-later
// Long lists in pages: ?limit= so many, ?cursor= from there on; a Link header (RFC 8288) names the next page. Private
// to control/.
#pragma once

#include "control/exchange.h"
#include "control/server.h"

#define PO_PAGE_QUERY "limit", "cursor"

/** Answers with @list, an array (transfer full), or with the page of it that is asked for. */
void po_page_of_answer (PoExchange *exchange, JsonNode *list);
void po_page_of_answer_list (PoExchange *exchange, const PoControlList *list);
