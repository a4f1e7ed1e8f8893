// SPDX-License-Identifier: GPL-3.0-or-later
// One run: decode, pick, convert, publish.
#include "player/play.h"

#include <glib/gi18n-lib.h>
#include <gst/app/gstappsink.h>
#include <gst/gst.h>
#include <math.h>

#include "player/branch.h"
#include "player/clip-source.h"
#include "player/clock-survey.h"
#include "player/damage.h"
#include "player/decode.h"
#include "player/first.h"
#include "player/inner-pad.h"
#include "player/picker.h"
#include "player/publisher.h"
#include "player/queue-room.h"
#include "player/slot-pool.h"
#include "player/sound.h"
#include "player/timeline.h"

#define MAX_WARNINGS 5 // per run; a corrupt file has thousands
#define FARTHER      8 // times as far before the join, where its picture was not found

struct _PoPlay {
  PoFormat format;
  PoFieldOrder fields;
  gint64 media_in_ns;
  PoRingWriter *ring;
  gint media_fd, socket_fd;
  PoTimeline *timeline;
  PoDamage *damage;
  PoDecode *decode;
  PoSound sound;
  PoSubtitle *subtitle; // (nullable)
  GstElement *picker;   // (nullable)
  gboolean seek_wanted; // main thread: until the first picture is there
  gint64 margin_ns;     // main thread: so long before media_in was sought
  gint is_preroll;      // atomic: the next picture is only what prerolled, and lies before media_in
  gboolean failed;      // main thread
  guint warnings;
  guint bus_watch;
  PoFirst first;
};

static void report_first (PoPlay *self) {
  po_message_report (self->socket_fd, PO_PLAYER_REPORT_FIRST, 0, NULL);
}

static GstFlowReturn on_picture (GstAppSink *sink, gpointer user_data) {
  PoPlay *self = user_data;
  g_autoptr (GstSample) sample = gst_app_sink_pull_sample (sink);
  if (sample == NULL)
    return GST_FLOW_EOS;
  if (g_atomic_int_compare_and_exchange (&self->is_preroll, TRUE, FALSE))
    return GST_FLOW_OK;
  const gboolean is_still = po_picker_is_still (PO_PICKER (self->picker));
  if (is_still)
    po_ring_writer_set_status (self->ring, PO_RING_STILL);
  if (!po_publisher_take (self->ring, sample, is_still ? NULL : self->subtitle, self->damage))
    return GST_FLOW_FLUSHING;
  if (po_first_add_picture (&self->first, (gint64)GST_BUFFER_OFFSET_END (gst_sample_get_buffer (sample))))
    report_first (self);
  return GST_FLOW_OK;
}

static void on_picture_eos (GstAppSink *sink, gpointer user_data) {
  PoPlay *self = user_data;
  if (po_picker_is_still (PO_PICKER (self->picker)))
    return; // it stands for as long as it is wanted
  po_ring_writer_set_status (self->ring, PO_RING_VIDEO_ENDED);
  if (po_first_end_picture (&self->first))
    report_first (self);
  po_message_report (self->socket_fd, PO_PLAYER_REPORT_ENDED, po_picker_frames (PO_PICKER (self->picker)), NULL);
}

// Where nothing but sound comes, its first sample is what offsets count from.
static GstFlowReturn on_sound_preroll (GstAppSink *sink, gpointer user_data) {
  PoPlay *self = user_data;
  gint64 unused_ns;
  if (po_first_has_picture (&self->first))
    return GST_FLOW_OK;
  g_autoptr (GstSample) sample = gst_app_sink_pull_preroll (sink);
  if (sample == NULL)
    return GST_FLOW_EOS;
  po_timeline_locate (self->timeline, gst_sample_get_segment (sample), GST_BUFFER_PTS (gst_sample_get_buffer (sample)),
                      FALSE, &unused_ns);
  return GST_FLOW_OK;
}

