// SPDX-License-Identifier: GPL-3.0-or-later
// The report as JSON; every number with the rows behind it.
#include "json/text.h"
#include "report/report.h"

static void add_seconds (GString *json, const gchar *name, gint64 ns) {
  po_json_double (json, name, (gdouble)(ns / PO_NS_PER_MS) / 1000);
}

// To the nearest, as a report tells them.
static void add_minutes (GString *json, const gchar *name, gint64 ns) {
  const gint64 minute_ns = 60 * PO_NS_PER_SECOND;
  po_json_int (json, name, (ns + minute_ns / 2) / minute_ns);
}

// 0 is no row.
static void add_row (GString *json, const gchar *name, gint64 row) {
  if (row != 0)
    po_json_int (json, name, row);
  else
    po_json_null (json, name);
}

static void add_ids (GString *json, const PoReportInstance *instance) {
  for (guint i = 0; i < instance->rows->len; i++)
    po_json_int (json, NULL, g_array_index (instance->rows, gint64, i));
}

static void add_instance (GString *json, const PoReportInstance *instance) {
  po_json_begin (json, NULL, '{');
  po_json_string (json, "uid", instance->uid);
  po_json_string (json, "instance", instance->instance);
  po_json_string (json, "title", instance->title);
  po_json_string (json, "state", po_report_state_to_string (instance->state));
  po_json_time (json, "planned_start", instance->original_ns);
  po_json_time (json, "start", instance->start_ns);
  po_json_time (json, "end", instance->end_ns);
  po_json_time (json, "aired", instance->aired_ns);
  po_json_bool (json, "moved", instance->moved);
  po_json_bool (json, "made_up", instance->made_up);
  po_json_bool (json, "owed", instance->owed);
  po_json_bool (json, "live", instance->live);
  po_json_string (json, "media", instance->media);
  po_json_string (json, "why", instance->why);
  po_json_string (json, "who", instance->who);
  po_json_time (json, "decided", instance->decided_ns);
  add_seconds (json, "shown_seconds", instance->shown_ns);
  add_seconds (json, "lost_seconds", instance->lost_ns);
  po_json_begin (json, "rows", '[');
  add_ids (json, instance);
  po_json_end (json, ']');
  add_row (json, "made_up_row", instance->made_up_row);
  po_json_end (json, '}');
}

typedef gboolean (*Counts) (const PoReportInstance *instance);

static gboolean is_planned (const PoReportInstance *instance) {
  return instance->state != PO_REPORT_WITHDRAWN;
}

static gboolean is_moved (const PoReportInstance *instance) {
  return instance->moved;
}

static gboolean is_owed (const PoReportInstance *instance) {
  return instance->owed;
}

static void add_counted (GString *json, const gchar *name, const PoReportSeries *series, Counts counts) {
  po_json_begin (json, name, '[');
  for (guint i = 0; i < series->instances->len; i++)
    if (counts (series->instances->pdata[i]))
      add_ids (json, series->instances->pdata[i]);
  po_json_end (json, ']');
}

static void add_state (GString *json, const PoReportSeries *series, PoReportState state) {
  po_json_begin (json, po_report_state_to_string (state), '[');
  for (guint i = 0; i < series->instances->len; i++) {
    const PoReportInstance *instance = series->instances->pdata[i];
    if (instance->state == state)
      add_ids (json, instance);
  }
  po_json_end (json, ']');
}

static void add_made_up (GString *json, const PoReportSeries *series) {
  po_json_begin (json, "made_up", '[');
  for (guint i = 0; i < series->instances->len; i++) {
    const PoReportInstance *instance = series->instances->pdata[i];
    if (instance->made_up)
      po_json_int (json, NULL, instance->made_up_row);
  }
  po_json_end (json, ']');
}

