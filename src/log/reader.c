// SPDX-License-Identifier: GPL-3.0-or-later
// Queries. With rows still waiting, the same SELECT runs over temporary views that put both together.
#include "log/reader.h"

#include "log/head-file.h"
#include "log/pen.h"
#include "log/reader-private.h"
#include "log/schema.h"
#include "model/error.h"
#include "model/recall.h"
#include "model/text.h"

struct _PoLogReader {
  PoSql *db;
  const gchar *asrun, *journal, *events, *corrections; // names of the tables and views to ask
  gboolean waits;                                      // temporary tables are there
  gboolean is_old;                                     // written by an older playoutd, and not by this one yet
  guint unreadable;
};

PoLogReader *po_log_reader_open (const gchar *state_dir, GError **error) {
  g_autofree gchar *path = g_build_filename (state_dir, PO_LOG_FILE, NULL);
  if (!g_file_test (path, G_FILE_TEST_EXISTS)) {
    g_set_error (error, PO_ERROR, PO_ERROR_NOT_FOUND, _ ("%s: no log there yet: the channel has not been on air"),
                 path);
    return NULL;
  }
  return po_log_reader_new (path, NULL, error);
}

void po_log_reader_free (PoLogReader *self) {
  if (self == NULL)
    return;
  po_sql_close (self->db);
  g_free (self);
}

static gboolean write_waiting (PoSql *db, const PoLogWaiting *waiting, GError **error) {
  GHashTableIter iter;
  gpointer airing = NULL, mark = NULL;
  const PoLogTarget target = {"temp.waiting_journal", "temp.waiting_event", "temp.waiting_mark", waiting->base,
                              waiting->node};
  g_autoptr (PoLogPen) pen = po_log_pen_new (db, &target);
  for (guint i = 0; i < waiting->rows->len; i++) {
    const PoLogRow *row = waiting->rows->pdata[i];
    if (row->kind != PO_LOG_ROW_ALARM && row->kind != PO_LOG_ROW_MEASURE && !po_log_pen_write (pen, row, error))
      return FALSE;
  }
  g_hash_table_iter_init (&iter, waiting->marks);
  while (g_hash_table_iter_next (&iter, &airing, &mark)) {
    if (!po_log_pen_mark (pen, *(gint64 *)airing, mark, error))
      return FALSE;
  }
  return TRUE;
}

// The airings that waiting rows are about are seen through temporary tables that hold all of their rows, all others
// where they lie: so a million rows on disk cost nothing.
static gboolean add_waiting (PoLogReader *self, const PoLogWaiting *waiting, GError **error) {
  static const gchar tables_text[] =
      "CREATE TEMP TABLE waiting_journal AS SELECT * FROM main.journal WHERE 0;"
      "CREATE TEMP TABLE waiting_event AS SELECT * FROM all_event WHERE 0;"
      "CREATE INDEX temp.waiting_event_id ON waiting_event (id);"
      "CREATE INDEX temp.waiting_event_airing ON waiting_event (airing);"
      "CREATE TEMP TABLE waiting_mark (airing INTEGER PRIMARY KEY, frame, k, utc_ns, shown, repeated, filled, open);"
      "CREATE TEMP TABLE waiting_airing (id INTEGER PRIMARY KEY);";
  static const gchar copy_text[] =
      "INSERT INTO waiting_airing SELECT airing FROM waiting_event UNION SELECT airing FROM waiting_mark;"
      "INSERT INTO waiting_event SELECT * FROM all_event WHERE id IN (SELECT id FROM waiting_airing)"
      "  AND id NOT IN (SELECT id FROM waiting_event);"
      "INSERT INTO waiting_event SELECT * FROM all_event WHERE event <> 'start'"
      "  AND airing IN (SELECT id FROM waiting_airing) AND id NOT IN (SELECT id FROM waiting_event);"
      "INSERT INTO waiting_mark SELECT * FROM main.checkpoint WHERE airing IN (SELECT id FROM waiting_airing)"
      "  AND airing NOT IN (SELECT airing FROM waiting_mark);"
      "CREATE TEMP VIEW all_journal AS SELECT * FROM main.journal WHERE seq NOT IN (SELECT seq FROM waiting_journal)"
      "  UNION ALL SELECT * FROM waiting_journal;";
  PoSql *db = self->db;
  g_autofree gchar *view = g_strdup_printf ("CREATE TEMP VIEW all_event AS SELECT * FROM %s", self->events);
  if (!po_sql_run (db, view, error) || !po_sql_run (db, tables_text, error) || !write_waiting (db, waiting, error) ||
      !po_sql_run (db, copy_text, error))
    return FALSE;
  g_autofree gchar *select = po_log_schema_asrun_select ("temp.waiting_event", "temp.waiting_mark", self->corrections,
                                                         self->is_old ? "temp.old_measure" : "main.measure");
  g_autofree gchar *text = g_strdup_printf ("CREATE TEMP VIEW all_asrun AS SELECT * FROM %s WHERE id NOT IN"
                                            " (SELECT id FROM temp.waiting_airing) UNION ALL %s",
                                            self->asrun, select);
  return po_sql_run (db, text, error);
}

