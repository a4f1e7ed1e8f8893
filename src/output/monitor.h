// SPDX-License-Identifier: GPL-3.0-or-later
// PoMonitor: watches the programme as it leaves: black, frozen, silent; how loud it is; and what each airing was like
// when it is over. A feed of the head's like any other, with a thread of its own: the head only hands over references.
//
// Thread: push is the head's; everything else is the main thread's, where events are delivered too. It knows frames and
// airings by their output frames only; what was on air then, and what is worth an alarm, others know.
#pragma once

#include "measure/fault.h"
#include "measure/loudness.h"
#include "model/format.h"
#include "program/feed.h"

typedef struct _PoMonitor PoMonitor;

typedef struct {
  gint64 threshold_ns[PO_N_FAULTS]; // 0 = not looked for
  gint64 silence_dbfs;              // sound that never peaks above is silence
} PoMonitorSettings;

/** PoMonitorAiring: what left during the output frames [from_k, to_k). */
typedef struct {
  gint64 from_k, to_k;
  gint64 frames[PO_N_FAULTS]; // so many were black, silent, or of a standstill as long as its threshold
  PoLoudnessReading loudness; // integrated and true peak
} PoMonitorAiring;

/**
 * PoMonitorEvent:
 * @change: RAISED or CLEARED: of @fault; SAME: @airing is over
 */
typedef struct {
  PoFaultChange change;
  PoFault fault;
  gint64 since_k; // the first frame of the fault
  gint64 k;       // the frame with which it changed
  PoMonitorAiring airing;
} PoMonitorEvent;

typedef void (*PoMonitorFunc) (const PoMonitorEvent *event, gpointer user);

/** @waits: free run; pushes wait rather than anything be missed. (transfer full) */
PoMonitor *po_monitor_new (const PoFormat *house, gboolean waits, PoMonitorFunc func, gpointer user);
/** Everything that was pushed is looked at and told of before it returns; the head has stopped. */
void po_monitor_free (PoMonitor *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PoMonitor, po_monitor_free)

void po_monitor_set (PoMonitor *self, const PoMonitorSettings *settings);
PoFeed po_monitor_feed (PoMonitor *self);

/** From output frame @k on. @begins_airing: the one before is over. @expected: faults (1 << PoFault) that belong to
 * what is shown: a card stands still. At most two seconds late, so that it still counts from @k. Any thread. */
void po_monitor_mark (PoMonitor *self, gint64 k, gboolean begins_airing, guint expected);

/** Of what leaves now; integrated and true peak of the airing so far. */
void po_monitor_loudness (PoMonitor *self, PoLoudnessReading *ret_reading);
/** Bits 1 << PoFault of what is wrong now. */
guint po_monitor_faults (PoMonitor *self);
