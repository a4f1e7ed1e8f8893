// SPDX-License-Identifier: GPL-3.0-or-later
// Probes on what the parsers pull and are asked.
#include "player/mend-sound.h"

#include <string.h>

#define XING_BYTES  40 // of a frame in which the mark of the header ends
#define CODER_BYTES 4  // of its name

// aiffparse says what its sound may be before it has read any, and its thread runs as soon as it is linked. decodebin
// takes that for what the sound is, and gives the pad out later, when the first samples may have gone nowhere already:
// then nothing more comes, and no error. Told that it may be anything, decodebin waits for what it is.
static GstPadProbeReturn on_early_question (GstPad *pad, GstPadProbeInfo *info, gpointer user_data) {
  GstQuery *query = GST_PAD_PROBE_INFO_QUERY (info);
  if (GST_QUERY_TYPE (query) != GST_QUERY_CAPS || gst_pad_has_current_caps (pad))
    return GST_PAD_PROBE_OK;
  g_autoptr (GstCaps) any = gst_caps_new_any ();
  gst_query_set_caps_result (query, any);
  return GST_PAD_PROBE_HANDLED;
}

void po_mend_aiff (GstElement *parser) {
  g_autoptr (GstPad) src = gst_element_get_static_pad (parser, "src");
  gst_pad_add_probe (src, GST_PAD_PROBE_TYPE_QUERY_UPSTREAM | GST_PAD_PROBE_TYPE_PUSH, on_early_question, NULL, NULL);
}

// Where the coder's name stands in a file's first frame, behind what the header has of its four parts; 0: nowhere.
static gsize find_coder (const guint8 *frame, gsize size) {
  static const gsize parts[] = {4, 4, 100, 4};
  const guint8 *said = memmem (frame, MIN (size, XING_BYTES), "Xing", 4);
  if (said == NULL)
    said = memmem (frame, MIN (size, XING_BYTES), "Info", 4);
  gsize at = said != NULL ? (gsize)(said - frame) + 8 : size;
  for (gsize i = 0; at < size && i < G_N_ELEMENTS (parts); i++)
    at += (said[7] >> i & 1) != 0 ? parts[i] : 0;
  return at + CODER_BYTES <= size ? at : 0;
}

// mpegaudioparse knows the delay and the padding that a header of LAME says. That of ffmpeg is the same, by another
// name.
static GstPadProbeReturn on_pulled (GstPad *pad, GstPadProbeInfo *info, gpointer user_data) {
  GstBuffer *buffer = GST_PAD_PROBE_INFO_BUFFER (info);
  GstMapInfo map;
  if (buffer == NULL || GST_PAD_PROBE_INFO_OFFSET (info) != 0 || !gst_buffer_map (buffer, &map, GST_MAP_READ))
    return GST_PAD_PROBE_OK;
  const gsize at = find_coder (map.data, map.size);
  const gboolean is_other =
      at > 0 && (memcmp (map.data + at, "Lavf", CODER_BYTES) == 0 || memcmp (map.data + at, "Lavc", CODER_BYTES) == 0);
  gst_buffer_unmap (buffer, &map);
  if (is_other) {
    buffer = gst_buffer_make_writable (buffer);
    gst_buffer_fill (buffer, at, "LAME", CODER_BYTES);
    GST_PAD_PROBE_INFO_DATA (info) = buffer;
  }
  return GST_PAD_PROBE_OK;
}

void po_mend_mp3 (GstElement *parser) {
  g_autoptr (GstPad) sink = gst_element_get_static_pad (parser, "sink");
  gst_pad_add_probe (sink, GST_PAD_PROBE_TYPE_PULL | GST_PAD_PROBE_TYPE_BUFFER, on_pulled, NULL, NULL);
}
