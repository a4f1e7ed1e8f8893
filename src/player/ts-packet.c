// SPDX-License-Identifier: GPL-3.0-or-later
#include "player/ts-packet.h"

#include <string.h>

#define FILLS_PAYLOAD  183  // an adaptation field that leaves none
#define N_IN_STEP      4    // packets that are to follow each other
#define LONGEST_GRID   204  // bytes
#define FIRST_TIMED_ID 0xbd // of a unit that has time stamps; those below have none

guint po_ts_packet_pid (const guint8 *packet) {
  return (guint)(packet[1] & 0x1f) << 8 | packet[2];
}

gboolean po_ts_packet_begins_unit (const guint8 *packet) {
  return packet[1] & 0x40;
}

gboolean po_ts_packet_is_scrambled (const guint8 *packet) {
  return (packet[3] & 0xc0) != 0;
}

gboolean po_ts_packet_is_cut (const guint8 *packet) {
  return (packet[3] & 0x20) != 0 && packet[4] > 0 && (packet[5] & 0x80) != 0;
}

guint po_ts_packet_payload (const guint8 *packet) {
  const guint at = packet[3] & 0x20 ? 5u + packet[4] : 4u;
  return packet[3] & 0x10 ? MIN (at, PO_TS_PACKET_BYTES) : PO_TS_PACKET_BYTES;
}

gint64 po_ts_packet_clock (const guint8 *packet) {
  if ((packet[3] & 0x20) == 0 || packet[4] < 7 || (packet[5] & 0x10) == 0)
    return -1;
  return (gint64)packet[6] << 25 | (gint64)packet[7] << 17 | (gint64)packet[8] << 9 | (gint64)packet[9] << 1 |
         packet[10] >> 7;
}

void po_ts_packet_set_clock (guint8 *packet, gint64 clock) {
  packet[6] = (guint8)(clock >> 25);
  packet[7] = (guint8)(clock >> 17);
  packet[8] = (guint8)(clock >> 9);
  packet[9] = (guint8)(clock >> 1);
  packet[10] = (guint8)((clock & 1) << 7 | (packet[10] & 0x7f));
}

void po_ts_packet_remove_clock (guint8 *packet) {
  packet[5] &= 0xe0; // nor anything else that would stand where it did
  memset (packet + 6, 0xff, 6);
}

void po_ts_packet_make_clock (guint8 *packet, guint pid, gint64 clock) {
  const guint8 head[] = {PO_TS_SYNC_BYTE, (guint8)(pid >> 8), (guint8)pid, 0x20, FILLS_PAYLOAD, 0x10};
  memset (packet, 0xff, PO_TS_PACKET_BYTES);
  memcpy (packet, head, sizeof head);
  packet[10] = 0x7e;
  packet[11] = 0;
  po_ts_packet_set_clock (packet, clock);
}

void po_ts_packet_make_null (guint8 *packet) {
  const guint8 head[] = {PO_TS_SYNC_BYTE, PO_TS_NO_PID >> 8, PO_TS_NO_PID & 0xff, 0x10};
  memset (packet, 0xff, PO_TS_PACKET_BYTES);
  memcpy (packet, head, sizeof head);
}

guint po_ts_packet_stamps (const guint8 *packet, guint *ret_at) {
  const guint at = po_ts_packet_payload (packet);
  if (!po_ts_packet_begins_unit (packet) || at + 14 > PO_TS_PACKET_BYTES)
    return 0;
  const guint8 *unit = packet + at;
  const gboolean is_timed =
      unit[0] == 0 && unit[1] == 0 && unit[2] == 1 && unit[3] >= FIRST_TIMED_ID && (unit[6] & 0xc0) == 0x80;
  if (!is_timed || (unit[7] & 0x80) == 0)
    return 0;
  ret_at[0] = at + 9;
  ret_at[1] = at + 14;
  return (unit[7] & 0x40) != 0 && at + 19 <= PO_TS_PACKET_BYTES ? 2 : 1;
}

gint64 po_ts_stamp_read (const guint8 *at) {
  return (gint64)(at[0] >> 1 & 7) << 30 | (gint64)at[1] << 22 | (gint64)(at[2] >> 1) << 15 | (gint64)at[3] << 7 |
         at[4] >> 1;
}

void po_ts_stamp_write (guint8 *at, gint64 stamp) {
  at[0] = (guint8)((at[0] & 0xf1) | (stamp >> 30 & 7) << 1);
  at[1] = (guint8)(stamp >> 22);
  at[2] = (guint8)((stamp >> 15 & 0x7f) << 1 | 1);
  at[3] = (guint8)(stamp >> 7);
  at[4] = (guint8)((stamp & 0x7f) << 1 | 1);
}

gint64 po_ts_difference (gint64 a, gint64 b) {
  const gint64 forward = ((a - b) % PO_TS_ROUND + PO_TS_ROUND) % PO_TS_ROUND;
  return forward >= PO_TS_ROUND / 2 ? forward - PO_TS_ROUND : forward;
}

static gboolean is_in_step (const guint8 *data, gsize size, gsize at, gsize bytes) {
  for (gsize i = 0; i < N_IN_STEP; i++)
    if (at + i * bytes >= size || data[at + i * bytes] != PO_TS_SYNC_BYTE)
      return FALSE;
  return TRUE;
}

gboolean po_ts_find_grid (const guint8 *data, gsize size, gsize *ret_at, gsize *ret_bytes) {
  static const gsize kinds[] = {PO_TS_PACKET_BYTES, 192, LONGEST_GRID}; // plain, of cameras, with check bytes
  for (gsize at = 0; at < LONGEST_GRID; at++)
    for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
      if (is_in_step (data, size, at, kinds[i])) {
        *ret_at = at;
        *ret_bytes = kinds[i];
        return TRUE;
      }
  return FALSE;
}

const guint8 *po_ts_next_packet (const guint8 *data, gsize size, gsize step, gsize *at) {
  for (; *at + PO_TS_PACKET_BYTES <= size; *at += step)
    if (data[*at] == PO_TS_SYNC_BYTE) {
      const guint8 *packet = data + *at;
      *at += step;
      return packet;
    }
  return NULL;
}
