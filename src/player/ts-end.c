// SPDX-License-Identifier: GPL-3.0-or-later
#include "player/ts-end.h"

#include <sys/stat.h>
#include <unistd.h>

#include "player/ts-packet.h"

#define PART_BYTES        (4 * 1024 * 1024) // of the beginning and of the end: seconds of sound at any rate of bits
#define CLOCK_FIELD_BYTES 7                 // of an adaptation field with a clock reference alone
#define UNIT_HEAD_BYTES   6                 // up to the end of its length, which counts what follows

typedef struct {
  gboolean is_known; // it is there in the beginning
  gint64 lacking;    // bytes of the unit begun last; at most 0: none, or it does not say
  gboolean is_open;  // the unit begun last is a picture that does not say how long it is
  gboolean is_full;  // the last packet is
} Stream;

/** End: of one file. */
typedef struct {
  Stream streams[PO_TS_NO_PID];
  gboolean is_taken_out; // of a stream that ran already
} End;

typedef void (*PacketFunc) (End *self, const guint8 *packet);

// Whoever begins a stream counts its packets from 0 or, as GStreamer does, 1, and begins with a unit.
static void see_beginning (End *self, const guint8 *packet) {
  Stream *stream = &self->streams[po_ts_packet_pid (packet)];
  self->is_taken_out |= !stream->is_known && ((packet[3] & 0xf) > 1 || !po_ts_packet_begins_unit (packet));
  stream->is_known = TRUE;
}

static void begin_unit (Stream *stream, const guint8 *unit, guint bytes) {
  const gboolean is_unit = bytes >= UNIT_HEAD_BYTES && unit[0] == 0 && unit[1] == 0 && unit[2] == 1;
  const gint64 said = is_unit ? (gint64)unit[4] << 8 | unit[5] : 0;
  stream->lacking = said > 0 ? said + UNIT_HEAD_BYTES : 0;
  stream->is_open = is_unit && said == 0;
}

// As the last packet of a unit is, by an adaptation field longer than what it holds.
static gboolean is_filled_up (const guint8 *packet) {
  const gboolean has_field = (packet[3] & 0x20) != 0;
  const guint8 needed = po_ts_packet_clock (packet) >= 0 ? CLOCK_FIELD_BYTES : packet[5] != 0 ? 1 : 0;
  return has_field && (packet[4] == 0 || packet[4] > needed);
}

static void see_end (End *self, const guint8 *packet) {
  Stream *stream = &self->streams[po_ts_packet_pid (packet)];
  const guint at = po_ts_packet_payload (packet), bytes = PO_TS_PACKET_BYTES - at;
  if (po_ts_packet_begins_unit (packet))
    begin_unit (stream, packet + at, bytes);
  stream->lacking -= bytes;
  stream->is_full = !is_filled_up (packet);
}

static void see_part (End *self, gint fd, gint64 from, PacketFunc see) {
  g_autofree guint8 *data = g_malloc (PART_BYTES);
  const gssize got = pread (fd, data, PART_BYTES, from);
  gsize at = 0, step = 0;
  if (got <= 0 || !po_ts_find_grid (data, (gsize)got, &at, &step))
    return;
  for (const guint8 *packet; (packet = po_ts_next_packet (data, (gsize)got, step, &at)) != NULL;)
    if (po_ts_packet_pid (packet) != PO_TS_NO_PID && !po_ts_packet_is_scrambled (packet) &&
        po_ts_packet_payload (packet) < PO_TS_PACKET_BYTES)
      see (self, packet);
}

static PoTsEnd judge (const Stream *stream) {
  if (!stream->is_known)
    return PO_TS_END_THERE;
  return stream->lacking > 0                  ? PO_TS_END_MISSING
         : stream->is_open && stream->is_full ? PO_TS_END_DOUBTFUL
                                              : PO_TS_END_THERE;
}

PoTsEnd po_ts_end_look (gint fd) {
  struct stat info;
  g_autofree End *self = g_new0 (End, 1);
  PoTsEnd found = PO_TS_END_THERE;
  if (fstat (fd, &info) != 0)
    return found;
  see_part (self, fd, 0, see_beginning);
  if (self->is_taken_out)
    return found;
  see_part (self, fd, MAX (info.st_size - PART_BYTES, 0), see_end);
  for (guint pid = 0; pid < PO_TS_NO_PID; pid++)
    found = MAX (found, judge (&self->streams[pid]));
  return found;
}
