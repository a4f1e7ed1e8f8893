// SPDX-License-Identifier: GPL-3.0-or-later
// Tables: `seen` (path, how it looked, its content), `content` (what was found), `given_up` (what could not be found),
// `folder` (which one it was), `revision` and `change` (published).
#include "media/index.h"

#include <string.h>

#include "media/details.h"
#include "media/prober.h"
#include "model/error.h"
#include "model/text.h"
#include "store/sql.h"

#define INDEX_VERSION 4
#define FACT_COLUMNS                                                                                                   \
  "sha256, size, mtime_ns, kind, duration_ns, frames, fps_n, fps_d, width, height, has_audio, problem"

// synchronous=NORMAL: a power cut may cost the last facts and revisions, never the file; they are found and published
// again, with the same revision, by the next scan.
static const gchar schema[] =
    "PRAGMA synchronous=NORMAL;"
    "CREATE TABLE IF NOT EXISTS seen (path TEXT PRIMARY KEY, size INTEGER, mtime_ns INTEGER, inode INTEGER,"
    "  sha256 TEXT NOT NULL) WITHOUT ROWID;"
    "CREATE TABLE IF NOT EXISTS content (sha256 TEXT PRIMARY KEY, kind INTEGER, duration_ns INTEGER, frames INTEGER,"
    "  fps_n INTEGER, fps_d INTEGER, width INTEGER, height INTEGER, has_audio INTEGER, problem TEXT, probe TEXT,"
    "  probe_version INTEGER) WITHOUT ROWID;"
    "CREATE TABLE IF NOT EXISTS given_up (path TEXT PRIMARY KEY, size INTEGER, mtime_ns INTEGER, inode INTEGER,"
    "  sha256 TEXT NOT NULL, problem TEXT NOT NULL, at_ns INTEGER NOT NULL) WITHOUT ROWID;"
    "CREATE TABLE IF NOT EXISTS subtitles (sha256 TEXT PRIMARY KEY, tracks TEXT) WITHOUT ROWID;"
    "CREATE TABLE IF NOT EXISTS folder (path TEXT PRIMARY KEY, device INTEGER, inode INTEGER) WITHOUT ROWID;"
    "CREATE TABLE IF NOT EXISTS revision (no INTEGER PRIMARY KEY, hash TEXT UNIQUE NOT NULL);"
    "CREATE TABLE IF NOT EXISTS change (no INTEGER, path TEXT, present INTEGER, sha256 TEXT, size INTEGER,"
    "  mtime_ns INTEGER, kind INTEGER, duration_ns INTEGER, frames INTEGER, fps_n INTEGER, fps_d INTEGER,"
    "  width INTEGER, height INTEGER, has_audio INTEGER, problem TEXT, som TEXT, eom TEXT, PRIMARY KEY (path, no))"
    "  WITHOUT ROWID;"
    "PRAGMA user_version=4;";

// From each version to the next.
static const gchar *const steps[INDEX_VERSION] = {
    [1] = "BEGIN; ALTER TABLE content ADD COLUMN probe TEXT; PRAGMA user_version=2; COMMIT",
    [2] = "BEGIN; ALTER TABLE change ADD COLUMN som TEXT; ALTER TABLE change ADD COLUMN eom TEXT;"
          "PRAGMA user_version=3; COMMIT",
    [3] = "BEGIN; ALTER TABLE content ADD COLUMN probe_version INTEGER; PRAGMA user_version=4; COMMIT",
};

struct _PoMediaIndex {
  GMutex lock; // protects all below
  PoSql *db;
  gchar *note;             // (nullable) what was wrong at opening: holds for this life
  gchar *problem;          // (nullable) why the last write failed
  PoMediaTable *published; // the last one; NULL: none yet
};

typedef struct {
  gint64 size_bytes, mtime_ns;
  guint64 inode;
  PoMediaFacts *facts;
  gboolean is_outdated;
} Row;

static void row_free (gpointer data) {
  Row *row = data;
  po_media_facts_free (row->facts);
  g_free (row);
}

