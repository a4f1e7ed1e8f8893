// SPDX-License-Identifier: GPL-3.0-or-later
// A glimpse at each place.
#include "player/clock-survey.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "player/ts-packet.h"

#define PLACES       48
#define PLACE_BYTES  (256 * 1024)       // holds a clock reference at any rate of bits that is aired
#define BACK         (PO_TS_TICKS / 10) // by less it is out of order, not another one
#define LONGEST_STEP PO_TS_TICKS        // from one to the next of the same clock
#define PACK_BYTES   10                 // up to the end of its clock

/** Survey: of one file. */
typedef struct {
  gboolean is_transport;
  gboolean has_pid;
  guint clock_pid; // of a transport stream: the first that has a clock
  gboolean has_previous, has_clock;
  gint64 previous; // the last one that was read at this place
  gint64 clock;    // the last one that another came shortly before: a damaged one stands alone
  gboolean goes_back;
} Survey;

// A transport stream's wraps in its stride; where a program stream's does, its demuxer loses its way as well.
static gint64 moved (const Survey *self, gint64 from, gint64 to) {
  return self->is_transport ? po_ts_difference (to, from) : to - from;
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
  for (; at + PO_TS_PACKET_BYTES <= size; at += step) {
    const gint64 clock = data[at] == PO_TS_SYNC_BYTE ? po_ts_packet_clock (data + at) : -1;
    const guint pid = po_ts_packet_pid (data + at);
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
  static const guint8 code[] = {0, 0, 1, 0xba};
  const guint8 *at = memmem (data, size, code, sizeof code);
  while (at != NULL && at + PACK_BYTES <= data + size) {
    const gint64 clock = pack_clock (at);
    if (clock >= 0)
      take_clock (self, clock);
    at += sizeof code;
    at = memmem (at, (gsize)(data + size - at), code, sizeof code);
  }
}

static gboolean is_program_stream (const guint8 *data, gsize size) {
  static const guint8 code[] = {0, 0, 1, 0xba};
  return size >= sizeof code && memcmp (data, code, sizeof code) == 0;
}

gboolean po_clock_survey_goes_back (gint fd) {
  Survey self = {0};
  struct stat info;
  if (fstat (fd, &info) != 0)
    return FALSE;
  const gint64 step = MAX (info.st_size / PLACES, PLACE_BYTES);
  g_autofree guint8 *data = g_malloc (PLACE_BYTES);
  gboolean is_packs = FALSE;
  for (gint64 at = 0; at < info.st_size && !self.goes_back; at += step) {
    const gssize got = pread (fd, data, PLACE_BYTES, at);
    gsize grid_at, grid_step;
    if (got <= 0)
      break;
    if (at == 0) {
      is_packs = is_program_stream (data, (gsize)got);
      self.is_transport = !is_packs && po_ts_find_grid (data, (gsize)got, &grid_at, &grid_step);
    }
    self.has_previous = FALSE;
    if (is_packs)
      take_packs (&self, data, (gsize)got);
    else if (self.is_transport)
      take_packets (&self, data, (gsize)got);
    else
      break;
  }
  return self.goes_back;
}
