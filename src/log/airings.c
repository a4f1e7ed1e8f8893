// SPDX-License-Identifier: GPL-3.0-or-later
#include "log/airings.h"

#include <string.h>

#include "log/reader-private.h"
#include "model/recall.h"

#define SLAB_ROWS 4096
#define TEXT_SIZE 65536
#define FEW       8 // to look at a row in its table costs as much as at so many in the index

// Columns of both queries, in order.
enum { ID, AIRING, EVENT, FRAME, UTC, STATUS, REASON, SHOWN, REPEATED, FILLED, RATE_N, RATE_D, UID, INSTANCE, PART };
enum { TITLE = PART + 1, MEDIA, KIND, START_TYPE, PLANNED_FRAME, PLANNED_NS, PLANNED_LENGTH, SOM, SHA256, N_COLUMNS };
#define COLUMNS                                                                                                        \
  "id, airing, event, frame, utc_ns, status, reason, shown, repeated, filled, rate_n, rate_d, uid, instance, part,"    \
  " title, media, kind, start_type, planned_start_frame, planned_start_ns, planned_duration_frames, som_ns, sha256"

typedef struct {
  const PoAiringsSpan *span;
  PoAirings *airings;
  GHashTable *open;       // id -> PoAsrunRow whose end has not come by, but
  PoAsrunRow *newest;     // (nullable) the last to begin, whose end comes next but for a clock that was set
  guint used;             // of the last slab
  gchar *last[N_COLUMNS]; // text of each column; kinds and reasons repeat
} Reading;

void po_airings_free (PoAirings *self) {
  if (self == NULL)
    return;
  g_ptr_array_unref (self->rows);
  g_ptr_array_unref (self->slabs);
  g_string_chunk_free (self->texts);
  g_free (self);
}

static PoAirings *airings_new (void) {
  PoAirings *self = g_new0 (PoAirings, 1);
  self->rows = g_ptr_array_new ();
  self->slabs = g_ptr_array_new_with_free_func (g_free);
  self->texts = g_string_chunk_new (TEXT_SIZE);
  return self;
}

static gboolean ask_ids (PoSql *db, const gchar *text, const PoAiringsSpan *span, gint64 ret_ids[4], GError **error) {
  gboolean more = FALSE;
  g_autoptr (PoSqlStatement) statement = po_sql_prepare (db, text, error);
  if (statement == NULL)
    return FALSE;
  sqlite3_bind_int64 (statement, 1, span->begin_ns);
  sqlite3_bind_int64 (statement, 2, span->to_ns);
  sqlite3_bind_int64 (statement, 3, span->first);
  sqlite3_bind_int64 (statement, 4, span->last);
  if (!po_sql_step (statement, &more, error))
    return FALSE;
  for (gint i = 0; i < MIN (sqlite3_column_count (statement), 4); i++)
    ret_ids[i] = sqlite3_column_int64 (statement, i);
  return TRUE;
}

#define STARTS    "main.airing_event WHERE event = 'start'"
#define IN_WINDOW " AND utc_ns >= ?1 AND utc_ns < ?2"

// The first and the last by time are those by id too, but where the clock was set back. Whether it was is asked of the
// few that are outside of them, or of each.
gboolean po_airings_find (PoLogReader *reader, PoTimeNs from_ns, PoTimeNs to_ns, PoAiringsSpan *ret_span,
                          GError **error) {
  static const gchar ends[] =
      "SELECT coalesce ((SELECT id FROM " STARTS IN_WINDOW " ORDER BY utc_ns, id LIMIT 1), 1),"
      " coalesce ((SELECT id FROM " STARTS IN_WINDOW " ORDER BY utc_ns DESC, id DESC LIMIT 1), 0),"
      " (SELECT min (id) FROM main.airing_event), (SELECT max (id) FROM main.airing_event)";
  static const gchar outside[] =
      "SELECT EXISTS (SELECT 1 FROM " STARTS " AND id < ?3 AND +utc_ns >= ?1 AND +utc_ns < ?2)"
      " OR EXISTS (SELECT 1 FROM " STARTS " AND id > ?4 AND +utc_ns >= ?1 AND +utc_ns < ?2)";
  static const gchar each[] = "SELECT min (id), max (id) FROM " STARTS IN_WINDOW;
  gint64 ids[4] = {0}, is_outside[4] = {TRUE};
  PoSql *db = po_log_reader_db (reader);
  *ret_span = (PoAiringsSpan){from_ns, to_ns, from_ns, 1, 0};
  if (!po_log_reader_first_start (reader, from_ns, &ret_span->begin_ns, error) ||
      !ask_ids (db, ends, ret_span, ids, error))
    return FALSE;
  ret_span->first = ids[0];
  ret_span->last = ids[1];
  const gboolean few = ids[0] - ids[2] + ids[3] - ids[1] < (ids[1] - ids[0]) / FEW;
  if (ids[1] == 0 || (few && !ask_ids (db, outside, ret_span, is_outside, error)))
    return ids[1] == 0;
  if (is_outside[0] && !ask_ids (db, each, ret_span, ids, error))
    return FALSE;
  ret_span->first = ids[0];
  ret_span->last = ids[1];
  return TRUE;
}

