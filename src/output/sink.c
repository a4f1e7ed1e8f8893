// SPDX-License-Identifier: GPL-3.0-or-later
// Mux-and-sink pipelines, from the table of sink types and the container.
#include "output/sink.h"

#include <string.h>

#include <gio/gio.h>
#include <gst/app/gstappsrc.h>
#define GST_USE_UNSTABLE_API // the whole library is called so in 1.22
#include <gst/mpegts/mpegts.h>

#include "model/error.h"
#include "model/text.h"
#include "output/complaint.h"
#include "output/encoder.h"
#include "output/pacing.h"
#include "output/pcr.h"
#include "output/sink-type.h"

#define MAX_QUEUED_NS      (2 * (gint64)GST_SECOND)
#define MAX_STARVED_NS     (20 * (gint64)GST_SECOND) // of one stream while the other does not come
#define PROOF_BUFFERS      1                         // the first may still be waiting
#define PROOF_BUFFERS_FLV  12                      // headers go nowhere, and a few tags wait for the server's greeting
#define STALL_NS           (10 * PO_NS_PER_SECOND) // a place that takes nothing for so long has failed
#define PCR_SET_BACK_MS    450   // with the eighth of a second there already: the encoder's buffer and some
#define SDT_INTERVAL_TICKS 90000 // one a second
#define SRT_MODE_LISTENER  2     // of GstSRTConnectionMode, which has no header

struct _PoSink {
  PoFormat house;
  gint64 lead_ns;
  GstElement *pipeline;
  GstAppSrc *sources[2]; // by PoStream
  GstCaps *caps[2];      // last set
  // The multiplexer's thread's.
  PoService *service;     // (nullable)
  PoSiCarousel *carousel; // (nullable)
  PoServiceTold told;     // of the service, to the carousel
  gint64 running_ns;      // of what came last
  gboolean is_constant_rate;
  gboolean is_paced;
  PoPacing *pacing; // (nullable)
  const PoSinkType *type;
  guint n_lost; // places of its type, when it was made
  GMutex mutex; // protects the rest
  GCond changed;
  gint64 pushed_ns[2], left_ns[2]; // by PoStream: times of the last unit that came, and that the multiplexer was given
  gint64 moved_ns;                 // monotonic, when something last moved
  guint64 bytes, buffers;
  guint64 proof_buffers; // more than this many taken prove its place
  gint peers;
  gboolean is_done;
  gboolean is_interrupted;
  gchar *problem;
  PoComplaint complaint;
};

const gchar *po_sink_extension (const PoOutputSettings *settings) {
  return settings->container == PO_OUTPUT_CONTAINER_MKV ? "mkv" : "ts";
}

// Transport packets take 4 %, the rest is room for the encoder's peaks. Each picture and piece of sound leaves a packet
// half empty, and tables and clock references come, however little there is to send.
static gint constant_rate (const PoOutputSettings *settings, const PoFormat *house) {
  const gint64 pictures = MAX (po_frames_from_duration_ceil (PO_NS_PER_SECOND, house->rate), 25);
  return (settings->video_bitrate_kbps + settings->audio_bitrate_kbps) * 1120 + 60000 + (gint)pictures * 1600;
}

