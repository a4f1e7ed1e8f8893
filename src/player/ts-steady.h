// SPDX-License-Identifier: GPL-3.0-or-later
// PoTsSteady: makes of a transport stream that was begun anew on the line, or that lost something there, one that goes
// on, before the demuxer (tsdemux 1.22) sees it: whose clock went back, or far ahead, is read on from where it was; a
// table that comes again is no other one for what was lost before it; a programme whose sound is away for a while is
// still the same. The demuxer would give up its streams for that, and with them the next whole picture.
// One thread. It knows bytes alone: no pipeline, no socket.
#pragma once

#include <glib.h>

typedef struct _PoTsSteady PoTsSteady;

PoTsSteady *po_ts_steady_new (void);
void po_ts_steady_free (PoTsSteady *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PoTsSteady, po_ts_steady_free)

/** @data: what came at @now_us; changed in place. @ret_is_lost: something may be missing before one of its packets.
 * FALSE: it is not whole packets, and is as it was. */
gboolean po_ts_steady_take (PoTsSteady *self, guint8 *data, gsize size, gint64 now_us, gboolean *ret_is_lost);
