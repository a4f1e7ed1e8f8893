// SPDX-License-Identifier: GPL-3.0-or-later
// The table of what the API answers: method, path, what may stand in the query, how large a body may be, and which
// function answers. Everything that lists, matches or documents routes walks this one table. Private to control/.
#pragma once

#include "access/door.h"
#include "control/events.h"
#include "control/exchange.h"
#include "control/replay.h"
#include "control/server.h"
#include "control/tls.h"

#define PO_API_ROOT "/api/v1"

/** PoApi: what handlers answer from. */
typedef struct {
  const PoControlOps *ops;
  gpointer user;
  GTimeZone *zone;
  PoEvents *events;
  PoReplay *replay;
  PoDoor *door;     // (nullable) nobody needs to log in
  gchar **names;    // (nullable) that this machine is called by besides its own
  const PoTls *tls; // (nullable) TCP is served in clear
} PoApi;

typedef struct {
  const gchar *method; // GET answers HEAD too
  const gchar *path;   // under PO_API_ROOT; "{verb}" stands for any one word, "{path}" for a clip's path
  PoRole role;         // who may: this one and those above; PO_ROLE_NONE: everybody, known or not
  void (*answer) (const PoApi *api, PoExchange *exchange, const gchar *word);
  const gchar *const *query; // (nullable) parameters it takes, NULL-terminated
  const gchar *summary;      // as the API's description has it
  gsize upload_bytes;        // 0: the body is JSON, and small; else so many bytes of anything
} PoRoute;

extern const PoRoute po_routes[]; // ends with a NULL method

/** “from” and “to” of the query; PO_TIME_NONE where not given. */
gboolean po_route_read_window (const PoApi *api, PoExchange *exchange, gint64 max_span_ns, PoTimeNs *ret_from_ns,
                               PoTimeNs *ret_to_ns, GError **error);

/** The route for @method and @path. NULL if there is none; then @ret_allow holds the methods that the path does have,
 * or NULL if there is no such path. @ret_word: what stood for {…}, or NULL. (transfer full) of both */
const PoRoute *po_route_find (const gchar *method, const gchar *path, gchar **ret_word, gchar **ret_allow);
