// SPDX-License-Identifier: GPL-3.0-or-later
// The report as JSON; every number with the rows behind it.
#include "report/report.h"

static void add_text (JsonObject *object, const gchar *name, const gchar *value) {
  if (value != NULL)
    json_object_set_string_member (object, name, value);
  else
    json_object_set_null_member (object, name);
}

static void add_time (JsonObject *object, const gchar *name, PoTimeNs time_ns) {
  g_autofree gchar *text = time_ns != PO_TIME_NONE ? po_time_to_utc_string (time_ns) : NULL;
  add_text (object, name, text);
}

static void add_seconds (JsonObject *object, const gchar *name, gint64 ns) {
  json_object_set_double_member (object, name, (gdouble)(ns / PO_NS_PER_MS) / 1000);
}

// To the nearest, as a report tells them.
static void add_minutes (JsonObject *object, const gchar *name, gint64 ns) {
  const gint64 minute_ns = 60 * PO_NS_PER_SECOND;
  json_object_set_int_member (object, name, (ns + minute_ns / 2) / minute_ns);
}

static JsonArray *ids_of (const PoReportInstance *instance) {
  JsonArray *ids = json_array_new ();
  for (guint i = 0; i < instance->rows->len; i++)
    json_array_add_int_element (ids, g_array_index (instance->rows, gint64, i));
  return ids;
}

static JsonObject *instance_to_json (const PoReportInstance *instance) {
  JsonObject *object = json_object_new ();
  json_object_set_string_member (object, "uid", instance->uid);
  json_object_set_string_member (object, "instance", instance->instance);
  add_text (object, "title", instance->title);
  add_text (object, "state", po_report_state_to_string (instance->state));
  add_time (object, "planned_start", instance->original_ns);
  add_time (object, "start", instance->start_ns);
  add_time (object, "end", instance->end_ns);
  add_time (object, "aired", instance->aired_ns);
  json_object_set_boolean_member (object, "moved", instance->moved);
  json_object_set_boolean_member (object, "made_up", instance->made_up);
  json_object_set_boolean_member (object, "owed", instance->owed);
  json_object_set_boolean_member (object, "live", instance->live);
  add_text (object, "media", instance->media);
  add_text (object, "why", instance->why);
  add_text (object, "who", instance->who);
  add_time (object, "decided", instance->decided_ns);
  add_seconds (object, "shown_seconds", instance->shown_ns);
  add_seconds (object, "lost_seconds", instance->lost_ns);
  json_object_set_array_member (object, "rows", ids_of (instance));
  if (instance->made_up_row != 0)
    json_object_set_int_member (object, "made_up_row", instance->made_up_row);
  else
    json_object_set_null_member (object, "made_up_row");
  return object;
}

static void add_ids (JsonObject *rows, const gchar *name, const PoReportInstance *instance) {
  JsonArray *array = json_object_get_array_member (rows, name);
  for (guint i = 0; i < instance->rows->len; i++)
    json_array_add_int_element (array, g_array_index (instance->rows, gint64, i));
}

// For every number of the series the rows behind it; there may be none, as of what was missed.
static JsonObject *rows_of (const PoReportSeries *series) {
  static const gchar *const more[] = {"planned", "moved", "made_up", "owed"};
  JsonObject *rows = json_object_new ();
  for (guint i = 0; i <= PO_REPORT_LAST_; i++)
    json_object_set_array_member (rows, po_report_state_to_string ((PoReportState)i), json_array_new ());
  for (guint i = 0; i < G_N_ELEMENTS (more); i++)
    json_object_set_array_member (rows, more[i], json_array_new ());
  for (guint i = 0; i < series->instances->len; i++) {
    const PoReportInstance *instance = series->instances->pdata[i];
    add_ids (rows, po_report_state_to_string (instance->state), instance);
    if (instance->state != PO_REPORT_WITHDRAWN)
      add_ids (rows, "planned", instance);
    if (instance->moved)
      add_ids (rows, "moved", instance);
    if (instance->owed)
      add_ids (rows, "owed", instance);
    if (instance->made_up)
      json_array_add_int_element (json_object_get_array_member (rows, "made_up"), instance->made_up_row);
  }
  return rows;
}

static gint64 partial_ns (const PoReportSeries *series) {
  gint64 sum = 0;
  for (guint i = 0; i < series->instances->len; i++) {
    const PoReportInstance *instance = series->instances->pdata[i];
    sum += instance->state == PO_REPORT_PARTIAL ? instance->shown_ns : 0;
  }
  return sum;
}

