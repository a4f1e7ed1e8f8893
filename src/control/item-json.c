// SPDX-License-Identifier: GPL-3.0-or-later
#include "control/item-json.h"

#include "model/json-text.h"

static void add_frame (GString *out, const gchar *name, PoFrame frame) {
  if (frame != PO_FRAME_NONE)
    po_json_int (out, name, frame);
  else
    po_json_raw (out, name, "null");
}

static void add_times (GString *out, const gchar *name, const gchar *local_name, PoFrame frame, PoRate rate,
                       GTimeZone *zone) {
  PoTimeNs time_ns = po_frame_to_time_floor (frame, rate);
  gchar utc[PO_TIME_TEXT_BYTES], local[PO_TIME_TEXT_BYTES];
  po_time_write_utc (utc, time_ns);
  po_time_write_local (local, time_ns, zone);
  po_json_string (out, name, utc);
  po_json_string (out, local_name, local);
}

// Pieces of one run of a source, as a hold makes them, share where it began: each says what it begins with itself.
static gint64 media_at_start_ns (const PoItem *item, PoRate rate) {
  gboolean plays = item->kind == PO_ITEM_MEDIA || item->kind == PO_ITEM_FILLER;
  PoFrame since = plays ? MAX (item->start - item->media_origin, 0) : 0;
  return item->media_in_ns + po_duration_from_frames_floor (since, rate);
}

void po_item_write_json (GString *out, const PoItem *item, PoRate rate, GTimeZone *zone) {
  gboolean has_slot = item->slot_start != PO_FRAME_NONE;
  g_string_assign (out, "{");
  po_json_int (out, "start_frame", item->start);
  po_json_int (out, "end_frame", item->end);
  add_times (out, "start", "start_local", item->start, rate, zone);
  add_times (out, "end", "end_local", item->end, rate, zone);
  po_json_string (out, "kind", po_item_kind_to_string (item->kind));
  po_json_string (out, "reason", po_reason_to_string (item->reason));
  po_json_string (out, "uid", item->uid);
  po_json_string (out, "instance", item->instance);
  po_json_int (out, "part", item->part);
  po_json_string (out, "title", item->title);
  po_json_string (out, "media", item->media);
  po_json_string (out, "media_hash", item->sha256);
  po_json_int (out, "media_in_ns", media_at_start_ns (item, rate));
  po_json_int (out, "episode", item->episode);
  po_json_string (out, "start_type", has_slot ? po_start_type_to_string (item->start_type) : NULL);
  po_json_string (out, "end_type", has_slot ? po_end_type_to_string (item->end_type) : NULL);
  add_frame (out, "slot_start_frame", item->slot_start);
  add_frame (out, "slot_end_frame", item->slot_end);
  po_json_bool (out, "held", item->held);
  g_string_append_c (out, '}');
}

JsonNode *po_item_to_json (const PoItem *item, PoRate rate, GTimeZone *zone) {
  g_autoptr (GString) text = g_string_new (NULL);
  po_item_write_json (text, item, rate, zone);
  return json_from_string (text->str, NULL);
}