// ---- one row ----

static gint64 column_int (PoSqlStatement *statement, gint column, gint64 none) {
  return sqlite3_column_type (statement, column) == SQLITE_NULL ? none : sqlite3_column_int64 (statement, column);
}

static gchar *column_text (Reading *self, PoSqlStatement *statement, gint column) {
  const gchar *text = po_sql_column_text (statement, column);
  if (text == NULL)
    return NULL;
  if (self->last[column] == NULL || strcmp (self->last[column], text) != 0)
    self->last[column] = g_string_chunk_insert_const (self->airings->texts, text);
  return self->last[column];
}

// In the language of whoever reads it.
static gchar *column_reason (Reading *self, PoSqlStatement *statement) {
  g_autofree gchar *said = po_text_recall (column_text (self, statement, REASON));
  return said != NULL ? g_string_chunk_insert_const (self->airings->texts, said) : NULL;
}

static PoAsrunRow *new_row (Reading *self) {
  GPtrArray *slabs = self->airings->slabs;
  if (slabs->len == 0 || self->used == SLAB_ROWS) {
    g_ptr_array_add (slabs, g_new0 (PoAsrunRow, SLAB_ROWS));
    self->used = 0;
  }
  PoAsrunRow *slab = slabs->pdata[slabs->len - 1];
  return &slab[self->used++];
}

static void leave_open (Reading *self) {
  if (self->newest != NULL)
    g_hash_table_insert (self->open, &self->newest->id, self->newest);
  self->newest = NULL;
}

// The row of @airing, which ends; NULL: it began before. (transfer none)
static PoAsrunRow *steal_open (Reading *self, gint64 airing) {
  PoAsrunRow *row = self->newest;
  if (row != NULL && row->id == airing) {
    self->newest = NULL;
    return row;
  }
  row = g_hash_table_lookup (self->open, &airing);
  if (row != NULL)
    g_hash_table_remove (self->open, &airing);
  return row;
}

static void add_start (Reading *self, PoSqlStatement *statement) {
  PoTimeNs start_ns = sqlite3_column_int64 (statement, UTC);
  if (start_ns < self->span->begin_ns || start_ns >= self->span->to_ns)
    return; // the clock was set back
  PoAsrunRow *row = new_row (self);
  row->id = sqlite3_column_int64 (statement, ID);
  row->uid = column_text (self, statement, UID);
  row->instance = column_text (self, statement, INSTANCE);
  row->title = column_text (self, statement, TITLE);
  row->media = column_text (self, statement, MEDIA);
  row->kind = column_text (self, statement, KIND);
  row->start_type = column_text (self, statement, START_TYPE);
  row->reason = column_reason (self, statement);
  row->media_hash = row->uid != NULL ? column_text (self, statement, SHA256) : NULL; // of filler nobody asks
  row->part = (gint)column_int (statement, PART, -1);
  row->rate = (PoRate){sqlite3_column_int (statement, RATE_N), sqlite3_column_int (statement, RATE_D)};
  row->planned_start_frame = column_int (statement, PLANNED_FRAME, PO_FRAME_NONE);
  row->planned_start_ns = column_int (statement, PLANNED_NS, PO_TIME_NONE);
  row->planned_duration_frames = column_int (statement, PLANNED_LENGTH, -1);
  row->som_ns = column_int (statement, SOM, -1);
  row->actual_start_frame = row->actual_end_frame = sqlite3_column_int64 (statement, FRAME);
  row->actual_start_ns = row->actual_end_ns = start_ns;
  row->corrected_ns = PO_TIME_NONE;
  g_ptr_array_add (self->airings->rows, row);
  leave_open (self);
  self->newest = row;
}

// How far it came: an end's row, or (up to FILLED, with a status) the mark of what has no end.
static void take_end (Reading *self, PoSqlStatement *statement, PoAsrunRow *row) {
  const gchar *status = po_sql_column_text (statement, STATUS);
  gchar *reason = column_reason (self, statement);
  row->actual_end_frame = sqlite3_column_int64 (statement, FRAME);
  row->actual_end_ns = sqlite3_column_int64 (statement, UTC);
  row->frames_shown = sqlite3_column_int64 (statement, SHOWN);
  row->frames_repeated = sqlite3_column_int64 (statement, REPEATED);
  row->frames_filled = sqlite3_column_int64 (statement, FILLED);
  if (status == NULL || !po_airing_status_from_string (status, &row->status))
    row->status = PO_AIRING_ON_AIR;
  row->reason = reason != NULL ? reason : row->reason;
}

