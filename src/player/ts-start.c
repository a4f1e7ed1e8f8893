// SPDX-License-Identifier: GPL-3.0-or-later
// Looks twice through the beginning: for the tables, and then for the times of what they name.
#include "player/ts-start.h"

#include <string.h>

#include "model/crc32.h"
#include "player/ts-packet.h"

#define TABLE_BYTES    1024 // at most, of a programme's
#define N_PIDS         0x2000
#define FARTHEST       (10 * PO_TS_TICKS)     // a stamp from its clock reference; what is farther off is not by it
#define LOOKED         (2 * PO_TS_TICKS)      // at what comes from the first clock reference on
#define FEW_CLOCKS     3                      // say how far apart they are
#define LEAD           (PO_TS_TICKS / 10)     // of the earliest stamp before its clock reference, where it had none
#define MADE_EARLIER   (PO_TS_TICKS * 4 / 10) // than the first clock reference; half a second would be a gap to tsdemux
#define FARTHEST_CLOCK (PO_TS_TICKS * 9 / 20) // from one reference to the next, the same reason
#define VIDEO_MASK     0xf0
#define VIDEO_ID       0xe0
#define FIRST_STREAM   12 // in a programme's table, but for its descriptors
#define STREAM_BYTES   5
#define DTS_OF_DISC    0x82
#define DTS            0x8a
#define MADE_CLOCK_PID 0x1ffe // of a programme that has no clock
#define CHECK_BYTES    4

/** Look: what the beginning says. */
typedef struct {
  const guint8 *head;
  gsize size;
  PoTsStart *start;
  guint table_pid; // of the programme; 0: not known
  guint8 table[TABLE_BYTES];
  gsize table_bytes;
  gboolean is_table_known;
  guint8 is_stream[N_PIDS / 8];
  guint8 has_begun[N_PIDS / 8];
  gint64 clock;            // first reference; -1: none came
  gint64 last_clock;       // likewise
  gint64 clock_at;         // where it is
  guint n_clocks;          // that came
  gint64 least_step;       // from one to the next
  gint64 behind;           // the most that a stamp after it lies behind its clock reference
  gint64 earliest;         // stamp that came before it; -1: none
  gint64 earliest_picture; // likewise
  gint64 spare_at;         // a packet before it that nobody misses; -1: none
  gint64 sound_at;         // the first of sound before it; -1: none
} Look;

static gboolean has_bit (const guint8 *bits, guint pid) {
  return bits[pid / 8] & 1 << pid % 8;
}

static void set_bit (guint8 *bits, guint pid) {
  bits[pid / 8] |= (guint8)(1 << pid % 8);
}

static const guint8 *next_packet (const Look *look, gsize *at) {
  return po_ts_next_packet (look->head, look->size, (gsize)look->start->grid_bytes, at);
}

// ---- tables ----

// The first programme that is none of the network's own.
static void take_pat (Look *look, const guint8 *packet) {
  guint at = po_ts_packet_payload (packet);
  if (!po_ts_packet_begins_unit (packet) || at >= PO_TS_PACKET_BYTES)
    return;
  for (at += 1u + packet[at] + 8u; at + 4 + CHECK_BYTES <= PO_TS_PACKET_BYTES && look->table_pid == 0; at += 4)
    if ((packet[at] | packet[at + 1]) != 0)
      look->table_pid = (guint)(packet[at + 2] & 0x1f) << 8 | packet[at + 3];
}

static gsize first_stream (const guint8 *table) {
  return FIRST_STREAM + ((gsize)(table[10] & 0x0f) << 8 | table[11]);
}

static gsize next_stream (const guint8 *table, gsize at) {
  return at + STREAM_BYTES + ((gsize)(table[at + 3] & 0x0f) << 8 | table[at + 4]);
}

// DTS has that number of its own only on a Blu-ray Disc, which says that it is one.
static gboolean is_unknown_dts (const guint8 *table, gsize size, gsize at) {
  const gsize streams_at = MIN (first_stream (table), size);
  return table[at] == DTS_OF_DISC && memmem (table, streams_at, "HDMV", 4) == NULL;
}

