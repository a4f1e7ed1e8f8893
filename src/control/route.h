// SPDX-License-Identifier: GPL-3.0-or-later
// The table of what the API answers: method, path, what may stand in the query, how large a body may be, and which
// function answers. Everything that lists, matches or documents routes walks this one table. Private to control/.
#pragma once

#include "control/events.h"
#include "control/exchange.h"
#include "control/server.h"

#define PO_API_ROOT "/api/v1"

/** PoApi: what handlers answer from. */
typedef struct {
  const PoControlOps *ops;
  gpointer user;
  GTimeZone *zone;
  PoEvents *events;
} PoApi;

typedef struct {
  const gchar *method; // "GET" or "POST"; GET answers HEAD too
  const gchar *path;   // under PO_API_ROOT; a last "{verb}" stands for any one word
  void (*answer) (const PoApi *api, PoExchange *exchange, const gchar *word);
  const gchar *const *query; // (nullable) parameters it takes, NULL-terminated
  const gchar *summary;      // untranslated; _() on the way out
} PoRoute;

extern const PoRoute po_routes[]; // ends with a NULL method

/** The route for @method and @path. NULL if there is none; then @ret_allow holds the methods that the path does have,
 * or NULL if there is no such path. @ret_word: what stood for {…}, or NULL. (transfer full) of both */
const PoRoute *po_route_find (const gchar *method, const gchar *path, gchar **ret_word, gchar **ret_allow);