static gchar *describe (const PoOutputSettings *settings, const PoFormat *house, const PoSinkType *type) {
  if (settings->codec == PO_OUTPUT_CODEC_RAW)
    return g_strdup_printf ("appsrc name=video ! queue ! videoconvert ! %s "
                            "appsrc name=audio ! queue ! audioconvert ! audioresample ! autoaudiosink sync=false",
                            type->element);
  if (settings->container == PO_OUTPUT_CONTAINER_MKV)
    return g_strdup_printf ("matroskamux name=mux streamable=true ! %s appsrc name=video %s ! mux.video_%%u "
                            "appsrc name=audio ! mux.audio_%%u",
                            type->element, settings->codec == PO_OUTPUT_CODEC_H264 ? "! h264parse" : "");
  if (type->is_flv)
    return g_strdup_printf ("flvmux name=mux streamable=true ! %s appsrc name=video ! h264parse ! mux.video "
                            "appsrc name=audio ! aacparse ! mux.audio",
                            type->element);
  // (the pacing's place; unpaced, identity makes single datagrams of what the multiplexer gives in lists)
  return g_strdup_printf ("mpegtsmux name=mux alignment=7 bitrate=%d si-interval=%d ! %s %s "
                          "appsrc name=video ! mux. appsrc name=audio ! mux.",
                          type->is_constant_rate ? constant_rate (settings, house) : 0, SDT_INTERVAL_TICKS,
                          type->is_constant_rate ? "identity name=pace !" : "", type->element);
}

static void send_service_name (GstElement *mux, const gchar *name) {
  gsize size = 0;
  g_autoptr (GBytes) sdt = po_si_sdt (name, TRUE);
  const guint8 *data = g_bytes_get_data (sdt, &size);
  GstMpegtsSection *section = gst_mpegts_section_new (PO_SI_PID_SDT, g_memdup2 (data, size), size);
  gst_mpegts_section_send_event (section, mux);
  gst_mpegts_section_unref (section);
}

// ---- on the way from the multiplexer ----

static void ask_service (PoSink *self) {
  g_mutex_lock (&self->mutex);
  self->running_ns = self->pushed_ns[PO_STREAM_VIDEO] - self->lead_ns;
  g_mutex_unlock (&self->mutex);
  po_service_update (self->service, self->carousel, &self->told, self->running_ns);
}

// In place: neither rate nor clock references change.
static void rewrite (PoSink *self, guint8 *packets, gsize size) {
  po_pcr_set_back (packets, size, (guint64)PCR_SET_BACK_MS * PO_PCR_PER_MS);
  if (self->carousel != NULL)
    po_si_carousel_fill (self->carousel, self->running_ns, packets, size);
}

static gboolean rewrite_buffer (GstBuffer **buffer, guint index, gpointer user_data) {
  GstMapInfo map;
  *buffer = gst_buffer_make_writable (*buffer);
  if (gst_buffer_map (*buffer, &map, GST_MAP_READWRITE)) {
    rewrite (user_data, map.data, map.size);
    gst_buffer_unmap (*buffer, &map);
  }
  return TRUE;
}

// A stream without a rate, in a file: packets go before what comes next. (transfer full) of all
static GstBuffer *to_buffer (GByteArray *packets, GstBuffer *next) {
  gsize size = packets->len;
  GstBuffer *before = gst_buffer_new_wrapped (g_byte_array_free (packets, FALSE), size);
  gst_buffer_copy_into (before, next, GST_BUFFER_COPY_TIMESTAMPS, 0, (gsize)-1);
  return before;
}

static void insert_packets (PoSink *self, GstPadProbeInfo *info) {
  GByteArray *packets = po_si_carousel_take (self->carousel, self->running_ns);
  if (packets == NULL)
    return;
  if (info->type & GST_PAD_PROBE_TYPE_BUFFER_LIST) {
    GstBufferList *list = gst_buffer_list_make_writable (GST_PAD_PROBE_INFO_BUFFER_LIST (info));
    gst_buffer_list_insert (list, 0, to_buffer (packets, gst_buffer_list_get (list, 0)));
    info->data = list;
  } else {
    GstBuffer *next = GST_PAD_PROBE_INFO_BUFFER (info);
    info->data = gst_buffer_append (to_buffer (packets, next), next);
  }
}

