// SPDX-License-Identifier: GPL-3.0-or-later
#include "daemon/alarms.h"

#include <string.h>

typedef struct {
  gchar *id;
  PoSeverity severity;
  PoTimeNs since_ns;
  gchar *text;
  gchar *what_to_do;
} Alarm;

struct _PoAlarms {
  GHashTable *by_id; // id -> Alarm, owned
  PoAlarmFunc on_change;
  gpointer user;
};

static void alarm_free (Alarm *alarm) {
  g_free (alarm->id);
  g_free (alarm->text);
  g_free (alarm->what_to_do);
  g_free (alarm);
}

PoAlarms *po_alarms_new (PoAlarmFunc on_change, gpointer user) {
  PoAlarms *self = g_new0 (PoAlarms, 1);
  self->by_id = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify)alarm_free);
  self->on_change = on_change;
  self->user = user;
  return self;
}

void po_alarms_free (PoAlarms *self) {
  if (self == NULL)
    return;
  g_hash_table_unref (self->by_id);
  g_free (self);
}

// @text: (transfer full). @is_retold: a change of words alone is told too.
static void put (PoAlarms *self, const gchar *id, PoSeverity severity, PoTimeNs now_ns, const gchar *what_to_do,
                 gchar *text, gboolean is_retold) {
  Alarm *alarm = g_hash_table_lookup (self->by_id, id);
  gboolean is_news = alarm == NULL || alarm->severity != severity;
  if (!is_news && strcmp (alarm->text, text) == 0) {
    g_free (text);
    return;
  }
  if (alarm == NULL) {
    alarm = g_new0 (Alarm, 1);
    alarm->id = g_strdup (id);
    alarm->since_ns = now_ns;
    g_hash_table_insert (self->by_id, alarm->id, alarm);
  }
  alarm->severity = severity;
  g_free (alarm->text);
  alarm->text = text;
  g_free (alarm->what_to_do);
  alarm->what_to_do = g_strdup (what_to_do);
  if (is_news || is_retold)
    self->on_change (id, severity, alarm->text, TRUE, self->user);
}

void po_alarms_raise (PoAlarms *self, const gchar *id, PoSeverity severity, PoTimeNs now_ns, const gchar *what_to_do,
                      const gchar *format, ...) {
  va_list args;
  va_start (args, format);
  gchar *text = g_strdup_vprintf (format, args);
  va_end (args);
  put (self, id, severity, now_ns, what_to_do, text, TRUE);
}

void po_alarms_clear (PoAlarms *self, const gchar *id) {
  Alarm *alarm = g_hash_table_lookup (self->by_id, id);
  if (alarm == NULL)
    return;
  self->on_change (alarm->id, alarm->severity, alarm->text, FALSE, self->user);
  g_hash_table_remove (self->by_id, alarm->id);
}

void po_alarms_clear_prefix (PoAlarms *self, const gchar *prefix, GHashTable *keep) {
  GHashTableIter iter;
  gpointer id = NULL;
  g_autoptr (GPtrArray) gone = g_ptr_array_new_with_free_func (g_free);
  g_hash_table_iter_init (&iter, self->by_id);
  while (g_hash_table_iter_next (&iter, &id, NULL)) {
    if (g_str_has_prefix (id, prefix) && (keep == NULL || !g_hash_table_contains (keep, id)))
      g_ptr_array_add (gone, g_strdup (id));
  }
  for (guint i = 0; i < gone->len; i++)
    po_alarms_clear (self, gone->pdata[i]);
}

// What is wrong with one event in the same way on many days is one alarm.
static gchar *finding_id (const gchar *prefix, const PoFinding *finding) {
  return g_strdup_printf ("%s%s:%s:%u:%s", prefix, finding->code, finding->file != NULL ? finding->file : "",
                          finding->line, finding->uid != NULL ? finding->uid : "");
}