// For every number of the series the rows behind it; there may be none, as of what was missed while nothing was on air.
static void add_rows (GString *json, const PoReportSeries *series) {
  po_json_begin (json, "rows", '{');
  for (guint i = 0; i <= PO_REPORT_LAST_; i++)
    add_state (json, series, (PoReportState)i);
  add_counted (json, "planned", series, is_planned);
  add_counted (json, "moved", series, is_moved);
  add_made_up (json, series);
  add_counted (json, "owed", series, is_owed);
  po_json_end (json, '}');
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
static void add_words (GString *json, const PoReportSeries *series) {
  guint done = series->count[PO_REPORT_AIRED] + series->made_up;
  g_autofree gchar *done_text = g_strdup_printf ("%02u", done),
                   *planned_text = g_strdup_printf ("%02u", series->planned);
  g_autofree gchar *percent = po_report_percent_text (series), *step = po_report_step_text (series);
  g_autofree gchar *sentence = po_report_series_sentence (series);
  po_json_int (json, "done", done);
  po_json_string (json, "done_text", done_text);
  po_json_string (json, "planned_text", planned_text);
  po_json_string (json, "percent_text", percent);
  po_json_string (json, "step_text", step);
  po_json_string (json, "sentence", sentence);
}

static void add_series (GString *json, const PoReportSeries *series) {
  po_json_string (json, "uid", series->uid);
  po_json_string (json, "title", series->title);
  po_json_bool (json, "live", series->live);
  po_json_int (json, "planned", series->planned);
  for (guint i = 0; i <= PO_REPORT_LAST_; i++)
    po_json_int (json, po_report_state_to_string ((PoReportState)i), series->count[i]);
  po_json_int (json, "moved", series->moved);
  po_json_int (json, "made_up", series->made_up);
  po_json_int (json, "owed", series->owed);
  po_json_double (json, "percent", (gdouble)po_report_series_permille (series) / 10);
  add_seconds (json, "shown_seconds", series->shown_ns);
  add_minutes (json, "shown_minutes", series->shown_ns);
  add_seconds (json, "partial_seconds", partial_ns (series));
  add_minutes (json, "partial_minutes", partial_ns (series));
  add_words (json, series);
  add_rows (json, series);
  po_json_begin (json, "instances", '[');
  for (guint i = 0; i < series->instances->len; i++)
    add_instance (json, series->instances->pdata[i]);
  po_json_end (json, ']');
}

static void add_clip (GString *json, const PoReportClip *clip) {
  po_json_string (json, "media", clip->media);
  po_json_string (json, "title", clip->title);
  po_json_bool (json, "filler", clip->filler);
  po_json_int (json, "airings", clip->airings);
  add_seconds (json, "shown_seconds", clip->shown_ns);
  add_minutes (json, "shown_minutes", clip->shown_ns);
}

static void add_hours (GString *json, const PoReportHours *hours) {
  po_json_string (json, "category", hours->category);
  add_seconds (json, "seconds", hours->ns);
}

static void add_fault (GString *json, const PoReportFault *fault) {
  po_json_begin (json, NULL, '{');
  po_json_string (json, "kind", fault->kind);
  po_json_time (json, "time", fault->time_ns);
  add_seconds (json, "seconds", fault->length_ns);
  add_row (json, "row", fault->row);
  po_json_string (json, "title", fault->title);
  po_json_string (json, "why", fault->why);
  po_json_end (json, '}');
}

typedef void (*Add) (GString *json, gconstpointer value);

static void add_list (GString *json, const gchar *name, GPtrArray *values, Add add) {
  po_json_begin (json, name, '[');
  for (guint i = 0; i < values->len; i++) {
    po_json_begin (json, NULL, '{');
    add (json, values->pdata[i]);
    po_json_bool (json, "last", i + 1 == values->len); // for templates: what stands between
    po_json_end (json, '}');
  }
  po_json_end (json, ']');
}

static void any_series (GString *json, gconstpointer value) {
  add_series (json, value);
}

static void any_clip (GString *json, gconstpointer value) {
  add_clip (json, value);
}

static void any_hours (GString *json, gconstpointer value) {
  add_hours (json, value);
}

gchar *po_report_to_json (const PoReport *self) {
  GString *json = g_string_sized_new (1 << 16);
  g_autofree gchar *text = po_report_paragraph (self);
  po_json_begin (json, NULL, '{');
  po_json_time (json, "from", self->from_ns);
  po_json_time (json, "to", self->to_ns);
  add_list (json, "series", self->series, any_series);
  add_list (json, "clips", self->clips, any_clip);
  add_list (json, "hours", self->hours, any_hours);
  po_json_begin (json, "faults", '[');
  for (guint i = 0; i < self->faults->len; i++)
    add_fault (json, &g_array_index (self->faults, PoReportFault, i));
  po_json_end (json, ']');
  po_json_string (json, "text", text);
  po_json_end (json, '}');
  return g_string_free (json, FALSE);
}
