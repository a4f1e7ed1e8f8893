// SPDX-License-Identifier: GPL-3.0-or-later
// The clock's arithmetic, pure: when output frame k is due, which planned frame it shows, how a step of the wall clock
// is worked off. Times and states are arguments; nothing here reads a clock.
#pragma once

#include "model/time.h"

/** PoAnchor: output frame 0 is due at @mono_ns of the monotonic clock and shows planned frame @first. */
typedef struct {
  gint64 mono_ns;
  PoFrame first;
} PoAnchor;

/** The anchor for a start now: the first frame due at least @lead_ns after @utc_ns, which is @mono_ns. */
PoAnchor po_anchor_at (PoTimeNs utc_ns, gint64 mono_ns, gint64 lead_ns, PoRate rate);

/** When output frame @k is due on the monotonic clock. */
gint64 po_anchor_due_ns (const PoAnchor *self, gint64 k, PoRate rate);

/** PoOffset: from output frame @from_k on, planned frame = k + @offset; but it never goes back: where that would be
 * less than the frame before had, the planned frame stands until k has caught up. */
typedef struct {
  gint64 from_k;
  PoFrame offset;
} PoOffset;

/** The offset at @k in @offsets, sorted by from_k; the first one also holds before its frame. */
PoFrame po_offset_at (const PoOffset *offsets, guint n_offsets, gint64 k);

/**
 * PoClockStep: how to answer the wall clock's step.
 * @PO_CLOCK_STEP_NONE: nothing to do (less than half a frame)
 * @PO_CLOCK_STEP_SLEW: up to a second, or ten back: one frame a second, while filler is on air
 * @PO_CLOCK_STEP_JUMP: more: all at once, at the next item's edge, if it is forward
 */
typedef enum { PO_CLOCK_STEP_NONE, PO_CLOCK_STEP_SLEW, PO_CLOCK_STEP_JUMP } PoClockStep;

typedef struct {
  PoClockStep step;
  PoFrame error; // frames by which the planned frame should be ahead of where it is; negative: behind
} PoClockError;

/** Compares the frame on air with the wall clock: at @mono_ns the wall clock says @utc_ns and the offset is @offset. */
PoClockError po_clock_error (const PoAnchor *anchor, PoFrame offset, PoTimeNs utc_ns, gint64 mono_ns, PoRate rate);

/** PoClockMoment: how the air stands when a change of offset is looked for. */
typedef struct {
  gint64 k;           // the first output frame that can have it
  PoFrame offset;     // in force
  gint64 last_k;      // from where the last change holds; -1: there was none
  gint64 edge_k;      // the output frame of the next item's edge; -1: none known
  gboolean in_filler; // that is what is on air
} PoClockMoment;

/**
 * The next change of offset that works @error off.
 * SLEW: one frame, as soon as can be, if filler is on air and the last change is a second past.
 * JUMP: the whole error at the next item's edge.
 * A forward change skips planned frames; after a backward one the planned frame stands. So a backward JUMP is none, for
 * nothing could be shown for so long; only a last change that has not come yet is taken back by one. FALSE: nothing
 * now.
 */
gboolean po_clock_next_offset (const PoClockError *error, const PoClockMoment *at, PoRate rate, PoOffset *ret_offset);
