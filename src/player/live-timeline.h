// SPDX-License-Identifier: GPL-3.0-or-later
// The timeline of a live source in samples: continuous whatever its time stamps do. A jump of theirs, or an
// interruption, becomes one more epoch that goes on where the last one ended. Picture and sound jump each at its own
// moment, but by the same amount: the second one to jump follows the first, so that they stay together.
// It runs by the source's own clock, which is that of its samples (of its pictures where there is no sound): time
// stamps that wobble, or follow another clock, only show slowly where it is, so that nothing is ever cut out or put in
// for them. Pure; its owner locks.
#pragma once

#include "model/time.h"

typedef enum { PO_LIVE_PICTURE, PO_LIVE_SOUND } PoLiveStream;
#define PO_N_LIVE_STREAMS 2

/** PoLivePlace: where one stream is; the timeline's. */
typedef struct {
  guint32 epoch; // that it is in; 0 = not begun
  gint64 offset; // of that: position = samples of the time + offset
  gint64 end;    // of its last piece
} PoLivePlace;

/** PoLiveTimeline: begin with zeros. */
typedef struct {
  guint32 epoch;
  gint64 newest; // greatest end given out
  // ---
  gint64 offset;    // of this epoch
  gint64 begins_at; // where it does
  PoLivePlace streams[PO_N_LIVE_STREAMS];
} PoLiveTimeline;

/** Position of the piece of @stream that begins at @time_ns and lasts @length samples. */
gint64 po_live_timeline_place (PoLiveTimeline *self, PoLiveStream stream, gint64 time_ns, gint64 length);
