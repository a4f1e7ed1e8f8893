// SPDX-License-Identifier: GPL-3.0-or-later
// libebur128 measures the loudness; here are the channel map and the silences.
#include "player/meter.h"

#include <ebur128.h>
#include <gst/audio/audio.h>
#include <math.h>

#include "measure/true-peak.h"
#include "model/time.h"

#define WINDOWS_PER_SECOND 100
#define SILENCE_PEAK       0.001f // -60 dBFS
#define SILENCE_LEAST_NS   (2 * PO_NS_PER_SECOND)
#define FLOOR_LUFS         (-70.0) // the absolute gate: nothing is measured below

struct _PoMeter {
  ebur128_state *state; // NULL before the first samples
  PoTruePeak *peak;     // likewise
  gdouble highest;      // of what came in another format before
  GstAudioInfo info;
  gint64 at_ns;          // end of what was taken
  gint64 window_samples; // taken of the window that is open
  gfloat window_peak;
  PoStretches silence;
};

PoMeter *po_meter_new (void) {
  PoMeter *self = g_new0 (PoMeter, 1);
  self->silence.least_ns = SILENCE_LEAST_NS;
  return self;
}

void po_meter_free (PoMeter *self) {
  if (self == NULL)
    return;
  if (self->state != NULL)
    ebur128_destroy (&self->state);
  po_true_peak_free (self->peak);
  po_stretches_clear (&self->silence);
  g_free (self);
}

static int channel_of (GstAudioChannelPosition position) {
  switch (position) {
  case GST_AUDIO_CHANNEL_POSITION_FRONT_LEFT:
    return EBUR128_LEFT;
  case GST_AUDIO_CHANNEL_POSITION_FRONT_RIGHT:
    return EBUR128_RIGHT;
  case GST_AUDIO_CHANNEL_POSITION_FRONT_CENTER:
    return EBUR128_CENTER;
  case GST_AUDIO_CHANNEL_POSITION_REAR_LEFT:
  case GST_AUDIO_CHANNEL_POSITION_SIDE_LEFT:
  case GST_AUDIO_CHANNEL_POSITION_SURROUND_LEFT:
    return EBUR128_LEFT_SURROUND;
  case GST_AUDIO_CHANNEL_POSITION_REAR_RIGHT:
  case GST_AUDIO_CHANNEL_POSITION_SIDE_RIGHT:
  case GST_AUDIO_CHANNEL_POSITION_SURROUND_RIGHT:
    return EBUR128_RIGHT_SURROUND;
  case GST_AUDIO_CHANNEL_POSITION_REAR_CENTER: // weighed as the surrounds, as ffmpeg has it
    return EBUR128_LEFT_SURROUND;
  case GST_AUDIO_CHANNEL_POSITION_FRONT_LEFT_OF_CENTER:
    return EBUR128_MpSC;
  case GST_AUDIO_CHANNEL_POSITION_FRONT_RIGHT_OF_CENTER:
    return EBUR128_MmSC;
  default: // LFE, heights
    return EBUR128_UNUSED;
  }
}

static void map_channels (PoMeter *self) {
  const GstAudioInfo *info = &self->info;
  for (gint i = 0; i < info->channels; i++) {
    int channel = i == 0 ? EBUR128_LEFT : i == 1 ? EBUR128_RIGHT : EBUR128_UNUSED; // a bundle of tracks
    if (info->channels > 1 && !GST_AUDIO_INFO_IS_UNPOSITIONED (info))
      channel = channel_of (info->position[i]);
    ebur128_set_channel (self->state, (unsigned)i, channel);
  }
}

// FALSE: caps that cannot be measured.
static gboolean follow_caps (PoMeter *self, GstCaps *caps) {
  GstAudioInfo info;
  if (!gst_audio_info_from_caps (&info, caps) || info.channels < 1 || info.rate < 1)
    return FALSE;
  if (self->state != NULL && gst_audio_info_is_equal (&info, &self->info))
    return TRUE;
  self->info = info;
  if (self->state == NULL)
    self->state = ebur128_init ((unsigned)info.channels, (unsigned long)info.rate, EBUR128_MODE_I | EBUR128_MODE_LRA);
  else
    ebur128_change_parameters (self->state, (unsigned)info.channels, (unsigned long)info.rate);
  if (self->peak != NULL)
    self->highest = fmax (self->highest, po_true_peak_read (self->peak));
  po_true_peak_free (self->peak);
  self->peak = po_true_peak_new ((guint)info.rate, (guint)info.channels);
  if (self->state != NULL)
    map_channels (self);
  return self->state != NULL;
}

static void close_window (PoMeter *self) {
  const gint64 length_ns = self->window_samples * PO_NS_PER_SECOND / self->info.rate;
  po_stretches_put (&self->silence, self->window_peak <= SILENCE_PEAK, self->at_ns, self->at_ns + length_ns);
  self->at_ns += length_ns;
  self->window_samples = 0;
  self->window_peak = 0;
}

static void look_for_silence (PoMeter *self, const gfloat *values, gsize samples) {
  const gint64 window = MAX (self->info.rate / WINDOWS_PER_SECOND, 1);
  for (gsize i = 0; i < samples; i++) {
    for (gint channel = 0; channel < self->info.channels; channel++)
      self->window_peak = fmaxf (self->window_peak, fabsf (*values++));
    if (++self->window_samples >= window)
      close_window (self);
  }
}

void po_meter_take (PoMeter *self, GstSample *sample) {
  GstBuffer *buffer = gst_sample_get_buffer (sample);
  GstMapInfo map;
  if (!follow_caps (self, gst_sample_get_caps (sample)) || !gst_buffer_map (buffer, &map, GST_MAP_READ))
    return;
  const gsize samples = map.size / (gsize)self->info.bpf;
  ebur128_add_frames_float (self->state, (const gfloat *)map.data, samples);
  po_true_peak_put (self->peak, (const gfloat *)map.data, samples);
  look_for_silence (self, (const gfloat *)map.data, samples);
  gst_buffer_unmap (buffer, &map);
}

static gdouble peak_of (PoMeter *self) {
  const gdouble highest = fmax (self->highest, po_true_peak_read (self->peak));
  return highest > 0 ? 20 * log10 (highest) : NAN;
}

void po_meter_finish (PoMeter *self, PoMeterResult *ret_result) {
  *ret_result = (PoMeterResult){NAN, NAN, NAN};
  if (self->state == NULL)
    return;
  if (self->window_samples > 0)
    close_window (self);
  po_stretches_finish (&self->silence);
  gdouble value;
  if (ebur128_loudness_global (self->state, &value) == EBUR128_SUCCESS && isfinite (value) && value > FLOOR_LUFS)
    ret_result->loudness_lufs = value;
  if (!isnan (ret_result->loudness_lufs) && ebur128_loudness_range (self->state, &value) == EBUR128_SUCCESS &&
      isfinite (value))
    ret_result->range_lu = value;
  ret_result->true_peak_dbtp = peak_of (self);
}

const PoStretches *po_meter_silence (PoMeter *self) {
  return &self->silence;
}