static void take_streams (Look *look, gsize size) {
  const guint8 *table = look->table;
  PoTsStart *start = look->start;
  start->clock_pid = (guint)(table[8] & 0x1f) << 8 | table[9];
  start->is_table_changed = start->clock_pid == PO_TS_NO_PID;
  if (start->clock_pid == PO_TS_NO_PID)
    start->clock_pid = MADE_CLOCK_PID;
  for (gsize at = first_stream (table); at + STREAM_BYTES + CHECK_BYTES <= size; at = next_stream (table, at)) {
    set_bit (look->is_stream, (guint)(table[at + 1] & 0x1f) << 8 | table[at + 2]);
    start->is_table_changed |= is_unknown_dts (table, size, at);
  }
}

static void take_pmt (Look *look, const guint8 *packet) {
  guint at = po_ts_packet_payload (packet);
  if (po_ts_packet_begins_unit (packet)) {
    look->table_bytes = 0;
    at += at < PO_TS_PACKET_BYTES ? 1u + packet[at] : 0;
  } else if (look->table_bytes == 0) {
    return;
  }
  if (at >= PO_TS_PACKET_BYTES)
    return;
  const gsize more = MIN (PO_TS_PACKET_BYTES - at, TABLE_BYTES - look->table_bytes);
  memcpy (look->table + look->table_bytes, packet + at, more);
  look->table_bytes += more;
  const gsize size = look->table_bytes < 3 ? TABLE_BYTES : 3 + ((look->table[1] & 0x0f) << 8 | look->table[2]);
  if (size > look->table_bytes || size < FIRST_STREAM + CHECK_BYTES)
    return;
  look->is_table_known = TRUE;
  take_streams (look, size);
}

static gboolean find_tables (Look *look) {
  gsize at = (gsize)look->start->grid_at;
  for (const guint8 *packet = next_packet (look, &at); packet != NULL && !look->is_table_known;
       packet = next_packet (look, &at)) {
    const guint pid = po_ts_packet_pid (packet);
    if (pid == PO_TS_PAT_PID)
      take_pat (look, packet);
    else if (pid == look->table_pid)
      take_pmt (look, packet);
  }
  look->start->table_pid = look->table_pid;
  return look->is_table_known;
}

// ---- times ----

static void take_clock (Look *look, gint64 at, gint64 clock) {
  if (look->clock < 0) {
    look->clock = clock;
    look->clock_at = at;
  } else {
    look->least_step = MIN (look->least_step, po_ts_difference (clock, look->last_clock));
  }
  look->n_clocks++;
  look->last_clock = clock;
}

static gboolean is_picture (const guint8 *packet) {
  return (packet[po_ts_packet_payload (packet) + 3] & VIDEO_MASK) == VIDEO_ID;
}

static void keep_earlier (gint64 *stamp, gint64 other) {
  if (*stamp < 0 || po_ts_difference (other, *stamp) < 0)
    *stamp = other;
}

static void take_unit (Look *look, gint64 at, const guint8 *packet, gint64 stamp) {
  if (look->clock >= 0) {
    const gint64 behind = po_ts_difference (look->last_clock, stamp);
    look->behind = behind > FARTHEST ? look->behind : MAX (look->behind, behind);
    return;
  }
  keep_earlier (&look->earliest, stamp);
  if (is_picture (packet))
    keep_earlier (&look->earliest_picture, stamp);
  else if (look->sound_at < 0)
    look->sound_at = at;
}

// Nobody misses what belongs to a unit that began before the file did, nor what is of no stream of the programme.
static gboolean is_spare (Look *look, const guint8 *packet) {
  const guint pid = po_ts_packet_pid (packet);
  if (pid == PO_TS_PAT_PID || pid == look->table_pid)
    return FALSE;
  if (po_ts_packet_begins_unit (packet) && has_bit (look->is_stream, pid))
    set_bit (look->has_begun, pid);
  return !has_bit (look->has_begun, pid);
}

