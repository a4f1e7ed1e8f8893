// SPDX-License-Identifier: GPL-3.0-or-later
// Connecting, placing, publishing, connecting again.
#include "player/live.h"

#include <string.h>

#include <glib/gi18n-lib.h>
#include <gst/app/gstappsink.h>
#include <gst/gst.h>

#include "player/damage.h"
#include "player/decode.h"
#include "player/live-address.h"
#include "player/live-back-off.h"
#include "player/live-branch.h"
#include "player/live-fault.h"
#include "player/live-look.h"
#include "player/live-pace.h"
#include "player/live-picture.h"
#include "player/live-timeline.h"
#include "player/live-tuning.h"
#include "player/publisher.h"
#include "player/repeats.h"
#include "player/srt-source.h"

#define WATCH_INTERVAL_MS 250
#define SILENT_US         (12 * G_USEC_PER_SEC) // before anything came: longer than any source's next whole picture
#define LOST_US           (3 * G_USEC_PER_SEC)
#define DAMAGED_US        (G_USEC_PER_SEC / 2) // after the last damaged picture the source sends no such any more
#define CALM_US           G_USEC_PER_SEC       // something came for so long: the next fault is told, if it is the same
#define MAX_FORMATS       100                  // changes of it that are told
// Pictures that are damaged are not shown: where one after the other is, the source is away. One alone is not to take a
// show off the air, however far its next key picture is: so long after it the others pass for whole.
#define DAMAGED_NS (240 * GST_MSECOND)

struct _PoLive {
  gchar *uri;
  PoFormat format;
  PoRingWriter *ring;
  gint socket_fd;
  gint64 silent_us;     // longer than this without anything: connect anew
  gboolean is_paced;    // segments come in bursts: play them by the clock
  gint is_list;         // atomic: of segments
  GstElement *paced[2]; // atomic, (nullable): the branches of such a one's sound and picture; the pipeline's
  PoDecode *decode;     // (nullable) of a network source
  PoDamage *damage;     // (nullable) likewise
  PoRepeats *repeats;   // of such a list
  GstElement *pipeline; // (nullable) between connections
  guint bus_watch, retry, watch;
  gchar *told; // the last problem reported, so that each is told once between two whiles that it was well
  PoLiveLook look;
  GMutex format_lock;                   // of the next three
  gchar *picture_format, *sound_format; // (nullable)
  guint formats_told;
  GMutex lock; // of the timeline
  PoLiveTimeline timeline;
  // Of the picture thread.
  PoLivePicture pictures;
  PoLivePace pace;                // of a paced one
  gint64 last_us;                 // atomic: when anything came
  gint64 bytes_us, bytes_from_us; // atomic: when bytes came last, and first of this connection, whatever they are
  gint64 damaged_us;              // atomic: when the last damaged picture came; 0 = none has, or not lately
  gint64 began_us, connected_us;
  gint first_reported;
  PoLiveTuning *tuning;
};

static gint64 time_of (PoLive *self, GstSample *sample) {
  const GstClockTime pts = GST_BUFFER_PTS (gst_sample_get_buffer (sample));
  const guint64 running = gst_segment_to_running_time (gst_sample_get_segment (sample), GST_FORMAT_TIME, pts);
  return GST_CLOCK_TIME_IS_VALID (running) ? (gint64)(running + gst_element_get_base_time (self->pipeline)) : -1;
}

static gint64 place (PoLive *self, PoLiveStream stream, gint64 time_ns, gint64 length) {
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  return po_live_timeline_place (&self->timeline, stream, time_ns, length);
}

static void came (PoLive *self) {
  __atomic_store_n (&self->last_us, g_get_monotonic_time (), __ATOMIC_RELEASE);
}

