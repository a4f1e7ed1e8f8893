// SPDX-License-Identifier: GPL-3.0-or-later
// Turns what the head says of each airing into the log's events: start, a mark a second and whenever what is on the
// screen changes, end. Main thread. It decides nothing; it must not be able to lose an end whose start was written.
#pragma once

#include "log/log.h"
#include "program/head-event.h"

typedef struct _PoRecorder PoRecorder;

/** PoRecorderTotals: frames and airings since the start. */
typedef struct {
  gint64 shown, repeated, filled;
  gint64 by_kind[PO_ITEM_SLATE + 1];
  guint64 by_status[PO_AIRING_FILLED + 1]; // of airings that are over
} PoRecorderTotals;

/** @log is borrowed. (transfer full) */
PoRecorder *po_recorder_new (PoLog *log, const gchar *channel, PoRate rate);
void po_recorder_free (PoRecorder *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PoRecorder, po_recorder_free)

void po_recorder_take_event (PoRecorder *self, const PoHeadEvent *event);

/** What was measured of the output frames from @from_k on, which began an airing; it may be over since a while. */
void po_recorder_take_measures (PoRecorder *self, gint64 from_k, const PoAiringMeasures *measures);

/** Why the airing now on air will not be whole, for its end event. */
void po_recorder_set_reason (PoRecorder *self, const gchar *reason);

/** With the airing that is open, as far as its last mark. */
void po_recorder_totals (PoRecorder *self, PoRecorderTotals *ret_totals);

/** How far the airing of @item has come; NULL while no airing of it is open. */
const PoAiringMark *po_recorder_mark (PoRecorder *self, const PoItem *item);
