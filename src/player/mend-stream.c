// SPDX-License-Identifier: GPL-3.0-or-later
// Probes on what the demuxer pulls, and on its Opus.
#include "player/mend-stream.h"

#include <gst/audio/audio.h>

#include "player/damage.h"
#include "player/ts-flow.h"
#include "player/ts-start.h"

#define OPUS_RATE 48000 // what is cut off is counted by it, whatever its sound had

/** Stream: one file. Of the thread that pulls. */
typedef struct {
  PoTsFlow *flow; // NULL: the beginning was not looked at yet
  gboolean is_mended;
  PoTsStart start;
} Stream;

// (nullable) (transfer full)
static GstBuffer *pull (GstPad *pad, gint64 offset, gint64 size) {
  g_autoptr (GstPad) peer = gst_pad_get_peer (pad);
  GstBuffer *buffer = NULL;
  const gboolean is_there =
      peer != NULL && gst_pad_get_range (peer, (guint64)offset, (guint)size, &buffer) == GST_FLOW_OK;
  return is_there ? buffer : NULL;
}

static void stream_free (gpointer data) {
  Stream *self = data;
  po_ts_flow_free (self->flow);
  g_free (self);
}

static void look_at_start (Stream *self, GstPad *pad) {
  g_autoptr (GstBuffer) head = pull (pad, 0, PO_TS_START_BYTES);
  GstMapInfo map;
  if (head != NULL && gst_buffer_map (head, &map, GST_MAP_READ)) {
    self->is_mended = po_ts_start_find (&self->start, map.data, map.size);
    gst_buffer_unmap (head, &map);
  }
  self->flow = po_ts_flow_new (self->start.clock_pid);
}

// (transfer full) As @buffer (transfer full), mended.
static GstBuffer *mend_buffer (const Stream *self, GstBuffer *buffer, gint64 offset) {
  GstMapInfo map;
  buffer = gst_buffer_make_writable (buffer);
  if (gst_buffer_map (buffer, &map, GST_MAP_READWRITE)) {
    po_ts_start_mend (&self->start, offset, map.data, map.size);
    gst_buffer_unmap (buffer, &map);
  }
  return buffer;
}

// (transfer full) As @buffer (transfer full), whose first or last packet is not whole.
static GstBuffer *mend_torn (const Stream *self, GstPad *pad, GstBuffer *buffer, gint64 offset) {
  const gint64 size = (gint64)gst_buffer_get_size (buffer);
  gint64 whole_size = 0;
  const gint64 whole_at = po_ts_start_whole (&self->start, offset, size, &whole_size);
  GstBuffer *whole = pull (pad, whole_at, whole_size);
  if (whole == NULL)
    return mend_buffer (self, buffer, offset);
  whole = mend_buffer (self, whole, whole_at);
  GstBuffer *part = gst_buffer_copy_region (whole, GST_BUFFER_COPY_MEMORY, (gsize)(offset - whole_at), (gsize)size);
  gst_buffer_copy_into (part, buffer, GST_BUFFER_COPY_METADATA, 0, (gsize)-1);
  gst_buffer_unref (whole);
  gst_buffer_unref (buffer);
  return part;
}

// (transfer full) As @buffer (transfer full), its packets mended, whole or not.
static GstBuffer *mend_pulled (const Stream *self, GstPad *pad, GstBuffer *buffer, gint64 offset) {
  const gint64 size = (gint64)gst_buffer_get_size (buffer);
  gint64 whole_size = 0;
  const gboolean is_whole = po_ts_start_whole (&self->start, offset, size, &whole_size) == offset && whole_size == size;
  return is_whole ? mend_buffer (self, buffer, offset) : mend_torn (self, pad, buffer, offset);
}

// (transfer full) As @buffer (transfer full), with a clock that the demuxer can follow.
static GstBuffer *follow (Stream *self, GstPad *pad, GstBuffer *buffer, gint64 offset) {
  GstMapInfo map;
  buffer = gst_buffer_make_writable (buffer);
  if (!gst_buffer_map (buffer, &map, GST_MAP_READWRITE))
    return buffer;
  const gboolean is_lost = po_ts_flow_take (self->flow, offset, map.data, map.size);
  gst_buffer_unmap (buffer, &map);
  g_autoptr (GstElement) demuxer = gst_pad_get_parent_element (pad);
  if (is_lost && demuxer != NULL)
    po_damage_tell_lost (demuxer);
  return buffer;
}

static GstPadProbeReturn on_pull (GstPad *pad, GstPadProbeInfo *info, gpointer user_data) {
  Stream *self = user_data;
  GstBuffer *buffer = GST_PAD_PROBE_INFO_BUFFER (info);
  const gint64 offset = (gint64)GST_PAD_PROBE_INFO_OFFSET (info);
  if (self->flow == NULL)
    look_at_start (self, pad);
  if (self->is_mended)
    buffer = mend_pulled (self, pad, buffer, offset);
  GST_PAD_PROBE_INFO_DATA (info) = follow (self, pad, buffer, offset);
  return GST_PAD_PROBE_OK;
}

// (transfer full) As @buffer (transfer full); its time is that of the first sample that is not cut off.
static GstBuffer *begin_behind_trim (GstBuffer *buffer) {
  const GstAudioClippingMeta *cut = gst_buffer_get_audio_clipping_meta (buffer);
  if (cut == NULL || cut->start == 0 || !GST_BUFFER_PTS_IS_VALID (buffer))
    return buffer;
  const GstClockTime later = gst_util_uint64_scale (cut->start, GST_SECOND, OPUS_RATE);
  buffer = gst_buffer_make_writable (buffer);
  GST_BUFFER_PTS (buffer) += later;
  GST_BUFFER_DTS (buffer) = GST_BUFFER_PTS (buffer);
  return buffer;
}

// What its coder put before the sound opusdec (1.22) cuts off, but leaves the time as it was.
static GstPadProbeReturn on_opus (GstPad *pad, GstPadProbeInfo *info, gpointer user_data) {
  if (GST_IS_BUFFER (info->data)) {
    info->data = begin_behind_trim (info->data);
    return GST_PAD_PROBE_OK;
  }
  GstBufferList *list = gst_buffer_list_make_writable (info->data);
  GstBuffer *first = gst_buffer_list_length (list) > 0 ? gst_buffer_ref (gst_buffer_list_get (list, 0)) : NULL;
  if (first != NULL) {
    gst_buffer_list_remove (list, 0, 1);
    gst_buffer_list_insert (list, 0, begin_behind_trim (first));
  }
  info->data = list;
  return GST_PAD_PROBE_OK;
}

static void on_pad_added (GstElement *demuxer, GstPad *pad, gpointer user_data) {
  g_autoptr (GstCaps) caps = gst_pad_get_current_caps (pad);
  if (caps != NULL && gst_structure_has_name (gst_caps_get_structure (caps, 0), "audio/x-opus"))
    gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_BUFFER_LIST, on_opus, NULL, NULL);
}

void po_mend_transport_stream (GstElement *demuxer) {
  g_autoptr (GstPad) sink = gst_element_get_static_pad (demuxer, "sink");
  gst_pad_add_probe (sink, GST_PAD_PROBE_TYPE_PULL | GST_PAD_PROBE_TYPE_BUFFER, on_pull, g_new0 (Stream, 1),
                     stream_free);
  g_signal_connect (demuxer, "pad-added", G_CALLBACK (on_pad_added), NULL);
}
