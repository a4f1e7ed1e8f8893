// SPDX-License-Identifier: GPL-3.0-or-later
#include "log/rows.h"

#include <json-glib/json-glib.h>
#include <string.h>

#include "json/tree.h"

static PoLogRow *row_new (PoLogRowKind kind, PoRate rate) {
  PoLogRow *self = g_new0 (PoLogRow, 1);
  self->ref_count = 1;
  self->kind = kind;
  self->rate = rate;
  return self;
}

PoLogRow *po_log_row_new_journal (const PoJournalEntry *entry, PoRate rate) {
  PoLogRow *self = row_new (PO_LOG_ROW_JOURNAL, rate);
  self->entry = po_journal_entry_copy (entry);
  return self;
}

PoLogRow *po_log_row_new_start (const PoAiringStart *start) {
  PoLogRow *self = row_new (PO_LOG_ROW_START, start->rate);
  self->start = *start;
  self->strings = g_string_chunk_new (256);
  const gchar **texts[] = {&self->start.channel, &self->start.uid,   &self->start.instance,
                           &self->start.title,   &self->start.media, &self->start.media_hash};
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
    if (*texts[i] != NULL)
      *texts[i] = g_string_chunk_insert (self->strings, *texts[i]);
  }
  return self;
}

PoLogRow *po_log_row_new_close (gint64 airing, PoRate rate, const PoAiringMark *mark, PoAiringStatus status,
                                const gchar *reason) {
  PoLogRow *self = row_new (PO_LOG_ROW_CLOSE, rate);
  self->airing = airing;
  self->mark = *mark;
  self->status = status;
  self->reason = g_strdup (reason);
  return self;
}

PoLogRow *po_log_row_new_measure (gint64 airing, const PoAiringMeasures *measures) {
  PoLogRow *self = row_new (PO_LOG_ROW_MEASURE, (PoRate){0});
  self->airing = airing;
  self->mark.measures = *measures;
  return self;
}

PoLogRow *po_log_row_new_alarm (const PoAlarm *alarm, PoAlarmChange change, PoTimeNs utc_ns) {
  PoLogRow *self = row_new (PO_LOG_ROW_ALARM, (PoRate){0});
  self->alarm = po_alarm_copy (alarm);
  self->change = change;
  self->utc_ns = utc_ns;
  return self;
}

PoLogRow *po_log_row_ref (PoLogRow *self) {
  g_atomic_int_inc (&self->ref_count);
  return self;
}

void po_log_row_unref (PoLogRow *self) {
  if (self == NULL || !g_atomic_int_dec_and_test (&self->ref_count))
    return;
  po_journal_entry_free (self->entry);
  po_alarm_free (self->alarm);
  g_clear_pointer (&self->strings, g_string_chunk_free);
  g_free (self->reason);
  g_free (self);
}

static gpointer hold_row (gconstpointer row, gpointer user) {
  return po_log_row_ref ((PoLogRow *)row);
}

GPtrArray *po_log_rows_copy (GPtrArray *rows) {
  GPtrArray *copy = g_ptr_array_copy (rows, hold_row, NULL);
  g_ptr_array_set_free_func (copy, (GDestroyNotify)po_log_row_unref);
  return copy;
}

GHashTable *po_log_marks_new (void) {
  return g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, g_free);
}

void po_log_marks_set (GHashTable *marks, gint64 airing, const PoAiringMark *mark) {
  g_hash_table_replace (marks, g_memdup2 (&airing, sizeof airing), g_memdup2 (mark, sizeof *mark));
}

GHashTable *po_log_marks_copy (GHashTable *marks) {
  GHashTable *copy = po_log_marks_new ();
  GHashTableIter iter;
  gpointer airing = NULL, mark = NULL;
  g_hash_table_iter_init (&iter, marks);
  while (g_hash_table_iter_next (&iter, &airing, &mark))
    po_log_marks_set (copy, *(gint64 *)airing, mark);
  return copy;
}

gchar *po_log_args_to_json (GHashTable *args) {
  g_autoptr (JsonObject) object = json_object_new ();
  g_autoptr (GList) keys = g_list_sort (g_hash_table_get_keys (args), (GCompareFunc)strcmp);
  for (GList *key = keys; key != NULL; key = key->next)
    json_object_set_string_member (object, key->data, g_hash_table_lookup (args, key->data));
  return po_json_object_text (object);
}

gboolean po_log_args_from_json (const gchar *text, GHashTable *args) {
  g_autoptr (JsonNode) node = text != NULL ? json_from_string (text, NULL) : NULL;
  JsonObject *object = po_json_node_object (node);
  if (object == NULL)
    return FALSE;
  JsonObjectIter iter;
  const gchar *key = NULL;
  JsonNode *value = NULL;
  json_object_iter_init (&iter, object);
  while (json_object_iter_next (&iter, &key, &value)) {
    if (!JSON_NODE_HOLDS_VALUE (value) || json_node_get_value_type (value) != G_TYPE_STRING)
      return FALSE;
    g_hash_table_insert (args, g_strdup (key), json_node_dup_string (value));
  }
  return TRUE;
}