static GstPadProbeReturn on_packets (GstPad *pad, GstPadProbeInfo *info, gpointer user_data) {
  PoSink *self = user_data;
  gboolean is_list = info->type & GST_PAD_PROBE_TYPE_BUFFER_LIST;
  if (self->carousel != NULL)
    ask_service (self);
  if (self->is_constant_rate && is_list) {
    GstBufferList *list = gst_buffer_list_make_writable (GST_PAD_PROBE_INFO_BUFFER_LIST (info));
    gst_buffer_list_foreach (list, rewrite_buffer, self);
    info->data = list;
  } else if (self->is_constant_rate) {
    GstBuffer *buffer = GST_PAD_PROBE_INFO_BUFFER (info);
    rewrite_buffer (&buffer, 0, self);
    info->data = buffer;
  } else if (self->carousel != NULL) {
    insert_packets (self, info);
  }
  return GST_PAD_PROBE_OK;
}

static void watch_packets (PoSink *self, GstElement *mux) {
  g_autoptr (GstPad) pad = gst_element_get_static_pad (mux, "src");
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_BUFFER_LIST, on_packets, self, NULL);
}

// ---- what moves ----

static PoStream stream_of (PoSink *self, GstPad *pad) {
  g_autoptr (GstObject) source = gst_object_get_parent (GST_OBJECT (pad));
  return source == GST_OBJECT (self->sources[PO_STREAM_VIDEO]) ? PO_STREAM_VIDEO : PO_STREAM_AUDIO;
}

static GstPadProbeReturn on_unit_left (GstPad *pad, GstPadProbeInfo *info, gpointer user_data) {
  PoSink *self = user_data;
  PoStream stream = stream_of (self, pad);
  g_mutex_lock (&self->mutex);
  self->left_ns[stream] = (gint64)GST_BUFFER_DTS (GST_PAD_PROBE_INFO_BUFFER (info));
  self->moved_ns = g_get_monotonic_time () * 1000;
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->mutex);
  return GST_PAD_PROBE_OK;
}

static GstPadProbeReturn on_bytes (GstPad *pad, GstPadProbeInfo *info, gpointer user_data) {
  PoSink *self = user_data;
  gsize bytes = info->type & GST_PAD_PROBE_TYPE_BUFFER_LIST
                    ? gst_buffer_list_calculate_size (GST_PAD_PROBE_INFO_BUFFER_LIST (info))
                    : gst_buffer_get_size (GST_PAD_PROBE_INFO_BUFFER (info));
  g_mutex_lock (&self->mutex);
  self->bytes += bytes;
  self->buffers++;
  self->moved_ns = g_get_monotonic_time () * 1000;
  g_mutex_unlock (&self->mutex);
  return GST_PAD_PROBE_OK;
}

static void on_peer (PoSink *self, gint change) {
  g_mutex_lock (&self->mutex);
  self->peers += change;
  g_mutex_unlock (&self->mutex);
}

// It is called, and nobody has yet.
static gboolean is_called (GstElement *sink) {
  gint mode = 0;
  if (g_signal_lookup ("caller-added", G_OBJECT_TYPE (sink)) == 0)
    return FALSE;
  g_object_get (sink, "mode", &mode, NULL);
  return mode == SRT_MODE_LISTENER;
}

static void on_caller_added (GstElement *sink, gint socket, GSocketAddress *address, gpointer user_data) {
  on_peer (user_data, 1);
}

static void on_caller_removed (GstElement *sink, gint socket, GSocketAddress *address, gpointer user_data) {
  on_peer (user_data, -1);
}

static void watch_place (PoSink *self, GstElement *sink) {
  g_autoptr (GstPad) pad = gst_element_get_static_pad (sink, "sink");
  if (pad != NULL)
    gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_BUFFER_LIST, on_bytes, self, NULL);
  if (!is_called (sink))
    return;
  self->peers = 0;
  g_signal_connect (sink, "caller-added", G_CALLBACK (on_caller_added), self);
  g_signal_connect (sink, "caller-removed", G_CALLBACK (on_caller_removed), self);
}

