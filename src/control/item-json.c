// SPDX-License-Identifier: GPL-3.0-or-later
#include "control/item-json.h"

#include "json/text.h"
#include "json/tree.h"

// Where the members of an item go: into text, or into a tree. A string that is NULL becomes null.
typedef struct {
  gpointer out;
  void (*add_string) (gpointer out, const gchar *name, const gchar *value);
  void (*add_int) (gpointer out, const gchar *name, gint64 value);
  void (*add_bool) (gpointer out, const gchar *name, gboolean value);
} Sink;

static void add_frame (const Sink *sink, const gchar *name, PoFrame frame) {
  if (frame != PO_FRAME_NONE)
    sink->add_int (sink->out, name, frame);
  else
    sink->add_string (sink->out, name, NULL);
}

static void add_times (const Sink *sink, const gchar *name, const gchar *local_name, PoFrame frame, PoRate rate,
                       GTimeZone *zone) {
  PoTimeNs time_ns = po_frame_to_time_floor (frame, rate);
  gchar utc[PO_TIME_TEXT_BYTES], local[PO_TIME_TEXT_BYTES];
  po_time_write_utc (utc, time_ns);
  po_time_write_local (local, time_ns, zone);
  sink->add_string (sink->out, name, utc);
  sink->add_string (sink->out, local_name, local);
}

// Pieces of one run of a source, as a hold makes them, share where it began: each says what it begins with itself.
static gint64 media_at_start_ns (const PoItem *item, PoRate rate) {
  gboolean plays = item->kind == PO_ITEM_MEDIA || item->kind == PO_ITEM_FILLER;
  PoFrame since = plays ? MAX (item->start - item->media_origin, 0) : 0;
  return item->media_in_ns + po_duration_from_frames_floor (since, rate);
}

static void add_members (const Sink *sink, const PoItem *item, PoRate rate, GTimeZone *zone) {
  const gboolean has_slot = item->slot_start != PO_FRAME_NONE;
  const struct {
    const gchar *name, *value;
  } texts[] = {
      {"kind", po_item_kind_to_string (item->kind)},
      {"reason", po_reason_to_string (item->reason)},
      {"uid", item->uid},
      {"instance", item->instance},
      {"title", item->title},
      {"media", item->media},
      {"media_hash", item->sha256},
      {"start_type", has_slot ? po_start_type_to_string (item->start_type) : NULL},
      {"end_type", has_slot ? po_end_type_to_string (item->end_type) : NULL},
  };
  sink->add_int (sink->out, "start_frame", item->start);
  sink->add_int (sink->out, "end_frame", item->end);
  add_times (sink, "start", "start_local", item->start, rate, zone);
  add_times (sink, "end", "end_local", item->end, rate, zone);
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    sink->add_string (sink->out, texts[i].name, texts[i].value);
  sink->add_int (sink->out, "part", item->part);
  sink->add_int (sink->out, "media_in_ns", media_at_start_ns (item, rate));
  sink->add_int (sink->out, "episode", item->episode);
  add_frame (sink, "slot_start_frame", item->slot_start);
  add_frame (sink, "slot_end_frame", item->slot_end);
  sink->add_bool (sink->out, "held", item->held);
}

// ---- as text ----

static void write_string (gpointer out, const gchar *name, const gchar *value) {
  po_json_string (out, name, value);
}

static void write_int (gpointer out, const gchar *name, gint64 value) {
  po_json_int (out, name, value);
}

static void write_bool (gpointer out, const gchar *name, gboolean value) {
  po_json_bool (out, name, value);
}

void po_item_write_json (GString *out, const PoItem *item, PoRate rate, GTimeZone *zone) {
  const Sink sink = {out, write_string, write_int, write_bool};
  g_string_truncate (out, 0);
  po_json_begin (out, NULL, '{');
  add_members (&sink, item, rate, zone);
  po_json_end (out, '}');
}

// ---- as a tree ----

static void set_string (gpointer out, const gchar *name, const gchar *value) {
  g_autofree gchar *valid = value != NULL ? g_utf8_make_valid (value, -1) : NULL;
  json_object_set_string_member (out, name, valid);
}

static void set_int (gpointer out, const gchar *name, gint64 value) {
  json_object_set_int_member (out, name, value);
}

static void set_bool (gpointer out, const gchar *name, gboolean value) {
  json_object_set_boolean_member (out, name, value);
}

JsonNode *po_item_to_json (const PoItem *item, PoRate rate, GTimeZone *zone) {
  JsonObject *object = json_object_new ();
  const Sink sink = {object, set_string, set_int, set_bool};
  add_members (&sink, item, rate, zone);
  return po_json_object_node (object);
}
