// SPDX-License-Identifier: GPL-3.0-or-later
// JSON trees in fewer words: what every reader and writer of json-glib's would say again. Plain functions, any thread.
#pragma once

#include <json-glib/json-glib.h>

#include "model/time.h"

/** A node of @object or @array (transfer full), which is the caller's no more. (transfer full) */
JsonNode *po_json_object_node (JsonObject *object);
JsonNode *po_json_array_node (JsonArray *array);

/** @object (transfer none) as text on one line. (transfer full) */
gchar *po_json_object_text (JsonObject *object);

/** What @node (nullable) holds, or NULL where it is another thing. (transfer none) (nullable) */
JsonObject *po_json_node_object (JsonNode *node);
JsonArray *po_json_node_array (JsonNode *node);

/** Member @name of @object (nullable), or NULL where it is another thing. (transfer none) (nullable) */
JsonObject *po_json_get_object (JsonObject *object, const gchar *name);
JsonArray *po_json_get_array (JsonObject *object, const gchar *name);

/** Sets member @name: NULL, PO_TIME_NONE and PO_FRAME_NONE are null, times UTC, a frame's time that of its start. */
void po_json_set_text (JsonObject *object, const gchar *name, const gchar *text);
void po_json_set_time (JsonObject *object, const gchar *name, PoTimeNs time_ns);
void po_json_set_frame (JsonObject *object, const gchar *name, PoFrame frame, PoRate rate);
