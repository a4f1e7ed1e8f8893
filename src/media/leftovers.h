// SPDX-License-Identifier: GPL-3.0-or-later
// What has come of uploads that nobody has gone on with for a week is deleted. By a clock that may have jumped ahead
// everything is old: unless it can be believed, such a file must also have been seen unchanged for hours of this life.
// One thread; blocks. Time is an argument. Internal to `media`.
#pragma once

#include "model/time.h"

typedef struct _PoLeftovers PoLeftovers;

PoLeftovers *po_leftovers_new (void); // (transfer full)
void po_leftovers_free (PoLeftovers *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PoLeftovers, po_leftovers_free)

/** Looks into @folders (paths), if an hour has passed since the last time. @up_ns: time that never jumps. */
void po_leftovers_sweep (PoLeftovers *self, GPtrArray *folders, PoTimeNs now_ns, gint64 up_ns,
                         gboolean is_clock_trusted);
