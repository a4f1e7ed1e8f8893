// SPDX-License-Identifier: GPL-3.0-or-later
// One listening socket served by libmicrohttpd on the caller's GMainContext: connections, their limits and deadlines,
// who asks, and what a browser may ask. It hands each complete request to the router as a PoExchange. Private to
// control/.
#pragma once

#include "control/route.h"

typedef struct _PoListener PoListener;

/** @api outlives it. (transfer full) */
PoListener *po_listener_new (const gchar *address, const PoApi *api, GError **error);
guint po_listener_port (PoListener *self); // 0 for a Unix socket
void po_listener_free (PoListener *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PoListener, po_listener_free)
