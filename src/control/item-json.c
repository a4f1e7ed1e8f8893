// SPDX-License-Identifier: GPL-3.0-or-later
#include "control/item-json.h"

static void add_text (JsonObject *object, const gchar *name, const gchar *text) {
  if (text != NULL)
    json_object_set_string_member (object, name, text);
  else
    json_object_set_null_member (object, name);
}

static void add_frame (JsonObject *object, const gchar *name, PoFrame frame) {
  if (frame != PO_FRAME_NONE)
    json_object_set_int_member (object, name, frame);
  else
    json_object_set_null_member (object, name);
}

static void add_times (JsonObject *object, const gchar *edge, PoFrame frame, PoRate rate, GTimeZone *zone) {
  PoTimeNs time_ns = po_frame_to_time_floor (frame, rate);
  g_autofree gchar *local_name = g_strconcat (edge, "_local", NULL);
  g_autofree gchar *utc = po_time_to_utc_string (time_ns);
  g_autofree gchar *local = po_time_to_local_string (time_ns, zone);
  add_text (object, edge, utc);
  add_text (object, local_name, local);
}

// Pieces of one run of a source, as a hold makes them, share where it began: each says what it begins with itself.
static gint64 media_at_start_ns (const PoItem *item, PoRate rate) {
  gboolean plays = item->kind == PO_ITEM_MEDIA || item->kind == PO_ITEM_FILLER;
  PoFrame since = plays ? MAX (item->start - item->media_origin, 0) : 0;
  return item->media_in_ns + po_duration_from_frames_floor (since, rate);
}

JsonNode *po_item_to_json (const PoItem *item, PoRate rate, GTimeZone *zone) {
  JsonObject *object = json_object_new ();
  JsonNode *node = json_node_new (JSON_NODE_OBJECT);
  gboolean has_slot = item->slot_start != PO_FRAME_NONE;
  json_object_set_int_member (object, "start_frame", item->start);
  json_object_set_int_member (object, "end_frame", item->end);
  add_times (object, "start", item->start, rate, zone);
  add_times (object, "end", item->end, rate, zone);
  add_text (object, "kind", po_item_kind_to_string (item->kind));
  add_text (object, "reason", po_reason_to_string (item->reason));
  add_text (object, "uid", item->uid);
  add_text (object, "instance", item->instance);
  json_object_set_int_member (object, "part", item->part);
  add_text (object, "title", item->title);
  add_text (object, "media", item->media);
  add_text (object, "media_hash", item->sha256);
  json_object_set_int_member (object, "media_in_ns", media_at_start_ns (item, rate));
  json_object_set_int_member (object, "episode", item->episode);
  add_text (object, "start_type", has_slot ? po_start_type_to_string (item->start_type) : NULL);
  add_text (object, "end_type", has_slot ? po_end_type_to_string (item->end_type) : NULL);
  add_frame (object, "slot_start_frame", item->slot_start);
  add_frame (object, "slot_end_frame", item->slot_end);
  json_object_set_boolean_member (object, "held", item->held);
  json_node_take_object (node, object);
  return node;
}

JsonNode *po_rundown_to_json (PoRundown *rundown, PoFrame from, PoFrame to, GTimeZone *zone) {
  JsonArray *array = json_array_new ();
  JsonNode *node = json_node_new (JSON_NODE_ARRAY);
  for (guint i = 0; i < po_rundown_size (rundown); i++) {
    const PoItem *item = po_rundown_item (rundown, i);
    if (item->end > from && item->start < to)
      json_array_add_element (array, po_item_to_json (item, po_rundown_rate (rundown), zone));
  }
  json_node_take_array (node, array);
  return node;
}