static GstFlowReturn on_sound (GstAppSink *sink, gpointer user_data) {
  PoPlay *self = user_data;
  g_autoptr (GstSample) sample = gst_app_sink_pull_sample (sink);
  if (sample == NULL)
    return GST_FLOW_EOS;
  if (!po_sound_take (&self->sound, sample))
    return GST_FLOW_FLUSHING;
  if (po_first_add_sound (&self->first, po_ring_writer_audio_position (self->ring)))
    report_first (self);
  return GST_FLOW_OK;
}

static void on_sound_eos (GstAppSink *sink, gpointer user_data) {
  PoPlay *self = user_data;
  po_sound_end (&self->sound);
  po_ring_writer_set_status (self->ring, PO_RING_AUDIO_ENDED);
  if (po_first_end_sound (&self->first))
    report_first (self);
  if (!po_first_has_picture (&self->first)) {
    const gint64 end_ns = (gint64)gst_util_uint64_scale ((guint64)po_ring_writer_audio_position (self->ring),
                                                         PO_NS_PER_SECOND, PO_AUDIO_RATE);
    po_message_report (self->socket_fd, PO_PLAYER_REPORT_ENDED,
                       po_frames_from_duration_ceil (end_ns, self->format.rate), NULL);
  }
}

static gint channels_on (GstPad *pad) {
  g_autoptr (GstCaps) caps = gst_pad_get_current_caps (pad);
  gint channels = 0;
  if (caps != NULL)
    gst_structure_get_int (gst_caps_get_structure (caps, 0), "channels", &channels);
  return channels;
}

// By what its decoder takes: the file's first track may be of another kind.
static gboolean is_opus (GstPad *decoded) {
  g_autoptr (GstPad) inner = po_inner_pad (decoded);
  g_autoptr (GstPad) before = inner != NULL ? po_pad_before (inner) : NULL;
  g_autoptr (GstCaps) caps = before != NULL ? gst_pad_get_current_caps (before) : NULL;
  return caps != NULL && gst_structure_has_name (gst_caps_get_structure (caps, 0), "audio/x-opus");
}

// libav's decoders copy what they send out of memory of their own; what they keep of it they never look at.
static gboolean is_by_libav (GstPad *pad) {
  g_autoptr (GstPad) inner = po_inner_pad (pad);
  g_autoptr (GstElement) decoder = inner != NULL ? gst_pad_get_parent_element (inner) : NULL;
  GstElementFactory *factory = decoder != NULL ? gst_element_get_factory (decoder) : NULL;
  return factory != NULL && g_str_has_prefix (GST_OBJECT_NAME (factory), "avdec_");
}

// Not where subtitles are drawn: the same picture is then needed again without them.
static void offer_slots (PoPlay *self, GstElement *branch, GstPad *decoded) {
  g_autoptr (GstElement) sink = gst_bin_get_by_name (GST_BIN (branch), PO_BRANCH_SINK);
  g_autoptr (GstPad) pad = gst_element_get_static_pad (sink, "sink");
  po_slot_pool_offer (self->ring, pad, !is_by_libav (decoded));
}

static GstElement *make_branch (PoDecode *decode, GstPad *pad, gboolean is_picture, gpointer user_data) {
  PoPlay *self = user_data;
  static const GstAppSinkCallbacks picture = {.new_sample = on_picture, .eos = on_picture_eos};
  static const GstAppSinkCallbacks sound = {
      .new_preroll = on_sound_preroll, .new_sample = on_sound, .eos = on_sound_eos};
  po_timeline_set_raw (self->timeline, po_decode_is_matroska (decode));
  if (!is_picture) {
    if (is_opus (pad))
      po_timeline_set_opus (self->timeline);
    if (channels_on (pad) > 2)
      po_sound_limit_mix (&self->sound);
    po_ring_writer_set_status (self->ring, PO_RING_HAS_AUDIO);
    po_first_set_has_sound (&self->first);
    return po_branch_sound (&sound, self);
  }
  po_first_set_has_picture (&self->first);
  po_queue_room_watch (pad);
  po_damage_watch (self->damage, pad, po_damage_way (po_decode_container (decode)));
  self->picker = po_picker_new (self->timeline, self->format.rate, self->damage);
  po_picker_set_image (PO_PICKER (self->picker), po_decode_is_image (decode));
  po_ring_writer_set_status (self->ring, PO_RING_HAS_VIDEO);
  GstElement *branch = po_branch_picture (pad, &self->format, self->fields, self->picker, &picture, self);
  if (self->subtitle == NULL)
    offer_slots (self, branch, pad);
  return branch;
}

