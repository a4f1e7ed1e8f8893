// SPDX-License-Identifier: GPL-3.0-or-later
// Counts packets.
#include "player/scrambled.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "player/ts-packet.h"

#define PLACES         16
#define PLACE_BYTES    (256 * 1024)
#define UNIT_BYTES     7  // up to what says whether it is scrambled
#define SHARE_OF_DISCS 50 // of which one in so many packets, at the least, is scrambled

/** Count: of packets that may be scrambled, and of those that are. */
typedef struct {
  gint64 all, scrambled;
} Count;

static void count_packets (Count *self, const guint8 *data, gsize size) {
  gsize at = 0, step = 0;
  if (!po_ts_find_grid (data, size, &at, &step))
    return;
  for (; at + PO_TS_PACKET_BYTES <= size; at += step) {
    const guint pid = po_ts_packet_pid (data + at);
    if (data[at] != PO_TS_SYNC_BYTE || pid == PO_TS_PAT_PID || pid == PO_TS_NO_PID)
      continue;
    self->all++;
    self->scrambled += po_ts_packet_is_scrambled (data + at);
  }
}

// Of the first kind of private data, of sound and of pictures; those of MPEG-1 cannot be.
static gboolean is_unit (const guint8 *at) {
  return (at[3] == 0xbd || (at[3] >= 0xc0 && at[3] <= 0xef)) && (at[6] & 0xc0) == 0x80;
}

static void count_units (Count *self, const guint8 *data, gsize size) {
  static const guint8 code[] = {0, 0, 1};
  const guint8 *end = data + size;
  for (const guint8 *at = memmem (data, size, code, sizeof code); at != NULL && at + UNIT_BYTES <= end;
       at = memmem (at + 1, (gsize)(end - at - 1), code, sizeof code)) {
    if (!is_unit (at))
      continue;
    self->all++;
    self->scrambled += (at[6] & 0x30) != 0;
  }
}

PoScrambled po_scrambled_look (gint fd) {
  static const guint8 pack[] = {0, 0, 1, 0xba};
  struct stat info;
  Count packets = {0}, units = {0};
  gboolean is_packs = FALSE;
  if (fstat (fd, &info) != 0)
    return PO_SCRAMBLED_NOT;
  g_autofree guint8 *data = g_malloc (PLACE_BYTES);
  for (gint64 at = 0; at < info.st_size; at += MAX (info.st_size / PLACES, PLACE_BYTES)) {
    const gssize got = pread (fd, data, PLACE_BYTES, at);
    if (got < (gssize)sizeof pack)
      break;
    is_packs |= at == 0 && memcmp (data, pack, sizeof pack) == 0;
    if (is_packs)
      count_units (&units, data, (gsize)got);
    else
      count_packets (&packets, data, (gsize)got);
    if (packets.all + units.all == 0)
      break; // it is something else
  }
  if (units.scrambled > 0 && units.scrambled * SHARE_OF_DISCS >= units.all)
    return PO_SCRAMBLED_DISC;
  return packets.scrambled * 2 > packets.all ? PO_SCRAMBLED_TRANSPORT : PO_SCRAMBLED_NOT;
}