// For templates: figures and words as a report writes them.
static void add_words (JsonObject *object, const PoReportSeries *series) {
  guint done = series->count[PO_REPORT_AIRED] + series->made_up;
  g_autofree gchar *done_text = g_strdup_printf ("%02u", done),
                   *planned_text = g_strdup_printf ("%02u", series->planned);
  g_autofree gchar *percent = po_report_percent_text (series), *step = po_report_step_text (series);
  g_autofree gchar *sentence = po_report_series_sentence (series);
  json_object_set_int_member (object, "done", done);
  json_object_set_string_member (object, "done_text", done_text);
  json_object_set_string_member (object, "planned_text", planned_text);
  json_object_set_string_member (object, "percent_text", percent);
  json_object_set_string_member (object, "step_text", step);
  json_object_set_string_member (object, "sentence", sentence);
}

static JsonObject *series_to_json (const PoReportSeries *series) {
  JsonObject *object = json_object_new ();
  json_object_set_string_member (object, "uid", series->uid);
  add_text (object, "title", series->title);
  json_object_set_boolean_member (object, "live", series->live);
  json_object_set_int_member (object, "planned", series->planned);
  for (guint i = 0; i <= PO_REPORT_LAST_; i++)
    json_object_set_int_member (object, po_report_state_to_string ((PoReportState)i), series->count[i]);
  json_object_set_int_member (object, "moved", series->moved);
  json_object_set_int_member (object, "made_up", series->made_up);
  json_object_set_int_member (object, "owed", series->owed);
  json_object_set_double_member (object, "percent", (gdouble)po_report_series_permille (series) / 10);
  add_seconds (object, "shown_seconds", series->shown_ns);
  add_minutes (object, "shown_minutes", series->shown_ns);
  add_seconds (object, "partial_seconds", partial_ns (series));
  add_minutes (object, "partial_minutes", partial_ns (series));
  add_words (object, series);
  json_object_set_object_member (object, "rows", rows_of (series));
  JsonArray *instances = json_array_new ();
  for (guint i = 0; i < series->instances->len; i++)
    json_array_add_object_element (instances, instance_to_json (series->instances->pdata[i]));
  json_object_set_array_member (object, "instances", instances);
  return object;
}

static JsonObject *clip_to_json (const PoReportClip *clip) {
  JsonObject *object = json_object_new ();
  json_object_set_string_member (object, "media", clip->media);
  add_text (object, "title", clip->title);
  json_object_set_boolean_member (object, "filler", clip->filler);
  json_object_set_int_member (object, "airings", clip->airings);
  add_seconds (object, "shown_seconds", clip->shown_ns);
  add_minutes (object, "shown_minutes", clip->shown_ns);
  return object;
}

static JsonObject *hours_to_json (const PoReportHours *hours) {
  JsonObject *object = json_object_new ();
  json_object_set_string_member (object, "category", hours->category);
  add_seconds (object, "seconds", hours->ns);
  return object;
}

static JsonObject *fault_to_json (const PoReportFault *fault) {
  JsonObject *object = json_object_new ();
  json_object_set_string_member (object, "kind", fault->kind);
  add_time (object, "time", fault->time_ns);
  add_seconds (object, "seconds", fault->length_ns);
  if (fault->row != 0)
    json_object_set_int_member (object, "row", fault->row);
  else
    json_object_set_null_member (object, "row");
  add_text (object, "title", fault->title);
  add_text (object, "why", fault->why);
  return object;
}

typedef JsonObject *(*ToJson) (gconstpointer value);

static void add_list (JsonObject *object, const gchar *name, GPtrArray *values, ToJson to_json) {
  JsonArray *array = json_array_new ();
  for (guint i = 0; i < values->len; i++) {
    JsonObject *one = to_json (values->pdata[i]);
    json_object_set_boolean_member (one, "last", i + 1 == values->len); // for templates: what stands between
    json_array_add_object_element (array, one);
  }
  json_object_set_array_member (object, name, array);
}

static JsonObject *any_series (gconstpointer value) {
  return series_to_json (value);
}

static JsonObject *any_clip (gconstpointer value) {
  return clip_to_json (value);
}

static JsonObject *any_hours (gconstpointer value) {
  return hours_to_json (value);
}

JsonNode *po_report_to_json (const PoReport *self) {
  JsonObject *object = json_object_new ();
  JsonArray *faults = json_array_new ();
  add_time (object, "from", self->from_ns);
  add_time (object, "to", self->to_ns);
  add_list (object, "series", self->series, any_series);
  add_list (object, "clips", self->clips, any_clip);
  add_list (object, "hours", self->hours, any_hours);
  for (guint i = 0; i < self->faults->len; i++)
    json_array_add_object_element (faults, fault_to_json (&g_array_index (self->faults, PoReportFault, i)));
  json_object_set_array_member (object, "faults", faults);
  g_autofree gchar *text = po_report_paragraph (self);
  add_text (object, "text", text);
  JsonNode *node = json_node_new (JSON_NODE_OBJECT);
  json_node_take_object (node, object);
  return node;
}
