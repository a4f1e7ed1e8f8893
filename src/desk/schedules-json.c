// SPDX-License-Identifier: GPL-3.0-or-later
#include "desk/schedules-json.h"

#include "json/tree.h"

static JsonArray *findings_array (GPtrArray *findings) {
  JsonArray *array = json_array_new ();
  for (guint i = 0; i < findings->len; i++) {
    g_autofree gchar *text = po_finding_to_string (findings->pdata[i]);
    json_array_add_string_element (array, text);
  }
  return array;
}

static JsonNode *revision_node (const PoScheduleRevision *revision) {
  JsonObject *object = json_object_new ();
  JsonArray *files = json_array_new ();
  g_autofree gchar *time = po_time_to_utc_string (revision->time_ns);
  for (guint i = 0; revision->files[i] != NULL; i++)
    json_array_add_string_element (files, revision->files[i]);
  json_object_set_string_member (object, "revision", revision->revision);
  json_object_set_string_member (object, "time", time);
  json_object_set_string_member (object, "why", revision->why);
  json_object_set_string_member (object, "who", revision->who);
  json_object_set_boolean_member (object, "in_force", revision->in_force);
  json_object_set_array_member (object, "files", files);
  return po_json_object_node (object);
}

static JsonArray *verdict_array (const PoScheduleVerdict *verdict) {
  JsonArray *array = json_array_new ();
  for (guint i = 0; verdict != NULL && i < verdict->files->len; i++) {
    const PoCalendarVerdict *file = verdict->files->pdata[i];
    JsonObject *object = json_object_new ();
    json_object_set_string_member (object, "name", file->name);
    json_object_set_string_member (object, "state", po_calendar_state_to_string (file->state));
    json_array_add_object_element (array, object);
  }
  return array;
}

JsonNode *po_schedules_to_json (PoScheduleStore *store, PoCalendars *calendars) {
  JsonObject *object = json_object_new ();
  JsonArray *revisions = json_array_new ();
  g_autoptr (GPtrArray) history = po_schedule_store_list (store);
  g_autoptr (GPtrArray) findings = po_schedule_store_findings (store);
  g_autoptr (GPtrArray) faults = po_schedule_findings (po_schedule_store_current (store));
  const gchar *candidate = po_schedule_store_candidate (store);
  for (guint i = 0; i < history->len; i++)
    json_array_add_element (revisions, revision_node (history->pdata[i]));
  json_object_set_string_member (object, "in_force", po_schedule_store_revision (store));
  po_json_set_text (object, "candidate", candidate);
  json_object_set_array_member (object, "files", verdict_array (po_schedule_store_verdict (store)));
  json_object_set_array_member (object, "calendars", po_calendars_to_json (calendars));
  json_object_set_array_member (object, "revisions", revisions);
  json_object_set_array_member (object, "alarms", findings_array (findings));
  json_object_set_array_member (object, "faults", findings_array (faults));
  return po_json_object_node (object);
}
