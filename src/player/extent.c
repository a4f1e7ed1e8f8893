// SPDX-License-Identifier: GPL-3.0-or-later
#include "player/extent.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define HEAD_BYTES      256
#define SYNC            0x47
#define TS_BYTES        188
#define M2TS_BYTES      192
#define M2TS_SYNC_AT    4
#define RIFF_HEAD_BYTES 8
#define UNKNOWN_LENGTH  0xfffffff0u // and above: was not known when the head was written

static gboolean is_packets_of (const guint8 *head, gsize packet_bytes, gsize sync_at) {
  return head[sync_at] == SYNC && head[sync_at + packet_bytes] == SYNC;
}

gboolean po_extent_is_cut (gint fd) {
  guint8 head[HEAD_BYTES];
  struct stat info;
  if (fstat (fd, &info) != 0 || pread (fd, head, sizeof head, 0) != (gssize)sizeof head)
    return FALSE;
  if (memcmp (head, "RIFF", 4) == 0) {
    const guint32 length = head[4] | (guint32)head[5] << 8 | (guint32)head[6] << 16 | (guint32)head[7] << 24;
    return length < UNKNOWN_LENGTH && (gint64)length + RIFF_HEAD_BYTES > info.st_size;
  }
  if (is_packets_of (head, TS_BYTES, 0))
    return info.st_size % TS_BYTES != 0;
  return is_packets_of (head, M2TS_BYTES, M2TS_SYNC_AT) && info.st_size % M2TS_BYTES != 0;
}