static void take_event (Reading *self, PoSqlStatement *statement) {
  const gchar *event = po_sql_column_text (statement, EVENT);
  if (event != NULL && g_str_equal (event, "start")) {
    add_start (self, statement);
    return;
  }
  PoAsrunRow *row = steal_open (self, sqlite3_column_int64 (statement, AIRING));
  if (row != NULL)
    take_end (self, statement, row);
}

// ---- the rest ----

// Ends that came after the span, and marks of what is on air.
static gboolean close_open (Reading *self, PoSql *db, GError **error) {
  GHashTableIter iter;
  gpointer value = NULL;
  g_autoptr (PoSqlStatement) statement =
      po_sql_prepare (db,
                      "SELECT id, airing, event, frame, utc_ns, status, reason, shown, repeated, filled"
                      " FROM main.airing_event WHERE airing = ?1 AND event <> 'start' UNION ALL"
                      " SELECT 0, airing, '', frame, utc_ns, 'on-air', NULL, shown, repeated, filled"
                      " FROM main.checkpoint WHERE airing = ?1",
                      error);
  if (statement == NULL)
    return FALSE;
  leave_open (self);
  g_hash_table_iter_init (&iter, self->open);
  while (g_hash_table_iter_next (&iter, NULL, &value)) {
    PoAsrunRow *row = value;
    gboolean more = FALSE;
    sqlite3_reset (statement);
    sqlite3_bind_int64 (statement, 1, row->id);
    if (!po_sql_step (statement, &more, error))
      return FALSE;
    if (more)
      take_end (self, statement, row);
  }
  return TRUE;
}

// Of those that reach into the window only its first began before it.
static void drop_before (Reading *self) {
  GPtrArray *rows = self->airings->rows;
  for (guint i = rows->len; i > 0; i--) {
    const PoAsrunRow *row = rows->pdata[i - 1];
    if (row->actual_start_ns < self->span->from_ns && row->actual_end_ns <= self->span->from_ns)
      g_ptr_array_remove_index (rows, i - 1);
  }
}

static gint compare_ids (gconstpointer a, gconstpointer b) {
  const PoAsrunRow *left = *(PoAsrunRow *const *)a, *right = *(PoAsrunRow *const *)b;
  return (left->id > right->id) - (left->id < right->id);
}

static PoAsrunRow *find_row (GPtrArray *rows, gint64 id) {
  PoAsrunRow key = {.id = id};
  const PoAsrunRow *sought = &key;
  PoAsrunRow **found =
      rows->len > 0 ? bsearch (&sought, rows->pdata, rows->len, sizeof *rows->pdata, compare_ids) : NULL;
  return found != NULL ? *found : NULL;
}

// The last of each row counts.
static gboolean correct (Reading *self, PoLogReader *reader, GError **error) {
  g_autoptr (GPtrArray) corrections = po_log_reader_corrections (reader, error);
  for (guint i = 0; corrections != NULL && i < corrections->len; i++) {
    const PoCorrection *correction = corrections->pdata[i];
    PoAsrunRow *row = correction->airing != 0 ? find_row (self->airings->rows, correction->airing) : NULL;
    if (row == NULL)
      continue;
    row->status_before = row->correction == 0 ? row->status : row->status_before;
    po_airing_status_from_string (correction->status, &row->status);
    row->correction = correction->id;
    row->corrected_by = g_string_chunk_insert_const (self->airings->texts, correction->who);
    row->corrected_why = g_string_chunk_insert_const (self->airings->texts, correction->why);
    row->corrected_ns = correction->utc_ns;
  }
  return corrections != NULL;
}

static gboolean read_events (Reading *self, PoSql *db, GError **error) {
  gboolean more = FALSE;
  g_autoptr (PoSqlStatement) statement =
      po_sql_prepare (db, "SELECT " COLUMNS " FROM main.airing_event WHERE id >= ?1 AND id <= ?2 ORDER BY id", error);
  if (statement == NULL)
    return FALSE;
  sqlite3_bind_int64 (statement, 1, self->span->first);
  sqlite3_bind_int64 (statement, 2, self->span->last);
  for (;;) {
    if (!po_sql_step (statement, &more, error))
      return FALSE;
    if (!more)
      return TRUE;
    take_event (self, statement);
  }
}

PoAirings *po_airings_read (PoLogReader *reader, const PoAiringsSpan *span, GError **error) {
  g_autoptr (PoAirings) airings = airings_new ();
  g_autoptr (GHashTable) open = g_hash_table_new (g_int64_hash, g_int64_equal);
  Reading reading = {.span = span, .airings = airings, .open = open};
  PoSql *db = po_log_reader_db (reader);
  if (!read_events (&reading, db, error) || !close_open (&reading, db, error) || !correct (&reading, reader, error))
    return NULL;
  drop_before (&reading);
  return g_steal_pointer (&airings);
}