static gboolean bring_up_to_date (PoSql *db, GError **error) {
  gint64 version = 0;
  if (!po_sql_get_int (db, "PRAGMA user_version", 0, &version, error))
    return FALSE;
  if (version > INDEX_VERSION) {
    g_set_error (error, PO_ERROR, PO_ERROR_INPUT, _ ("written by a newer playoutd"));
    return FALSE;
  }
  for (; version > 0 && version < INDEX_VERSION; version++)
    if (!po_sql_run (db, steps[version], error))
      return FALSE;
  return po_sql_run (db, schema, error);
}

static PoSql *open_file (const gchar *path, GError **error) {
  g_autoptr (PoSql) db = po_sql_open (path, PO_SQL_WRITE, error);
  return db != NULL && bring_up_to_date (db, error) ? g_steal_pointer (&db) : NULL;
}

// What cannot be written, for want of room or of a permission, can be read all the same: it holds for this life.
static PoSql *open_in_memory (const gchar *path) {
  g_autoptr (PoSql) copy = path != NULL ? po_sql_open_copy (path, NULL) : NULL;
  if (copy != NULL && bring_up_to_date (copy, NULL))
    return g_steal_pointer (&copy);
  PoSql *empty = po_sql_open (NULL, PO_SQL_MEMORY, NULL);
  po_sql_run (empty, schema, NULL);
  return empty;
}

static PoSql *open_or_begin_anew (PoMediaIndex *self, const gchar *path, GError **error) {
  g_autoptr (GError) why = NULL;
  g_autofree gchar *aside = NULL;
  PoSql *db = open_file (path, &why);
  if (db != NULL)
    return db;
  if (g_error_matches (why, PO_ERROR, PO_ERROR_SYSTEM)) {
    g_propagate_error (error, g_steal_pointer (&why));
    return NULL;
  }
  if (!po_sql_move_aside (path, &aside, error))
    return NULL;
  self->note = g_strdup_printf (_ ("the media index could not be used (%s); it was moved to %s and is being made anew"),
                                why->message, aside);
  return open_file (path, error);
}

PoMediaIndex *po_media_index_open (const gchar *state_dir) {
  PoMediaIndex *self = g_new0 (PoMediaIndex, 1);
  g_autoptr (GError) error = NULL;
  g_autofree gchar *path = state_dir != NULL ? g_build_filename (state_dir, PO_MEDIA_INDEX_FILE, NULL) : NULL;
  g_mutex_init (&self->lock);
  if (path != NULL) {
    g_mkdir_with_parents (state_dir, 0755);
    self->db = open_or_begin_anew (self, path, &error);
  }
  if (self->db != NULL)
    return self;
  if (error != NULL) {
    g_free (self->note);
    self->note = g_strdup_printf (_ ("what is found of the clips cannot be kept and will be sought again after a "
                                     "restart: %s; free space, or mend the state folder"),
                                  error->message);
  }
  self->db = open_in_memory (path);
  return self;
}

void po_media_index_free (PoMediaIndex *self) {
  if (self == NULL)
    return;
  po_sql_close (self->db);
  g_clear_pointer (&self->published, po_media_table_unref);
  g_mutex_clear (&self->lock);
  g_free (self->note);
  g_free (self->problem);
  g_free (self);
}

gchar *po_media_index_problem (PoMediaIndex *self) {
  g_mutex_lock (&self->lock);
  gchar *problem = g_strdup (self->problem != NULL ? self->problem : self->note);
  g_mutex_unlock (&self->lock);
  return problem;
}

static void set_problem_locked (PoMediaIndex *self, const GError *error) {
  g_free (self->problem);
  self->problem = error == NULL ? NULL
                                : g_strdup_printf (_ ("what is found of the clips cannot be kept: %s; free space, or "
                                                      "mend the state folder"),
                                                   error->message);
}

