// SPDX-License-Identifier: GPL-3.0-or-later
// Encoder pipelines: one description for each codec in a table, the rest is common.
#include "output/encoder.h"

#include <gst/app/gstappsink.h>
#include <gst/app/gstappsrc.h>
#include <stdatomic.h>

#include "model/error.h"
#include "model/text.h"

#define N_QUEUED_FRAMES         25 // between head and encoder: a second's hiccup
#define N_QUEUED_FRAMES_WAITING 6
#define KEY_INTERVAL_NS         (2 * PO_NS_PER_SECOND)
#define RESTART_PAUSE_US        G_USEC_PER_SEC
#define N_THREADS_MAX           4u   // of one encode; each holds another frame
#define AAC_PRIMING_SAMPLES     1024 // what the encoder puts before the first sample and does not account for

struct _PoEncoder {
  PoEncoding encoding;
  PoFormat house;
  gint64 priming_ns;
  GstElement *pipeline;
  GstAppSrc *source;
  GstAppSink *sink;
  guint max_queued;
  gboolean waits;
  _Atomic gint n_subscribers;
  _Atomic guint64 taken, given, lost; // buffers that went in, that came out, and that did not, of pictures
  _Atomic guint64 refused;            // while it was being started anew
  GMutex mutex;                       // protects the rest
  GCond changed;
  GPtrArray *queues;
  gchar *problem;
  gboolean is_restarting;
  gboolean is_finishing; // nothing more comes
  gboolean has_ended;    // the mark of the end was sent
  gboolean is_ending;    // to be freed
};

gboolean po_encoding_equal (const PoEncoding *a, const PoEncoding *b) {
  return a->stream == b->stream && a->codec == b->codec && a->width == b->width && a->height == b->height &&
         a->bitrate_kbps == b->bitrate_kbps;
}

GstCaps *po_house_video_caps (const PoFormat *format) {
  return gst_caps_new_simple ("video/x-raw", "format", G_TYPE_STRING, "I420", "width", G_TYPE_INT, format->width,
                              "height", G_TYPE_INT, format->height, "framerate", GST_TYPE_FRACTION, format->rate.fps_n,
                              format->rate.fps_d, "pixel-aspect-ratio", GST_TYPE_FRACTION, 1, 1, "interlace-mode",
                              G_TYPE_STRING, "progressive", "colorimetry", G_TYPE_STRING, "bt709", "chroma-site",
                              G_TYPE_STRING, "mpeg2", NULL);
}

GstCaps *po_house_audio_caps (void) {
  return gst_caps_new_simple ("audio/x-raw", "format", G_TYPE_STRING, "S16LE", "rate", G_TYPE_INT, PO_AUDIO_RATE,
                              "channels", G_TYPE_INT, 2, "layout", G_TYPE_STRING, "interleaved", "channel-mask",
                              GST_TYPE_BITMASK, G_GUINT64_CONSTANT (3), NULL);
}

static gchar *describe_scaling (const PoEncoding *encoding, const PoFormat *house) {
  if (encoding->width == house->width && encoding->height == house->height)
    return g_strdup ("");
  PoFormat coded = {encoding->width, encoding->height, house->rate};
  g_autoptr (GstCaps) caps = po_house_video_caps (&coded);
  g_autofree gchar *text = gst_caps_to_string (caps);
  return g_strdup_printf ("! videoconvertscale add-borders=true ! %s", text);
}

// A short look-ahead: each step costs two frames of memory (10 MB at 1080p), and every output is late by as much.
static gchar *describe_h264 (const PoEncoding *encoding, const PoFormat *house) {
  g_autofree gchar *scaling = describe_scaling (encoding, house);
  return g_strdup_printf ("%s ! x264enc speed-preset=veryfast bitrate=%d vbv-buf-capacity=600 key-int-max=%d "
                          "rc-lookahead=3 sync-lookahead=0 threads=%u aud=true byte-stream=true "
                          "! video/x-h264,profile=high,stream-format=byte-stream,alignment=au",
                          scaling, encoding->bitrate_kbps,
                          (gint)po_frames_from_duration_ceil (KEY_INTERVAL_NS, house->rate),
                          MIN (g_get_num_processors (), N_THREADS_MAX));
}

static gchar *describe_aac (const PoEncoding *encoding, const PoFormat *house) {
  return g_strdup_printf (
      "! audioconvert ! avenc_aac bitrate=%d ! audio/mpeg,mpegversion=4,stream-format=raw,framed=true",
      encoding->bitrate_kbps * 1000);
}