static gint64 waiting_ns_locked (PoSink *self, PoStream stream) {
  return self->pushed_ns[stream] - self->left_ns[stream];
}

void po_sink_count (PoSink *self, PoSinkCount *ret_count) {
  g_mutex_lock (&self->mutex);
  *ret_count = (PoSinkCount){self->bytes, self->peers, self->buffers > self->proof_buffers,
                             waiting_ns_locked (self, PO_STREAM_VIDEO)};
  g_mutex_unlock (&self->mutex);
}

gchar *po_sink_complaint (PoSink *self) {
  g_mutex_lock (&self->mutex);
  gchar *words = po_complaint_words (&self->complaint, g_get_monotonic_time () * 1000);
  g_mutex_unlock (&self->mutex);
  return words;
}

// ---- the pipeline ----

// Of a datagram that was not sent.
static void hear_locked (PoSink *self, GstMessage *message) {
  g_autoptr (GError) error = NULL;
  g_autofree gchar *details = NULL;
  gst_message_parse_warning (message, &error, &details);
  g_autofree gchar *words = po_complaint_read (error, details);
  if (g_error_matches (error, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_WRITE))
    po_complaint_hear (&self->complaint, words, g_get_monotonic_time () * 1000);
}

static GstBusSyncReply on_message (GstBus *bus, GstMessage *message, gpointer user_data) {
  PoSink *self = user_data;
  g_mutex_lock (&self->mutex);
  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR && self->problem == NULL) {
    g_autoptr (GError) error = NULL;
    g_autofree gchar *details = NULL;
    gst_message_parse_error (message, &error, &details);
    self->problem = po_complaint_read (error, details);
  }
  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_WARNING)
    hear_locked (self, message);
  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_EOS)
    self->is_done = TRUE;
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->mutex);
  gst_message_unref (message);
  return GST_BUS_DROP;
}

static GstAppSrc *take_source (PoSink *self, const gchar *name) {
  GstAppSrc *source = GST_APP_SRC (gst_bin_get_by_name (GST_BIN (self->pipeline), name));
  g_autoptr (GstPad) pad = gst_element_get_static_pad (GST_ELEMENT (source), "src");
  // (How much it holds is minded by who pushes.)
  g_object_set (source, "format", GST_FORMAT_TIME, "block", FALSE, "max-buffers", (guint64)0, "max-bytes", (guint64)0,
                "max-time", (guint64)0, NULL);
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, on_unit_left, self, NULL);
  return source;
}

static void pace (PoSink *self, gint64 bits_per_second) {
  g_autoptr (GstElement) element = gst_bin_get_by_name (GST_BIN (self->pipeline), "pace");
  self->pacing = po_pacing_new (element, bits_per_second);
}

static void configure_transport_stream (PoSink *self, GstElement *mux, const PoOutputSettings *settings,
                                        const PoSinkType *type) {
  if (settings->service_name != NULL)
    send_service_name (mux, settings->service_name);
  if (self->service != NULL)
    self->carousel = po_si_carousel_new ();
  self->is_constant_rate = type->is_constant_rate;
  if (self->is_constant_rate && self->is_paced)
    pace (self, constant_rate (settings, &self->house));
  watch_packets (self, mux);
}

