// SPDX-License-Identifier: GPL-3.0-or-later
#include "air/overrun.h"

#include "json/tree.h"
#include "rundown/diff.h"

#define STEP_MINUTES 5
#define MAX_STEPS    3

static const PoItem *find_show (PoRundown *rundown, PoFrame now) {
  for (gint i = MAX (po_rundown_index_at (rundown, now), 0); i < (gint)po_rundown_size (rundown); i++) {
    const PoItem *item = po_rundown_item (rundown, (guint)i);
    if (item->kind == PO_ITEM_LIVE && item->end_type == PO_END_MANUAL)
      return item;
  }
  return NULL;
}

static void add_cost (PoStation *station, PoRundown *rundown, const PoItem *show, PoFrame now, PoFrame by,
                      JsonArray *costs) {
  const PoRate rate = po_rundown_rate (rundown);
  const PoFrame end = MAX (po_item_due (show), now + 1); // already in it: from here on
  g_autoptr (GPtrArray) changes =
      po_station_overrun_cost (station, show, end, by, po_rundown_start (rundown), po_rundown_end (rundown));
  JsonObject *cost = json_object_new ();
  JsonArray *words = json_array_new ();
  json_object_set_int_member (cost, "minutes", po_duration_from_frames_floor (by, rate) / (60 * PO_NS_PER_SECOND));
  for (guint i = 0; i < changes->len; i++)
    json_array_add_string_element (words, ((PoChange *)changes->pdata[i])->text);
  json_object_set_array_member (cost, "words", words);
  json_array_add_object_element (costs, cost);
}

JsonNode *po_overrun_to_json (PoStation *station, PoRundown *rundown, PoFrame now) {
  const PoItem *show = rundown != NULL ? find_show (rundown, now) : NULL;
  if (show == NULL)
    return json_node_new (JSON_NODE_NULL);
  const PoRate rate = po_rundown_rate (rundown);
  const PoFrame step = po_frames_from_duration_ceil (STEP_MINUTES * 60 * PO_NS_PER_SECOND, rate);
  JsonObject *object = json_object_new ();
  JsonArray *costs = json_array_new ();
  json_object_set_string_member (object, "uid", show->uid);
  json_object_set_string_member (object, "instance", show->instance);
  json_object_set_string_member (object, "title", show->title);
  po_json_set_frame (object, "ends", po_item_due (show), rate);
  po_json_set_frame (object, "until", show->end, rate);
  for (gint i = 1; i <= MAX_STEPS && po_item_due (show) + i * step <= show->end; i++)
    add_cost (station, rundown, show, now, i * step, costs);
  json_object_set_array_member (object, "costs", costs);
  return po_json_object_node (object);
}