static gchar *describe_ffv1 (const PoEncoding *encoding, const PoFormat *house) {
  g_autofree gchar *scaling = describe_scaling (encoding, house);
  // matroskamux asks for a field that libav spells otherwise; negotiating adds it.
  return g_strdup_printf ("%s ! avenc_ffv1 ! video/x-ffv,ffversion=1", scaling);
}

static gchar *describe_raw_video (const PoEncoding *encoding, const PoFormat *house) {
  return describe_scaling (encoding, house);
}

static gchar *describe_raw_audio (const PoEncoding *encoding, const PoFormat *house) {
  return g_strdup ("");
}

/** How a codec's pipeline reads between appsrc and appsink; bits per sample decide nothing here. */
static const struct {
  PoOutputCodec codec;
  PoStream stream;
  gchar *(*describe) (const PoEncoding *encoding, const PoFormat *house);
  gint priming_samples;
} codecs[] = {
    {PO_OUTPUT_CODEC_H264, PO_STREAM_VIDEO, describe_h264, 0},
    {PO_OUTPUT_CODEC_H264, PO_STREAM_AUDIO, describe_aac, AAC_PRIMING_SAMPLES},
    {PO_OUTPUT_CODEC_LOSSLESS, PO_STREAM_VIDEO, describe_ffv1, 0},
    {PO_OUTPUT_CODEC_LOSSLESS, PO_STREAM_AUDIO, describe_raw_audio, 0},
    {PO_OUTPUT_CODEC_RAW, PO_STREAM_VIDEO, describe_raw_video, 0},
    {PO_OUTPUT_CODEC_RAW, PO_STREAM_AUDIO, describe_raw_audio, 0},
};

// A put may wait (free run), so not with the lock held.
static void send (PoEncoder *self, PoUnit *unit) {
  g_autoptr (GPtrArray) queues = g_ptr_array_new_with_free_func ((GDestroyNotify)po_unit_queue_unref);
  g_mutex_lock (&self->mutex);
  for (guint i = 0; i < self->queues->len; i++)
    g_ptr_array_add (queues, po_unit_queue_ref (self->queues->pdata[i]));
  g_mutex_unlock (&self->mutex);
  for (guint i = 0; i < queues->len; i++)
    po_unit_queue_put (queues->pdata[i], unit);
}

// Running time may lie before zero: x264enc shifts its segment to make room for that.
static gint64 running_time (const GstSegment *segment, GstClockTime time) {
  guint64 running = 0;
  gint sign = gst_segment_to_running_time_full (segment, GST_FORMAT_TIME, time, &running);
  return sign < 0 ? -(gint64)running : (gint64)running;
}

static GstFlowReturn on_sample (GstAppSink *sink, gpointer user_data) {
  PoEncoder *self = user_data;
  g_autoptr (GstSample) sample = gst_app_sink_pull_sample (sink);
  if (sample == NULL)
    return GST_FLOW_EOS;
  GstBuffer *buffer = gst_sample_get_buffer (sample);
  const GstSegment *segment = gst_sample_get_segment (sample);
  gint64 pts_ns = running_time (segment, GST_BUFFER_PTS (buffer)) - self->priming_ns;
  gint64 dts_ns = pts_ns;
  if (self->encoding.stream == PO_STREAM_VIDEO && GST_BUFFER_DTS_IS_VALID (buffer))
    dts_ns = running_time (segment, GST_BUFFER_DTS (buffer));
  gboolean is_key = !GST_BUFFER_FLAG_IS_SET (buffer, GST_BUFFER_FLAG_DELTA_UNIT);
  g_autoptr (PoUnit) unit =
      po_unit_new (self->encoding.stream, buffer, gst_sample_get_caps (sample), pts_ns, dts_ns, is_key);
  atomic_fetch_add (&self->given, 1);
  send (self, unit);
  return GST_FLOW_OK;
}

// The mark of the end, once and only when it was asked for: a pipeline that breaks says EOS as well, and after that
// another one goes on with the stream.
static void send_end (PoEncoder *self) {
  g_mutex_lock (&self->mutex);
  gboolean is_due = self->is_finishing && !self->has_ended;
  self->has_ended |= is_due;
  g_mutex_unlock (&self->mutex);
  if (!is_due)
    return;
  g_autoptr (PoUnit) unit = po_unit_new (self->encoding.stream, NULL, NULL, 0, 0, FALSE);
  send (self, unit);
}

static void on_eos (GstAppSink *sink, gpointer user_data) {
  send_end (user_data);
}

// FALSE when the encoder is wanted no more.
static gboolean pause_for_restart (PoEncoder *self) {
  gint64 end_us = g_get_monotonic_time () + RESTART_PAUSE_US;
  g_mutex_lock (&self->mutex);
  while (!self->is_ending && !self->is_finishing && g_cond_wait_until (&self->changed, &self->mutex, end_us))
    continue;
  gboolean is_wanted = !self->is_ending && !self->is_finishing;
  g_mutex_unlock (&self->mutex);
  return is_wanted;
}

