// SPDX-License-Identifier: GPL-3.0-or-later
// Counting pictures and samples.
#include "player/counter.h"

#include <gst/audio/audio.h>
#include <gst/video/video.h>

#define GRID_TOLERANCE_NS  (2 * PO_NS_PER_MS) // containers round to a millisecond, twice
#define GRID_SHARE_PERCENT 90                 // of the steps; a damaged clip has holes and is still constant
#define NEAR_PERCENT       25                 // steps this near the median one are averaged

static gint64 scale_nearest (gint64 value, gint64 by, gint64 over) {
  return (gint64)((2 * (__int128)value * by + over) / (2 * (__int128)over));
}

static void read_caps (PoPictureCounter *self, GstCaps *caps) {
  GstVideoInfo info;
  if (!gst_video_info_from_caps (&info, caps))
    return;
  self->par_n = MAX (info.par_n, 1);
  self->par_d = MAX (info.par_d, 1);
  self->width = (gint)scale_nearest (info.width, self->par_n, self->par_d);
  self->height = info.height;
}

static void count_step (PoPictureCounter *self, gint64 step_ns) {
  if (self->steps == NULL)
    self->steps = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_array_append_val (self->steps, step_ns);
}

void po_picture_counter_take (PoPictureCounter *self, GstSample *sample, gboolean raw) {
  GstBuffer *buffer = gst_sample_get_buffer (sample);
  if (self->frames == 0)
    read_caps (self, gst_sample_get_caps (sample));
  self->frames++;
  if (GST_BUFFER_FLAG_IS_SET (buffer, GST_BUFFER_FLAG_CORRUPTED))
    self->corrupt++;
  if (self->fields_said == PO_FIELDS_AS_SAID && GST_BUFFER_FLAG_IS_SET (buffer, GST_VIDEO_BUFFER_FLAG_INTERLACED))
    self->fields_said =
        GST_BUFFER_FLAG_IS_SET (buffer, GST_VIDEO_BUFFER_FLAG_TFF) ? PO_FIELDS_TOP_FIRST : PO_FIELDS_BOTTOM_FIRST;
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

static gint compare_steps (gconstpointer a, gconstpointer b) {
  const gint64 x = *(const gint64 *)a, y = *(const gint64 *)b;
  return (x > y) - (x < y);
}

// The usual distance: the mean of those near the median, so that neither holes nor a container's rounding count.
static gint64 usual_step (GArray *steps) {
  g_array_sort (steps, compare_steps);
  const gint64 median_ns = g_array_index (steps, gint64, steps->len / 2);
  gint64 sum_ns = 0, n = 0;
  for (guint i = 0; i < steps->len; i++) {
    const gint64 step_ns = g_array_index (steps, gint64, i);
    if (ABS (step_ns - median_ns) * 100 <= median_ns * NEAR_PERCENT) {
      sum_ns += step_ns;
      n++;
    }
  }
  return n == 0 ? 0 : sum_ns / n;
}

static gboolean is_on_grid (const GArray *steps, PoRate rate) {
  const gint64 unit = PO_NS_PER_SECOND * rate.fps_d;
  guint on_grid = 0;
  for (guint i = 0; i < steps->len; i++) {
    const gint64 step_ns = g_array_index (steps, gint64, i);
    const gint64 multiple = scale_nearest (step_ns, rate.fps_n, unit);
    on_grid += multiple >= 1 && ABS (step_ns - scale_nearest (multiple, unit, rate.fps_n)) <= GRID_TOLERANCE_NS;
  }
  return (guint64)on_grid * 100 >= (guint64)steps->len * GRID_SHARE_PERCENT;
}

void po_picture_counter_finish (PoPictureCounter *self) {
  self->rate = (PoRate){0, 1};
  gint64 step_ns = self->last_length_ns;
  if (self->steps != NULL)
    step_ns = usual_step (self->steps);
  PoRate rate;
  if (step_ns <= 0 || !gst_video_guess_framerate ((GstClockTime)step_ns, &rate.fps_n, &rate.fps_d))
    return;
  if (self->steps == NULL || is_on_grid (self->steps, rate))
    self->rate = rate;
}

// Places of the grid from the first picture to the last; 0 without a grid.
static gint64 grid_frames (const PoPictureCounter *self) {
  if (self->rate.fps_n == 0 || self->frames == 0)
    return 0;
  const gint64 unit = PO_NS_PER_SECOND * self->rate.fps_d;
  return scale_nearest (self->last_ns - self->first_ns, self->rate.fps_n, unit) + 1;
}

gint64 po_picture_counter_duration_ns (const PoPictureCounter *self) {
  if (self->rate.fps_n != 0)
    return po_duration_from_frames_floor (grid_frames (self), self->rate);
  const gint64 span_ns = self->last_ns - self->first_ns;
  return self->frames == 0 ? 0 : span_ns + (self->last_length_ns > 0 ? self->last_length_ns : span_ns / self->frames);
}

gint64 po_picture_counter_missing (const PoPictureCounter *self) {
  return MAX (grid_frames (self) - self->frames, 0);
}

gint64 po_sound_counter_duration_ns (const PoSoundCounter *self) {
  return self->sample_rate <= 0 ? 0 : (gint64)((__int128)self->samples * PO_NS_PER_SECOND / self->sample_rate);
}
