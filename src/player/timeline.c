// SPDX-License-Identifier: GPL-3.0-or-later
// Origin of a run, and which house frames a picture covers.
#include "player/timeline.h"

#define GRACE_NS        (1 * PO_NS_PER_MS)
#define END_GRACE_NS    (2 * PO_NS_PER_MS)
#define PRE_SKIP_MIN_NS (6 * PO_NS_PER_MS) // 6.5 ms in whole milliseconds, as Matroska has them
#define PRE_SKIP_MAX_NS (8 * PO_NS_PER_MS)

struct _PoTimeline {
  GMutex lock;
  GCond changed;
  // All protected by lock.
  PoRate rate;
  gint64 media_in_ns;
  gboolean raw, opus, sound_leads, stopped;
  gboolean has_origin, seeked, no_seek;
  gint64 origin_ns;
  guint generation; // of flushes
  GstClockTime first_pts, first_stream_time, target;
};

PoTimeline *po_timeline_new (PoRate rate, gint64 media_in_ns) {
  PoTimeline *self = g_new0 (PoTimeline, 1);
  g_mutex_init (&self->lock);
  g_cond_init (&self->changed);
  self->rate = rate;
  self->media_in_ns = media_in_ns;
  self->first_pts = GST_CLOCK_TIME_NONE;
  self->first_stream_time = GST_CLOCK_TIME_NONE;
  self->target = GST_CLOCK_TIME_NONE;
  return self;
}

void po_timeline_free (PoTimeline *self) {
  if (self == NULL)
    return;
  g_cond_clear (&self->changed);
  g_mutex_clear (&self->lock);
  g_free (self);
}

void po_timeline_set_raw (PoTimeline *self, gboolean raw) {
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  self->raw = raw;
}

void po_timeline_set_opus (PoTimeline *self) {
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  self->opus = TRUE;
}

void po_timeline_set_sound_leads (PoTimeline *self) {
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  self->sound_leads = TRUE;
  g_cond_broadcast (&self->changed);
}

GstClockTime po_timeline_first_stream_time (PoTimeline *self) {
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  return self->first_stream_time;
}

void po_timeline_set_seek (PoTimeline *self, GstClockTime target) {
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  self->seeked = TRUE;
  self->target = target;
  self->has_origin = FALSE;
}

void po_timeline_set_no_seek (PoTimeline *self) {
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  self->seeked = FALSE;
  self->no_seek = TRUE;
  if (self->has_origin)
    self->origin_ns += self->media_in_ns;
}

void po_timeline_flush (PoTimeline *self) {
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  self->has_origin = FALSE;
  self->generation++;
  g_cond_broadcast (&self->changed);
}

// Where stream time @at is in @segment, also behind its end: of a movie with several edits the sought one may come only
// after the one that is read first. NONE: it cannot say.
static guint64 position_at (const GstSegment *segment, GstClockTime at) {
  GstSegment endless = *segment;
  endless.stop = GST_CLOCK_TIME_NONE;
  return gst_segment_position_from_stream_time (&endless, GST_FORMAT_TIME, at);
}

// After a seek frame 0 is the target, which raw time stamps say by themselves; where the segment cannot say where that
// is, the first picture itself.
static gint64 origin_locked (PoTimeline *self, const GstSegment *segment, gint64 time_ns) {
  if (!self->seeked)
    return time_ns + (self->no_seek ? self->media_in_ns : 0);
  if (self->raw)
    return (gint64)self->first_pts + self->media_in_ns;
  const guint64 position = position_at (segment, self->target);
  if (position == GST_CLOCK_TIME_NONE)
    return time_ns;
  guint64 running = 0;
  const int sign = gst_segment_to_running_time_full (segment, GST_FORMAT_TIME, position, &running);
  return sign == 0 ? time_ns : sign * (gint64)running;
}

static gint64 pre_skip_locked (const PoTimeline *self) {
  const GstClockTime first = self->first_pts;
  const gboolean late = first >= PRE_SKIP_MIN_NS && first <= PRE_SKIP_MAX_NS;
  return self->raw && self->opus && late ? (gint64)first : 0;
}

static gboolean wait_for_origin_locked (PoTimeline *self) {
  const guint generation = self->generation;
  while (!self->has_origin && !self->sound_leads && !self->stopped && self->generation == generation)
    g_cond_wait (&self->changed, &self->lock);
  return !self->stopped && self->generation == generation;
}

gboolean po_timeline_locate (PoTimeline *self, const GstSegment *segment, GstClockTime pts, gboolean is_picture,
                             gint64 *ret_ns) {
  if (!GST_CLOCK_TIME_IS_VALID (pts))
    return FALSE;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  if (!is_picture && !wait_for_origin_locked (self))
    return FALSE;
  guint64 running = pts;
  const int sign = self->raw ? 1 : gst_segment_to_running_time_full (segment, GST_FORMAT_TIME, pts, &running);
  if (sign == 0)
    return FALSE;
  const gint64 time_ns = sign * (gint64)running;
  if (!self->has_origin) {
    if (self->first_pts == GST_CLOCK_TIME_NONE) {
      self->first_pts = pts;
      self->first_stream_time = gst_segment_to_stream_time (segment, GST_FORMAT_TIME, pts);
      if (self->raw && self->first_stream_time == GST_CLOCK_TIME_NONE)
        self->first_stream_time = 0;
    }
    self->origin_ns = origin_locked (self, segment, time_ns);
    self->has_origin = TRUE;
    g_cond_broadcast (&self->changed);
  }
  *ret_ns = time_ns - self->origin_ns + (is_picture ? 0 : pre_skip_locked (self));
  return TRUE;
}

void po_timeline_stop (PoTimeline *self) {
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  self->stopped = TRUE;
  g_cond_broadcast (&self->changed);
}

gint64 po_timeline_frames_decided (PoRate rate, gint64 held_ns, gint64 next_ns) {
  const __int128 twice_frame = 2 * (__int128)rate.fps_d * PO_NS_PER_SECOND;
  // floor (t / T + 1/2): whole frames that end their first half before next_ns.
  const __int128 before_next = 2 * (__int128)(next_ns + GRACE_NS) * rate.fps_n + twice_frame / 2;
  // floor (t / T) + 1: those that begin no later than half way from the one to the other.
  const __int128 nearer = (__int128)(held_ns + next_ns + GRACE_NS) * rate.fps_n + twice_frame;
  const __int128 later = MAX (before_next, nearer);
  return later <= 0 ? 0 : (gint64)(later / twice_frame);
}

gint64 po_timeline_frames_before_end (PoRate rate, gint64 end_ns) {
  const gint64 last_ns = end_ns - END_GRACE_NS;
  return last_ns < 0 ? 0 : po_frame_from_time_floor (last_ns, rate) + 1;
}
