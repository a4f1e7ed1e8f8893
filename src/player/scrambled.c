// SPDX-License-Identifier: GPL-3.0-or-later
// Counts packets.
#include "player/scrambled.h"

#include <string.h>

#include "player/mpeg-places.h"
#include "player/ts-packet.h"

#define PLACES         16
#define UNIT_BYTES     7  // up to what says whether it is scrambled
#define SHARE_OF_DISCS 50 // of which one in so many packets, at the least, is scrambled

/** Count: of packets of one kind of stream that may be scrambled, and of those that are. */
typedef struct {
  PoMpegKind kind;
  gint64 all, scrambled;
} Count;

static void count_packets (Count *self, const guint8 *data, gsize size) {
  gsize at = 0, step = 0;
  if (!po_ts_find_grid (data, size, &at, &step))
    return;
  for (const guint8 *packet; (packet = po_ts_next_packet (data, size, step, &at)) != NULL;) {
    const guint pid = po_ts_packet_pid (packet);
    if (pid == PO_TS_PAT_PID || pid == PO_TS_NO_PID)
      continue;
    self->all++;
    self->scrambled += po_ts_packet_is_scrambled (packet);
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

static gboolean on_place (PoMpegKind kind, const guint8 *data, gsize size, gpointer user_data) {
  Count *self = user_data;
  self->kind = kind;
  if (kind == PO_MPEG_PROGRAM)
    count_units (self, data, size);
  else
    count_packets (self, data, size);
  return self->all > 0; // else it is something else
}

PoScrambled po_scrambled_look (gint fd) {
  Count count = {0};
  po_mpeg_places_see (fd, PLACES, on_place, &count);
  if (count.kind == PO_MPEG_TRANSPORT)
    return count.scrambled * 2 > count.all ? PO_SCRAMBLED_TRANSPORT : PO_SCRAMBLED_NOT;
  return count.scrambled > 0 && count.scrambled * SHARE_OF_DISCS >= count.all ? PO_SCRAMBLED_DISC : PO_SCRAMBLED_NOT;
}