// FALSE when it broke again at once.
static gboolean start_again (PoEncoder *self) {
  g_mutex_lock (&self->mutex);
  g_clear_pointer (&self->problem, g_free);
  g_mutex_unlock (&self->mutex);
  if (gst_element_set_state (self->pipeline, GST_STATE_PLAYING) == GST_STATE_CHANGE_FAILURE)
    return FALSE;
  g_mutex_lock (&self->mutex);
  gboolean is_finishing = self->is_finishing;
  g_mutex_unlock (&self->mutex);
  if (is_finishing) // asked for while nothing was there to hear it
    gst_app_src_end_of_stream (self->source);
  g_mutex_lock (&self->mutex);
  gboolean is_well = self->problem == NULL;
  self->is_restarting = !is_well;
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->mutex);
  return is_well;
}

// Whatever was inside of one that broke is lost. With sound it cannot be counted: as much comes out as went in, but
// otherwise cut.
static void count_lost (PoEncoder *self) {
  const guint64 out = atomic_load (&self->given) + atomic_load (&self->lost), in = atomic_load (&self->taken);
  if (self->encoding.stream == PO_STREAM_VIDEO && in > out)
    atomic_fetch_add (&self->lost, in - out);
}

// In a thread of GStreamer's: an encoder that broke is stopped, and after a pause started anew with what comes then.
// From the moment on that it is no longer restarting, its owner may free it.
static void restart (GstElement *pipeline, gpointer user_data) {
  PoEncoder *self = user_data;
  do {
    gst_element_set_state (pipeline, GST_STATE_NULL);
    gboolean is_wanted = pause_for_restart (self);
    count_lost (self); // (after the pause: no push is under way any more that began before)
    if (!is_wanted) {
      send_end (self);
      g_mutex_lock (&self->mutex);
      self->is_restarting = FALSE;
      g_cond_broadcast (&self->changed);
      g_mutex_unlock (&self->mutex);
      return;
    }
  } while (!start_again (self));
}

static void note_error (PoEncoder *self, GstMessage *message) {
  g_autoptr (GError) error = NULL;
  gst_message_parse_error (message, &error, NULL);
  g_mutex_lock (&self->mutex);
  gboolean is_first = !self->is_restarting && !self->is_ending;
  if (self->problem == NULL)
    self->problem = g_strdup (error->message);
  self->is_restarting |= is_first;
  g_mutex_unlock (&self->mutex);
  if (is_first)
    gst_element_call_async (self->pipeline, restart, self, NULL);
}

static GstBusSyncReply on_message (GstBus *bus, GstMessage *message, gpointer user_data) {
  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR)
    note_error (user_data, message);
  gst_message_unref (message);
  return GST_BUS_DROP;
}

static gchar *describe (PoEncoder *self) {
  for (guint i = 0; i < G_N_ELEMENTS (codecs); i++) {
    if (codecs[i].codec != self->encoding.codec || codecs[i].stream != self->encoding.stream)
      continue;
    g_autofree gchar *middle = codecs[i].describe (&self->encoding, &self->house);
    self->priming_ns = (gint64)gst_util_uint64_scale ((guint64)codecs[i].priming_samples, GST_SECOND, PO_AUDIO_RATE);
    return g_strdup_printf ("appsrc name=source format=time %s ! appsink name=sink sync=false async=false "
                            "enable-last-sample=false",
                            middle);
  }
  return NULL;
}

static void configure (PoEncoder *self) {
  g_autoptr (GstCaps) caps =
      self->encoding.stream == PO_STREAM_VIDEO ? po_house_video_caps (&self->house) : po_house_audio_caps ();
  g_autoptr (GstBus) bus = gst_element_get_bus (self->pipeline);
  GstAppSinkCallbacks callbacks = {.eos = on_eos, .new_sample = on_sample};
  self->source = GST_APP_SRC (gst_bin_get_by_name (GST_BIN (self->pipeline), "source"));
  self->sink = GST_APP_SINK (gst_bin_get_by_name (GST_BIN (self->pipeline), "sink"));
  self->max_queued = self->waits ? N_QUEUED_FRAMES_WAITING : N_QUEUED_FRAMES;
  g_object_set (self->source, "caps", caps, "max-buffers", (guint64)self->max_queued, "max-bytes", (guint64)0,
                "max-time", (guint64)0, "block", self->waits, "leaky-type", self->waits ? 0 : 2, NULL);
  gst_app_sink_set_callbacks (self->sink, &callbacks, self, NULL);
  gst_bus_set_sync_handler (bus, on_message, self, NULL);
  gst_pipeline_use_clock (GST_PIPELINE (self->pipeline), NULL);
}