// Reads kind … problem, ten columns from @column.
static void read_facts (PoSqlStatement *row, gint column, PoMediaFacts *facts) {
  facts->kind = (PoMediaKind)CLAMP (sqlite3_column_int (row, column), PO_MEDIA_VIDEO, PO_MEDIA_AUDIO);
  facts->duration_ns = sqlite3_column_int64 (row, column + 1);
  facts->frames = sqlite3_column_int64 (row, column + 2);
  facts->rate.fps_n = sqlite3_column_int (row, column + 3);
  facts->rate.fps_d = sqlite3_column_int (row, column + 4);
  facts->width = sqlite3_column_int (row, column + 5);
  facts->height = sqlite3_column_int (row, column + 6);
  facts->has_audio = sqlite3_column_int (row, column + 7) != 0;
  facts->problem = g_strdup (po_sql_column_text (row, column + 8));
}

static void bind_facts (PoSqlStatement *statement, gint index, const PoMediaFacts *facts) {
  sqlite3_bind_int (statement, index, facts->kind);
  sqlite3_bind_int64 (statement, index + 1, facts->duration_ns);
  sqlite3_bind_int64 (statement, index + 2, facts->frames);
  sqlite3_bind_int (statement, index + 3, facts->rate.fps_n);
  sqlite3_bind_int (statement, index + 4, facts->rate.fps_d);
  sqlite3_bind_int (statement, index + 5, facts->width);
  sqlite3_bind_int (statement, index + 6, facts->height);
  sqlite3_bind_int (statement, index + 7, facts->has_audio);
  po_sql_bind_text (statement, index + 8, facts->problem);
}

// sha256, size, mtime_ns from @column, then read_facts().
static PoMediaFacts *read_file_facts (PoSqlStatement *row, const gchar *path, gint column) {
  PoMediaFacts *facts = g_new0 (PoMediaFacts, 1);
  facts->path = g_strdup (path);
  facts->sha256 = g_strdup (po_sql_column_text (row, column));
  facts->size_bytes = sqlite3_column_int64 (row, column + 1);
  facts->mtime_ns = sqlite3_column_int64 (row, column + 2);
  read_facts (row, column + 3, facts);
  return facts;
}

static void read_probe (PoSqlStatement *row, gint column, PoMediaFacts *facts) {
  const gchar *text = po_sql_column_text (row, column);
  facts->probe = text != NULL ? g_ref_string_new_intern (text) : NULL; // each revision has it
}

static gboolean is_outdated (PoSqlStatement *row, gint column) {
  return sqlite3_column_int (row, column) < PO_PROBE_VERSION;
}

static void read_mark (PoSqlStatement *row, gint column, PoMark *ret_mark) {
  const gchar *text = po_sql_column_text (row, column);
  if (text != NULL)
    po_mark_parse (text, ret_mark);
}

static const gchar seen_select[] =
    "SELECT seen.path, seen.inode, seen.sha256, seen.size, seen.mtime_ns, kind, duration_ns, frames, fps_n, fps_d,"
    " width, height, has_audio, problem, probe, probe_version FROM seen JOIN content ON content.sha256 = seen.sha256";

static Row *read_seen (PoSqlStatement *statement) {
  Row *row = g_new0 (Row, 1);
  row->inode = (guint64)sqlite3_column_int64 (statement, 1);
  row->facts = read_file_facts (statement, po_sql_column_text (statement, 0), 2);
  read_probe (statement, 14, row->facts);
  row->is_outdated = is_outdated (statement, 15);
  row->size_bytes = row->facts->size_bytes;
  row->mtime_ns = row->facts->mtime_ns;
  return row;
}

GHashTable *po_media_index_load (PoMediaIndex *self) {
  gboolean more = TRUE;
  GHashTable *loaded = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, row_free);
  g_mutex_lock (&self->lock);
  g_autoptr (PoSqlStatement) statement = po_sql_prepare (self->db, seen_select, NULL);
  while (statement != NULL && po_sql_step (statement, &more, NULL) && more) {
    Row *row = read_seen (statement);
    g_hash_table_replace (loaded, row->facts->path, row);
  }
  g_clear_pointer (&statement, sqlite3_finalize);
  g_mutex_unlock (&self->lock);
  return loaded;
}

const gchar *po_media_index_hash (GHashTable *loaded, const gchar *path) {
  const Row *row = g_hash_table_lookup (loaded, path);
  return row != NULL ? row->facts->sha256 : NULL;
}

