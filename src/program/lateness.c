// SPDX-License-Identifier: GPL-3.0-or-later
// Lateness in buckets.
#include "program/lateness.h"

#define US G_GINT64_CONSTANT (1000)

static const gint64 bounds_ns[PO_LATENESS_BUCKETS] = {50 * US,    100 * US,   250 * US,     500 * US,
                                                      1000 * US,  2000 * US,  5000 * US,    10000 * US,
                                                      20000 * US, 40000 * US, 1000000 * US, G_MAXINT64};

void po_lateness_note (PoLateness *self, gint64 late_ns) {
  guint bucket = 0;
  while (late_ns > bounds_ns[bucket])
    bucket++;
  atomic_fetch_add_explicit (&self->ticks[bucket], 1, memory_order_relaxed);
  if (late_ns > atomic_load_explicit (&self->max_ns, memory_order_relaxed))
    atomic_store_explicit (&self->max_ns, late_ns, memory_order_relaxed);
}

guint64 po_lateness_count (const PoLateness *self) {
  guint64 total = 0;
  for (guint i = 0; i < PO_LATENESS_BUCKETS; i++)
    total += atomic_load_explicit (&self->ticks[i], memory_order_relaxed);
  return total;
}

guint64 po_lateness_count_over (const PoLateness *self, gint64 bound_ns) {
  guint64 total = 0;
  for (guint i = 0; i < PO_LATENESS_BUCKETS; i++)
    if (bounds_ns[i] > bound_ns)
      total += atomic_load_explicit (&self->ticks[i], memory_order_relaxed);
  return total;
}

gint64 po_lateness_percentile_ns (const PoLateness *self, gdouble percent) {
  guint64 total = po_lateness_count (self), seen = 0;
  for (guint i = 0; i < PO_LATENESS_BUCKETS; i++) {
    seen += atomic_load_explicit (&self->ticks[i], memory_order_relaxed);
    if (total > 0 && (gdouble)seen * 100 >= percent * (gdouble)total)
      return MIN (bounds_ns[i], MAX (atomic_load_explicit (&self->max_ns, memory_order_relaxed), 0));
  }
  return 0;
}
