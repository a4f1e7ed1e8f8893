// SPDX-License-Identifier: GPL-3.0-or-later
// `morning`: what aired yesterday, what did not, and what needs a hand today and this week. Printed, or kept in the
// state folder, from where the daemon sends it.
#include <errno.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ctl/ctl.h"
#include "ctl/offline.h"
#include "ctl/print.h"
#include "json/tree.h"
#include "record/evidence.h"
#include "report/attempt.h"

#define DAY_NS    (24 * 3600 * PO_NS_PER_SECOND)
#define WEEK_DAYS 7

typedef struct {
  PoCtl *ctl;
  gchar *date; // "2027-01-06"
  PoTimeNs from_ns, to_ns;
  PoEvidence *evidence; // NULL: there is no record yet
  PoReport *report;
  GPtrArray *findings; // PoFinding of the days ahead
  GString *text;
  JsonObject *json;
} Morning;

static void morning_clear (Morning *self) {
  g_free (self->date);
  g_clear_pointer (&self->report, po_report_free);
  g_clear_pointer (&self->evidence, po_evidence_free);
  g_clear_pointer (&self->findings, g_ptr_array_unref);
  if (self->text != NULL)
    g_string_free (self->text, TRUE);
  g_clear_pointer (&self->json, json_object_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Morning, morning_clear)

static gboolean find_day (Morning *self, GError **error) {
  PoCtl *ctl = self->ctl;
  PoTimeNs today_ns = po_time_local_midnight (ctl->now_ns, ctl->zone);
  self->from_ns = po_time_local_midnight (today_ns - DAY_NS / 2, ctl->zone);
  if (ctl->options.date != NULL && !po_time_parse (ctl->options.date, ctl->zone, &self->from_ns, error))
    return FALSE;
  self->from_ns = po_time_local_midnight (self->from_ns, ctl->zone);
  self->to_ns = po_time_local_midnight (self->from_ns + DAY_NS + DAY_NS / 2, ctl->zone);
  g_autofree gchar *local = po_time_to_local_string (self->from_ns, ctl->zone);
  self->date = g_strndup (local, strlen ("2027-01-06"));
  return TRUE;
}

static gboolean read_record (Morning *self, const gchar *state, GError **error) {
  const PoConfig *config = self->ctl->config;
  self->evidence = po_evidence_read (state, config->timezone, config->format.rate, self->from_ns, self->to_ns,
                                     self->ctl->now_ns, error);
  if (self->evidence == NULL)
    return FALSE;
  self->report = po_report_make (&self->evidence->source, self->from_ns, self->to_ns);
  return TRUE;
}

// From the end of the day told of, so that asking again tells the same.
static gboolean look_ahead (Morning *self, GError **error) {
  PoRate rate = self->ctl->config->format.rate;
  if (self->ctl->config->schedules == NULL || self->ctl->config->media == NULL)
    return TRUE; // only the record was given
  g_autoptr (PoOffline) offline = po_offline_open (self->ctl, error);
  if (offline == NULL)
    return FALSE;
  self->findings = g_ptr_array_ref (offline->findings);
  g_autoptr (PoRundown) rundown =
      po_station_plan (offline->station, NULL, po_frame_from_time_ceil (self->to_ns, rate),
                       po_frame_from_time_ceil (self->to_ns + WEEK_DAYS * DAY_NS, rate), self->findings);
  return TRUE;
}

static void say (Morning *self, const gchar *format, ...) G_GNUC_PRINTF (2, 3);

static void say (Morning *self, const gchar *format, ...) {
  va_list args;
  va_start (args, format);
  g_string_append_vprintf (self->text, format, args);
  va_end (args);
}

static void begin_list (Morning *self, const gchar *title) {
  say (self, "\n%s\n", title);
}

static void end_list (Morning *self, const gchar *name, JsonArray *list, const gchar *none) {
  if (json_array_get_length (list) == 0)
    say (self, "  %s\n", none);
  json_object_set_array_member (self->json, name, list);
}

static void add_instance (Morning *self, JsonArray *list, const PoReportInstance *instance) {
  g_autofree gchar *time = po_print_local (instance->start_ns, self->ctl->zone);
  g_autofree gchar *length = po_print_length (instance->shown_ns);
  const gchar *state =
      instance->made_up ? _ ("made up by a repeat") : po_print_word (po_report_state_to_string (instance->state));
  gboolean shown = instance->shown_ns > 0;
  say (self, "  %s  %s — %s%s%s%s%s%s%s\n", time + strlen ("2027-01-06 "), instance->title, state, shown ? ", " : "",
       shown ? length : "", instance->why != NULL ? ": " : "",
       instance->why != NULL ? po_print_word (instance->why) : "", instance->who != NULL ? ", " : "",
       instance->who != NULL ? instance->who : "");
  JsonObject *object = json_object_new ();
  g_autofree gchar *utc = po_time_to_utc_string (instance->start_ns);
  json_object_set_string_member (object, "uid", instance->uid);
  json_object_set_string_member (object, "instance", instance->instance);
  json_object_set_string_member (object, "title", instance->title != NULL ? instance->title : "");
  json_object_set_string_member (object, "start", utc);
  json_object_set_string_member (object, "state", po_report_state_to_string (instance->state));
  json_object_set_string_member (object, "why", instance->why != NULL ? instance->why : "");
  json_array_add_object_element (list, object);
}

static gint compare_starts (gconstpointer a, gconstpointer b) {
  const PoReportInstance *left = *(PoReportInstance *const *)a, *right = *(PoReportInstance *const *)b;
  return (left->start_ns > right->start_ns) - (left->start_ns < right->start_ns);
}

// What an operator put on air was promised by nobody, so no report has it; viewers saw it all the same. Its texts are
// the row's. (transfer full)
static PoReportInstance *inserted_new (const PoAsrunRow *row) {
  PoReportInstance *instance = g_new0 (PoReportInstance, 1);
  instance->uid = row->uid;
  instance->instance = row->instance;
  instance->title = row->title;
  instance->start_ns = row->actual_start_ns;
  instance->shown_ns = po_duration_from_frames_floor (row->frames_shown, row->rate);
  instance->state = row->status == PO_AIRING_AIRED ? PO_REPORT_AIRED : PO_REPORT_PARTIAL;
  instance->why = row->reason;
  return instance;
}

// (transfer full) of PoReportInstance
static GPtrArray *find_inserted (Morning *self) {
  GPtrArray *found = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; self->evidence != NULL && i < self->evidence->source.rows->len; i++) {
    const PoAsrunRow *row = self->evidence->source.rows->pdata[i];
    if (po_report_row_is_inserted (row) && row->instance != NULL && row->actual_start_ns >= self->from_ns &&
        row->actual_start_ns < self->to_ns)
      g_ptr_array_add (found, inserted_new (row));
  }
  return found;
}

