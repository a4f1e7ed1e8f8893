// SPDX-License-Identifier: GPL-3.0-or-later
// Long lists in pages: ?limit= so many, ?cursor= from there on; a Link header (RFC 8288) names the next page. Private
// to control/.
#pragma once

#include "control/exchange.h"
#include "control/server.h"

#define PO_PAGE_QUERY "limit", "cursor"

/** Reads which page is asked for; without ?limit= as much as one answer may hold. FALSE: it is no page; answered. */
gboolean po_page_of_read (PoExchange *exchange, PoControlPage *ret_page);

/** Answers with @json, that page of a list of @total entries; @sum: its SHA-256. */
void po_page_of_answer_page (PoExchange *exchange, const PoControlPage *page, GBytes *json, const gchar *sum,
                             guint64 total);

/** Answers with @list, an array (transfer full), or with the page of it that is asked for. */
void po_page_of_answer (PoExchange *exchange, JsonNode *list);
void po_page_of_answer_list (PoExchange *exchange, const PoControlList *list);
