// SPDX-License-Identifier: GPL-3.0-or-later
#include "message/alarm-json.h"

#include "json/tree.h"

static void set_event (JsonObject *object, const PoAlarm *self) {
  if (self->uid == NULL && self->instance == NULL && self->title == NULL) {
    json_object_set_null_member (object, "event");
    return;
  }
  JsonObject *event = json_object_new ();
  po_json_set_text (event, "uid", self->uid);
  po_json_set_text (event, "instance", self->instance);
  po_json_set_text (event, "title", self->title);
  json_object_set_object_member (object, "event", event);
}

static void set_acknowledged (JsonObject *object, const PoAlarm *self) {
  if (self->acknowledged_by == NULL) {
    json_object_set_null_member (object, "acknowledged");
    return;
  }
  JsonObject *seen = json_object_new ();
  json_object_set_string_member (seen, "who", self->acknowledged_by);
  po_json_set_time (seen, "time", self->acknowledged_ns);
  json_object_set_object_member (object, "acknowledged", seen);
}

JsonObject *po_alarm_to_json (const PoAlarm *self) {
  JsonObject *object = json_object_new ();
  json_object_set_string_member (object, "id", self->id);
  json_object_set_string_member (object, "severity", po_severity_to_string (self->severity));
  po_json_set_time (object, "since", self->since_ns);
  set_event (object, self);
  json_object_set_string_member (object, "text", self->text);
  json_object_set_string_member (object, "what_to_do", self->what_to_do);
  set_acknowledged (object, self);
  return object;
}

static gchar *get_text (JsonObject *object, const gchar *name) {
  return g_strdup (object != NULL ? json_object_get_string_member_with_default (object, name, NULL) : NULL);
}

static PoTimeNs get_time (JsonObject *object, const gchar *name) {
  PoTimeNs time_ns = PO_TIME_NONE;
  g_autofree gchar *text = get_text (object, name);
  if (text == NULL || !po_time_parse (text, NULL, &time_ns, NULL))
    return PO_TIME_NONE;
  return time_ns;
}

static void replace_text (gchar **place, gchar *text) {
  if (text == NULL)
    return;
  g_free (*place);
  *place = text;
}

PoAlarm *po_alarm_from_json (JsonObject *object) {
  g_autofree gchar *id = get_text (object, "id"), *severity = get_text (object, "severity");
  if (id == NULL)
    return NULL;
  PoAlarm *self = po_alarm_new (id, PO_SEVERITY_ERROR, get_time (object, "since"));
  for (gint i = PO_SEVERITY_NOTE; i <= PO_SEVERITY_ERROR; i++)
    if (g_strcmp0 (severity, po_severity_to_string ((PoSeverity)i)) == 0)
      self->severity = (PoSeverity)i;
  JsonObject *event = po_json_get_object (object, "event"), *seen = po_json_get_object (object, "acknowledged");
  self->uid = get_text (event, "uid");
  self->instance = get_text (event, "instance");
  self->title = get_text (event, "title");
  replace_text (&self->text, get_text (object, "text"));
  replace_text (&self->what_to_do, get_text (object, "what_to_do"));
  self->acknowledged_by = get_text (seen, "who");
  if (self->acknowledged_by != NULL)
    self->acknowledged_ns = get_time (seen, "time");
  return self;
}