static void set_pace (PoLive *self) {
  for (guint i = 0; i < G_N_ELEMENTS (self->paced); i++) {
    GstElement *branch = g_atomic_pointer_get (&self->paced[i]);
    if (branch != NULL)
      po_live_branch_pace (branch, (GstClockTime)self->pace.slack_us * GST_USECOND);
  }
}

static void keep_pace (PoLive *self, gint64 time_ns) {
  switch (po_live_pace_see (&self->pace, time_ns / 1000, g_get_monotonic_time ())) {
  case PO_LIVE_PACE_KEEP:
    break;
  case PO_LIVE_PACE_LATER:
    set_pace (self);
    break;
  case PO_LIVE_PACE_ANEW:
    po_live_begin_anew (self->pipeline);
    break;
  }
}

static gboolean is_damaged (PoLive *self, GstSample *sample) {
  const GstClockTime pts = GST_BUFFER_PTS (gst_sample_get_buffer (sample));
  return self->damage != NULL && po_damage_begins (self->damage, pts, pts + 1) == pts;
}

static void set_unreadable (PoLive *self, gboolean is) {
  po_ring_writer_set_seen (self->ring, PO_RING_SEEN_UNREADABLE, is ? PO_RING_SEEN_UNREADABLE : 0);
}

static void note_damaged (PoLive *self) {
  po_ring_writer_count_spoilt (self->ring);
  __atomic_store_n (&self->damaged_us, g_get_monotonic_time (), __ATOMIC_RELEASE);
  set_unreadable (self, TRUE);
}

static GstFlowReturn on_picture (GstAppSink *sink, gpointer user_data) {
  PoLive *self = user_data;
  g_autoptr (GstSample) sample = gst_app_sink_pull_sample (sink);
  if (sample == NULL)
    return GST_FLOW_EOS;
  const gint64 time_ns = time_of (self, sample);
  if (time_ns < 0)
    return GST_FLOW_OK;
  came (self);
  if (self->is_paced)
    keep_pace (self, time_ns);
  PoLivePictureSpan span;
  const GstClockTime duration = GST_BUFFER_DURATION (gst_sample_get_buffer (sample));
  const gint64 length =
      po_live_picture_length (&self->pictures, GST_CLOCK_TIME_IS_VALID (duration) ? (gint64)duration : -1);
  const gint64 position = place (self, PO_LIVE_PICTURE, time_ns, length);
  const gboolean is_spoilt = is_damaged (self, sample);
  if (is_spoilt)
    note_damaged (self);
  switch (po_live_picture_see (&self->pictures, position, length, is_spoilt, &span)) {
  case PO_LIVE_PICTURE_KEEP:
    break;
  case PO_LIVE_PICTURE_LEAVE:
    return GST_FLOW_OK;
  case PO_LIVE_PICTURE_ANEW:
    po_live_begin_anew (self->pipeline);
    return GST_FLOW_OK;
  }
  po_live_look_picture (&self->look, sample);
  const PoRingSpan on_air = {span.first, span.until, .intact_until = span.until};
  po_publisher_take_live (self->ring, sample, &on_air);
  if (g_atomic_int_compare_and_exchange (&self->first_reported, 0, 1))
    po_message_report (self->socket_fd, PO_PLAYER_REPORT_FIRST, 0, NULL);
  return GST_FLOW_OK;
}

static void put_sound (PoLive *self, gint64 position, const gint16 *samples, gint64 n) {
  const gint64 ahead = position - po_ring_writer_audio_position (self->ring);
  if (ahead >= PO_RING_AUDIO_SAMPLES)
    po_ring_writer_skip_samples (self->ring, position);
  else if (ahead > 0)
    po_ring_writer_samples (self->ring, NULL, (gsize)ahead);
  const gint64 skip = CLAMP (-ahead, 0, n);
  po_ring_writer_samples (self->ring, samples + 2 * skip, (gsize)(n - skip));
}

