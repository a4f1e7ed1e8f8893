// SPDX-License-Identifier: GPL-3.0-or-later
#include "player/live-timeline.h"

#define JUMP_SAMPLES ((gint64)PO_AUDIO_RATE)     // forwards
#define BACK_SAMPLES (3 * (gint64)PO_AUDIO_RATE) // one stream may lag behind the other

static gint64 samples_of (gint64 time_ns) {
  return (gint64)((__int128)time_ns * PO_AUDIO_RATE / PO_NS_PER_SECOND);
}

gint64 po_live_timeline_place (PoLiveTimeline *self, gint64 time_ns, gint64 length) {
  gint64 position = samples_of (time_ns) + self->offset;
  const gboolean jumped = position > self->newest + JUMP_SAMPLES || position < self->newest - BACK_SAMPLES;
  if (!self->started || jumped) {
    self->epoch += self->started;
    self->started = TRUE;
    self->offset += self->newest - position;
    position = self->newest;
  }
  self->newest = MAX (self->newest, position + length);
  return position;
}