static void say_instances (Morning *self, gboolean aired, const gchar *title, const gchar *name, const gchar *none) {
  JsonArray *list = json_array_new ();
  g_autoptr (GPtrArray) all = g_ptr_array_new ();
  g_autoptr (GPtrArray) inserted = find_inserted (self);
  for (guint i = 0; i < inserted->len; i++)
    if ((((PoReportInstance *)inserted->pdata[i])->state == PO_REPORT_AIRED) == aired)
      g_ptr_array_add (all, inserted->pdata[i]);
  for (guint i = 0; self->report != NULL && i < self->report->series->len; i++) {
    const PoReportSeries *series = self->report->series->pdata[i];
    for (guint k = 0; k < series->instances->len; k++) {
      const PoReportInstance *instance = series->instances->pdata[k];
      if ((instance->state == PO_REPORT_AIRED) == aired)
        g_ptr_array_add (all, (gpointer)instance);
    }
  }
  g_ptr_array_sort (all, compare_starts);
  begin_list (self, title);
  for (guint i = 0; i < all->len; i++)
    add_instance (self, list, all->pdata[i]);
  end_list (self, name, list, none);
}

static void say_faults (Morning *self) {
  JsonArray *list = json_array_new ();
  begin_list (self, _ ("What viewers saw that they should not have"));
  for (guint i = 0; self->report != NULL && i < self->report->faults->len; i++) {
    const PoReportFault *fault = &g_array_index (self->report->faults, PoReportFault, i);
    g_autofree gchar *time = po_print_local (fault->time_ns, self->ctl->zone);
    g_autofree gchar *utc = po_time_to_utc_string (fault->time_ns), *length = po_print_fault_length (fault->length_ns);
    const gchar *title = fault->title != NULL ? fault->title : "", *why = fault->why != NULL ? fault->why : "";
    say (self, "  %s  %s, %s%s%s%s%s\n", time + strlen ("2027-01-06 "), po_print_word (fault->kind), length,
         *title != '\0' ? " — " : "", title, *why != '\0' ? ": " : "", po_print_word (why));
    JsonObject *object = json_object_new ();
    json_object_set_string_member (object, "kind", fault->kind);
    json_object_set_string_member (object, "time", utc);
    json_object_set_int_member (object, "ms", fault->length_ns / PO_NS_PER_MS);
    json_object_set_string_member (object, "why", why);
    json_array_add_object_element (list, object);
  }
  end_list (self, "faults", list, _ ("nothing"));
}

