// SPDX-License-Identifier: GPL-3.0-or-later
#include "control/precondition.h"

#include "model/text.h"
#include "model/time.h"

static const gchar *text_of (JsonObject *object, const gchar *name) {
  return json_object_get_string_member_with_default (object, name, "");
}

// Weak tags never match here (RFC 9110, 13.1.1).
static gboolean names (const gchar *if_match, const gchar *revision) {
  g_auto (GStrv) tags = g_strsplit (if_match, ",", -1);
  g_autofree gchar *wanted = g_strdup_printf ("\"%s\"", revision);
  for (guint i = 0; tags[i] != NULL; i++) {
    const gchar *tag = g_strstrip (tags[i]);
    if (g_str_equal (tag, "*") || g_str_equal (tag, wanted))
      return TRUE;
  }
  return FALSE;
}

// Not as text: a whole second would sort after its fractions.
static PoTimeNs time_of (JsonObject *command) {
  PoTimeNs time_ns = PO_TIME_NONE;
  g_autoptr (GTimeZone) utc = g_time_zone_new_utc ();
  po_time_parse (text_of (command, "time"), utc, &time_ns, NULL);
  return time_ns;
}

// The command given last, as {verb, who, time}. FALSE: none.
static gboolean last_command (JsonObject *status, const gchar **ret_verb, JsonObject **ret_command) {
  JsonObject *all =
      json_object_has_member (status, "last_commands") ? json_object_get_object_member (status, "last_commands") : NULL;
  g_autoptr (GList) verbs = all != NULL ? json_object_get_members (all) : NULL;
  *ret_command = NULL;
  for (GList *l = verbs; l != NULL; l = l->next) {
    JsonObject *command = json_object_get_object_member (all, l->data);
    if (*ret_command == NULL || time_of (command) > time_of (*ret_command)) {
      *ret_command = command;
      *ret_verb = l->data;
    }
  }
  return *ret_command != NULL;
}

static gchar *local_clock (const gchar *utc, GTimeZone *zone) {
  PoTimeNs time_ns = 0;
  if (!po_time_parse (utc, zone, &time_ns, NULL))
    return g_strdup (utc);
  g_autofree gchar *local = po_time_to_local_string (time_ns, zone);
  return g_strndup (local + strlen ("2027-01-06T"), strlen ("19:45:00"));
}

gchar *po_precondition_broken (const gchar *if_match, JsonObject *status, GTimeZone *zone) {
  const gchar *verb = NULL;
  JsonObject *command = NULL;
  if (if_match == NULL || names (if_match, text_of (status, "rundown_revision")))
    return NULL;
  if (!last_command (status, &verb, &command))
    return g_strdup (_ ("the rundown has moved on since you saw it, by itself or by an edit; look again"));
  g_autofree gchar *time = local_clock (text_of (command, "time"), zone);
  return g_strdup_printf (
      _ ("the rundown has moved on since you saw it; the last command was “%s”, by %s at %s; look again"), verb,
      text_of (command, "who"), time);
}
