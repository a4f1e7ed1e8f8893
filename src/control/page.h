// SPDX-License-Identifier: GPL-3.0-or-later
// The operators' page over HTTP: what src/web holds, with the headers that keep a browser strict about it. It knows the
// exchange and the page's bytes, nothing of playout. Server's thread only. Private to control/.
#pragma once

#include "control/exchange.h"

/** Answers a GET of the page's own paths, a build without the page in words. FALSE: @exchange asks for something else,
 * and is not answered. */
gboolean po_page_answer (PoExchange *exchange);
