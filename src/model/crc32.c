// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/crc32.h"

#define POLYNOMIAL 0x04c11db7

guint32 po_crc32_mpeg (const guint8 *data, gsize size) {
  guint32 crc = 0xffffffff;
  for (gsize i = 0; i < size; i++) {
    crc ^= (guint32)data[i] << 24;
    for (guint bit = 0; bit < 8; bit++)
      crc = crc << 1 ^ (crc & 0x80000000 ? POLYNOMIAL : 0);
  }
  return crc;
}