PoMediaFacts *po_media_index_match (GHashTable *loaded, const PoBeneathEntry *entry, gboolean *ret_outdated) {
  const Row *row = g_hash_table_lookup (loaded, entry->path);
  gboolean same = row != NULL && row->size_bytes == entry->size_bytes && row->mtime_ns == entry->mtime_ns &&
                  row->inode == entry->inode;
  *ret_outdated = same && row->is_outdated;
  return same ? po_media_facts_copy (row->facts) : NULL;
}

PoMediaFacts *po_media_index_content (PoMediaIndex *self, const gchar *sha256, gboolean *ret_outdated) {
  gboolean found = FALSE;
  *ret_outdated = FALSE;
  PoMediaFacts *facts = NULL;
  g_mutex_lock (&self->lock);
  g_autoptr (PoSqlStatement) statement = po_sql_prepare (
      self->db,
      "SELECT kind, duration_ns, frames, fps_n, fps_d, width, height, has_audio, problem, probe, probe_version"
      " FROM content WHERE sha256 = ?",
      NULL);
  if (statement != NULL) {
    po_sql_bind_text (statement, 1, sha256);
    if (po_sql_step (statement, &found, NULL) && found) {
      facts = g_new0 (PoMediaFacts, 1);
      facts->sha256 = g_strdup (sha256);
      read_facts (statement, 0, facts);
      read_probe (statement, 9, facts);
      *ret_outdated = is_outdated (statement, 10);
    }
  }
  g_clear_pointer (&statement, sqlite3_finalize);
  g_mutex_unlock (&self->lock);
  return facts;
}

// What cannot be decoded here may be once a plugin has been installed: each life looks again.
static gint version_of (const PoMediaFacts *facts) {
  g_autoptr (PoMediaDetails) details = po_media_details_new (facts);
  return details->lacks_decoder ? 0 : PO_PROBE_VERSION;
}

static gboolean put_content (PoSql *db, const PoMediaFacts *facts, GError **error) {
  g_autoptr (PoSqlStatement) statement =
      po_sql_prepare (db, "INSERT OR REPLACE INTO content VALUES (?,?,?,?,?,?,?,?,?,?,?,?)", error);
  if (statement == NULL)
    return FALSE;
  po_sql_bind_text (statement, 1, facts->sha256);
  bind_facts (statement, 2, facts);
  po_sql_bind_text (statement, 11, facts->probe != NULL ? facts->probe : "");
  sqlite3_bind_int (statement, 12, version_of (facts));
  return po_sql_step (statement, NULL, error);
}

static void bind_look (PoSqlStatement *statement, const PoMediaFacts *facts, guint64 inode) {
  po_sql_bind_text (statement, 1, facts->path);
  sqlite3_bind_int64 (statement, 2, facts->size_bytes);
  sqlite3_bind_int64 (statement, 3, facts->mtime_ns);
  sqlite3_bind_int64 (statement, 4, (gint64)inode);
  po_sql_bind_text (statement, 5, facts->sha256);
}

static gboolean put_seen (PoSql *db, const PoMediaFacts *facts, guint64 inode, GError **error) {
  g_autoptr (PoSqlStatement) statement = po_sql_prepare (db, "INSERT OR REPLACE INTO seen VALUES (?,?,?,?,?)", error);
  if (statement == NULL)
    return FALSE;
  bind_look (statement, facts, inode);
  return po_sql_step (statement, NULL, error);
}

void po_media_index_put (PoMediaIndex *self, const PoMediaFacts *facts, guint64 inode) {
  g_autoptr (GError) error = NULL;
  g_mutex_lock (&self->lock);
  if (!put_content (self->db, facts, &error) || !put_seen (self->db, facts, inode, &error))
    set_problem_locked (self, error);
  g_mutex_unlock (&self->lock);
}

