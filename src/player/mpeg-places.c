// SPDX-License-Identifier: GPL-3.0-or-later
#include "player/mpeg-places.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "player/ts-packet.h"

#define PLACE_BYTES (256 * 1024)

static const guint8 pack_code[] = {0, 0, 1, 0xba};

const guint8 *po_mpeg_find_pack (const guint8 *from, const guint8 *end) {
  return memmem (from, (gsize)(end - from), pack_code, sizeof pack_code);
}

// By its beginning. FALSE: it is neither.
static gboolean find_kind (const guint8 *data, gsize size, PoMpegKind *ret_kind) {
  gsize at, step;
  *ret_kind = memcmp (data, pack_code, sizeof pack_code) == 0 ? PO_MPEG_PROGRAM : PO_MPEG_TRANSPORT;
  return *ret_kind == PO_MPEG_PROGRAM || po_ts_find_grid (data, size, &at, &step);
}

void po_mpeg_places_see (gint fd, guint n_places, PoMpegPlaceFunc func, gpointer user_data) {
  struct stat info;
  if (fstat (fd, &info) != 0)
    return;
  g_autofree guint8 *data = g_malloc (PLACE_BYTES);
  PoMpegKind kind = PO_MPEG_TRANSPORT;
  for (gint64 at = 0; at < info.st_size; at += MAX (info.st_size / n_places, PLACE_BYTES)) {
    const gssize got = pread (fd, data, PLACE_BYTES, at);
    if (got < (gssize)sizeof pack_code || (at == 0 && !find_kind (data, (gsize)got, &kind)) ||
        !func (kind, data, (gsize)got, user_data))
      return;
  }
}
