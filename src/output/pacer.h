// SPDX-License-Identifier: GPL-3.0-or-later
// PoPacer: when the next bytes of a constant-bitrate stream are due, so that they leave evenly and not a picture's
// worth at once, which receivers' small buffers dislike. A plain value; reads no clock.
#pragma once

#include "model/time.h"

typedef struct {
  gint64 bits_per_second;
  gint64 begin_ns; // monotonic, when the first byte was due; G_MININT64: nothing has come
  gint64 bytes;    // since
} PoPacer;

void po_pacer_init (PoPacer *self, gint64 bits_per_second);

/** How long to wait at @now_ns (monotonic) before the next @bytes leave. What comes late leaves at once, until it has
 * caught up; a stream that is far from its time begins anew. */
gint64 po_pacer_wait_ns (PoPacer *self, gint64 now_ns, gsize bytes);
