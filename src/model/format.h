// SPDX-License-Identifier: GPL-3.0-or-later
// The house format: the one picture and sound format that every player delivers, the head switches and every output
// encodes. Video is progressive I420, bt709, square pixels; audio is S16LE stereo at PO_AUDIO_RATE. A plain value.
#pragma once

#include "model/time.h"

typedef struct {
  gint width;  // pixels, even
  gint height; // pixels, even
  PoRate rate;
} PoFormat;

/** How a clip's pictures are made of fields. The words are those of a probe and of the API; AS_SAID has none. */
typedef enum {
  PO_FIELDS_AS_SAID, // by its header and its pictures: nothing else is known
  PO_FIELDS_PROGRESSIVE,
  PO_FIELDS_TOP_FIRST,
  PO_FIELDS_BOTTOM_FIRST,
} PoFieldOrder;

const gchar *po_field_order_to_string (PoFieldOrder order);  // (nullable) "progressive", "top", "bottom"
PoFieldOrder po_field_order_from_string (const gchar *text); // (nullable)

/** Reads "1080p25", "720p50", "576p25", or "WIDTHxHEIGHTpRATE" such as "640x360p25" or "1280x720p30000/1001". */
gboolean po_format_parse (const gchar *text, PoFormat *ret_format, GError **error);

/** "640x360p25". (transfer full) */
gchar *po_format_to_string (const PoFormat *format);