static gboolean meet_version (PoLogReader *self, GError **error) {
  gint64 version = 0;
  if (!po_sql_get_int (self->db, "PRAGMA user_version", 0, &version, error))
    return FALSE;
  self->is_old = version > 0 && version < PO_LOG_SCHEMA_VERSION;
  return po_log_schema_read_old (self->db, version, error);
}

// By our own definition: the one that lies in the file says whatever somebody made it say.
static gboolean define_asrun (PoLogReader *self, GError **error) {
  if (self->is_old)
    return TRUE;
  g_autofree gchar *select =
      po_log_schema_asrun_select ("main.airing_event", "main.checkpoint", "main.correction", "main.measure");
  g_autofree gchar *text = g_strconcat ("CREATE TEMP VIEW asrun AS ", select, NULL);
  return po_sql_run (self->db, text, error);
}

PoLogReader *po_log_reader_new (const gchar *path, const PoLogWaiting *waiting, GError **error) {
  g_autoptr (PoLogReader) self = g_new0 (PoLogReader, 1);
  gboolean waits = waiting != NULL && (waiting->rows->len > 0 || g_hash_table_size (waiting->marks) > 0);
  self->db = po_sql_open (path, path != NULL ? PO_SQL_READ : PO_SQL_MEMORY, error);
  if (self->db == NULL || !po_sql_run (self->db, "PRAGMA temp_store=MEMORY", error) ||
      !(path == NULL ? po_log_schema_migrate (self->db, error) : meet_version (self, error)) ||
      !define_asrun (self, error))
    return NULL;
  self->asrun = "temp.asrun";
  self->events = self->is_old ? "temp.old_event" : "main.airing_event";
  self->corrections = self->is_old ? "temp.old_correction" : "main.correction";
  if (waits && !add_waiting (self, waiting, error))
    return NULL;
  self->asrun = waits ? "temp.all_asrun" : self->asrun;
  self->journal = waits ? "all_journal" : "journal";
  self->waits = waits;
  return g_steal_pointer (&self);
}

PoSql *po_log_reader_db (PoLogReader *self) {
  return self->db;
}

guint po_log_reader_unreadable (PoLogReader *self) {
  return self->unreadable;
}

static gint64 column_int (PoSqlStatement *statement, gint column, gint64 none) {
  return sqlite3_column_type (statement, column) == SQLITE_NULL ? none : sqlite3_column_int64 (statement, column);
}

static void read_measures (PoSqlStatement *statement, gint column, PoAiringMeasures *ret_measures) {
  ret_measures->has_pictures = sqlite3_column_type (statement, column) != SQLITE_NULL;
  ret_measures->frames_black = column_int (statement, column, 0);
  ret_measures->frames_silent = column_int (statement, column + 1, 0);
  ret_measures->frames_frozen = column_int (statement, column + 2, 0);
  ret_measures->has_loudness = sqlite3_column_type (statement, column + 3) != SQLITE_NULL;
  ret_measures->loudness_mlufs = column_int (statement, column + 3, 0);
  ret_measures->true_peak_mdb = column_int (statement, column + 4, 0);
}

static PoAiringStatus column_status (PoSqlStatement *statement, gint column) {
  PoAiringStatus status = PO_AIRING_ON_AIR;
  const gchar *text = po_sql_column_text (statement, column);
  return text != NULL && po_airing_status_from_string (text, &status) ? status : PO_AIRING_ON_AIR;
}

