// SPDX-License-Identifier: GPL-3.0-or-later
// One INSERT a row, bound by position; the column order is that of schema.c.
#include "log/rows.h"

#include <string.h>

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

gchar *po_log_args_to_json (GHashTable *args) {
  g_autoptr (JsonObject) object = json_object_new ();
  g_autoptr (GList) keys = g_list_sort (g_hash_table_get_keys (args), (GCompareFunc)strcmp);
  for (GList *key = keys; key != NULL; key = key->next)
    json_object_set_string_member (object, key->data, g_hash_table_lookup (args, key->data));
  g_autoptr (JsonNode) node = json_node_alloc ();
  json_node_init_object (node, object);
  return json_to_string (node, FALSE);
}

gboolean po_log_args_from_json (const gchar *text, GHashTable *args) {
  g_autoptr (JsonNode) node = text != NULL ? json_from_string (text, NULL) : NULL;
  if (node == NULL || !JSON_NODE_HOLDS_OBJECT (node))
    return FALSE;
  JsonObjectIter iter;
  const gchar *key = NULL;
  JsonNode *value = NULL;
  json_object_iter_init (&iter, json_node_get_object (node));
  while (json_object_iter_next (&iter, &key, &value)) {
    if (!JSON_NODE_HOLDS_VALUE (value) || json_node_get_value_type (value) != G_TYPE_STRING)
      return FALSE;
    g_hash_table_insert (args, g_strdup (key), json_node_dup_string (value));
  }
  return TRUE;
}

// Binds one value after the other.
typedef struct {
  PoSqlStatement *statement;
  gint next;
} Binder;

static void bind_int (Binder *binder, gint64 value) {
  sqlite3_bind_int64 (binder->statement, binder->next++, value);
}

static void bind_int_or_null (Binder *binder, gint64 value, gint64 none) {
  if (value == none)
    binder->next++;
  else
    bind_int (binder, value);
}

static void bind_text (Binder *binder, const gchar *value) {
  po_sql_bind_text (binder->statement, binder->next++, value);
}

static void bind_writer (Binder *binder, const PoLogTarget *target) {
  bind_text (binder, target->node);
  bind_int (binder, target->base.epoch + 1);
}

static gboolean write_journal (const PoLogRow *self, PoSql *db, const PoLogTarget *target, GError **error) {
  g_autofree gchar *text = g_strdup_printf ("INSERT INTO %s VALUES (?,?,?,?,?,?,?,?,?,?,?)", target->journal);
  g_autofree gchar *args = po_log_args_to_json (self->entry->args);
  g_autoptr (PoSqlStatement) statement = po_sql_prepare (db, text, error);
  if (statement == NULL)
    return FALSE;
  Binder binder = {statement, 1};
  bind_int (&binder, target->base.seq + self->id);
  bind_int (&binder, self->entry->frame);
  bind_int (&binder, self->rate.fps_n);
  bind_int (&binder, self->rate.fps_d);
  bind_int (&binder, po_frame_to_time_floor (self->entry->frame, self->rate));
  bind_int (&binder, self->entry->utc_ns);
  bind_text (&binder, po_journal_kind_to_string (self->entry->kind));
  bind_text (&binder, self->entry->who);
  bind_text (&binder, args);
  bind_writer (&binder, target);
  return po_sql_step (statement, NULL, error);
}