static GstFlowReturn on_sound (GstAppSink *sink, gpointer user_data) {
  PoLive *self = user_data;
  g_autoptr (GstSample) sample = gst_app_sink_pull_sample (sink);
  if (sample == NULL)
    return GST_FLOW_EOS;
  const gint64 time_ns = time_of (self, sample);
  GstMapInfo map;
  if (time_ns < 0 || !gst_buffer_map (gst_sample_get_buffer (sample), &map, GST_MAP_READ))
    return GST_FLOW_OK;
  came (self);
  const gint64 n = (gint64)(map.size / PO_RING_SAMPLE_BYTES);
  const gint16 *samples = (const gint16 *)(gconstpointer)map.data;
  po_live_look_sound (&self->look, samples, n);
  put_sound (self, place (self, PO_LIVE_SOUND, time_ns, n), samples, n);
  gst_buffer_unmap (gst_sample_get_buffer (sample), &map);
  return GST_FLOW_OK;
}

// What comes, for people: told again when it changes.
static void tell_format (PoLive *self, gchar **format, GstCaps *caps) {
  const GstStructure *structure = gst_caps_get_structure (caps, 0);
  gint a = 0, b = 0, fps_n = 0, fps_d = 1;
  g_autofree gchar *now = NULL;
  if (gst_structure_get_int (structure, "width", &a) && gst_structure_get_int (structure, "height", &b)) {
    gst_structure_get_fraction (structure, "framerate", &fps_n, &fps_d);
    now = fps_d == 1 ? g_strdup_printf ("%dx%dp%d", a, b, fps_n) : g_strdup_printf ("%dx%dp%d/%d", a, b, fps_n, fps_d);
  } else if (gst_structure_get_int (structure, "rate", &a) && gst_structure_get_int (structure, "channels", &b))
    now = g_strdup_printf ("%d Hz × %d", a, b);
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->format_lock);
  if (g_strcmp0 (*format, now) == 0)
    return;
  g_free (*format);
  *format = g_steal_pointer (&now);
  g_autofree gchar *both = g_strjoin (", ", self->picture_format != NULL ? self->picture_format : "–",
                                      self->sound_format != NULL ? self->sound_format : "–", NULL);
  if (self->formats_told++ < MAX_FORMATS)
    po_message_report (self->socket_fd, PO_PLAYER_REPORT_FORMAT, 0, both);
}

static void on_told (GstCaps *caps, gboolean is_picture, gpointer user_data) {
  PoLive *self = user_data;
  tell_format (self, is_picture ? &self->picture_format : &self->sound_format, caps);
}

static GstElement *new_branch (PoLive *self, gboolean is_picture) {
  static const GstAppSinkCallbacks picture = {.new_sample = on_picture}, sound = {.new_sample = on_sound};
  GstElement *bin = is_picture ? po_live_branch_picture (&self->format, &picture, on_told, self)
                               : po_live_branch_sound (&sound, on_told, self);
  if (self->is_paced) {
    po_live_branch_pace (bin, (GstClockTime)self->pace.slack_us * GST_USECOND);
    g_atomic_pointer_set (&self->paced[is_picture], bin);
  }
  return bin;
}

// Of which nothing is lost on the way: a hole is as the sender wants it.
static gboolean is_over_tcp (const gchar *uri) {
  return g_str_has_prefix (uri, "rtmp") || g_str_has_prefix (uri, "http") || g_str_has_prefix (uri, "rtspt:");
}

static GstElement *make_branch (PoDecode *decode, GstPad *pad, gboolean is_picture, gpointer user_data) {
  PoLive *self = user_data;
  po_ring_writer_set_status (self->ring, is_picture ? PO_RING_HAS_VIDEO : PO_RING_HAS_AUDIO);
  if (is_picture)
    po_damage_watch (self->damage, pad, PO_DAMAGE_LIVE | (is_over_tcp (self->uri) ? 0 : PO_DAMAGE_LOSSY));
  return new_branch (self, is_picture);
}

