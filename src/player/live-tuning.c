// SPDX-License-Identifier: GPL-3.0-or-later
#include "player/live-tuning.h"

#include "player/damage.h"
#include "player/ts-steady.h"

#define FLV_SOUND_MS     200
#define UDP_BUFFER_BYTES (4 << 20)
#define INNER_LATENCY_MS 100 // of elements with a jitter buffer of their own; the head has another

struct _PoLiveTuning {
  gboolean is_paced;
  GstElement *pipeline;  // (nullable) borrowed
  guint flv_wait_ms;     // demuxer's thread
  gint64 flv_picture_us; // likewise; 0 = none yet
};

PoLiveTuning *po_live_tuning_new (gboolean is_paced) {
  PoLiveTuning *self = g_new0 (PoLiveTuning, 1);
  self->is_paced = is_paced;
  self->flv_wait_ms = FLV_SOUND_MS;
  return self;
}

void po_live_tuning_free (PoLiveTuning *self) {
  g_free (self);
}

void po_live_tuning_begin (PoLiveTuning *self, GstElement *pipeline) {
  self->pipeline = pipeline;
  self->flv_picture_us = 0;
}

void po_live_begin_anew (GstElement *pipeline) {
  gst_element_post_message (pipeline, gst_message_new_eos (GST_OBJECT (pipeline)));
}

static void set_if_there (GstElement *element, const gchar *property, gint64 value) {
  if (g_object_class_find_property (G_OBJECT_GET_CLASS (element), property) != NULL) {
    g_autofree gchar *text = g_strdup_printf ("%" G_GINT64_FORMAT, value);
    gst_util_set_object_arg (G_OBJECT (element), property, text);
  }
}

static gboolean on_flv_settled (gpointer user_data) {
  GstElement *demux = user_data;
  if (demux->numsrcpads == 1)
    gst_element_no_more_pads (demux);
  return G_SOURCE_REMOVE;
}

// Of itself it waits six seconds for sound that may not be sent at all. What comes later yet is waited for the next
// time.
static void on_flv_pad (GstElement *demux, GstPad *pad, gpointer user_data) {
  PoLiveTuning *self = user_data;
  const gint64 now_us = g_get_monotonic_time ();
  if (demux->numsrcpads == 1 && g_str_equal (GST_PAD_NAME (pad), "video")) {
    self->flv_picture_us = now_us;
    g_timeout_add_full (G_PRIORITY_DEFAULT, self->flv_wait_ms, on_flv_settled, gst_object_ref (demux),
                        gst_object_unref);
  } else if (demux->numsrcpads == 2 && self->flv_picture_us != 0 &&
             now_us - self->flv_picture_us >= self->flv_wait_ms * G_GINT64_CONSTANT (1000)) {
    self->flv_wait_ms *= 3;
    po_live_begin_anew (self->pipeline);
  }
}

/** Packets: those that go into one demuxer. */
typedef struct {
  PoTsSteady *steady;
  gboolean is_lost; // something may be missing before one of the last
} Packets;

static void packets_free (gpointer data) {
  Packets *self = data;
  po_ts_steady_free (self->steady);
  g_free (self);
}

static gboolean steady_buffer (GstBuffer **buffer, guint index, gpointer user_data) {
  Packets *self = user_data;
  gboolean is_lost = FALSE;
  GstMapInfo map;
  *buffer = gst_buffer_make_writable (*buffer);
  if (!gst_buffer_map (*buffer, &map, GST_MAP_READWRITE))
    return TRUE;
  const gboolean is_steady = po_ts_steady_take (self->steady, map.data, map.size, g_get_monotonic_time (), &is_lost);
  self->is_lost |= is_lost;
  gst_buffer_unmap (*buffer, &map);
  if (is_steady) // what is missing the packets' counters tell; for this mark the demuxer forgets its streams
    GST_BUFFER_FLAG_UNSET (*buffer, GST_BUFFER_FLAG_DISCONT);
  return TRUE;
}

static GstPadProbeReturn on_packets (GstPad *pad, GstPadProbeInfo *info, gpointer user_data) {
  Packets *self = user_data;
  self->is_lost = FALSE;
  if (info->type & GST_PAD_PROBE_TYPE_BUFFER_LIST) {
    GstBufferList *list = gst_buffer_list_make_writable (GST_PAD_PROBE_INFO_BUFFER_LIST (info));
    gst_buffer_list_foreach (list, steady_buffer, self);
    info->data = list;
  } else {
    GstBuffer *buffer = GST_PAD_PROBE_INFO_BUFFER (info);
    steady_buffer (&buffer, 0, self);
    info->data = buffer;
  }
  g_autoptr (GstElement) demux = gst_pad_get_parent_element (pad);
  if (self->is_lost && demux != NULL)
    po_damage_tell_lost (demux);
  return GST_PAD_PROBE_OK;
}

static void steady_packets (GstElement *demux) {
  g_autoptr (GstPad) pad = gst_element_get_static_pad (demux, "sink");
  Packets *packets = g_new0 (Packets, 1);
  packets->steady = po_ts_steady_new ();
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_BUFFER_LIST, on_packets, packets,
                     packets_free);
}

void po_live_tuning_take (PoLiveTuning *self, GstElement *element, const gchar *name) {
  if (g_str_equal (name, "udpsrc"))
    set_if_there (element, "buffer-size", UDP_BUFFER_BYTES);
  else if (g_str_equal (name, "rtspsrc") || g_str_equal (name, "rtpsrc"))
    set_if_there (element, "latency", INNER_LATENCY_MS);
  else if (g_str_equal (name, "flvdemux"))
    g_signal_connect (element, "pad-added", G_CALLBACK (on_flv_pad), self);
  // What is decoded without the picture that it refers to.
  set_if_there (element, "output-corrupt", FALSE);
  // By the source's own clock, which the head follows: an estimate of the line's delays makes pictures stumble, most of
  // all for the two seconds after a stop, when what was held up comes at once.
  if (g_str_equal (name, "rtspsrc"))
    set_if_there (element, "buffer-mode", 0);
  if (g_str_equal (name, "tsdemux") && !self->is_paced) {
    set_if_there (element, "ignore-pcr", TRUE);
    steady_packets (element);
  }
}
