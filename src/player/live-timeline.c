// SPDX-License-Identifier: GPL-3.0-or-later
#include "player/live-timeline.h"

#define GAP_SAMPLES      (2 * (gint64)PO_AUDIO_RATE / 5) // after all that came: a longer one is not waited for
#define AHEAD_SAMPLES    ((gint64)PO_AUDIO_RATE)         // of all that came: where one stream begins against the other
#define BACK_SAMPLES     ((gint64)PO_AUDIO_RATE / 4)     // of its own last piece: time stamps come no more out of order
#define APART_SAMPLES    (3 * (gint64)PO_AUDIO_RATE)     // one stream may lag behind the other
#define TOGETHER_SAMPLES (3 * (gint64)PO_AUDIO_RATE / 2) // within so much both streams have jumped

#define WOBBLE_SAMPLES ((gint64)PO_AUDIO_RATE / 25) // time stamps within this of where a piece should be are right
#define QUIET_SAMPLES  ((gint64)PO_AUDIO_RATE / 2)  // without sound for so long, pictures lead
#define GAIN           64                           // so much of a wobble of what follows is believed at once
#define LEADER_GAIN    8                            // of what leads: what moves both must not move them apart

static gint64 samples_of (gint64 time_ns) {
  return (gint64)((__int128)time_ns * PO_AUDIO_RATE / PO_NS_PER_SECOND);
}

// Whether a piece at @position goes on with what its stream brought before.
static gboolean follows (const PoLiveTimeline *self, const PoLivePlace *stream, gint64 position) {
  return stream->epoch != 0 && position <= self->newest + GAP_SAMPLES && position >= stream->end - BACK_SAMPLES;
}

// The other stream has begun an epoch, and this one has jumped as well, or must have by now.
static gboolean joins (const PoLiveTimeline *self, const PoLivePlace *stream, gint64 samples) {
  const gint64 before = samples + stream->offset, here = samples + self->offset;
  if (stream->epoch == self->epoch || here > self->newest + AHEAD_SAMPLES || here < self->newest - APART_SAMPLES)
    return FALSE;
  return stream->epoch == 0 || ABS (here - stream->end) < ABS (before - stream->end) ||
         self->newest - self->begins_at > TOGETHER_SAMPLES;
}

// The clock that leads runs on; the time stamps are believed to be that much off.
static void slide (PoLiveTimeline *self, gint64 by) {
  self->offset += by;
  for (guint i = 0; i < PO_N_LIVE_STREAMS; i++)
    if (self->streams[i].epoch == self->epoch)
      self->streams[i].offset = self->offset;
}

static gboolean leads (const PoLiveTimeline *self, PoLiveStream which) {
  const PoLivePlace *sound = &self->streams[PO_LIVE_SOUND];
  return which == PO_LIVE_SOUND || sound->epoch != self->epoch || sound->end < self->newest - QUIET_SAMPLES;
}

// Where a piece that goes on lies, though its time stamp says @position.
static gint64 steady (PoLiveTimeline *self, PoLiveStream which, gint64 position, gint64 length) {
  const gint64 end = self->streams[which].end, off = position - end;
  const gboolean is_leader = leads (self, which);
  if (ABS (off) >= (is_leader || which == PO_LIVE_SOUND ? WOBBLE_SAMPLES : MIN (WOBBLE_SAMPLES, length / 2)))
    return position;
  if (!is_leader)
    return end + off / GAIN;
  if (self->streams[which].epoch == self->epoch)
    slide (self, -off / LEADER_GAIN);
  return end;
}

gint64 po_live_timeline_place (PoLiveTimeline *self, PoLiveStream which, gint64 time_ns, gint64 length) {
  PoLivePlace *stream = &self->streams[which];
  const gint64 samples = samples_of (time_ns);
  if (joins (self, stream, samples)) {
    stream->epoch = self->epoch;
    stream->offset = self->offset;
  } else if (!follows (self, stream, samples + stream->offset)) {
    stream->epoch = ++self->epoch;
    stream->offset = self->offset = self->newest - samples;
    self->begins_at = self->newest;
  }
  const gint64 position = steady (self, which, samples + stream->offset, length);
  stream->end = position + length;
  self->newest = MAX (self->newest, stream->end);
  return position;
}