static gboolean build (PoSink *self, const PoOutputSettings *settings, const gchar *location, GError **error) {
  const PoSinkType *type = po_sink_type_find (settings->type, error);
  if (type == NULL)
    return FALSE;
  g_autofree gchar *description = describe (settings, &self->house, type);
  g_autoptr (GError) cause = NULL;
  self->pipeline = gst_parse_launch (description, &cause);
  if (self->pipeline == NULL || cause != NULL) {
    g_set_error (error, PO_ERROR, PO_ERROR_SYSTEM, _ ("cannot make the output: %s; install the missing plugin"),
                 cause != NULL ? cause->message : description);
    return FALSE;
  }
  g_autoptr (GstElement) sink = gst_bin_get_by_name (GST_BIN (self->pipeline), "sink");
  g_autoptr (GstElement) mux = gst_bin_get_by_name (GST_BIN (self->pipeline), "mux");
  g_autoptr (GstBus) bus = gst_element_get_bus (self->pipeline);
  self->sources[PO_STREAM_VIDEO] = take_source (self, "video");
  self->sources[PO_STREAM_AUDIO] = take_source (self, "audio");
  gst_bus_set_sync_handler (bus, on_message, self, NULL);
  gst_pipeline_use_clock (GST_PIPELINE (self->pipeline), NULL);
  if (type->is_flv)
    self->proof_buffers = PROOF_BUFFERS_FLV;
  if (mux != NULL && !type->is_flv && settings->container == PO_OUTPUT_CONTAINER_TS)
    configure_transport_stream (self, mux, settings, type);
  if (!type->configure (sink, settings, location, error))
    return FALSE;
  watch_place (self, sink);
  return TRUE;
}

static gboolean fail (PoSink *self, GError **error) {
  g_mutex_lock (&self->mutex);
  g_set_error_literal (error, PO_ERROR, PO_ERROR_SYSTEM,
                       self->problem != NULL ? self->problem : _ ("the output stopped without giving a reason"));
  g_mutex_unlock (&self->mutex);
  return FALSE;
}

static PoSink *sink_alloc (const PoFormat *house) {
  PoSink *self = g_new0 (PoSink, 1);
  self->house = *house;
  g_mutex_init (&self->mutex);
  g_cond_init (&self->changed);
  return self;
}

gboolean po_sink_check (const PoOutputSettings *settings, const PoFormat *house, GError **error) {
  g_autoptr (PoSink) self = sink_alloc (house);
  g_autoptr (GError) cause = NULL;
  if (build (self, settings, NULL, &cause) || !g_error_matches (cause, PO_ERROR, PO_ERROR_CONFIG))
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&cause));
  return FALSE;
}

PoSink *po_sink_new (const PoOutputSettings *settings, const PoFormat *house, PoService *service, const gchar *location,
                     gint64 lead_ns, gboolean is_paced, GError **error) {
  const PoSinkType *type = po_sink_type_find (settings->type, error);
  if (type == NULL || (type->is_there != NULL && !type->is_there (settings, error)))
    return NULL;
  g_autoptr (PoSink) self = sink_alloc (house);
  self->type = type;
  self->n_lost = type->n_lost != NULL ? type->n_lost () : 0;
  self->lead_ns = lead_ns;
  self->is_paced = is_paced;
  self->service = service != NULL ? po_service_ref (service) : NULL;
  self->peers = -1;
  self->proof_buffers = PROOF_BUFFERS;
  self->moved_ns = g_get_monotonic_time () * 1000;
  if (!build (self, settings, location, error))
    return NULL;
  if (gst_element_set_state (self->pipeline, GST_STATE_PLAYING) == GST_STATE_CHANGE_FAILURE) {
    fail (self, error);
    return NULL;
  }
  return g_steal_pointer (&self);
}

void po_sink_free (PoSink *self) {
  if (self == NULL)
    return;
  po_sink_interrupt (self);
  if (self->pipeline != NULL)
    gst_element_set_state (self->pipeline, GST_STATE_NULL);
  for (guint i = 0; i < G_N_ELEMENTS (self->sources); i++) {
    g_clear_object (&self->sources[i]);
    gst_clear_caps (&self->caps[i]);
  }
  g_clear_object (&self->pipeline);
  po_pacing_free (self->pacing);
  po_service_unref (self->service);
  po_si_carousel_free (self->carousel);
  g_mutex_clear (&self->mutex);
  g_cond_clear (&self->changed);
  po_complaint_clear (&self->complaint);
  g_free (self->problem);
  g_free (self);
}

