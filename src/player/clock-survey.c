// SPDX-License-Identifier: GPL-3.0-or-later
#include "player/clock-survey.h"

#include "player/mpeg-places.h"
#include "player/ts-packet.h"

#define PLACES       48
#define BACK         (PO_TS_TICKS / 10) // by less it is out of order, not another one
#define LONGEST_STEP PO_TS_TICKS        // from one to the next of the same clock
#define PACK_BYTES   10                 // up to the end of its clock

/** Survey: of one file. */
typedef struct {
  PoMpegKind kind;
  gboolean has_pid;
  guint clock_pid; // of a transport stream: the first that has a clock
  gboolean has_previous, has_clock;
  gint64 previous; // the last one that was read at this place
  gint64 clock;    // the last one that another came shortly before: a damaged one stands alone
  gboolean goes_back;
} Survey;

// A transport stream's wraps in its stride; where a program stream's does, its demuxer loses its way as well.
static gint64 moved (const Survey *self, gint64 from, gint64 to) {
  return self->kind == PO_MPEG_TRANSPORT ? po_ts_difference (to, from) : to - from;
}

static void take_clock (Survey *self, gint64 clock) {
  const gint64 step = self->has_previous ? moved (self, self->previous, clock) : -1;
  self->has_previous = TRUE;
  self->previous = clock;
  if (step < 0 || step > LONGEST_STEP)
    return;
  self->goes_back |= self->has_clock && moved (self, self->clock, clock) < -BACK;
  self->has_clock = TRUE;
  self->clock = clock;
}

static void take_packets (Survey *self, const guint8 *data, gsize size) {
  gsize at = 0, step = 0;
  if (!po_ts_find_grid (data, size, &at, &step))
    return;
  for (const guint8 *packet; (packet = po_ts_next_packet (data, size, step, &at)) != NULL;) {
    const gint64 clock = po_ts_packet_clock (packet);
    const guint pid = po_ts_packet_pid (packet);
    if (clock < 0 || (self->has_pid && pid != self->clock_pid))
      continue;
    self->has_pid = TRUE;
    self->clock_pid = pid;
    take_clock (self, clock);
  }
}

// In the way of MPEG-2, and of MPEG-1; -1: neither.
static gint64 pack_clock (const guint8 *at) {
  if ((at[4] & 0xc0) == 0x40)
    return (gint64)(at[4] >> 3 & 7) << 30 | (gint64)(at[4] & 3) << 28 | (gint64)at[5] << 20 |
           (gint64)(at[6] >> 3) << 15 | (gint64)(at[6] & 3) << 13 | (gint64)at[7] << 5 | at[8] >> 3;
  return (at[4] & 0xf0) == 0x20 ? po_ts_stamp_read (at + 4) : -1;
}

static void take_packs (Survey *self, const guint8 *data, gsize size) {
  const guint8 *end = data + size, *at = po_mpeg_find_pack (data, end);
  for (; at != NULL && at + PACK_BYTES <= end; at = po_mpeg_find_pack (at + 1, end)) {
    const gint64 clock = pack_clock (at);
    if (clock >= 0)
      take_clock (self, clock);
  }
}

static gboolean on_place (PoMpegKind kind, const guint8 *data, gsize size, gpointer user_data) {
  Survey *self = user_data;
  self->kind = kind;
  self->has_previous = FALSE;
  if (kind == PO_MPEG_PROGRAM)
    take_packs (self, data, size);
  else
    take_packets (self, data, size);
  return !self->goes_back;
}

gboolean po_clock_survey_goes_back (gint fd) {
  Survey self = {0};
  po_mpeg_places_see (fd, PLACES, on_place, &self);
  return self.goes_back;
}
