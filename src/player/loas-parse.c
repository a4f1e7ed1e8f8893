// SPDX-License-Identifier: GPL-3.0-or-later
// A frame is 11 bits of sync, 13 bits of length, and so many bytes.
#include "player/loas-parse.h"

#include <gst/base/gstbaseparse.h>

#define HEAD_BYTES  3
#define LEAST_BYTES 4 // with what says whether it refers to the settings of one before
#define REFERS      0x80
#define SYNC        0x56e0
#define SYNC_MASK   0xffe0

typedef struct {
  GstBaseParse parent;
  // Streaming thread only.
  gboolean has_caps;
  gboolean is_settled; // a frame with settings came
} PoLoasParse;

typedef struct {
  GstBaseParseClass parent;
} PoLoasParseClass;

static GType po_loas_parse_get_type (void);
G_DEFINE_TYPE (PoLoasParse, po_loas_parse, GST_TYPE_BASE_PARSE)

static GstStaticPadTemplate sink_template =
    GST_STATIC_PAD_TEMPLATE ("sink", GST_PAD_SINK, GST_PAD_ALWAYS,
                             GST_STATIC_CAPS ("audio/mpeg, mpegversion = (int) 4, stream-format = (string) loas"));
static GstStaticPadTemplate src_template = GST_STATIC_PAD_TEMPLATE (
    "src", GST_PAD_SRC, GST_PAD_ALWAYS,
    GST_STATIC_CAPS ("audio/mpeg, mpegversion = (int) 4, stream-format = (string) loas, framed = (boolean) true"));

static gboolean start (GstBaseParse *parse) {
  PoLoasParse *self = (PoLoasParse *)parse;
  self->has_caps = self->is_settled = FALSE;
  gst_base_parse_set_min_frame_size (parse, LEAST_BYTES);
  return TRUE;
}

static gboolean is_head (const guint8 *at) {
  return ((at[0] << 8 | at[1]) & SYNC_MASK) == SYNC;
}

static gsize frame_bytes (const guint8 *at) {
  return HEAD_BYTES + ((gsize)(at[1] & 0x1f) << 8 | at[2]);
}

// The first that begins in @data, whole or not, and is followed by another one as far as can be seen.
static gsize find_frame (const guint8 *data, gsize size) {
  gsize at = 0;
  for (; at + HEAD_BYTES <= size; at++) {
    const gsize next = at + frame_bytes (data + at);
    if (is_head (data + at) && (next + HEAD_BYTES > size || is_head (data + next)))
      return at;
  }
  return at;
}

static void send_caps (PoLoasParse *self) {
  if (self->has_caps)
    return;
  g_autoptr (GstCaps) caps = gst_static_pad_template_get_caps (&src_template);
  self->has_caps = gst_pad_set_caps (GST_BASE_PARSE_SRC_PAD (&self->parent), caps);
}

// What a decoder fails at before it knows the settings, it takes for what it decodes first: all would come too early.
static void leave_out_unsettled (PoLoasParse *self, GstBaseParseFrame *frame, guint8 first) {
  self->is_settled |= (first & REFERS) == 0;
  if (!self->is_settled)
    frame->flags |= GST_BASE_PARSE_FRAME_FLAG_DROP;
}

static GstFlowReturn handle_frame (GstBaseParse *parse, GstBaseParseFrame *frame, gint *skip_size) {
  PoLoasParse *self = (PoLoasParse *)parse;
  GstMapInfo map;
  if (!gst_buffer_map (frame->buffer, &map, GST_MAP_READ))
    return GST_FLOW_ERROR;
  const gsize at = find_frame (map.data, map.size);
  const gsize bytes = at == 0 ? MAX (frame_bytes (map.data), LEAST_BYTES) : LEAST_BYTES, got = map.size;
  const guint8 first = map.data[HEAD_BYTES];
  gst_buffer_unmap (frame->buffer, &map);
  *skip_size = (gint)at;
  const gboolean is_whole = at == 0 && bytes <= got;
  gst_base_parse_set_min_frame_size (parse, is_whole ? LEAST_BYTES : (guint)bytes);
  if (!is_whole)
    return GST_FLOW_OK;
  leave_out_unsettled (self, frame, first);
  send_caps (self);
  return gst_base_parse_finish_frame (parse, frame, (gint)bytes);
}

static void po_loas_parse_class_init (PoLoasParseClass *klass) {
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);
  gst_element_class_add_static_pad_template (element_class, &sink_template);
  gst_element_class_add_static_pad_template (element_class, &src_template);
  gst_element_class_set_static_metadata (element_class, "LOAS parser", "Codec/Parser/Audio", "Finds the frames of AAC",
                                         "playoutd");
  klass->parent.start = start;
  klass->parent.handle_frame = handle_frame;
}

static void po_loas_parse_init (PoLoasParse *self) {
}

void po_loas_parse_register (void) {
  gst_element_register (NULL, "playoutdloasparse", GST_RANK_PRIMARY, po_loas_parse_get_type ());
}
