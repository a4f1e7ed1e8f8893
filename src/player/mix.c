// SPDX-License-Identifier: GPL-3.0-or-later
// One table of shares, for GStreamer and for measuring.
#include "player/mix.h"

#define FRONT_SHARE  1.0f
#define CENTRE_SHARE 0.70710678f // -3 dB
#define REAR_SHARE   0.70710678f
#define BACK_SHARE   0.5f

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

void po_mix_shares (const GstAudioInfo *info, gint channel, gfloat *left, gfloat *right) {
  const GstAudioChannelPosition position =
      GST_AUDIO_INFO_IS_UNPOSITIONED (info) ? GST_AUDIO_CHANNEL_POSITION_NONE : info->position[channel];
  if (info->channels == 1)
    *left = *right = FRONT_SHARE;
  else
    shares (position, channel, left, right);
}

void po_mix_stereo (const GstAudioInfo *info, const gfloat *in, gsize n_samples, gfloat *out) {
  gfloat left[64] = {0}, right[64] = {0};
  const gint channels = MIN (info->channels, (gint)G_N_ELEMENTS (left));
  for (gint channel = 0; channel < channels; channel++)
    po_mix_shares (info, channel, &left[channel], &right[channel]);
  for (gsize i = 0; i < n_samples; i++, in += info->channels, out += 2) {
    out[0] = out[1] = 0;
    for (gint channel = 0; channel < channels; channel++) {
      out[0] += in[channel] * left[channel];
      out[1] += in[channel] * right[channel];
    }
  }
}

static void append_row (GValue *matrix, const GstAudioInfo *info, gboolean right) {
  GValue row = G_VALUE_INIT;
  g_value_init (&row, GST_TYPE_ARRAY);
  for (gint channel = 0; channel < info->channels; channel++) {
    gfloat share[2];
    po_mix_shares (info, channel, &share[0], &share[1]);
    GValue value = G_VALUE_INIT;
    g_value_init (&value, G_TYPE_FLOAT);
    g_value_set_float (&value, share[right ? 1 : 0]);
    gst_value_array_append_and_take_value (&row, &value);
  }
  gst_value_array_append_and_take_value (matrix, &row);
}

void po_mix_set_matrix (GstElement *element, GstCaps *caps) {
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
