// SPDX-License-Identifier: GPL-3.0-or-later
#include "player/tracks.h"

#include "json/text.h"
#include "player/branch.h"
#include "player/language.h"
#include "player/mix.h"

struct _PoTrack {
  GMutex lock; // of all below
  gboolean is_first;
  gint channels;   // 0 = nothing has come
  gchar *language; // (nullable) as tagged
  PoMeter *meter;  // of the stereo mix; NULL when it is measured elsewhere
};

struct _PoTracks {
  GPtrArray *list; // PoTrack
};

static void track_free (gpointer data) {
  PoTrack *self = data;
  po_meter_free (self->meter);
  g_free (self->language);
  g_mutex_clear (&self->lock);
  g_free (self);
}

PoTracks *po_tracks_new (void) {
  PoTracks *self = g_new0 (PoTracks, 1);
  self->list = g_ptr_array_new_with_free_func (track_free);
  return self;
}

void po_tracks_free (PoTracks *self) {
  if (self == NULL)
    return;
  g_ptr_array_unref (self->list);
  g_free (self);
}

PoTrack *po_tracks_add (PoTracks *self) {
  PoTrack *track = g_new0 (PoTrack, 1);
  g_mutex_init (&track->lock);
  track->is_first = self->list->len == 0;
  g_ptr_array_add (self->list, track);
  return track;
}

// (transfer full)
static GstSample *mix (GstSample *sample, const GstAudioInfo *info) {
  GstMapInfo map;
  if (!gst_buffer_map (gst_sample_get_buffer (sample), &map, GST_MAP_READ))
    return gst_sample_ref (sample);
  const gsize n = map.size / (gsize)info->bpf;
  gfloat *out = g_new (gfloat, 2 * n);
  po_mix_stereo (info, (const gfloat *)map.data, n, out);
  gst_buffer_unmap (gst_sample_get_buffer (sample), &map);
  GstAudioInfo stereo;
  gst_audio_info_set_format (&stereo, GST_AUDIO_INFO_FORMAT (info), info->rate, 2, NULL);
  g_autoptr (GstCaps) caps = gst_audio_info_to_caps (&stereo);
  g_autoptr (GstBuffer) buffer = gst_buffer_new_wrapped (out, 2 * n * sizeof (gfloat));
  return gst_sample_new (buffer, caps, NULL, NULL);
}

void po_track_take (PoTrack *self, GstElement *sink, GstSample *sample) {
  GstAudioInfo info;
  if (!gst_audio_info_from_caps (&info, gst_sample_get_caps (sample)) || info.channels < 1)
    return;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  const gboolean is_stereo = info.channels == 2;
  if (self->channels == 0) {
    self->channels = info.channels;
    g_autoptr (GstPad) pad = gst_element_get_static_pad (sink, "sink");
    self->language = po_language_of (pad);
    self->meter = self->is_first && is_stereo ? NULL : po_meter_new ();
  }
  if (self->meter == NULL)
    return;
  g_autoptr (GstSample) mixed = is_stereo ? gst_sample_ref (sample) : mix (sample, &info);
  po_meter_take (self->meter, mixed);
}

static GstFlowReturn on_sound (GstAppSink *sink, gpointer user_data) {
  g_autoptr (GstSample) sample = gst_app_sink_pull_sample (sink);
  if (sample == NULL)
    return GST_FLOW_EOS;
  po_track_take (user_data, GST_ELEMENT (sink), sample);
  return GST_FLOW_OK;
}

GstElement *po_tracks_branch (PoTracks *self) {
  static const GstAppSinkCallbacks callbacks = {.new_sample = on_sound};
  return po_branch_sound_as_is (PO_METER_CAPS, &callbacks, po_tracks_add (self));
}

void po_tracks_print (PoTracks *self, GString *out, const PoMeterResult *first) {
  po_json_begin (out, "tracks", '[');
  for (guint i = 0; i < self->list->len; i++) {
    PoTrack *track = self->list->pdata[i];
    po_json_begin (out, NULL, '{');
    PoMeterResult result = *first;
    g_mutex_lock (&track->lock);
    if (track->meter != NULL)
      po_meter_finish (track->meter, &result);
    po_json_string (out, "language", track->language);
    po_json_int (out, "channels", track->channels);
    po_json_hundredths (out, "loudness_lufs", result.loudness_lufs);
    po_json_hundredths (out, "loudness_range_lu", result.range_lu);
    po_json_hundredths (out, "true_peak_dbtp", result.true_peak_dbtp);
    g_mutex_unlock (&track->lock);
    po_json_end (out, '}');
  }
  po_json_end (out, ']');
}