static GHashTable *count_findings (const gchar *prefix, GPtrArray *findings) {
  GHashTable *counts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  for (guint i = 0; i < findings->len; i++) {
    gchar *id = finding_id (prefix, findings->pdata[i]);
    guint count = GPOINTER_TO_UINT (g_hash_table_lookup (counts, id));
    g_hash_table_insert (counts, id, GUINT_TO_POINTER (count + 1));
  }
  return counts;
}

// The severity is the alarm's own. (transfer full)
static gchar *place_and_message (const PoFinding *finding) {
  if (finding->file == NULL)
    return g_strdup (finding->message);
  if (finding->line == 0)
    return g_strdup_printf ("%s: %s", finding->file, finding->message);
  return g_strdup_printf ("%s:%u: %s", finding->file, finding->line, finding->message);
}

void po_alarms_raise_findings (PoAlarms *self, const gchar *prefix, GPtrArray *findings, PoTimeNs now_ns,
                               const gchar *what_to_do) {
  g_autoptr (GHashTable) up = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GHashTable) counts = count_findings (prefix, findings);
  for (guint i = 0; i < findings->len; i++) {
    const PoFinding *finding = findings->pdata[i];
    g_autofree gchar *id = finding_id (prefix, finding);
    if (finding->severity == PO_SEVERITY_NOTE || g_hash_table_contains (up, id))
      continue;
    g_autofree gchar *text = place_and_message (finding);
    guint more = GPOINTER_TO_UINT (g_hash_table_lookup (counts, id)) - 1;
    gchar *all = more == 0 ? g_strdup (text)
                           : g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%s (and %u more like it)",
                                                           "%s (and %u more like it)", more),
                                              text, more);
    // As time goes on, the first of them passes and the words change; that is no news.
    put (self, id, finding->severity, now_ns, what_to_do, all, FALSE);
    g_hash_table_add (up, g_steal_pointer (&id));
  }
  po_alarms_clear_prefix (self, prefix, up);
}

static gint compare_alarms (gconstpointer a, gconstpointer b) {
  const Alarm *left = *(Alarm *const *)a, *right = *(Alarm *const *)b;
  if (left->severity != right->severity)
    return left->severity > right->severity ? -1 : 1;
  if (left->since_ns != right->since_ns)
    return left->since_ns < right->since_ns ? -1 : 1;
  return strcmp (left->id, right->id);
}

guint po_alarms_count (PoAlarms *self, PoSeverity at_least) {
  GHashTableIter iter;
  gpointer alarm = NULL;
  guint count = 0;
  g_hash_table_iter_init (&iter, self->by_id);
  while (g_hash_table_iter_next (&iter, NULL, &alarm))
    count += ((Alarm *)alarm)->severity >= at_least;
  return count;
}

JsonNode *po_alarms_to_json (PoAlarms *self) {
  GHashTableIter iter;
  gpointer value = NULL;
  g_autoptr (GPtrArray) list = g_ptr_array_new ();
  g_autoptr (JsonBuilder) json = json_builder_new ();
  g_hash_table_iter_init (&iter, self->by_id);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    g_ptr_array_add (list, value);
  g_ptr_array_sort (list, compare_alarms);
  json_builder_begin_array (json);
  for (guint i = 0; i < list->len; i++) {
    const Alarm *alarm = list->pdata[i];
    g_autofree gchar *since = po_time_to_utc_string (alarm->since_ns);
    json_builder_begin_object (json);
    json_builder_set_member_name (json, "id");
    json_builder_add_string_value (json, alarm->id);
    json_builder_set_member_name (json, "severity");
    json_builder_add_string_value (json, po_severity_to_string (alarm->severity));
    json_builder_set_member_name (json, "since");
    json_builder_add_string_value (json, since);
    json_builder_set_member_name (json, "text");
    json_builder_add_string_value (json, alarm->text);
    json_builder_set_member_name (json, "what_to_do");
    json_builder_add_string_value (json, alarm->what_to_do);
    json_builder_end_object (json);
  }
  json_builder_end_array (json);
  return json_builder_get_root (json);
}
