// SPDX-License-Identifier: GPL-3.0-or-later
// PoLateness: how late the head's ticks were, as a histogram that one thread writes and any thread reads.
#pragma once

#include <glib.h>
#include <stdatomic.h>

#define PO_LATENESS_BUCKETS 12

typedef struct {
  _Atomic guint64 ticks[PO_LATENESS_BUCKETS];
  _Atomic gint64 max_ns;
} PoLateness;

void po_lateness_note (PoLateness *self, gint64 late_ns);

/** The bound below which at least @percent of the ticks were, and never more than the latest was; 0 when there were
 * none. */
gint64 po_lateness_percentile_ns (const PoLateness *self, gdouble percent);
/** How many were later than @bound_ns, which is a bucket's bound. */
guint64 po_lateness_count_over (const PoLateness *self, gint64 bound_ns);
guint64 po_lateness_count (const PoLateness *self);
