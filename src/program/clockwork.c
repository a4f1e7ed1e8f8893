// SPDX-License-Identifier: GPL-3.0-or-later
// Anchor, offset and the working-off of clock steps.
#include "program/clockwork.h"

#define MOST_SLEWED_BACK_NS (10 * PO_NS_PER_SECOND)

PoAnchor po_anchor_at (PoTimeNs utc_ns, gint64 mono_ns, gint64 lead_ns, PoRate rate) {
  PoFrame first = po_frame_from_time_ceil (utc_ns + lead_ns, rate);
  return (PoAnchor){.mono_ns = mono_ns + (po_frame_to_time_floor (first, rate) - utc_ns), .first = first};
}

gint64 po_anchor_due_ns (const PoAnchor *self, gint64 k, PoRate rate) {
  return self->mono_ns + po_duration_from_frames_floor (k, rate);
}

PoFrame po_offset_at (const PoOffset *offsets, guint n_offsets, gint64 k) {
  guint low = 0, high = n_offsets; // the last one with from_k <= k, else the first
  while (high - low > 1) {
    guint middle = low + (high - low) / 2;
    if (offsets[middle].from_k <= k)
      low = middle;
    else
      high = middle;
  }
  return offsets[low].offset;
}

PoClockError po_clock_error (const PoAnchor *anchor, PoFrame offset, PoTimeNs utc_ns, gint64 mono_ns, PoRate rate) {
  gint64 error_ns = utc_ns - (po_frame_to_time_floor (offset, rate) + mono_ns - anchor->mono_ns);
  gint64 half_frame_ns = po_duration_from_frames_floor (1, rate) / 2;
  PoFrame error = po_frame_from_time_floor (error_ns + half_frame_ns, rate);
  if (error == 0)
    return (PoClockError){PO_CLOCK_STEP_NONE, 0};
  gboolean is_small = error_ns <= PO_NS_PER_SECOND && error_ns >= -MOST_SLEWED_BACK_NS;
  return (PoClockError){is_small ? PO_CLOCK_STEP_SLEW : PO_CLOCK_STEP_JUMP, error};
}

gboolean po_clock_next_offset (const PoClockError *error, const PoClockMoment *at, PoRate rate, PoOffset *ret_offset) {
  const PoFrame second = po_frames_from_duration_ceil (PO_NS_PER_SECOND, rate);
  const gboolean is_undoing = at->last_k > at->k && error->error < -second; // the last change can still be taken back
  switch (error->step == PO_CLOCK_STEP_SLEW && is_undoing ? PO_CLOCK_STEP_JUMP : error->step) {
  case PO_CLOCK_STEP_NONE:
    return FALSE;
  case PO_CLOCK_STEP_SLEW:
    if (!at->in_filler || (at->last_k >= 0 && at->k - at->last_k < second))
      return FALSE;
    *ret_offset = (PoOffset){.from_k = at->k, .offset = at->offset + (error->error > 0 ? 1 : -1)};
    return TRUE;
  case PO_CLOCK_STEP_JUMP:
    if (at->edge_k < at->k || (error->error < 0 && !is_undoing))
      return FALSE;
    *ret_offset = (PoOffset){.from_k = at->edge_k, .offset = at->offset + error->error};
    return TRUE;
  }
  return FALSE;
}