void po_media_index_give_up (PoMediaIndex *self, const PoMediaFacts *facts, guint64 inode, PoTimeNs now_ns) {
  g_autoptr (GError) error = NULL;
  g_mutex_lock (&self->lock);
  g_autoptr (PoSqlStatement) statement =
      po_sql_prepare (self->db, "INSERT OR REPLACE INTO given_up VALUES (?,?,?,?,?,?,?)", &error);
  if (statement != NULL) {
    bind_look (statement, facts, inode);
    po_sql_bind_text (statement, 6, facts->problem);
    sqlite3_bind_int64 (statement, 7, now_ns);
    po_sql_step (statement, NULL, &error);
  }
  if (error != NULL)
    set_problem_locked (self, error);
  g_clear_pointer (&statement, sqlite3_finalize);
  g_mutex_unlock (&self->lock);
}

static PoSqlStatement *find_given_up (PoMediaIndex *self, const PoBeneathEntry *entry, PoTimeNs since_ns) {
  PoSqlStatement *statement =
      po_sql_prepare (self->db,
                      "SELECT sha256, problem FROM given_up WHERE path = ? AND size = ? AND mtime_ns = ? AND inode = ?"
                      " AND at_ns >= ?",
                      NULL);
  if (statement == NULL)
    return NULL;
  po_sql_bind_text (statement, 1, entry->path);
  sqlite3_bind_int64 (statement, 2, entry->size_bytes);
  sqlite3_bind_int64 (statement, 3, entry->mtime_ns);
  sqlite3_bind_int64 (statement, 4, (gint64)entry->inode);
  sqlite3_bind_int64 (statement, 5, since_ns);
  return statement;
}

PoMediaFacts *po_media_index_given_up (PoMediaIndex *self, const PoBeneathEntry *entry, PoTimeNs since_ns) {
  gboolean found = FALSE;
  PoMediaFacts *facts = NULL;
  g_mutex_lock (&self->lock);
  g_autoptr (PoSqlStatement) statement = find_given_up (self, entry, since_ns);
  if (statement != NULL && po_sql_step (statement, &found, NULL) && found) {
    facts = g_new0 (PoMediaFacts, 1);
    facts->path = g_strdup (entry->path);
    facts->sha256 = g_strdup (po_sql_column_text (statement, 0));
    facts->size_bytes = entry->size_bytes;
    facts->mtime_ns = entry->mtime_ns;
    facts->rate = (PoRate){0, 1};
    facts->problem = g_strdup (po_sql_column_text (statement, 1));
  }
  g_clear_pointer (&statement, sqlite3_finalize);
  g_mutex_unlock (&self->lock);
  return facts;
}

GHashTable *po_media_index_folders (PoMediaIndex *self) {
  gboolean more = TRUE;
  GHashTable *folders = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_mutex_lock (&self->lock);
  g_autoptr (PoSqlStatement) statement = po_sql_prepare (self->db, "SELECT path, device, inode FROM folder", NULL);
  while (statement != NULL && po_sql_step (statement, &more, NULL) && more) {
    const PoBeneathIdentity was = {(guint64)sqlite3_column_int64 (statement, 1),
                                   (guint64)sqlite3_column_int64 (statement, 2)};
    g_hash_table_replace (folders, g_strdup (po_sql_column_text (statement, 0)), g_memdup2 (&was, sizeof was));
  }
  g_clear_pointer (&statement, sqlite3_finalize);
  g_mutex_unlock (&self->lock);
  return folders;
}

static gboolean put_folder (PoSql *db, const gchar *path, const PoBeneathIdentity *is, GError **error) {
  g_autoptr (PoSqlStatement) statement = po_sql_prepare (db, "INSERT OR REPLACE INTO folder VALUES (?,?,?)", error);
  if (statement == NULL)
    return FALSE;
  po_sql_bind_text (statement, 1, path);
  sqlite3_bind_int64 (statement, 2, (gint64)is->device);
  sqlite3_bind_int64 (statement, 3, (gint64)is->inode);
  return po_sql_step (statement, NULL, error);
}

void po_media_index_put_folder (PoMediaIndex *self, const gchar *path, const PoBeneathIdentity *is) {
  g_autoptr (GError) error = NULL;
  g_mutex_lock (&self->lock);
  if (!put_folder (self->db, path, is, &error))
    set_problem_locked (self, error);
  g_mutex_unlock (&self->lock);
}

