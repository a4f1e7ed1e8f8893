// SPDX-License-Identifier: GPL-3.0-or-later
// The daemon: the only place that knows everyone. Makes the parts, ties them together, keeps the channel's life: start,
// configuration anew on SIGHUP, an orderly end. Main thread; what it does on air is the air's business.
#pragma once

#include "daemon/options.h"

typedef struct _PoDaemon PoDaemon;

/** Reads the configuration (or the last good one) and makes every part. PO_ERROR_CONFIG when there never was a good
 * configuration. (transfer full) */
PoDaemon *po_daemon_new (const PoOptions *options, GError **error);
void po_daemon_free (PoDaemon *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PoDaemon, po_daemon_free)

/** On air until SIGINT, SIGTERM or --until. */
gboolean po_daemon_run (PoDaemon *self, GError **error);
