// SPDX-License-Identifier: GPL-3.0-or-later
// qtdemux compares a sample's time before the edit list with the movie's duration after it, and so loses the last
// packets of every AAC track that has priming: up to 1024 samples of sound. It is shown a movie header that says one
// second more; each track still ends where its own tables say.
#include "player/mend.h"

#include <string.h>

#define BOX_HEADER_BYTES 8

// The offset of the payload of child @type of the box whose payload is [@from, @to); 0 = none.
static gsize find_box (const guint8 *data, gsize from, gsize to, const gchar *type) {
  while (from + BOX_HEADER_BYTES <= to) {
    const gsize size = GST_READ_UINT32_BE (data + from);
    if (size < BOX_HEADER_BYTES || size > to - from)
      return 0;
    if (memcmp (data + from + 4, type, 4) == 0)
      return from + BOX_HEADER_BYTES;
    from += size;
  }
  return 0;
}

// @at: payload of mvhd. Version 1 has 64-bit times.
static void lengthen_movie (guint8 *data, gsize at, gsize size) {
  const gboolean wide = at < size && data[at] == 1;
  const gsize timescale_at = at + (wide ? 20 : 12);
  const gsize duration_at = timescale_at + 4;
  if (duration_at + (wide ? 8 : 4) > size)
    return;
  const guint32 second = GST_READ_UINT32_BE (data + timescale_at);
  if (wide) {
    const guint64 duration = GST_READ_UINT64_BE (data + duration_at);
    if (duration < G_MAXUINT64 - second)
      GST_WRITE_UINT64_BE (data + duration_at, duration + second);
  } else {
    const guint32 duration = GST_READ_UINT32_BE (data + duration_at);
    if (duration < G_MAXUINT32 - second)
      GST_WRITE_UINT32_BE (data + duration_at, duration + second);
  }
}

// qtdemux pulls the whole moov box at once.
static GstPadProbeReturn on_pulled (GstPad *pad, GstPadProbeInfo *info, gpointer user_data) {
  GstBuffer *buffer = GST_PAD_PROBE_INFO_BUFFER (info);
  guint8 head[BOX_HEADER_BYTES];
  if (buffer == NULL || gst_buffer_extract (buffer, 0, head, sizeof head) < sizeof head ||
      memcmp (head + 4, "moov", 4) != 0)
    return GST_PAD_PROBE_OK;
  GstBuffer *copy = gst_buffer_copy_deep (buffer);
  GstMapInfo map;
  if (gst_buffer_map (copy, &map, GST_MAP_READWRITE)) {
    const gsize at = find_box (map.data, BOX_HEADER_BYTES, map.size, "mvhd");
    if (at != 0)
      lengthen_movie (map.data, at, map.size);
    gst_buffer_unmap (copy, &map);
  }
  gst_buffer_unref (buffer);
  GST_PAD_PROBE_INFO_DATA (info) = copy;
  return GST_PAD_PROBE_OK;
}

void po_mend_element (GstElement *element) {
  const GstElementFactory *factory = gst_element_get_factory (element);
  if (factory == NULL || !g_str_equal (GST_OBJECT_NAME (factory), "qtdemux"))
    return;
  g_autoptr (GstPad) sink = gst_element_get_static_pad (element, "sink");
  gst_pad_add_probe (sink, GST_PAD_PROBE_TYPE_PULL | GST_PAD_PROBE_TYPE_BUFFER, on_pulled, NULL, NULL);
}
