// SPDX-License-Identifier: GPL-3.0-or-later
// Clock references of ISO/IEC 13818-1.
#include "player/ts-flow.h"

#include "player/ts-counters.h"
#include "player/ts-packet.h"

#define LONGEST_STEP (PO_TS_TICKS * 9 / 20)  // from one reference to the next; half a second would be a gap to tsdemux
#define LONGEST_GAP  (10 * 60 * PO_TS_TICKS) // between pictures; what is longer is another recording

struct _PoTsFlow {
  guint clock_pid;
  gint64 next_offset; // where it goes on
  gsize at, step;     // of packets, in the last stretch
  PoTsCounters counters;
  gint64 clock;     // last reference, as the demuxer is shown it; -1: none came
  gboolean is_torn; // something was lost since, or the recording was cut
};

PoTsFlow *po_ts_flow_new (guint clock_pid) {
  PoTsFlow *self = g_new0 (PoTsFlow, 1);
  self->clock_pid = clock_pid;
  self->next_offset = -1;
  return self;
}

void po_ts_flow_free (PoTsFlow *self) {
  g_free (self);
}

static void begin (PoTsFlow *self) {
  po_ts_counters_begin (&self->counters);
  self->clock = -1;
  self->is_torn = FALSE;
}

static void take_clock (PoTsFlow *self, guint8 *packet, gint64 clock) {
  const gint64 step = self->clock < 0 ? 0 : po_ts_difference (clock, self->clock);
  self->clock = clock;
  if (step > LONGEST_STEP && step < LONGEST_GAP && !self->is_torn) {
    self->clock = (clock - step + LONGEST_STEP) & (PO_TS_ROUND - 1);
    po_ts_packet_set_clock (packet, self->clock);
  }
  self->is_torn = FALSE;
}

gboolean po_ts_flow_take (PoTsFlow *self, gint64 offset, guint8 *data, gsize size) {
  gboolean is_lost = FALSE;
  if (offset != self->next_offset)
    begin (self);
  self->next_offset = offset + (gint64)size;
  if (!po_ts_find_grid (data, size, &self->at, &self->step) && self->step == 0)
    return FALSE; // a short rest is as what was before
  for (gsize at = self->at; at + PO_TS_PACKET_BYTES <= size; at += self->step) {
    guint8 *packet = data + at;
    if (packet[0] != PO_TS_SYNC_BYTE)
      continue; // the counters will tell
    const gboolean is_torn = !po_ts_counters_follow (&self->counters, packet);
    const gint64 clock = po_ts_packet_pid (packet) == self->clock_pid ? po_ts_packet_clock (packet) : -1;
    self->is_torn |= is_torn || po_ts_packet_is_cut (packet);
    is_lost |= is_torn;
    if (clock >= 0)
      take_clock (self, packet, clock);
  }
  return is_lost;
}