static gboolean write_mark (PoSql *db, const gchar *table, gint64 airing, const PoAiringMark *mark, gboolean open,
                            GError **error) {
  g_autofree gchar *text = g_strdup_printf (
      "INSERT INTO %s VALUES (?,?,?,?,?,?,?,?) ON CONFLICT (airing) DO UPDATE SET frame = excluded.frame,"
      " k = max (k, excluded.k), utc_ns = excluded.utc_ns, shown = excluded.shown, repeated = excluded.repeated,"
      " filled = excluded.filled, open = excluded.open WHERE open = 1",
      table);
  g_autoptr (PoSqlStatement) statement = po_sql_prepare (db, text, error);
  if (statement == NULL)
    return FALSE;
  const gint64 values[] = {
      airing,      mark->frame, mark->k, mark->utc_ns, mark->frames_shown, mark->frames_repeated, mark->frames_filled,
      open ? 1 : 0};
  Binder binder = {statement, 1};
  for (guint i = 0; i < G_N_ELEMENTS (values); i++)
    bind_int (&binder, values[i]);
  return po_sql_step (statement, NULL, error);
}

gboolean po_log_mark_write (PoSql *db, const PoLogTarget *target, gint64 airing, const PoAiringMark *mark,
                            GError **error) {
  return write_mark (db, target->marks, target->base.id + airing, mark, TRUE, error);
}

static void bind_event (Binder *binder, const PoLogRow *self, const PoLogTarget *target, const gchar *event,
                        PoFrame frame, gint64 k, PoTimeNs utc_ns) {
  bind_int (binder, target->base.id + self->id);
  bind_int (binder, target->base.id + self->airing);
  bind_text (binder, event);
  bind_int (binder, frame);
  bind_int (binder, k);
  bind_int (binder, utc_ns);
  bind_int (binder, self->rate.fps_n);
  bind_int (binder, self->rate.fps_d);
}

static void bind_start (Binder *binder, const PoLogRow *self, const PoLogTarget *target) {
  const PoAiringStart *start = &self->start;
  bind_event (binder, self, target, "start", start->frame, start->k, start->utc_ns);
  bind_text (binder, start->channel);
  bind_text (binder, start->uid);
  bind_text (binder, start->instance);
  bind_int_or_null (binder, start->part, -1);
  bind_text (binder, start->title);
  bind_text (binder, start->media);
  bind_text (binder, start->media_hash);
  bind_text (binder, po_item_kind_to_string (start->kind));
  bind_text (binder, po_reason_to_string (start->reason));
  bind_text (binder, start->has_start_type ? po_start_type_to_string (start->start_type) : NULL);
  bind_int_or_null (binder, start->planned_start_frame, PO_FRAME_NONE);
  bind_int_or_null (binder, start->planned_start_ns, PO_TIME_NONE);
  bind_int_or_null (binder, start->planned_duration_frames, -1);
  bind_int_or_null (binder, start->som_ns, -1);
  binder->next += 4; // shown, repeated, filled, status come with the closing event
  bind_writer (binder, target);
}

// After node and epoch: version 2 added them.
static void bind_measures (Binder *binder, const PoAiringMeasures *measures) {
  bind_int_or_null (binder, measures->has_pictures ? measures->frames_black : -1, -1);
  bind_int_or_null (binder, measures->has_pictures ? measures->frames_silent : -1, -1);
  bind_int_or_null (binder, measures->has_loudness ? measures->loudness_mlufs : G_MININT64, G_MININT64);
  bind_int_or_null (binder, measures->has_loudness ? measures->true_peak_mdb : G_MININT64, G_MININT64);
}

static void bind_close (Binder *binder, const PoLogRow *self, const PoLogTarget *target) {
  const PoAiringMark *mark = &self->mark;
  bind_event (binder, self, target, self->status == PO_AIRING_INTERRUPTED ? "interrupted" : "end", mark->frame, mark->k,
              mark->utc_ns);
  binder->next += 8; // channel … kind stand in the start
  bind_text (binder, self->reason);
  binder->next += 5; // start_type … som_ns likewise
  bind_int (binder, mark->frames_shown);
  bind_int (binder, mark->frames_repeated);
  bind_int (binder, mark->frames_filled);
  bind_text (binder, po_airing_status_to_string (self->status));
  bind_writer (binder, target);
  bind_measures (binder, &mark->measures);
}