static GstClockTime shifted (PoSink *self, gint64 time_ns) {
  return (GstClockTime)MAX (time_ns + self->lead_ns, 0);
}

// Whoever finds its place gone may not come back to say so.
static gboolean is_broken_locked (PoSink *self) {
  if (self->problem == NULL && self->type->n_lost != NULL && self->type->n_lost () != self->n_lost)
    self->problem = g_strdup (_ ("what it is shown on has gone away"));
  return self->problem != NULL || self->is_interrupted;
}

// While the multiplexer starves for the other stream it takes nothing of this one, and that is no fault of the place's;
// the other would never come if this one waited here.
static gboolean is_full_locked (PoSink *self, PoStream stream) {
  PoStream other = stream == PO_STREAM_VIDEO ? PO_STREAM_AUDIO : PO_STREAM_VIDEO;
  gint64 most_ns = waiting_ns_locked (self, other) > 0 ? MAX_QUEUED_NS : MAX_STARVED_NS;
  return waiting_ns_locked (self, stream) > most_ns;
}

// FALSE when it has failed, be it by taking nothing.
static gboolean await_room (PoSink *self, const PoUnit *unit) {
  PoStream stream = unit->stream;
  g_mutex_lock (&self->mutex);
  while (!is_broken_locked (self) && is_full_locked (self, stream)) {
    g_cond_wait_until (&self->changed, &self->mutex, g_get_monotonic_time () + G_USEC_PER_SEC);
    gint64 stalled_ns = g_get_monotonic_time () * 1000 - self->moved_ns;
    if (stalled_ns > STALL_NS && self->problem == NULL)
      self->problem = g_strdup_printf (_ ("it has taken nothing for %d s"), (gint)(STALL_NS / PO_NS_PER_SECOND));
  }
  gboolean is_well = !is_broken_locked (self);
  // While everything has left, what counts as waiting begins with this one.
  gboolean is_empty = self->pushed_ns[stream] == self->left_ns[stream];
  self->pushed_ns[stream] = (gint64)shifted (self, unit->dts_ns);
  if (is_empty)
    self->left_ns[stream] = self->pushed_ns[stream] - 1;
  g_mutex_unlock (&self->mutex);
  return is_well;
}

gboolean po_sink_push (PoSink *self, PoUnit *unit, GError **error) {
  GstAppSrc *source = self->sources[unit->stream];
  if (!await_room (self, unit))
    return fail (self, error);
  if (unit->caps != self->caps[unit->stream]) {
    gst_caps_replace (&self->caps[unit->stream], unit->caps);
    gst_app_src_set_caps (source, unit->caps);
  }
  GstBuffer *buffer = gst_buffer_copy (unit->buffer); // (shares the memory)
  GST_BUFFER_PTS (buffer) = shifted (self, unit->pts_ns);
  GST_BUFFER_DTS (buffer) = shifted (self, unit->dts_ns);
  return gst_app_src_push_buffer (source, buffer) == GST_FLOW_OK || fail (self, error);
}

gboolean po_sink_finish (PoSink *self, gint64 timeout_ns, GError **error) {
  gint64 end_us = g_get_monotonic_time () + timeout_ns / 1000;
  gst_app_src_end_of_stream (self->sources[PO_STREAM_VIDEO]);
  gst_app_src_end_of_stream (self->sources[PO_STREAM_AUDIO]);
  g_mutex_lock (&self->mutex);
  while (!self->is_done && self->problem == NULL && !self->is_interrupted &&
         g_cond_wait_until (&self->changed, &self->mutex, end_us))
    continue;
  gboolean is_done = self->is_done;
  g_mutex_unlock (&self->mutex);
  return is_done || fail (self, error);
}

void po_sink_interrupt (PoSink *self) {
  g_mutex_lock (&self->mutex);
  self->is_interrupted = TRUE;
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->mutex);
  if (self->pacing != NULL)
    po_pacing_interrupt (self->pacing);
}