PoEncoder *po_encoder_new (const PoEncoding *encoding, const PoFormat *house, gboolean waits, GError **error) {
  g_autoptr (PoEncoder) self = g_new0 (PoEncoder, 1);
  self->encoding = *encoding;
  self->house = *house;
  self->waits = waits;
  self->queues = g_ptr_array_new_with_free_func ((GDestroyNotify)po_unit_queue_unref);
  g_mutex_init (&self->mutex);
  g_cond_init (&self->changed);
  g_autofree gchar *description = describe (self);
  g_autoptr (GError) cause = NULL;
  self->pipeline = gst_parse_launch (description, &cause);
  if (self->pipeline == NULL || cause != NULL) {
    g_set_error (error, PO_ERROR, PO_ERROR_SYSTEM, _ ("cannot make the encoder: %s; install the missing plugin"),
                 cause != NULL ? cause->message : description);
    return NULL;
  }
  configure (self);
  if (gst_element_set_state (self->pipeline, GST_STATE_PLAYING) == GST_STATE_CHANGE_FAILURE) {
    g_set_error (error, PO_ERROR, PO_ERROR_SYSTEM, _ ("cannot start the encoder: %s"),
                 self->problem != NULL ? self->problem : description);
    return NULL;
  }
  return g_steal_pointer (&self);
}

void po_encoder_free (PoEncoder *self) {
  if (self == NULL)
    return;
  for (guint i = 0; i < self->queues->len; i++)
    po_unit_queue_shut (self->queues->pdata[i]);
  g_mutex_lock (&self->mutex);
  self->is_ending = TRUE;
  g_cond_broadcast (&self->changed);
  while (self->is_restarting)
    g_cond_wait (&self->changed, &self->mutex);
  g_mutex_unlock (&self->mutex);
  if (self->pipeline != NULL)
    gst_element_set_state (self->pipeline, GST_STATE_NULL);
  g_clear_object (&self->source);
  g_clear_object (&self->sink);
  g_clear_object (&self->pipeline);
  g_ptr_array_unref (self->queues);
  g_mutex_clear (&self->mutex);
  g_cond_clear (&self->changed);
  g_free (self->problem);
  g_free (self);
}

const PoEncoding *po_encoder_encoding (PoEncoder *self) {
  return &self->encoding;
}

void po_encoder_subscribe (PoEncoder *self, PoUnitQueue *queue) {
  g_mutex_lock (&self->mutex);
  g_ptr_array_add (self->queues, po_unit_queue_ref (queue));
  g_mutex_unlock (&self->mutex);
  atomic_fetch_add (&self->n_subscribers, 1);
}

void po_encoder_unsubscribe (PoEncoder *self, PoUnitQueue *queue) {
  g_mutex_lock (&self->mutex);
  gboolean was_there = g_ptr_array_remove (self->queues, queue);
  g_mutex_unlock (&self->mutex);
  if (was_there)
    atomic_fetch_sub (&self->n_subscribers, 1);
}

gboolean po_encoder_is_wanted (PoEncoder *self) {
  return atomic_load (&self->n_subscribers) > 0;
}

void po_encoder_push (PoEncoder *self, GstBuffer *buffer) {
  if (atomic_load (&self->n_subscribers) == 0)
    return;
  gboolean is_full = !self->waits && gst_app_src_get_current_level_buffers (self->source) >= self->max_queued;
  gboolean is_away = gst_app_src_push_buffer (self->source, gst_buffer_ref (buffer)) != GST_FLOW_OK;
  atomic_fetch_add (is_away ? &self->refused : &self->taken, 1);
  if (is_full && !is_away)
    atomic_fetch_add (&self->lost, 1); // the oldest
}

void po_encoder_finish (PoEncoder *self) {
  g_mutex_lock (&self->mutex);
  self->is_finishing = TRUE;
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->mutex);
  gst_app_src_end_of_stream (self->source);
}

guint64 po_encoder_dropped (PoEncoder *self) {
  return atomic_load (&self->lost) + atomic_load (&self->refused);
}

guint po_encoder_queued (PoEncoder *self) {
  return (guint)gst_app_src_get_current_level_buffers (self->source);
}

gchar *po_encoder_problem (PoEncoder *self) {
  g_mutex_lock (&self->mutex);
  gchar *problem = g_strdup (self->problem);
  g_mutex_unlock (&self->mutex);
  return problem;
}
