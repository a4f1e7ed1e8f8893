// SPDX-License-Identifier: GPL-3.0-or-later
#include "json/tree.h"

JsonNode *po_json_object_node (JsonObject *object) {
  JsonNode *node = json_node_new (JSON_NODE_OBJECT);
  json_node_take_object (node, object);
  return node;
}

JsonNode *po_json_array_node (JsonArray *array) {
  JsonNode *node = json_node_new (JSON_NODE_ARRAY);
  json_node_take_array (node, array);
  return node;
}

gchar *po_json_object_text (JsonObject *object) {
  g_autoptr (JsonNode) node = po_json_object_node (json_object_ref (object));
  return json_to_string (node, FALSE);
}

JsonObject *po_json_node_object (JsonNode *node) {
  return node != NULL && JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
}

JsonArray *po_json_node_array (JsonNode *node) {
  return node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;
}

JsonObject *po_json_get_object (JsonObject *object, const gchar *name) {
  return object != NULL ? po_json_node_object (json_object_get_member (object, name)) : NULL;
}

JsonArray *po_json_get_array (JsonObject *object, const gchar *name) {
  return object != NULL ? po_json_node_array (json_object_get_member (object, name)) : NULL;
}

void po_json_set_text (JsonObject *object, const gchar *name, const gchar *text) {
  if (text != NULL)
    json_object_set_string_member (object, name, text);
  else
    json_object_set_null_member (object, name);
}

void po_json_set_time (JsonObject *object, const gchar *name, PoTimeNs time_ns) {
  g_autofree gchar *text = time_ns != PO_TIME_NONE ? po_time_to_utc_string (time_ns) : NULL;
  po_json_set_text (object, name, text);
}

void po_json_set_frame (JsonObject *object, const gchar *name, PoFrame frame, PoRate rate) {
  po_json_set_time (object, name, frame != PO_FRAME_NONE ? po_frame_to_time_floor (frame, rate) : PO_TIME_NONE);
}