// What concerns [from, to); what has no time concerns the first day.
static void say_ahead (Morning *self, PoTimeNs from_ns, PoTimeNs to_ns, const gchar *title, const gchar *name) {
  JsonArray *list = json_array_new ();
  begin_list (self, title);
  for (guint i = 0; self->findings != NULL && i < self->findings->len; i++) {
    const PoFinding *finding = self->findings->pdata[i];
    PoTimeNs at_ns = finding->start_ns != PO_TIME_NONE ? MAX (finding->start_ns, self->to_ns) : self->to_ns;
    if (finding->severity == PO_SEVERITY_NOTE || at_ns < from_ns || at_ns >= to_ns)
      continue;
    g_autofree gchar *line = po_finding_to_string (finding);
    say (self, "  %s\n", line);
    json_array_add_string_element (list, line);
  }
  end_list (self, name, list, _ ("nothing"));
}

static void compose (Morning *self) {
  self->text = g_string_new (NULL);
  self->json = json_object_new ();
  json_object_set_string_member (self->json, "date", self->date);
  json_object_set_string_member (self->json, "channel", self->ctl->config->name);
  g_autofree gchar *day = po_time_format (self->from_ns, self->ctl->zone, _ ("%Y-%m-%d"));
  say (self, _ ("%s: the broadcast day %s\n"), self->ctl->config->name, day);
  say_instances (self, TRUE, _ ("Aired"), "aired", _ ("nothing"));
  say_instances (self, FALSE, _ ("Not aired, or not in full"), "not_aired", _ ("nothing: everything aired"));
  say_faults (self);
  say_ahead (self, self->to_ns, self->to_ns + DAY_NS, _ ("Needs a hand today"), "today");
  say_ahead (self, self->to_ns + DAY_NS, self->to_ns + WEEK_DAYS * DAY_NS, _ ("Needs a hand this week"), "week");
  const gchar *head = self->evidence != NULL ? self->evidence->head : NULL;
  if (head != NULL)
    say (self, _ ("\nThe chain of the record ends at %s. Keep this: it proves the record up to here.\n"), head);
  json_object_set_string_member (self->json, "head", head != NULL ? head : "");
  json_object_set_string_member (self->json, "text", self->text->str);
}

static gboolean keep_as (const gchar *folder, const gchar *date, const gchar *ending, const gchar *text,
                         GError **error) {
  g_autoptr (GError) why = NULL;
  g_autofree gchar *name = g_strconcat (date, ending, NULL), *path = g_build_filename (folder, name, NULL);
  if (g_file_set_contents (path, text, -1, &why)) {
    printf ("%s\n", path);
    return TRUE;
  }
  g_set_error_literal (error, PO_ERROR, PO_ERROR_SYSTEM, why->message);
  return FALSE;
}

static gboolean keep (Morning *self, const gchar *state, const gchar *json, GError **error) {
  g_autofree gchar *folder = g_build_filename (state, "morning", NULL);
  if (g_mkdir_with_parents (folder, 0755) != 0) {
    gint saved = errno;
    g_set_error (error, PO_ERROR, PO_ERROR_SYSTEM, "%s: %s", folder, g_strerror (saved));
    return FALSE;
  }
  return keep_as (folder, self->date, ".txt", self->text->str, error) &&
         keep_as (folder, self->date, ".json", json, error);
}

int po_ctl_morning (PoCtl *ctl, GError **error) {
  g_auto (Morning) morning = {.ctl = ctl};
  const gchar *state = po_ctl_state (ctl, error);
  if (state == NULL || !find_day (&morning, error) || !read_record (&morning, state, error) ||
      !look_ahead (&morning, error))
    return EXIT_SUCCESS;
  compose (&morning);
  g_autofree gchar *json = po_json_object_text (morning.json);
  if (ctl->options.keep)
    keep (&morning, state, json, error);
  else if (ctl->options.json)
    printf ("%s\n", json);
  else
    fputs (morning.text->str, stdout);
  return EXIT_SUCCESS;
}