void po_media_index_put_subtitles (PoMediaIndex *self, const gchar *sha256, const gchar *subtitles) {
  g_autoptr (GError) error = NULL;
  g_mutex_lock (&self->lock);
  g_autoptr (PoSqlStatement) statement =
      po_sql_prepare (self->db, "INSERT OR REPLACE INTO subtitles VALUES (?,?)", &error);
  if (statement != NULL) {
    po_sql_bind_text (statement, 1, sha256);
    po_sql_bind_text (statement, 2, subtitles);
    po_sql_step (statement, NULL, &error);
  }
  if (error != NULL)
    set_problem_locked (self, error);
  g_clear_pointer (&statement, sqlite3_finalize);
  g_mutex_unlock (&self->lock);
}

gchar *po_media_index_subtitles (PoMediaIndex *self, const gchar *sha256) {
  gboolean found = FALSE;
  gchar *subtitles = NULL;
  g_mutex_lock (&self->lock);
  g_autoptr (PoSqlStatement) statement =
      po_sql_prepare (self->db, "SELECT tracks FROM subtitles WHERE sha256 = ?", NULL);
  if (statement != NULL) {
    po_sql_bind_text (statement, 1, sha256);
    if (po_sql_step (statement, &found, NULL) && found)
      subtitles = g_strdup (po_sql_column_text (statement, 0));
  }
  g_clear_pointer (&statement, sqlite3_finalize);
  g_mutex_unlock (&self->lock);
  return subtitles;
}

static gboolean put_change (PoSqlStatement *statement, gint64 no, const gchar *path, const PoMediaFacts *facts,
                            GError **error) {
  sqlite3_reset (statement);
  sqlite3_clear_bindings (statement);
  sqlite3_bind_int64 (statement, 1, no);
  po_sql_bind_text (statement, 2, path);
  g_autofree gchar *som = facts != NULL ? po_mark_to_string (&facts->som) : NULL;
  g_autofree gchar *eom = facts != NULL ? po_mark_to_string (&facts->eom) : NULL;
  sqlite3_bind_int (statement, 3, facts != NULL);
  po_sql_bind_text (statement, 16, som);
  po_sql_bind_text (statement, 17, eom);
  if (facts != NULL) {
    po_sql_bind_text (statement, 4, facts->sha256);
    sqlite3_bind_int64 (statement, 5, facts->size_bytes);
    sqlite3_bind_int64 (statement, 6, facts->mtime_ns);
    bind_facts (statement, 7, facts);
  }
  return po_sql_step (statement, NULL, error);
}

// The difference from the last published table to @table.
static gboolean put_changes (PoMediaIndex *self, gint64 no, PoMediaTable *table, GError **error) {
  g_autoptr (GPtrArray) now = po_media_table_list (table);
  g_autoptr (GPtrArray) before = self->published != NULL ? po_media_table_list (self->published) : g_ptr_array_new ();
  g_autoptr (PoSqlStatement) statement =
      po_sql_prepare (self->db, "INSERT INTO change VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)", error);
  if (statement == NULL)
    return FALSE;
  for (guint i = 0; i < now->len; i++) {
    const PoMediaFacts *facts = now->pdata[i];
    const PoMediaFacts *old = self->published != NULL ? po_media_table_lookup (self->published, facts->path) : NULL;
    if ((old == NULL || !po_media_facts_equal (old, facts)) && !put_change (statement, no, facts->path, facts, error))
      return FALSE;
  }
  for (guint i = 0; i < before->len; i++) {
    const PoMediaFacts *facts = before->pdata[i];
    if (po_media_table_lookup (table, facts->path) == NULL && !put_change (statement, no, facts->path, NULL, error))
      return FALSE;
  }
  return TRUE;
}

static gint64 find_revision (PoSql *db, const gchar *hash) {
  gboolean found = FALSE;
  g_autoptr (PoSqlStatement) statement = po_sql_prepare (db, "SELECT no FROM revision WHERE hash = ?", NULL);
  if (statement == NULL)
    return 0;
  po_sql_bind_text (statement, 1, hash);
  return po_sql_step (statement, &found, NULL) && found ? sqlite3_column_int64 (statement, 0) : 0;
}

