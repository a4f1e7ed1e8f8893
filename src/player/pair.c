// SPDX-License-Identifier: GPL-3.0-or-later
#include "player/pair.h"

#include <gst/audio/audio.h>

#include "player/mend-movie.h"

static gboolean is_mono (GstPad *pad, gint *ret_rate) {
  g_autoptr (GstCaps) caps = gst_pad_get_current_caps (pad);
  GstAudioInfo info;
  if (caps == NULL || !gst_audio_info_from_caps (&info, caps))
    return FALSE;
  *ret_rate = info.rate;
  return info.channels == 1;
}

// One in another language is no other side of the same. By the header alone: before data flows the tags are on their
// way, or some of them.
static gboolean differ_in_language (GstPad *left, GstPad *right) {
  const guint one = po_mend_movie_language (left), other = po_mend_movie_language (right);
  return one != 0 && other != 0 && one != other;
}

gboolean po_pair_fits (GstPad *left, GstPad *right) {
  gint rates[2] = {0};
  return is_mono (left, &rates[0]) && is_mono (right, &rates[1]) && rates[0] == rates[1] &&
         !differ_in_language (left, right);
}

static void set_positions (GstElement *interleave) {
  static const GstAudioChannelPosition positions[] = {GST_AUDIO_CHANNEL_POSITION_FRONT_LEFT,
                                                      GST_AUDIO_CHANNEL_POSITION_FRONT_RIGHT};
  g_auto (GValue) array = G_VALUE_INIT;
  g_value_init (&array, GST_TYPE_ARRAY);
  for (guint i = 0; i < G_N_ELEMENTS (positions); i++) {
    GValue value = G_VALUE_INIT;
    g_value_init (&value, GST_TYPE_AUDIO_CHANNEL_POSITION);
    g_value_set_enum (&value, positions[i]);
    gst_value_array_append_and_take_value (&array, &value);
  }
  g_object_set (interleave, "channel-positions-from-input", FALSE, NULL);
  g_object_set_property (G_OBJECT (interleave), "channel-positions", &array);
}

static void add_input (GstElement *bin, GstElement *interleave, const gchar *name) {
  GstElement *convert = gst_element_factory_make ("audioconvert", NULL);
  gst_bin_add (GST_BIN (bin), convert);
  g_autoptr (GstPad) in = gst_element_get_static_pad (convert, "sink");
  g_autoptr (GstPad) out = gst_element_get_static_pad (convert, "src");
  g_autoptr (GstPad) target = gst_element_request_pad_simple (interleave, "sink_%u");
  gst_pad_link (out, target);
  gst_element_add_pad (bin, gst_ghost_pad_new (name, in));
}

GstElement *po_pair_new (void) {
  GstElement *bin = gst_bin_new (NULL);
  GstElement *interleave = gst_element_factory_make ("audiointerleave", NULL);
  GstElement *filter = gst_element_factory_make ("capsfilter", NULL);
  g_autoptr (GstCaps) caps = gst_caps_new_simple ("audio/x-raw", "format", G_TYPE_STRING, GST_AUDIO_NE (F32), NULL);
  g_object_set (filter, "caps", caps, NULL);
  set_positions (interleave);
  gst_bin_add_many (GST_BIN (bin), interleave, filter, NULL);
  gst_element_link (interleave, filter);
  add_input (bin, interleave, "left");
  add_input (bin, interleave, "right");
  g_autoptr (GstPad) out = gst_element_get_static_pad (filter, "src");
  gst_element_add_pad (bin, gst_ghost_pad_new ("src", out));
  return bin;
}