static gchar *column_text (PoSqlStatement *statement, gint column) {
  return g_strdup (po_sql_column_text (statement, column));
}

// Column order of the asrun view.
static PoAsrunRow *read_row (PoSqlStatement *statement) {
  PoAsrunRow *row = g_new0 (PoAsrunRow, 1);
  gint column = 0;
  row->id = column_int (statement, column++, 0);
  row->channel = column_text (statement, column++);
  row->uid = column_text (statement, column++);
  row->instance = column_text (statement, column++);
  row->part = (gint)column_int (statement, column++, -1);
  row->title = column_text (statement, column++);
  row->media = column_text (statement, column++);
  row->media_hash = column_text (statement, column++);
  row->kind = column_text (statement, column++);
  row->start_type = column_text (statement, column++);
  row->rate.fps_n = (gint)column_int (statement, column++, 25);
  row->rate.fps_d = (gint)column_int (statement, column++, 1);
  row->planned_start_frame = column_int (statement, column++, PO_FRAME_NONE);
  row->planned_start_ns = column_int (statement, column++, PO_TIME_NONE);
  row->planned_duration_frames = column_int (statement, column++, -1);
  row->actual_start_frame = column_int (statement, column++, 0);
  row->actual_start_ns = column_int (statement, column++, 0);
  row->start_k = column_int (statement, column++, 0);
  row->actual_end_frame = column_int (statement, column++, 0);
  row->actual_end_ns = column_int (statement, column++, 0);
  row->end_k = column_int (statement, column++, 0);
  column++; // actual_duration_frames is end minus start
  row->som_ns = column_int (statement, column++, -1);
  row->frames_shown = column_int (statement, column++, 0);
  row->frames_repeated = column_int (statement, column++, 0);
  row->frames_filled = column_int (statement, column++, 0);
  row->status = column_status (statement, column++);
  row->reason = po_text_recall (po_sql_column_text (statement, column++));
  row->node = column_text (statement, column++);
  row->epoch = column_int (statement, column++, 0);
  read_measures (statement, column, &row->measures);
  column += 5;
  row->status_before = column_status (statement, column++);
  row->correction = column_int (statement, column++, 0);
  row->corrected_by = column_text (statement, column++);
  row->corrected_why = column_text (statement, column++);
  row->corrected_ns = column_int (statement, column++, PO_TIME_NONE);
  return row;
}

// When the last of the airings that @table holds and that began before @from_ns began; @from_ns without one.
static gboolean find_last_start (PoLogReader *self, const gchar *table, PoTimeNs from_ns, PoTimeNs *ret_start_ns,
                                 GError **error) {
  g_autofree gchar *text = g_strdup_printf (
      "SELECT max (utc_ns) FROM %s WHERE event = 'start' AND utc_ns < %" G_GINT64_FORMAT, table, from_ns);
  return po_sql_get_int (self->db, text, from_ns, ret_start_ns, error);
}

// A state folder is one channel's and its airings follow each other, so of those that began before the window only the
// last can reach into it: asking for it by the time index costs nothing, whatever the length of the log.
gboolean po_log_reader_first_start (PoLogReader *self, PoTimeNs from_ns, PoTimeNs *ret_start_ns, GError **error) {
  PoTimeNs waiting_ns = from_ns, written_ns = from_ns;
  if (!find_last_start (self, self->events, from_ns, &written_ns, error) ||
      (self->waits && !find_last_start (self, "temp.waiting_event", from_ns, &waiting_ns, error)))
    return FALSE;
  // The later of those that there are.
  if (waiting_ns == from_ns)
    *ret_start_ns = written_ns;
  else
    *ret_start_ns = written_ns == from_ns ? waiting_ns : MAX (written_ns, waiting_ns);
  return TRUE;
}

