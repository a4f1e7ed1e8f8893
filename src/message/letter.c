// SPDX-License-Identifier: GPL-3.0-or-later
#include "message/letter.h"

#include <glib/gi18n-lib.h>

#include "json/tree.h"
#include "message/alarm-json.h"

#define SUBJECT_CHARS 120 // of an alarm's words

PoLetter *po_letter_new (const gchar *kind, const gchar *id, const gchar *channel, PoTimeNs time_ns,
                         const gchar *subject, const gchar *text) {
  PoLetter *self = g_new0 (PoLetter, 1);
  g_autofree gchar *time = po_time_to_utc_string (time_ns);
  self->id = g_strdup (id);
  self->time_ns = time_ns;
  self->subject = g_strdup (subject);
  self->text = g_strdup (text);
  self->json = json_object_new ();
  json_object_set_string_member (self->json, "kind", kind);
  json_object_set_string_member (self->json, "channel", channel);
  json_object_set_string_member (self->json, "time", time);
  json_object_set_string_member (self->json, "subject", subject);
  json_object_set_string_member (self->json, "text", text);
  return self;
}

void po_letter_free (PoLetter *self) {
  if (self == NULL)
    return;
  g_free (self->id);
  g_strfreev (self->to);
  g_free (self->subject);
  g_free (self->text);
  json_object_unref (self->json);
  g_free (self);
}

// ---- of alarms ----

static const gchar *severity_word (PoSeverity severity) {
  static const gchar *const words[] = {N_ ("Note"), N_ ("Warning"), N_ ("Error")};
  return _ (words[severity]);
}

static void add_alarm (GString *text, const PoAlarm *alarm, GTimeZone *zone) {
  g_autofree gchar *since = po_time_format (alarm->since_ns, zone, _ ("%Y-%m-%d %H:%M:%S"));
  g_string_append_printf (text, "• %s: %s\n", severity_word (alarm->severity), alarm->text);
  g_string_append_printf (text, _ ("  Since %s"), since);
  if (alarm->title != NULL && *alarm->title != '\0')
    g_string_append_printf (text, " · %s", alarm->title);
  g_string_append_c (text, '\n');
  if (*alarm->what_to_do != '\0')
    g_string_append_printf (text, _ ("  What to do: %s\n"), alarm->what_to_do);
}

static void add_part (GString *text, const gchar *head, GPtrArray *alarms, GTimeZone *zone) {
  if (alarms->len == 0)
    return;
  g_string_append_printf (text, "%s%s\n", text->len > 0 ? "\n" : "", head);
  for (guint i = 0; i < alarms->len; i++)
    add_alarm (text, alarms->pdata[i], zone);
}

static void add_json (JsonArray *array, GPtrArray *alarms, const gchar *state) {
  for (guint i = 0; i < alarms->len; i++) {
    JsonObject *object = po_alarm_to_json (alarms->pdata[i]);
    json_object_set_string_member (object, "state", state);
    json_array_add_object_element (array, object);
  }
}

// What a bridge that shows one alarm needs stands at the top.
static void lift_first (JsonObject *json, JsonArray *alarms) {
  static const gchar *const names[] = {"id", "severity", "state", "since", "event", "what_to_do"};
  JsonObject *first = json_array_get_object_element (alarms, 0);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    json_object_set_member (json, names[i], json_object_dup_member (first, names[i]));
}

static const PoAlarm *first_of (const PoNews *news) {
  GPtrArray *const parts[] = {news->fresh, news->again, news->over};
  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    if (parts[i]->len > 0)
      return parts[i]->pdata[0];
  return NULL;
}

static gchar *subject_of (const PoNews *news, const gchar *channel) {
  const PoAlarm *first = first_of (news);
  const guint more = news->fresh->len + news->again->len + news->over->len - 1;
  const gboolean is_long = g_utf8_strlen (first->text, -1) > SUBJECT_CHARS;
  g_autofree gchar *words = is_long ? g_utf8_substring (first->text, 0, SUBJECT_CHARS) : g_strdup (first->text);
  const gchar *state = news->fresh->len > 0   ? severity_word (first->severity)
                       : news->again->len > 0 ? _ ("Still")
                                              : _ ("Over");
  if (more == 0)
    return g_strdup_printf ("[%s] %s: %s%s", channel, state, words, is_long ? "…" : "");
  return g_strdup_printf (_ ("[%s] %s: %s%s (and %u more)"), channel, state, words, is_long ? "…" : "", more);
}

static void sort_all (const PoNews *news) {
  g_ptr_array_sort (news->fresh, po_alarm_compare);
  g_ptr_array_sort (news->again, po_alarm_compare);
  g_ptr_array_sort (news->over, po_alarm_compare);
}

PoLetter *po_letter_from_news (const PoNews *news, const gchar *id, const gchar *channel, GTimeZone *zone,
                               PoTimeNs now_ns) {
  g_autoptr (GString) text = g_string_new (NULL);
  JsonArray *alarms = json_array_new ();
  sort_all (news);
  add_part (text, _ ("New:"), news->fresh, zone);
  add_part (text, _ ("Still so, and nobody has acknowledged it:"), news->again, zone);
  add_part (text, _ ("Over:"), news->over, zone);
  add_json (alarms, news->fresh, "raised");
  add_json (alarms, news->again, "again");
  add_json (alarms, news->over, "over");
  g_autofree gchar *subject = subject_of (news, channel);
  PoLetter *self = po_letter_new ("alarms", id, channel, now_ns, subject, text->str);
  lift_first (self->json, alarms);
  json_object_set_array_member (self->json, "alarms", alarms);
  return self;
}

// ---- as text ----

gchar *po_letter_json_text (const PoLetter *self) {
  return po_json_object_text (self->json);
}

gchar *po_letter_to_text (const PoLetter *self) {
  g_autoptr (JsonObject) object = json_object_new ();
  json_object_set_string_member (object, "id", self->id);
  json_object_set_int_member (object, "time_ns", self->time_ns);
  if (self->to != NULL) {
    JsonArray *to = json_array_new ();
    for (guint i = 0; self->to[i] != NULL; i++)
      json_array_add_string_element (to, self->to[i]);
    json_object_set_array_member (object, "to", to);
  }
  json_object_set_object_member (object, "json", json_object_ref (self->json));
  return po_json_object_text (object);
}

static gchar **read_addresses (JsonObject *object) {
  JsonArray *array = po_json_get_array (object, "to");
  if (array == NULL)
    return NULL;
  g_autoptr (GStrvBuilder) to = g_strv_builder_new ();
  for (guint i = 0; i < json_array_get_length (array); i++)
    g_strv_builder_add (to, json_array_get_string_element (array, i));
  return g_strv_builder_end (to);
}

PoLetter *po_letter_from_text (const gchar *text) {
  g_autoptr (JsonNode) node = json_from_string (text, NULL);
  JsonObject *object = po_json_node_object (node);
  JsonObject *json = po_json_get_object (object, "json");
  const gchar *id = object != NULL ? json_object_get_string_member_with_default (object, "id", NULL) : NULL;
  if (id == NULL || json == NULL)
    return NULL;
  PoLetter *self = g_new0 (PoLetter, 1);
  self->json = json_object_ref (json);
  self->id = g_strdup (id);
  self->time_ns = json_object_get_int_member_with_default (object, "time_ns", 0);
  self->to = read_addresses (object);
  self->subject = g_strdup (json_object_get_string_member_with_default (self->json, "subject", ""));
  self->text = g_strdup (json_object_get_string_member_with_default (self->json, "text", ""));
  return self;
}