static void on_known (PoDecode *decode, gboolean has_picture, gboolean has_sound, gpointer user_data) {
  PoPlay *self = user_data;
  if (!has_picture)
    po_timeline_set_sound_leads (self->timeline);
  po_ring_writer_set_status (self->ring, PO_RING_STREAMS_KNOWN);
}

static void fail (PoPlay *self, const gchar *text) {
  self->failed = TRUE;
  po_ring_writer_set_status (self->ring, PO_RING_ERROR);
  po_message_report (self->socket_fd, PO_PLAYER_REPORT_ERROR, 0, text);
}

static void fail_with (PoPlay *self, const GError *error) {
  g_autofree gchar *text = po_decode_explain (self->decode, error);
  fail (self, text);
}

static void start_playing (PoPlay *self) {
  gst_element_set_state (po_decode_pipeline (self->decode), GST_STATE_PLAYING);
}

static gboolean seek_before_media_in (PoPlay *self, gint64 margin_ns) {
  const GstClockTime target = po_timeline_first_stream_time (self->timeline) + (GstClockTime)self->media_in_ns;
  self->margin_ns = MIN (margin_ns, self->media_in_ns);
  po_timeline_set_seek (self->timeline, target);
  if (self->picker != NULL)
    po_picker_tell_first (PO_PICKER (self->picker));
  return gst_element_seek (po_decode_pipeline (self->decode), 1.0, GST_FORMAT_TIME,
                           GST_SEEK_FLAG_FLUSH | GST_SEEK_FLAG_ACCURATE, GST_SEEK_TYPE_SET,
                           (gint64)target - self->margin_ns, GST_SEEK_TYPE_NONE, -1);
}

// The first picture, or sample of sound alone, is there: its position, not zero, is what offsets count from. Where
// pictures are sought, the first of them says whether to play.
static void seek_to_media_in (PoPlay *self) {
  self->seek_wanted = FALSE;
  if (!GST_CLOCK_TIME_IS_VALID (po_timeline_first_stream_time (self->timeline)) || po_decode_is_image (self->decode)) {
    start_playing (self);
    return;
  }
  const gint64 margin_ns =
      po_clock_survey_goes_back (self->media_fd) ? G_MAXINT64 : po_decode_seek_margin_ns (self->decode);
  if (self->media_in_ns > margin_ns && seek_before_media_in (self, margin_ns)) {
    if (self->picker == NULL)
      start_playing (self);
    return;
  }
  if (self->media_in_ns <= margin_ns && self->picker != NULL) {
    po_picker_begin_at (PO_PICKER (self->picker), self->media_in_ns);
    g_atomic_int_set (&self->is_preroll, TRUE);
  }
  po_timeline_set_no_seek (self->timeline);
  start_playing (self);
}

// Decoders leave out a picture of before the place that was sought even where it stands beyond that. No picture: only
// sound is left.
static void on_first_sought (PoPlay *self, const GstStructure *said) {
  gint64 late_ns = 0;
  gst_structure_get_int64 (said, "late", &late_ns);
  const gboolean is_late = late_ns > PO_NS_PER_MS && late_ns < G_MAXINT64;
  if (!is_late || self->margin_ns >= self->media_in_ns || !seek_before_media_in (self, FARTHER * self->margin_ns))
    start_playing (self);
}

