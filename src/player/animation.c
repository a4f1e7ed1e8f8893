// SPDX-License-Identifier: GPL-3.0-or-later
#include "player/animation.h"

#include <string.h>
#include <unistd.h>

#define HEAD_BYTES  21
#define WEBP_FLAGS  20
#define WEBP_MOVING 0x02

const gchar *po_animation_kind (gint fd) {
  guchar head[HEAD_BYTES] = {0};
  if (pread (fd, head, sizeof head, 0) != (gssize)sizeof head)
    return NULL;
  if (memcmp (head, "GIF8", 4) == 0)
    return "GIF";
  const gboolean is_webp = memcmp (head, "RIFF", 4) == 0 && memcmp (head + 8, "WEBPVP8X", 8) == 0;
  return is_webp && (head[WEBP_FLAGS] & WEBP_MOVING) != 0 ? "WebP" : NULL;
}