static gchar *asrun_query (PoLogReader *self, PoTimeNs from_ns, PoTimeNs to_ns, const PoAsrunFilter *filter) {
  GString *text = g_string_new (NULL);
  g_string_printf (text, "SELECT * FROM %s WHERE 1", self->asrun);
  if (from_ns != PO_TIME_NONE)
    g_string_append (text, " AND actual_start_ns >= ?8 AND (actual_start_ns >= ?1 OR actual_end_ns > ?1)");
  if (to_ns != PO_TIME_NONE)
    g_string_append (text, " AND actual_start_ns < ?2");
  if (filter->channel != NULL)
    g_string_append (text, " AND channel = ?3");
  if (filter->uid != NULL)
    g_string_append (text, " AND uid = ?4");
  if (filter->media != NULL)
    g_string_append (text, " AND media = ?5");
  if (filter->status != NULL)
    g_string_append (text, " AND status = ?6");
  if (filter->own_only)
    g_string_append (text, " AND kind IN ('media', 'live')");
  if (filter->after_id > 0)
    g_string_append (text, " AND id > ?7");
  g_string_append (text, " ORDER BY id");
  if (filter->limit > 0)
    g_string_append_printf (text, " LIMIT %u", filter->limit);
  return g_string_free (text, FALSE);
}

static void bind_query (PoSqlStatement *statement, PoTimeNs first_ns, PoTimeNs from_ns, PoTimeNs to_ns,
                        const PoAsrunFilter *filter) {
  // Binding a parameter that the text does not have is refused and does no harm.
  sqlite3_bind_int64 (statement, 1, from_ns);
  sqlite3_bind_int64 (statement, 2, to_ns);
  po_sql_bind_text (statement, 3, filter->channel);
  po_sql_bind_text (statement, 4, filter->uid);
  po_sql_bind_text (statement, 5, filter->media);
  po_sql_bind_text (statement, 6, filter->status);
  sqlite3_bind_int64 (statement, 7, filter->after_id);
  sqlite3_bind_int64 (statement, 8, first_ns);
}

GPtrArray *po_log_reader_asrun (PoLogReader *self, PoTimeNs from_ns, PoTimeNs to_ns, const PoAsrunFilter *filter,
                                GError **error) {
  static const PoAsrunFilter everything;
  gboolean more = FALSE;
  PoTimeNs first_ns = from_ns;
  const PoAsrunFilter *wanted = filter != NULL ? filter : &everything;
  g_autofree gchar *text = asrun_query (self, from_ns, to_ns, wanted);
  g_autoptr (PoSqlStatement) statement = po_sql_prepare (self->db, text, error);
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify)po_asrun_row_free);
  if (statement == NULL || (from_ns != PO_TIME_NONE && !po_log_reader_first_start (self, from_ns, &first_ns, error)))
    return NULL;
  bind_query (statement, first_ns, from_ns, to_ns, wanted);
  for (;;) {
    if (!po_sql_step (statement, &more, error))
      return NULL;
    if (!more)
      return g_steal_pointer (&rows);
    g_ptr_array_add (rows, read_row (statement));
  }
}

// (transfer full) NULL for a row that no playoutd of this version can have written.
static PoJournalEntry *read_entry (PoSqlStatement *statement, PoRate rate) {
  PoJournalKind kind = PO_JOURNAL_ADOPT;
  const gchar *kind_text = po_sql_column_text (statement, 6);
  PoRate row_rate = {sqlite3_column_int (statement, 2), sqlite3_column_int (statement, 3)};
  PoFrame frame = sqlite3_column_int64 (statement, 1);
  if (row_rate.fps_n != rate.fps_n || row_rate.fps_d != rate.fps_d)
    frame = po_frame_from_time_ceil (sqlite3_column_int64 (statement, 4), rate);
  if (kind_text == NULL || !po_journal_kind_from_string (kind_text, &kind))
    return NULL;
  g_autoptr (PoJournalEntry) entry = po_journal_entry_new (frame, kind, po_sql_column_text (statement, 7), NULL);
  entry->seq = sqlite3_column_int64 (statement, 0);
  entry->utc_ns = sqlite3_column_int64 (statement, 5);
  return po_log_args_from_json (po_sql_column_text (statement, 8), entry->args) ? g_steal_pointer (&entry) : NULL;
}

GPtrArray *po_log_reader_journal (PoLogReader *self, PoRate rate, PoFrame from, GError **error) {
  gboolean more = FALSE;
  g_autofree gchar *text = g_strdup_printf ("SELECT * FROM %s WHERE at_ns >= ?1 ORDER BY at_ns, seq", self->journal);
  g_autoptr (PoSqlStatement) statement = po_sql_prepare (self->db, text, error);
  g_autoptr (GPtrArray) entries = g_ptr_array_new_with_free_func ((GDestroyNotify)po_journal_entry_free);
  self->unreadable = 0;
  if (statement == NULL)
    return NULL;
  sqlite3_bind_int64 (statement, 1, from != PO_FRAME_NONE ? po_frame_to_time_floor (from, rate) : G_MININT64);
  for (;;) {
    if (!po_sql_step (statement, &more, error))
      return NULL;
    if (!more)
      return g_steal_pointer (&entries);
    PoJournalEntry *entry = read_entry (statement, rate);
    if (entry != NULL)
      g_ptr_array_add (entries, entry);
    else
      self->unreadable++;
  }
}

