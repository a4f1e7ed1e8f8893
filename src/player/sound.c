// SPDX-License-Identifier: GPL-3.0-or-later
// Sample numbering, and the down-mix of many channels to two.
#include "player/sound.h"

#include <gst/audio/audio.h>

// Time stamps within this of the expected position are the container's rounding, not a gap.
#define WOBBLE_SAMPLES (PO_AUDIO_RATE / 50)
// A lone time stamp far off: MPEG-TS where its 33 bits wrap.
#define ABSURD_SAMPLES (G_GINT64_CONSTANT (3600) * PO_AUDIO_RATE)
#define FRONT_SHARE    1.0f
#define CENTRE_SHARE   0.70710678f // -3 dB, ITU-R BS.775
#define REAR_SHARE     0.70710678f
#define BACK_SHARE     0.5f

static gint64 samples_from_ns_nearest (gint64 time_ns) {
  const __int128 twice = 2 * (__int128)time_ns * PO_AUDIO_RATE + PO_NS_PER_SECOND;
  const __int128 unit = 2 * (__int128)PO_NS_PER_SECOND;
  return (gint64)(twice >= 0 ? twice / unit : -((-twice + unit - 1) / unit));
}

// Where the buffer's first sample belongs; the expected position where the time stamp is about that, or absent.
static gint64 place (PoSound *self, GstSample *sample, gint64 expected) {
  gint64 time_ns;
  const GstClockTime pts = GST_BUFFER_PTS (gst_sample_get_buffer (sample));
  if (!po_timeline_locate (self->timeline, gst_sample_get_segment (sample), pts, FALSE, &time_ns))
    return expected;
  const gint64 start = samples_from_ns_nearest (time_ns);
  if (self->started && (ABS (start - expected) < WOBBLE_SAMPLES || start - expected > ABSURD_SAMPLES))
    return expected;
  return start;
}

gboolean po_sound_take (PoSound *self, GstSample *sample) {
  const gint64 expected = po_ring_writer_audio_position (self->ring);
  const gint64 start = place (self, sample, expected);
  GstMapInfo map;
  if (!gst_buffer_map (gst_sample_get_buffer (sample), &map, GST_MAP_READ))
    return TRUE;
  const gint64 n = (gint64)(map.size / PO_RING_SAMPLE_BYTES);
  const gint64 skip = CLAMP (expected - start, 0, n);
  gboolean going = TRUE;
  if (start > expected)
    going = po_ring_writer_samples (self->ring, NULL, (gsize)(start - expected));
  if (going && skip < n) {
    self->started = TRUE;
    going = po_ring_writer_samples (self->ring, (const gint16 *)map.data + 2 * skip, (gsize)(n - skip));
  }
  gst_buffer_unmap (gst_sample_get_buffer (sample), &map);
  return going;
}

static void shares (GstAudioChannelPosition position, gint channel, gfloat *left, gfloat *right) {
  *left = *right = 0;
  switch (position) {
  case GST_AUDIO_CHANNEL_POSITION_FRONT_LEFT:
  case GST_AUDIO_CHANNEL_POSITION_FRONT_LEFT_OF_CENTER:
  case GST_AUDIO_CHANNEL_POSITION_WIDE_LEFT:
    *left = FRONT_SHARE;
    break;
  case GST_AUDIO_CHANNEL_POSITION_FRONT_RIGHT:
  case GST_AUDIO_CHANNEL_POSITION_FRONT_RIGHT_OF_CENTER:
  case GST_AUDIO_CHANNEL_POSITION_WIDE_RIGHT:
    *right = FRONT_SHARE;
    break;
  case GST_AUDIO_CHANNEL_POSITION_FRONT_CENTER:
  case GST_AUDIO_CHANNEL_POSITION_MONO:
    *left = *right = CENTRE_SHARE;
    break;
  case GST_AUDIO_CHANNEL_POSITION_REAR_LEFT:
  case GST_AUDIO_CHANNEL_POSITION_SIDE_LEFT:
  case GST_AUDIO_CHANNEL_POSITION_SURROUND_LEFT:
    *left = REAR_SHARE;
    break;
  case GST_AUDIO_CHANNEL_POSITION_REAR_RIGHT:
  case GST_AUDIO_CHANNEL_POSITION_SIDE_RIGHT:
  case GST_AUDIO_CHANNEL_POSITION_SURROUND_RIGHT:
    *right = REAR_SHARE;
    break;
  case GST_AUDIO_CHANNEL_POSITION_REAR_CENTER:
    *left = *right = BACK_SHARE;
    break;
  case GST_AUDIO_CHANNEL_POSITION_NONE: // a bundle of tracks: the first two are the programme
    *left = channel == 0 ? FRONT_SHARE : 0;
    *right = channel == 1 ? FRONT_SHARE : 0;
    break;
  default: // LFE, heights
    break;
  }
}

static void append_row (GValue *matrix, const GstAudioInfo *info, gboolean right) {
  GValue row = G_VALUE_INIT;
  g_value_init (&row, GST_TYPE_ARRAY);
  for (gint channel = 0; channel < info->channels; channel++) {
    gfloat share[2];
    const GstAudioChannelPosition position =
        GST_AUDIO_INFO_IS_UNPOSITIONED (info) ? GST_AUDIO_CHANNEL_POSITION_NONE : info->position[channel];
    shares (position, channel, &share[0], &share[1]);
    GValue value = G_VALUE_INIT;
    g_value_init (&value, G_TYPE_FLOAT);
    g_value_set_float (&value, share[right ? 1 : 0]);
    gst_value_array_append_and_take_value (&row, &value);
  }
  gst_value_array_append_and_take_value (matrix, &row);
}

void po_sound_set_mix_matrix (GstElement *element, GstCaps *caps) {
  GstAudioInfo info;
  if (!gst_audio_info_from_caps (&info, caps))
    return;
  GValue matrix = G_VALUE_INIT;
  g_value_init (&matrix, GST_TYPE_ARRAY);
  if (info.channels > 2 || (info.channels == 2 && GST_AUDIO_INFO_IS_UNPOSITIONED (&info))) {
    append_row (&matrix, &info, FALSE);
    append_row (&matrix, &info, TRUE);
  }
  g_object_set_property (G_OBJECT (element), "mix-matrix", &matrix);
  g_value_unset (&matrix);
}