static void on_known (PoDecode *decode, gboolean has_picture, gboolean has_sound, gpointer user_data) {
}

static GstPadProbeReturn on_bytes (GstPad *pad, GstPadProbeInfo *info, gpointer user_data) {
  PoLive *self = user_data;
  const gint64 now_us = g_get_monotonic_time ();
  if (__atomic_load_n (&self->bytes_us, __ATOMIC_ACQUIRE) < self->connected_us)
    __atomic_store_n (&self->bytes_from_us, now_us, __ATOMIC_RELEASE);
  __atomic_store_n (&self->bytes_us, now_us, __ATOMIC_RELEASE);
  return GST_PAD_PROBE_OK;
}

static void watch_bytes (PoLive *self, GstElement *source) {
  g_autoptr (GstPad) pad = gst_element_get_static_pad (source, "src");
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_BUFFER_LIST, on_bytes, self, NULL);
}

static void on_element (GstBin *bin, GstBin *sub_bin, GstElement *element, gpointer user_data) {
  PoLive *self = user_data;
  GstElementFactory *factory = gst_element_get_factory (element);
  const gchar *name = factory != NULL ? GST_OBJECT_NAME (factory) : "";
  po_live_address_apply (self->uri, element, name);
  po_live_tuning_take (self->tuning, element, name);
  if (g_str_equal (name, "udpsrc") || g_str_equal (name, "playoutdsrtsrc"))
    watch_bytes (self, element);
  if (g_str_has_prefix (name, "hlsdemux") || g_str_has_prefix (name, "dashdemux"))
    g_atomic_int_set (&self->is_list, 1);
  if (g_atomic_int_get (&self->is_list) && factory != NULL &&
      gst_element_factory_list_is_type (factory, GST_ELEMENT_FACTORY_TYPE_DECODER))
    po_repeats_watch (self->repeats, element);
}

static gboolean connect_now (gpointer user_data);

static void disconnect_now (PoLive *self) {
  g_clear_handle_id (&self->bus_watch, g_source_remove);
  if (self->decode != NULL) {
    g_clear_pointer (&self->decode, po_decode_free);
    g_clear_pointer (&self->damage, po_damage_free);
  } else if (self->pipeline != NULL) {
    gst_element_set_state (self->pipeline, GST_STATE_NULL);
    gst_object_unref (self->pipeline);
  }
  self->pipeline = NULL;
  self->paced[0] = self->paced[1] = NULL;
}

static void try_again_later (PoLive *self, const gchar *why) {
  if (self->retry != 0)
    return;
  const gint64 last_us = __atomic_load_n (&self->last_us, __ATOMIC_ACQUIRE);
  const gint64 away_us = g_get_monotonic_time () - MAX (last_us, self->began_us);
  if (last_us - self->connected_us > CALM_US)
    g_clear_pointer (&self->told, g_free); // it was well meanwhile
  if (g_strcmp0 (why, self->told) != 0)
    po_message_report (self->socket_fd, PO_PLAYER_REPORT_INFO, 0, why);
  g_free (self->told);
  self->told = g_strdup (why);
  self->retry = g_timeout_add (po_live_back_off_ms (last_us > self->connected_us, away_us), connect_now, self);
}

static gboolean on_bus (GstBus *bus, GstMessage *message, gpointer user_data) {
  PoLive *self = user_data;
  g_autoptr (GError) error = NULL;
  switch (GST_MESSAGE_TYPE (message)) {
  case GST_MESSAGE_ERROR:
    if (self->retry != 0)
      break; // of one fault the first word is the cause
    gst_message_parse_error (message, &error, NULL);
    set_unreadable (self, po_live_fault_is_unreadable (error));
    try_again_later (self, po_live_fault_words (error, message));
    break;
  case GST_MESSAGE_EOS:
    set_unreadable (self, FALSE); // a picture that was cut off at its end says nothing of what it sends
    try_again_later (self, _ ("the source ended"));
    break;
  default:
    break;
  }
  return G_SOURCE_CONTINUE;
}