static PoCorrection *read_correction (PoSqlStatement *statement) {
  PoCorrection *self = g_new0 (PoCorrection, 1);
  self->id = column_int (statement, 0, 0);
  self->airing = column_int (statement, 1, 0);
  self->uid = column_text (statement, 2);
  self->instance = column_text (statement, 3);
  self->utc_ns = column_int (statement, 4, 0);
  self->who = column_text (statement, 5);
  self->why = column_text (statement, 6);
  self->status = column_text (statement, 7);
  return self;
}

GPtrArray *po_log_reader_corrections (PoLogReader *self, GError **error) {
  gboolean more = FALSE;
  g_autofree gchar *text = g_strdup_printf (
      "SELECT id, airing, uid, instance, utc_ns, who, why, status FROM %s ORDER BY id", self->corrections);
  g_autoptr (PoSqlStatement) statement = po_sql_prepare (self->db, text, error);
  g_autoptr (GPtrArray) corrections = g_ptr_array_new_with_free_func ((GDestroyNotify)po_correction_free);
  while (statement != NULL && po_sql_step (statement, &more, error)) {
    if (!more)
      return g_steal_pointer (&corrections);
    g_ptr_array_add (corrections, read_correction (statement));
  }
  return NULL;
}

gboolean po_log_reader_was_on (PoLogReader *self, PoTimeNs from_ns, PoTimeNs to_ns, gboolean *ret_before,
                               gboolean *ret_after, GError **error) {
  gboolean more = FALSE;
  g_autofree gchar *text = g_strdup_printf ("SELECT EXISTS (SELECT 1 FROM %1$s WHERE event = 'start' AND utc_ns < ?1),"
                                            " EXISTS (SELECT 1 FROM %1$s WHERE event = 'start' AND utc_ns >= ?2)",
                                            self->events);
  g_autoptr (PoSqlStatement) statement = po_sql_prepare (self->db, text, error);
  if (statement == NULL)
    return FALSE;
  sqlite3_bind_int64 (statement, 1, from_ns);
  sqlite3_bind_int64 (statement, 2, to_ns);
  if (!po_sql_step (statement, &more, error))
    return FALSE;
  *ret_before = sqlite3_column_int (statement, 0) != 0;
  *ret_after = sqlite3_column_int (statement, 1) != 0;
  return TRUE;
}

gchar *po_log_reader_head (PoLogReader *self) {
  gint64 pos = 0;
  guint8 hash[PO_LOG_HASH_SIZE];
  if (self->is_old || !po_log_chain_head (self->db, &pos, hash, NULL))
    return NULL;
  g_autofree gchar *text = po_log_hash_to_string (hash);
  return g_strdup_printf ("%" G_GINT64_FORMAT " %s", pos, text);
}

GHashTable *po_log_reader_first_aired (PoLogReader *self, PoTimeNs before_ns, GError **error) {
  gboolean more = FALSE;
  g_autofree gchar *text = g_strdup_printf ("SELECT media, min (utc_ns) FROM %s WHERE event = 'start'"
                                            " AND kind = 'media' AND media IS NOT NULL AND utc_ns < ? GROUP BY media",
                                            self->events);
  g_autoptr (PoSqlStatement) statement = po_sql_prepare (self->db, text, error);
  g_autoptr (GHashTable) aired = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  if (statement == NULL)
    return NULL;
  sqlite3_bind_int64 (statement, 1, before_ns);
  for (;;) {
    if (!po_sql_step (statement, &more, error))
      return NULL;
    if (!more)
      return g_steal_pointer (&aired);
    gint64 *first_ns = g_new (gint64, 1);
    *first_ns = sqlite3_column_int64 (statement, 1);
    g_hash_table_replace (aired, column_text (statement, 0), first_ns);
  }
}
