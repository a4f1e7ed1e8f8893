// SPDX-License-Identifier: GPL-3.0-or-later
// PoTsFlow: the packets of a transport stream in a file, as they follow each other: whether some were lost between
// them, and a clock that takes no longer steps than tsdemux (1.22) can take: it counts half a second for any that is
// longer. Where nothing was lost, such a step is one of the sender's, who had no picture to send; where something was,
// or the recording was cut there, by what it says or by what counters do, it stays. One thread. It knows bytes alone:
// no pipeline, no file.
#pragma once

#include <glib.h>

typedef struct _PoTsFlow PoTsFlow;

/** @clock_pid: whose clock is the programme's. */
PoTsFlow *po_ts_flow_new (guint clock_pid);
void po_ts_flow_free (PoTsFlow *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PoTsFlow, po_ts_flow_free)

/** @data: packets that stand at @offset in the file; changed in place. What does not go on from those before begins
 * anew. Returns whether something was lost before one of them. */
gboolean po_ts_flow_take (PoTsFlow *self, gint64 offset, guint8 *data, gsize size);
