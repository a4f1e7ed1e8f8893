// SPDX-License-Identifier: GPL-3.0-or-later
#include "media/details.h"

#include <json-glib/json-glib.h>
#include <math.h>

// The member @name when it is a plain value, else NULL.
static JsonNode *value (JsonObject *object, const gchar *name) {
  JsonNode *node = json_object_get_member (object, name);
  return node != NULL && JSON_NODE_HOLDS_VALUE (node) ? node : NULL;
}

static gint64 read_int (JsonObject *object, const gchar *name) {
  JsonNode *node = value (object, name);
  return node != NULL && json_node_get_value_type (node) == G_TYPE_INT64 ? json_node_get_int (node) : 0;
}

static gdouble read_double (JsonObject *object, const gchar *name) {
  JsonNode *node = value (object, name);
  const GType type = node != NULL ? json_node_get_value_type (node) : G_TYPE_INVALID;
  return type == G_TYPE_DOUBLE || type == G_TYPE_INT64 ? json_node_get_double (node) : NAN;
}

static gchar *read_text (JsonObject *object, const gchar *name) {
  JsonNode *node = value (object, name);
  return node != NULL ? g_strdup (json_node_get_string (node)) : NULL;
}

static PoMediaRuns read_runs (JsonObject *object, const gchar *name) {
  JsonNode *node = json_object_get_member (object, name);
  if (node == NULL || !JSON_NODE_HOLDS_OBJECT (node))
    return (PoMediaRuns){0};
  JsonObject *runs = json_node_get_object (node);
  return (PoMediaRuns){.head_ns = read_int (runs, "head_ns"),
                       .tail_ns = read_int (runs, "tail_ns"),
                       .longest_ns = read_int (runs, "longest_ns"),
                       .count = read_int (runs, "count")};
}

static gint64 read_first (JsonObject *object, const gchar *name) {
  JsonNode *node = json_object_get_member (object, name);
  JsonArray *times = node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;
  JsonNode *first = times != NULL && json_array_get_length (times) > 0 ? json_array_get_element (times, 0) : NULL;
  return first != NULL && JSON_NODE_HOLDS_VALUE (first) ? json_node_get_int (first) : -1;
}

static PoFieldOrder read_fields (JsonObject *object, const gchar *name) {
  g_autofree gchar *text = read_text (object, name);
  return po_field_order_from_string (text);
}

static void read_all (PoMediaDetails *self, JsonObject *object) {
  JsonNode *cut = value (object, "cut");
  self->known = json_object_has_member (object, "true_peak_dbtp");
  self->container = read_text (object, "container");
  self->video_codec = read_text (object, "video_codec");
  self->audio_codec = read_text (object, "audio_codec");
  self->channels = (gint)CLAMP (read_int (object, "channels"), 0, G_MAXINT);
  self->rotation = (gint)CLAMP (read_int (object, "rotation"), 0, 359);
  self->fields = read_fields (object, "fields");
  self->fields_said = read_fields (object, "fields_said");
  self->cut = cut != NULL && json_node_get_boolean (cut);
  self->audio_ns = read_int (object, "audio_ns");
  self->header_ns = read_int (object, "header_ns");
  self->loudness_lufs = read_double (object, "loudness_lufs");
  self->heard_lufs = self->loudness_lufs + (self->channels == 1 ? 10 * log10 (2) : 0);
  self->range_lu = read_double (object, "loudness_range_lu");
  self->true_peak_dbtp = read_double (object, "true_peak_dbtp");
  self->silence = read_runs (object, "silence");
  self->black = read_runs (object, "black");
  self->freeze = read_runs (object, "freeze");
  self->errors = read_int (object, "errors");
  self->missing_frames = read_int (object, "missing_frames");
  self->first_error_ns = read_first (object, "error_times_ns");
}

PoMediaDetails *po_media_details_new (const PoMediaFacts *facts) {
  PoMediaDetails *self = g_new0 (PoMediaDetails, 1);
  g_autoptr (JsonParser) parser = json_parser_new ();
  self->loudness_lufs = self->heard_lufs = self->range_lu = self->true_peak_dbtp = NAN;
  self->first_error_ns = -1;
  if (facts->probe == NULL || *facts->probe == '\0' || !json_parser_load_from_data (parser, facts->probe, -1, NULL))
    return self;
  JsonNode *root = json_parser_get_root (parser);
  if (root != NULL && JSON_NODE_HOLDS_OBJECT (root))
    read_all (self, json_node_get_object (root));
  return self;
}

gboolean po_media_details_said_interlaced (const PoMediaDetails *self) {
  return self->fields_said != PO_FIELDS_AS_SAID;
}

gboolean po_media_details_interlaced (const PoMediaDetails *self) {
  return self->fields == PO_FIELDS_AS_SAID ? po_media_details_said_interlaced (self)
                                           : self->fields != PO_FIELDS_PROGRESSIVE;
}

PoFieldOrder po_media_details_air_fields (const PoMediaDetails *self) {
  const gboolean is_said = self->fields == self->fields_said ||
                           (self->fields == PO_FIELDS_PROGRESSIVE && !po_media_details_said_interlaced (self));
  return is_said ? PO_FIELDS_AS_SAID : self->fields;
}

void po_media_details_take_track (PoMediaDetails *self, const PoMediaTrack *track) {
  self->channels = track->channels;
  self->loudness_lufs = self->heard_lufs = track->loudness_lufs;
  self->range_lu = track->range_lu;
  self->true_peak_dbtp = track->true_peak_dbtp;
}

void po_media_details_free (PoMediaDetails *self) {
  if (self == NULL)
    return;
  g_free (self->container);
  g_free (self->video_codec);
  g_free (self->audio_codec);
  g_free (self);
}