static gboolean write_event (const PoLogRow *self, PoSql *db, const PoLogTarget *target, GError **error) {
  g_autofree gchar *text = g_strdup_printf (
      "INSERT INTO %s VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)", target->events);
  g_autoptr (PoSqlStatement) statement = po_sql_prepare (db, text, error);
  if (statement == NULL)
    return FALSE;
  Binder binder = {statement, 1};
  gboolean starts = self->kind == PO_LOG_ROW_START;
  PoAiringMark begin = {.frame = self->start.frame, .k = self->start.k, .utc_ns = self->start.utc_ns};
  if (starts)
    bind_start (&binder, self, target);
  else
    bind_close (&binder, self, target);
  return po_sql_step (statement, NULL, error) &&
         write_mark (db, target->marks, target->base.id + self->airing, starts ? &begin : &self->mark, starts, error);
}

// Numbered within a life, so that a row whose fate was unknown after a failed commit is written once.
static gboolean write_alarm (const PoLogRow *self, PoSql *db, const PoLogTarget *target, GError **error) {
  const PoAlarm *alarm = self->alarm;
  g_autoptr (PoSqlStatement) statement =
      po_sql_prepare (db, "INSERT OR IGNORE INTO main.alarm_event VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?)", error);
  if (statement == NULL)
    return FALSE;
  Binder binder = {statement, 1};
  bind_int (&binder, target->base.epoch + 1);
  bind_int (&binder, self->id);
  bind_int (&binder, self->utc_ns);
  bind_text (&binder, po_alarm_change_to_string (self->change));
  bind_text (&binder, alarm->id);
  bind_text (&binder, po_severity_to_string (alarm->severity));
  bind_int (&binder, alarm->since_ns);
  bind_text (&binder, alarm->uid);
  bind_text (&binder, alarm->instance);
  bind_text (&binder, alarm->title);
  bind_text (&binder, alarm->text);
  bind_text (&binder, alarm->what_to_do);
  bind_text (&binder, alarm->acknowledged_by);
  bind_text (&binder, target->node);
  return po_sql_step (statement, NULL, error);
}

// Told by its airing alone, so that a row whose fate was unknown after a failed commit is written once.
static gboolean write_measure (const PoLogRow *self, PoSql *db, const PoLogTarget *target, GError **error) {
  const PoAiringMeasures *measures = &self->mark.measures;
  g_autoptr (PoSqlStatement) statement =
      po_sql_prepare (db,
                      "INSERT INTO main.measure (airing, black, silent, frozen, loudness_mlufs, true_peak_mdb)"
                      " SELECT ?1,?2,?3,?4,?5,?6 WHERE NOT EXISTS (SELECT 1 FROM main.measure WHERE airing = ?1)",
                      error);
  if (statement == NULL)
    return FALSE;
  Binder binder = {statement, 1};
  bind_int (&binder, target->base.id + self->airing);
  bind_int_or_null (&binder, measures->has_pictures ? measures->frames_black : -1, -1);
  bind_int_or_null (&binder, measures->has_pictures ? measures->frames_silent : -1, -1);
  bind_int_or_null (&binder, measures->has_pictures ? measures->frames_frozen : -1, -1);
  bind_int_or_null (&binder, measures->has_loudness ? measures->loudness_mlufs : G_MININT64, G_MININT64);
  bind_int_or_null (&binder, measures->has_loudness ? measures->true_peak_mdb : G_MININT64, G_MININT64);
  return po_sql_step (statement, NULL, error);
}

gboolean po_log_row_write (const PoLogRow *self, PoSql *db, const PoLogTarget *target, GError **error) {
  if (self->kind == PO_LOG_ROW_JOURNAL)
    return write_journal (self, db, target, error);
  if (self->kind == PO_LOG_ROW_ALARM)
    return write_alarm (self, db, target, error);
  if (self->kind == PO_LOG_ROW_MEASURE)
    return write_measure (self, db, target, error);
  return write_event (self, db, target, error);
}
