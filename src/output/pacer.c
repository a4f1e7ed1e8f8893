// SPDX-License-Identifier: GPL-3.0-or-later
// A schedule by bytes sent.
#include "output/pacer.h"

#define LEAD_NS     (60 * PO_NS_PER_MS) // a picture's worth, and half as much again for what comes unevenly
#define FAR_NS      (2 * PO_NS_PER_SECOND)
#define TOO_SOON_NS (500 * PO_NS_PER_MS)
#define GRAIN_NS    (4 * PO_NS_PER_MS) // shorter waits cost more than they give

void po_pacer_init (PoPacer *self, gint64 bits_per_second) {
  *self = (PoPacer){.bits_per_second = bits_per_second, .begin_ns = G_MININT64};
}

static gint64 due_ns (const PoPacer *self) {
  return self->begin_ns + (gint64)((__int128)self->bytes * 8 * PO_NS_PER_SECOND / self->bits_per_second);
}

gint64 po_pacer_wait_ns (PoPacer *self, gint64 now_ns, gsize bytes) {
  gboolean is_new = self->begin_ns == G_MININT64;
  gint64 ahead_ns = is_new ? 0 : due_ns (self) - now_ns;
  if (is_new || ahead_ns < -FAR_NS || ahead_ns > TOO_SOON_NS) {
    self->begin_ns = now_ns + LEAD_NS;
    self->bytes = 0;
    ahead_ns = is_new ? LEAD_NS : 0;
  }
  self->bytes += (gint64)bytes;
  return ahead_ns >= GRAIN_NS ? ahead_ns : 0;
}
