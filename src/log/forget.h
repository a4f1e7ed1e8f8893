// SPDX-License-Identifier: GPL-3.0-or-later
// Retention: the rows of airings older than the station keeps them are given up, and a row says so: up to which airing,
// by whose rule. Their links stay, so that the chain still proves what is left. The journal stays whole: the plan needs
// it. One thread a call.
#pragma once

#include "log/airing.h"

/** Gives up the airings in @state_dir that ended before @before_ns, and as much earlier as the latest row is before
 * @now_ns: a clock that is years ahead must not cost the record. @ret_airings: how many; 0: nothing was written. */
gboolean po_log_forget (const gchar *state_dir, const gchar *node, const gchar *who, const gchar *why,
                        PoTimeNs before_ns, PoTimeNs now_ns, gint64 *ret_airings, GError **error);