static gboolean put_revision (PoMediaIndex *self, PoMediaTable *table, GError **error) {
  gint64 no = 0;
  if (!po_sql_get_int (self->db, "SELECT max (no) FROM revision", 0, &no, error))
    return FALSE;
  // One that was published before is the last one again, under a new number.
  g_autoptr (PoSqlStatement) statement =
      po_sql_prepare (self->db, "INSERT OR REPLACE INTO revision VALUES (?,?)", error);
  if (statement == NULL)
    return FALSE;
  sqlite3_bind_int64 (statement, 1, no + 1);
  po_sql_bind_text (statement, 2, po_media_table_revision (table));
  return po_sql_step (statement, NULL, error) && put_changes (self, no + 1, table, error);
}

// All facts as they stood after change number @no.
static PoMediaTable *read_table (PoSql *db, gint64 no, GError **error) {
  gboolean more = TRUE;
  g_autoptr (PoMediaTable) table = po_media_table_new ();
  // One max() makes the other columns those of its row.
  g_autoptr (PoSqlStatement) statement =
      po_sql_prepare (db,
                      "SELECT at.*, content.probe FROM (SELECT max (no), path, present, " FACT_COLUMNS
                      ", som, eom FROM change WHERE no <= ? GROUP BY path) AS at LEFT JOIN content USING (sha256)",
                      error);
  if (statement == NULL)
    return NULL;
  sqlite3_bind_int64 (statement, 1, no);
  for (;;) {
    if (!po_sql_step (statement, &more, error))
      return NULL;
    if (!more)
      return g_steal_pointer (&table);
    if (sqlite3_column_int (statement, 2) == 0)
      continue;
    PoMediaFacts *facts = read_file_facts (statement, po_sql_column_text (statement, 1), 3);
    read_mark (statement, 15, &facts->som);
    read_mark (statement, 16, &facts->eom);
    read_probe (statement, 17, facts);
    po_media_table_add (table, facts);
  }
}

static void load_published_locked (PoMediaIndex *self, GError **error) {
  gint64 no = 0;
  if (self->published == NULL && po_sql_get_int (self->db, "SELECT max (no) FROM revision", 0, &no, NULL) && no > 0)
    self->published = read_table (self->db, no, error);
}

void po_media_index_publish (PoMediaIndex *self, PoMediaTable *table) {
  g_autoptr (GError) error = NULL;
  g_mutex_lock (&self->lock);
  load_published_locked (self, NULL);
  const gchar *revision = po_media_table_revision (table);
  const gboolean is_last = self->published != NULL && g_str_equal (po_media_table_revision (self->published), revision);
  if (!is_last && po_sql_run (self->db, "BEGIN", &error)) {
    if (put_revision (self, table, &error) && po_sql_run (self->db, "COMMIT", &error)) {
      g_clear_pointer (&self->published, po_media_table_unref);
      self->published = po_media_table_ref (table);
    } else if (!sqlite3_get_autocommit (self->db)) {
      po_sql_run (self->db, "ROLLBACK", NULL);
    }
    set_problem_locked (self, error);
  }
  g_mutex_unlock (&self->lock);
}

// The newest is read once: whoever publishes the next needs it too.
static PoMediaTable *table_locked (PoMediaIndex *self, const gchar *revision, GError **error) {
  load_published_locked (self, error);
  if (self->published != NULL &&
      (revision == NULL || g_str_equal (revision, po_media_table_revision (self->published))))
    return po_media_table_ref (self->published);
  const gint64 no = revision != NULL ? find_revision (self->db, revision) : 0;
  return no > 0 ? read_table (self->db, no, error) : NULL;
}

PoMediaTable *po_media_index_table (PoMediaIndex *self, const gchar *revision, GError **error) {
  g_mutex_lock (&self->lock);
  PoMediaTable *table = table_locked (self, revision, error);
  g_mutex_unlock (&self->lock);
  if (table == NULL && error != NULL && *error == NULL)
    g_set_error (error, PO_ERROR, PO_ERROR_NOT_FOUND, _ ("media revision %s is not kept here"),
                 revision != NULL ? revision : "");
  return table;
}
