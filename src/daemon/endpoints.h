// SPDX-License-Identifier: GPL-3.0-or-later
// Where the control API is served: its addresses, its certificate, who may come in there; and the alarms of what is
// wrong with them. The API is worth an alarm when it cannot be served, never the channel. Main thread.
#pragma once

#include "config/config.h"
#include "desk/desk.h"
#include "message/alarms.h"
#include "program/clock.h"

typedef struct _PoEndpoints PoEndpoints;

/** Serves what can be served. @state_dir: (nullable). All but @config must outlive it. (transfer full) */
PoEndpoints *po_endpoints_new (PoConfig *config, const gchar *state_dir, PoDesk *desk, GTimeZone *zone,
                               PoAlarms *alarms, const PoClock *clock);
/** Ends every connection. */
void po_endpoints_free (PoEndpoints *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PoEndpoints, po_endpoints_free)

/** New connections use what the files of @config hold now. Addresses hold from the start on. */
void po_endpoints_set_config (PoEndpoints *self, PoConfig *config);

/** Once a second: what failed is tried again, since users may come, and addresses become free; certificates run out. */
void po_endpoints_check (PoEndpoints *self);