static gboolean on_bus (GstBus *bus, GstMessage *message, gpointer user_data) {
  PoPlay *self = user_data;
  g_autoptr (GError) error = NULL;
  switch (GST_MESSAGE_TYPE (message)) {
  case GST_MESSAGE_ERROR:
    gst_message_parse_error (message, &error, NULL);
    fail_with (self, error);
    break;
  case GST_MESSAGE_WARNING:
    gst_message_parse_warning (message, &error, NULL);
    if (self->warnings++ < MAX_WARNINGS)
      po_message_report (self->socket_fd, PO_PLAYER_REPORT_INFO, 0, error->message);
    break;
  case GST_MESSAGE_ASYNC_DONE:
    if (self->seek_wanted)
      seek_to_media_in (self);
    break;
  case GST_MESSAGE_ELEMENT:
    if (gst_message_has_name (message, PO_PICKER_FIRST))
      on_first_sought (self, gst_message_get_structure (message));
    break;
  case GST_MESSAGE_EOS:
    if (self->seek_wanted || (self->media_in_ns == 0 && !po_first_is_told (&self->first)))
      fail (self, _ ("it has no picture and no sound"));
    break;
  default:
    break;
  }
  return G_SOURCE_CONTINUE;
}

static void on_stalled (PoDecode *decode, gpointer user_data) {
  PoPlay *self = user_data;
  if (!self->failed)
    fail (self, _ ("nothing in it can be decoded"));
}

static gfloat factor (gint32 level_mb) {
  return powf (10, (gfloat)level_mb / 2000);
}

PoPlay *po_play_new (const PoLoad *load, PoRingWriter *ring, const PoPlayFiles *files, PoSubtitle *subtitle) {
  PoPlay *self = g_new0 (PoPlay, 1);
  self->format = (PoFormat){
      .width = (gint)load->layout.width, .height = (gint)load->layout.height, .rate = {load->fps_n, load->fps_d}};
  self->fields = (PoFieldOrder)MIN (load->fields, PO_FIELDS_BOTTOM_FIRST);
  self->media_in_ns = load->media_in_ns;
  self->ring = ring;
  self->media_fd = files->media_fd;
  self->socket_fd = files->socket_fd;
  self->subtitle = subtitle;
  po_first_init (&self->first, load->layout.n_slots, self->format.rate);
  self->damage = po_damage_new (PO_LONGEST_GROUP_NS);
  self->timeline = po_timeline_new (self->format.rate, load->media_in_ns);
  po_sound_init (&self->sound, self->timeline, ring, factor (load->gain_mb),
                 load->limit ? factor (load->ceiling_mb) : 0);
  g_autofree gchar *uri = po_clip_source_uri (files->media_fd);
  self->decode = po_decode_new (uri, make_branch, on_known, self);
  po_decode_set_sound (self->decode, (gint)load->sound_track);
  po_decode_set_spare (self->decode, files->spare_fd, po_ring_writer_media_moved (ring));
  GstElement *pipeline = po_decode_pipeline (self->decode);
  gst_pipeline_use_clock (GST_PIPELINE (pipeline), NULL);
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);
  self->bus_watch = gst_bus_add_watch (bus, on_bus, self);
  po_decode_watch (self->decode, on_stalled);
  self->seek_wanted = load->media_in_ns > 0;
  gst_element_set_state (pipeline, self->seek_wanted ? GST_STATE_PAUSED : GST_STATE_PLAYING);
  return self;
}

void po_play_free (PoPlay *self) {
  if (self == NULL)
    return;
  po_ring_writer_stop (self->ring);
  po_timeline_stop (self->timeline);
  g_source_remove (self->bus_watch);
  po_decode_free (self->decode);
  po_sound_clear (&self->sound);
  po_subtitle_free (self->subtitle);
  po_timeline_free (self->timeline);
  po_damage_free (self->damage);
  g_free (self);
}
