// SPDX-License-Identifier: GPL-3.0-or-later
// Reading and rewriting PCR fields in place.
#include "output/pcr.h"

#define PACKET_BYTES 188
#define SYNC_BYTE    0x47
#define BASE_BITS    33

// The six bytes of a packet's PCR, or NULL. (ISO/IEC 13818-1, 2.4.3.4)
static guint8 *pcr_field (guint8 *packet) {
  gboolean has_adaptation = packet[3] & 0x20;
  return has_adaptation && packet[4] >= 7 && packet[5] & 0x10 ? packet + 6 : NULL;
}

static guint64 read_field (const guint8 *field) {
  guint64 base = (guint64)field[0] << 25 | (guint64)field[1] << 17 | (guint64)field[2] << 9 | (guint64)field[3] << 1 |
                 field[4] >> 7;
  return base * 300 + ((guint64)(field[4] & 1) << 8 | field[5]);
}

static void write_field (guint8 *field, guint64 pcr) {
  guint64 base = pcr / 300, extension = pcr % 300;
  field[0] = (guint8)(base >> 25);
  field[1] = (guint8)(base >> 17);
  field[2] = (guint8)(base >> 9);
  field[3] = (guint8)(base >> 1);
  field[4] = (guint8)((base & 1) << 7 | 0x7e | extension >> 8);
  field[5] = (guint8)extension;
}

gboolean po_pcr_set_back (guint8 *data, gsize size, guint64 by_ticks) {
  const guint64 round = (G_GUINT64_CONSTANT (1) << BASE_BITS) * 300;
  for (gsize at = 0; at + PACKET_BYTES <= size; at += PACKET_BYTES) {
    if (data[at] != SYNC_BYTE)
      return FALSE;
    guint8 *field = pcr_field (data + at);
    if (field != NULL)
      write_field (field, (read_field (field) + round - by_ticks) % round);
  }
  return size % PACKET_BYTES == 0;
}