// (nullable) The next packet, with the stamp of the programme's unit that begins in it; -1: none does.
static const guint8 *next_unit (const Look *look, gsize *at, gint64 *ret_stamp) {
  const guint8 *packet = next_packet (look, at);
  guint at_stamps[2];
  *ret_stamp = -1;
  if (packet != NULL && has_bit (look->is_stream, po_ts_packet_pid (packet)) &&
      po_ts_packet_stamps (packet, at_stamps) > 0)
    *ret_stamp = po_ts_stamp_read (packet + at_stamps[0]);
  return packet;
}

static void look_at_times (Look *look) {
  gsize at = (gsize)look->start->grid_at;
  gint64 stamp;
  for (const guint8 *packet = next_unit (look, &at, &stamp); packet != NULL; packet = next_unit (look, &at, &stamp)) {
    const gint64 packet_at = packet - look->head, clock = po_ts_packet_clock (packet);
    if (po_ts_packet_pid (packet) == look->start->clock_pid && clock >= 0)
      take_clock (look, packet_at, clock);
    if (look->n_clocks >= FEW_CLOCKS && ABS (po_ts_difference (look->last_clock, look->clock)) > LOOKED)
      return;
    if (stamp >= 0)
      take_unit (look, packet_at, packet, stamp);
    if (look->clock < 0 && is_spare (look, packet) && look->spare_at < 0)
      look->spare_at = packet_at;
  }
}

static void leave_out_until (PoTsStart *start, guint pid, gint64 at) {
  guint i = 0;
  while (i < start->n_left_out && start->left_out[i].pid != pid)
    i++;
  if (i == PO_TS_START_STREAMS)
    return;
  start->left_out[i] = (PoTsStartLeftOut){pid, at};
  start->n_left_out = MAX (start->n_left_out, i + 1);
}

// What is heard before @limit goes; no picture is as early.
static void leave_out_before (const Look *look, gint64 limit) {
  gsize at = (gsize)look->start->grid_at;
  gint64 stamp;
  for (const guint8 *packet = next_unit (look, &at, &stamp); packet != NULL && packet - look->head < look->clock_at;
       packet = next_unit (look, &at, &stamp)) {
    const gint64 early = stamp < 0 ? 0 : po_ts_difference (limit, stamp);
    if (early > 0 && early < FARTHEST && !is_picture (packet))
      leave_out_until (look->start, po_ts_packet_pid (packet), (gint64)at);
  }
}

// As where there are but a few pictures a second, of which each has one. tsdemux takes each for that of another
// recording, and begins to count anew.
static gboolean are_clocks_apart (const Look *look) {
  return look->n_clocks >= FEW_CLOCKS && look->least_step > FARTHEST_CLOCK;
}

// What was found, as what is to be done.
static gboolean decide (const Look *look) {
  PoTsStart *start = look->start;
  if (look->earliest >= 0)
    start->made_at = look->spare_at >= 0 ? look->spare_at : look->sound_at;
  start->made_clock = (look->earliest - LEAD) & (PO_TS_ROUND - 1);
  if (are_clocks_apart (look))
    start->alone_at = start->made_at >= 0 ? start->made_at : look->clock_at;
  if (look->clock < 0)
    return start->made_at >= 0 || start->is_table_changed;
  const gint64 picture = look->earliest_picture < 0 ? 0 : po_ts_difference (look->clock, look->earliest_picture);
  const gint64 behind = MAX (look->behind, picture > FARTHEST ? 0 : picture);
  start->back = behind > 0 ? behind + LEAD : 0;
  start->made_clock = (look->clock - start->back - MADE_EARLIER) & (PO_TS_ROUND - 1);
  leave_out_before (look, (start->made_clock + LEAD) & (PO_TS_ROUND - 1));
  return start->back > 0 || start->made_at >= 0 || start->is_table_changed || start->alone_at >= 0;
}