static void on_pad_removed (GstElement *source, GstPad *pad, gpointer user_data) {
  GstElement *pipeline = user_data;
  if (GST_STATE_TARGET (pipeline) == GST_STATE_PLAYING) // other streams take its place: begin anew
    po_live_begin_anew (pipeline);
}

static GstElement *make_test (PoLive *self) {
  g_autoptr (GUri) uri = g_uri_parse (self->uri, G_URI_FLAGS_NONE, NULL);
  const gchar *pattern = uri != NULL ? g_uri_get_host (uri) : NULL;
  GstElement *pipeline = gst_object_ref_sink (gst_pipeline_new (NULL));
  GstElement *picture = gst_element_factory_make ("videotestsrc", NULL);
  GstElement *sound = gst_element_factory_make ("audiotestsrc", NULL);
  GstElement *picture_end = new_branch (self, TRUE), *sound_end = new_branch (self, FALSE);
  g_object_set (picture, "is-live", TRUE, NULL);
  g_object_set (sound, "is-live", TRUE, "volume", 0.1, NULL);
  if (pattern != NULL && *pattern != '\0')
    gst_util_set_object_arg (G_OBJECT (picture), "pattern", pattern);
  gst_bin_add_many (GST_BIN (pipeline), picture, sound, picture_end, sound_end, NULL);
  GstCaps *rate = gst_caps_new_simple ("video/x-raw", "framerate", GST_TYPE_FRACTION, self->format.rate.fps_n,
                                       self->format.rate.fps_d, NULL);
  gst_element_link_filtered (picture, picture_end, rate);
  gst_caps_unref (rate);
  gst_element_link (sound, sound_end);
  po_ring_writer_set_status (self->ring, PO_RING_HAS_VIDEO | PO_RING_HAS_AUDIO);
  return pipeline;
}

static GstElement *make_network (PoLive *self) {
  self->damage = po_damage_new (DAMAGED_NS);
  self->decode = po_decode_new (self->uri, make_branch, on_known, self);
  GstElement *pipeline = po_decode_pipeline (self->decode);
  g_autoptr (GstIterator) children = gst_bin_iterate_elements (GST_BIN (pipeline));
  g_auto (GValue) item = G_VALUE_INIT;
  g_signal_connect (pipeline, "deep-element-added", G_CALLBACK (on_element), self);
  if (gst_iterator_next (children, &item) == GST_ITERATOR_OK)
    g_signal_connect (g_value_get_object (&item), "pad-removed", G_CALLBACK (on_pad_removed), pipeline);
  return pipeline;
}

static gboolean connect_now (gpointer user_data) {
  PoLive *self = user_data;
  self->retry = 0;
  disconnect_now (self);
  self->pipeline = g_str_has_prefix (self->uri, "test:") ? make_test (self) : make_network (self);
  g_autoptr (GstClock) clock = gst_system_clock_obtain ();
  gst_pipeline_use_clock (GST_PIPELINE (self->pipeline), clock);
  g_autoptr (GstBus) bus = gst_element_get_bus (self->pipeline);
  self->bus_watch = gst_bus_add_watch (bus, on_bus, self);
  self->connected_us = g_get_monotonic_time ();
  po_live_tuning_begin (self->tuning, self->pipeline);
  po_repeats_begin (self->repeats);
  gst_element_set_state (self->pipeline, GST_STATE_PLAYING);
  return G_SOURCE_REMOVE;
}

// Bytes come, and have for so long that a picture or sound must have been among them.
static gboolean is_strange (PoLive *self, gint64 now_us) {
  return !g_str_has_prefix (self->uri, "rtsp") && // it has words of its own
         __atomic_load_n (&self->last_us, __ATOMIC_ACQUIRE) <= self->connected_us &&
         __atomic_load_n (&self->bytes_us, __ATOMIC_ACQUIRE) > now_us - CALM_US;
}

