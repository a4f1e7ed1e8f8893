// SPDX-License-Identifier: GPL-3.0-or-later
#include "player/ts-counters.h"

#include <string.h>

#include "player/ts-packet.h"

#define NONE 0xff

void po_ts_counters_begin (PoTsCounters *self) {
  memset (self->last, NONE, sizeof self->last);
}

gboolean po_ts_counters_follow (PoTsCounters *self, const guint8 *packet) {
  const guint pid = po_ts_packet_pid (packet);
  if (pid == PO_TS_NO_PID || (packet[3] & 0x10) == 0)
    return TRUE; // it carries nothing, and counts nothing
  const guint8 counter = packet[3] & 0x0f, last = self->last[pid];
  self->last[pid] = counter;
  return last == NONE || counter == last || counter == ((last + 1) & 0x0f) || po_ts_packet_is_cut (packet);
}
