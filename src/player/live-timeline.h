// SPDX-License-Identifier: GPL-3.0-or-later
// The timeline of a live source in samples: continuous whatever its time stamps do. A jump of theirs, or an
// interruption, becomes one more epoch that goes on where the last one ended. Pure; its owner locks.
#pragma once

#include "model/time.h"

/** PoLiveTimeline: begin with zeros. */
typedef struct {
  gboolean started;
  gint64 offset; // position = samples of the time + offset
  gint64 newest; // greatest end given out
  guint32 epoch;
} PoLiveTimeline;

/** Position of what begins at @time_ns and lasts @length samples. */
gint64 po_live_timeline_place (PoLiveTimeline *self, gint64 time_ns, gint64 length);
