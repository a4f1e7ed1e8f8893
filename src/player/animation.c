// SPDX-License-Identifier: GPL-3.0-or-later
#include "player/animation.h"

#include <string.h>
#include <unistd.h>

#define HEAD_BYTES  21
#define WEBP_FLAGS  20
#define WEBP_MOVING 0x02

#define PNG_CHUNKS_AT   8
#define PNG_CHUNK_BYTES 12 // beside its data
#define MAX_CHUNKS      1000

// A chunk that says so comes before the picture's own.
static gboolean is_moving_png (gint fd) {
  goffset at = PNG_CHUNKS_AT;
  guchar chunk[PNG_CHUNK_BYTES];
  for (guint i = 0; i < MAX_CHUNKS && pread (fd, chunk, sizeof chunk, at) == (gssize)sizeof chunk; i++) {
    if (memcmp (chunk + 4, "acTL", 4) == 0)
      return chunk[8] != 0 || chunk[9] != 0 || chunk[10] != 0 || chunk[11] > 1; // pictures
    if (memcmp (chunk + 4, "IDAT", 4) == 0)
      return FALSE;
    at += PNG_CHUNK_BYTES + ((goffset)chunk[0] << 24 | chunk[1] << 16 | chunk[2] << 8 | chunk[3]);
  }
  return FALSE;
}

const gchar *po_animation_kind (gint fd) {
  guchar head[HEAD_BYTES] = {0};
  if (pread (fd, head, sizeof head, 0) != (gssize)sizeof head)
    return NULL;
  if (memcmp (head, "GIF8", 4) == 0)
    return "GIF";
  if (memcmp (head, "\x89PNG\r\n\x1a\n", PNG_CHUNKS_AT) == 0)
    return is_moving_png (fd) ? "APNG" : NULL;
  const gboolean is_webp = memcmp (head, "RIFF", 4) == 0 && memcmp (head + 8, "WEBPVP8X", 8) == 0;
  return is_webp && (head[WEBP_FLAGS] & WEBP_MOVING) != 0 ? "WebP" : NULL;
}
