// SPDX-License-Identifier: GPL-3.0-or-later
// PoTsCounters: whether packets of a transport stream are missing, as the continuity counters of those that came tell
// (ISO/IEC 13818-1). Made by po_ts_counters_begin(); that also begins it anew.
#pragma once

#include <glib.h>

#define PO_TS_N_PIDS 0x2000

typedef struct {
  guint8 last[PO_TS_N_PIDS];
} PoTsCounters;

void po_ts_counters_begin (PoTsCounters *self);

/** Whether @packet is the first of its PID, goes on from the one before, or says that it does not; the same may come
 * twice. */
gboolean po_ts_counters_follow (PoTsCounters *self, const guint8 *packet);
