// SPDX-License-Identifier: GPL-3.0-or-later
// Counting pictures and samples.
#include "player/counter.h"

#include <gst/audio/audio.h>
#include <gst/video/video.h>

#define GRID_TOLERANCE_NS  (2 * PO_NS_PER_MS) // containers round to a millisecond, twice
#define GRID_SHARE_PERCENT 90                 // of the steps; a damaged clip has holes and is still constant

static gint64 scale_nearest (gint64 value, gint64 by, gint64 over) {
  return (gint64)((2 * (__int128)value * by + over) / (2 * (__int128)over));
}

static void read_caps (PoPictureCounter *self, GstCaps *caps) {
  GstVideoInfo info;
  if (!gst_video_info_from_caps (&info, caps))
    return;
  self->width = (gint)scale_nearest (info.width, MAX (info.par_n, 1), MAX (info.par_d, 1));
  self->height = info.height;
  self->fps_n = info.fps_n;
  self->fps_d = info.fps_d;
}

static void count_step (PoPictureCounter *self, gint64 step_ns) {
  self->steps++;
  if (self->fps_n <= 0)
    return;
  const gint64 unit = PO_NS_PER_SECOND * self->fps_d;
  const gint64 multiple = scale_nearest (step_ns, self->fps_n, unit);
  if (multiple >= 1 && ABS (step_ns - scale_nearest (multiple, unit, self->fps_n)) <= GRID_TOLERANCE_NS)
    self->steps_on_grid++;
}

void po_picture_counter_take (PoPictureCounter *self, GstSample *sample, gboolean raw) {
  GstBuffer *buffer = gst_sample_get_buffer (sample);
  if (self->frames == 0)
    read_caps (self, gst_sample_get_caps (sample));
  self->frames++;
  if (GST_BUFFER_FLAG_IS_SET (buffer, GST_BUFFER_FLAG_CORRUPTED))
    self->corrupt++;
  if (GST_BUFFER_FLAG_IS_SET (buffer, GST_VIDEO_BUFFER_FLAG_INTERLACED))
    self->interlaced = TRUE;
  GstClockTime at = GST_BUFFER_PTS (buffer);
  if (!raw)
    at = gst_segment_to_running_time (gst_sample_get_segment (sample), GST_FORMAT_TIME, at);
  if (!GST_CLOCK_TIME_IS_VALID (at))
    return;
  if (self->frames == 1)
    self->first_ns = (gint64)at;
  else
    count_step (self, (gint64)at - self->last_ns);
  self->last_ns = (gint64)at;
  self->last_length_ns = GST_BUFFER_DURATION_IS_VALID (buffer) ? (gint64)GST_BUFFER_DURATION (buffer) : 0;
}

void po_sound_counter_take (PoSoundCounter *self, GstSample *sample) {
  GstBuffer *buffer = gst_sample_get_buffer (sample);
  GstAudioInfo info;
  if (!gst_audio_info_from_caps (&info, gst_sample_get_caps (sample)))
    return;
  if (self->samples == 0) {
    self->channels = info.channels;
    self->sample_rate = info.rate;
  }
  if (GST_BUFFER_FLAG_IS_SET (buffer, GST_BUFFER_FLAG_CORRUPTED))
    self->corrupt++;
  self->samples += (gint64)gst_buffer_get_size (buffer) / MAX (info.bpf, 1);
}

PoRate po_picture_counter_rate (const PoPictureCounter *self) {
  if (self->fps_n > 0 && self->steps_on_grid * 100 >= self->steps * GRID_SHARE_PERCENT)
    return (PoRate){self->fps_n, self->fps_d};
  return (PoRate){0, 1};
}

gint64 po_picture_counter_duration_ns (const PoPictureCounter *self) {
  const PoRate rate = po_picture_counter_rate (self);
  if (self->frames == 0)
    return 0;
  const gint64 span_ns = self->last_ns - self->first_ns;
  if (rate.fps_n == 0)
    return span_ns + (self->last_length_ns > 0 ? self->last_length_ns : span_ns / MAX (self->steps, 1));
  const gint64 frames = scale_nearest (span_ns, rate.fps_n, PO_NS_PER_SECOND * rate.fps_d) + 1;
  return po_duration_from_frames_floor (frames, rate);
}

gint64 po_sound_counter_duration_ns (const PoSoundCounter *self) {
  return self->sample_rate <= 0 ? 0 : (gint64)((__int128)self->samples * PO_NS_PER_SECOND / self->sample_rate);
}