gboolean po_ts_start_find (PoTsStart *self, const guint8 *head, gsize size) {
  *self = (PoTsStart){.clock_pid = PO_TS_NO_PID, .alone_at = -1, .made_at = -1};
  g_autofree Look *look = g_new0 (Look, 1);
  *look = (Look){.head = head,
                 .size = size,
                 .start = self,
                 .clock = -1,
                 .least_step = G_MAXINT64,
                 .earliest = -1,
                 .earliest_picture = -1,
                 .sound_at = -1,
                 .spare_at = -1};
  gsize grid_at = 0, grid_bytes = 0;
  if (!po_ts_find_grid (head, size, &grid_at, &grid_bytes))
    return FALSE;
  self->grid_at = (gint64)grid_at;
  self->grid_bytes = (gint64)grid_bytes;
  if (!find_tables (look))
    return FALSE;
  look_at_times (look);
  return decide (look);
}

// ---- packets of the file ----

static gint64 round_down (gint64 value, gint64 step) {
  return (value >= 0 ? value : value - step + 1) / step * step;
}

gint64 po_ts_start_whole (const PoTsStart *self, gint64 offset, gint64 size, gint64 *ret_size) {
  const gint64 step = self->grid_bytes;
  const gint64 from = MAX (self->grid_at + round_down (offset - self->grid_at, step), 0);
  *ret_size = self->grid_at + round_down (offset + size - self->grid_at + step - 1, step) - from;
  return from;
}

static gboolean is_left_out (const PoTsStart *self, guint pid, gint64 at) {
  for (guint i = 0; i < self->n_left_out; i++)
    if (self->left_out[i].pid == pid)
      return at < self->left_out[i].until;
  return FALSE;
}

static void write_check (guint8 *section, gsize size) {
  const guint32 check = GUINT32_TO_BE (po_crc32_mpeg (section, size - CHECK_BYTES));
  memcpy (section + size - CHECK_BYTES, &check, CHECK_BYTES);
}

// Gives a programme without a clock one, and DTS the number by which it is known. A table of several packets stays.
static void mend_table (const PoTsStart *self, guint8 *packet) {
  guint at = po_ts_packet_payload (packet);
  if (!po_ts_packet_begins_unit (packet) || at >= PO_TS_PACKET_BYTES)
    return;
  at += 1u + packet[at];
  if (at + FIRST_STREAM + CHECK_BYTES > PO_TS_PACKET_BYTES)
    return;
  guint8 *table = packet + at;
  const gsize size = 3 + ((gsize)(table[1] & 0x0f) << 8 | table[2]);
  if (size < FIRST_STREAM + CHECK_BYTES || at + size > PO_TS_PACKET_BYTES)
    return;
  table[8] = (guint8)((table[8] & 0xe0) | self->clock_pid >> 8);
  table[9] = (guint8)self->clock_pid;
  for (gsize i = first_stream (table); i + STREAM_BYTES + CHECK_BYTES <= size; i = next_stream (table, i))
    if (is_unknown_dts (table, size, i))
      table[i] = DTS;
  write_check (table, size);
}

static void mend_packet (const PoTsStart *self, gint64 at, guint8 *packet) {
  const guint pid = po_ts_packet_pid (packet);
  const gint64 clock = pid == self->clock_pid ? po_ts_packet_clock (packet) : -1;
  if (at == self->made_at)
    po_ts_packet_make_clock (packet, self->clock_pid, self->made_clock);
  else if (self->is_table_changed && pid == self->table_pid)
    mend_table (self, packet);
  else if (is_left_out (self, pid, at))
    po_ts_packet_make_null (packet);
  else if (clock >= 0 && self->alone_at >= 0 && at > self->alone_at)
    po_ts_packet_remove_clock (packet);
  else if (clock >= 0)
    po_ts_packet_set_clock (packet, (clock - self->back) & (PO_TS_ROUND - 1));
}

void po_ts_start_mend (const PoTsStart *self, gint64 offset, guint8 *data, gsize size) {
  gint64 at = self->grid_at + round_down (offset - self->grid_at + self->grid_bytes - 1, self->grid_bytes) - offset;
  for (; at + PO_TS_PACKET_BYTES <= (gint64)size; at += self->grid_bytes)
    if (data[at] == PO_TS_SYNC_BYTE)
      mend_packet (self, offset + at, data + at);
}