// One that was cut off says nothing of what the source sends.
static void forget_damaged (PoLive *self, gint64 now_us) {
  const gint64 damaged_us = __atomic_load_n (&self->damaged_us, __ATOMIC_ACQUIRE);
  if (damaged_us == 0 || now_us - damaged_us < DAMAGED_US)
    return;
  __atomic_store_n (&self->damaged_us, 0, __ATOMIC_RELEASE);
  set_unreadable (self, FALSE);
}

static gboolean on_watch (gpointer user_data) {
  PoLive *self = user_data;
  const gint64 now_us = g_get_monotonic_time (), last_us = __atomic_load_n (&self->last_us, __ATOMIC_ACQUIRE);
  const gint64 bytes_from_us = __atomic_load_n (&self->bytes_from_us, __ATOMIC_ACQUIRE);
  forget_damaged (self, now_us);
  const gint64 silent_us = now_us - MAX (last_us, MAX (self->connected_us, bytes_from_us));
  // One that nobody has called since is listening already.
  if (self->retry != 0 || silent_us <= (last_us > self->connected_us ? self->silent_us : SILENT_US))
    return G_SOURCE_CONTINUE;
  set_unreadable (self, is_strange (self, now_us));
  try_again_later (self, is_strange (self, now_us)
                             ? _ ("what comes is not MPEG-TS; let its sender pack picture and sound into it")
                             : _ ("nothing comes from the source"));
  return G_SOURCE_CONTINUE;
}

// RTP says nothing of what it carries.
static gchar *full_uri (const gchar *uri) {
  if (g_str_has_prefix (uri, "rtp:") && strstr (uri, "encoding-name=") == NULL)
    return g_strconcat (uri, strchr (uri, '?') != NULL ? "&" : "?", "encoding-name=MP2T", NULL);
  return g_strdup (uri);
}

PoLive *po_live_new (const PoLoad *load, PoRingWriter *ring, gint socket_fd) {
  PoLive *self = g_new0 (PoLive, 1);
  g_mutex_init (&self->lock);
  g_mutex_init (&self->format_lock);
  po_live_look_init (&self->look, ring, (gint)load->silence_peak);
  self->uri = full_uri (load->name);
  self->is_paced = g_str_has_prefix (self->uri, "http");
  self->silent_us = self->is_paced ? SILENT_US : LOST_US;
  po_live_pace_init (&self->pace, load->slack_ms * G_GINT64_CONSTANT (1000));
  self->format = (PoFormat){
      .width = (gint)load->layout.width, .height = (gint)load->layout.height, .rate = {load->fps_n, load->fps_d}};
  self->pictures.frame = PO_AUDIO_RATE * self->format.rate.fps_d / self->format.rate.fps_n;
  self->ring = ring;
  self->socket_fd = socket_fd;
  self->tuning = po_live_tuning_new (self->is_paced);
  self->began_us = g_get_monotonic_time ();
  self->repeats = po_repeats_new ();
  po_srt_source_register ();
  self->watch = g_timeout_add (WATCH_INTERVAL_MS, on_watch, self);
  connect_now (self);
  return self;
}

void po_live_free (PoLive *self) {
  if (self == NULL)
    return;
  po_ring_writer_stop (self->ring);
  g_clear_handle_id (&self->watch, g_source_remove);
  g_clear_handle_id (&self->retry, g_source_remove);
  disconnect_now (self);
  po_live_tuning_free (self->tuning);
  po_repeats_free (self->repeats);
  po_srt_source_hang_up ();
  g_mutex_clear (&self->lock);
  g_mutex_clear (&self->format_lock);
  g_free (self->picture_format);
  g_free (self->sound_format);
  g_free (self->told);
  g_free (self->uri);
  g_free (self);
}
