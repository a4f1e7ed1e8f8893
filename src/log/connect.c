// SPDX-License-Identifier: GPL-3.0-or-later
// Meeting the database: lock, open, migrate, move aside what is damaged and save what can be read of it, close what an
// earlier life left open. On the log's thread, or in po_log_open() before there is one.
#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "log/head-file.h"
#include "log/log-private.h"
#include "log/salvage.h"
#include "log/schema.h"
#include "model/error.h"
#include "model/text.h"

// Of a few days' rows, in each of the two files; SQLite empties the WAL into the other at 4 MB.
#define KEPT_ROOM_BYTES (8 * 1024 * 1024)

static gboolean take_lock (PoLog *self, GError **error) {
  if (self->lock_fd >= 0)
    return TRUE;
  g_autofree gchar *path = g_build_filename (self->dir, "log.lock", NULL);
  gint fd = g_mkdir_with_parents (self->dir, 0755) == 0 ? open (path, O_RDWR | O_CREAT | O_CLOEXEC, 0644) : -1;
  if (fd >= 0 && flock (fd, LOCK_EX | LOCK_NB) == 0) {
    self->lock_fd = fd;
    return TRUE;
  }
  gint saved = errno;
  gboolean held = fd >= 0 && saved == EWOULDBLOCK;
  if (fd >= 0)
    close (fd);
  if (held)
    g_set_error (error, PO_ERROR, PO_ERROR_CONFLICT,
                 _ ("%s: another playoutd writes this state folder; stop it, or give this one a folder of its own"),
                 self->dir);
  else
    g_set_error (error, PO_ERROR, PO_ERROR_SYSTEM, "%s: %s", path, g_strerror (saved));
  return FALSE;
}

void po_log_keep_head (PoLog *self) {
  g_autoptr (GError) why = NULL;
  gboolean kept = po_log_head_keep (self->dir, self->db, &why);
  // A head that could not be written lags: the next one makes up for it.
  const gchar *broken = !kept && !g_error_matches (why, PO_ERROR, PO_ERROR_SYSTEM) ? why->message : NULL;
  g_mutex_lock (&self->lock);
  po_log_note_locked (&self->broken, broken);
  g_mutex_unlock (&self->lock);
}

static PoSql *open_checked (const gchar *path, GError **error) {
  g_autoptr (PoSql) db = po_sql_open (path, PO_SQL_WRITE, error);
  g_autofree gchar *dir = g_path_get_dirname (path);
  if (db != NULL)
    po_log_head_begin (dir, db);
  // A rehearsed year's rows touch more pages than SQLite's 2 MB hold: it wrote and read them again and again.
  if (db == NULL || !po_sql_run (db, "PRAGMA cache_size=-16000", error) || !po_log_schema_migrate (db, error) ||
      !po_log_schema_check (db, error))
    return NULL;
  return g_steal_pointer (&db);
}

static void remember_aside (PoLog *self, const gchar *aside, const gchar *why, guint saved_rows) {
  g_autofree gchar *text =
      g_strdup_printf (_ ("the log could not be used (%s); it was moved to %s, a new one was begun, "
                          "and %u rows were saved into it; keep the old file, it is evidence"),
                       why, aside, saved_rows);
  g_mutex_lock (&self->lock);
  po_log_note_locked (&self->aside, text);
  g_mutex_unlock (&self->lock);
}

static PoSql *begin_anew (PoLog *self, const GError *why, GError **error) {
  guint saved = 0;
  g_autofree gchar *aside = NULL;
  if (!po_sql_move_aside (self->path, &aside, error))
    return NULL;
  g_autoptr (PoSql) db = open_checked (self->path, error);
  if (db == NULL)
    return NULL;
  po_log_salvage (db, aside, &saved);
  po_log_head_move_aside (self->dir, aside);
  self->fresh = TRUE;
  remember_aside (self, aside, why->message, saved);
  return g_steal_pointer (&db);
}

static PoSql *open_or_begin_anew (PoLog *self, GError **error) {
  g_autoptr (GError) why = g_steal_pointer (&self->damage);
  PoSql *db = why == NULL ? open_checked (self->path, &why) : NULL;
  if (db != NULL)
    return db;
  if (!g_error_matches (why, PO_ERROR, PO_ERROR_SYSTEM))
    return begin_anew (self, why, error);
  g_propagate_error (error, g_steal_pointer (&why));
  return NULL;
}

// What an earlier life left open ends where its last checkpoint says. In a transaction. Numbers that the chain has
// given are not given again.
static gboolean append_interrupted (PoSql *db, GError **error) {
  static const gchar text[] =
      "INSERT INTO airing_event (id, airing, event, frame, k, utc_ns, rate_n, rate_d, reason, shown, repeated, filled,"
      " status, node, epoch)"
      " SELECT max ((SELECT max (id) FROM airing_event),"
      " (SELECT coalesce (max (row), 0) FROM chain WHERE source = 'event')) + row_number () OVER (ORDER BY c.airing), "
      "c.airing, 'interrupted',"
      " c.frame, c.k, c.utc_ns, s.rate_n, s.rate_d, 'interrupted', c.shown, c.repeated, c.filled, 'interrupted',"
      " s.node, s.epoch"
      " FROM checkpoint AS c JOIN airing_event AS s ON s.id = c.airing WHERE c.open = 1 AND NOT EXISTS"
      " (SELECT 1 FROM airing_event AS e WHERE e.airing = c.airing AND e.event <> 'start');"
      "UPDATE checkpoint SET open = 0 WHERE open = 1;";
  PoLogCursor cursor;
  return po_log_cursor_read (db, &cursor, error) && po_sql_run (db, text, error) &&
         po_log_chain_extend (db, &cursor, error) && po_sql_run (db, "COMMIT", error);
}

static gboolean close_interrupted (PoSql *db, GError **error) {
  if (po_sql_run (db, "BEGIN IMMEDIATE", error) && append_interrupted (db, error))
    return TRUE;
  if (!sqlite3_get_autocommit (db))
    po_sql_run (db, "ROLLBACK", NULL);
  return FALSE;
}

// Links stay when their rows are given up, and their numbers with them.
static gboolean read_base (PoSql *db, PoLogBase *ret_base, GError **error) {
  gint64 journal_epoch = 0, event_epoch = 0, linked = 0;
  if (!po_sql_get_int (db, "SELECT max (seq) FROM journal", 0, &ret_base->seq, error) ||
      !po_sql_get_int (db, "SELECT max (id) FROM airing_event", 0, &ret_base->id, error) ||
      !po_sql_get_int (db, "SELECT epoch FROM journal ORDER BY seq DESC LIMIT 1", 0, &journal_epoch, error) ||
      !po_sql_get_int (db, "SELECT epoch FROM airing_event ORDER BY id DESC LIMIT 1", 0, &event_epoch, error))
    return FALSE;
  // (a file of an older version, not written yet, has no chain)
  if (po_sql_get_int (db, "SELECT max (row) FROM chain WHERE source = 'event'", 0, &linked, NULL))
    ret_base->id = MAX (ret_base->id, linked);
  ret_base->epoch = MAX (journal_epoch, event_epoch);
  return TRUE;
}

/** LastAired: where the air had come to; without a rate: it never was. */
typedef struct {
  PoFrame frame;
  PoRate rate;
  PoTimeNs utc_ns;
} LastAired;

// The furthest instant that any of the latest airings came to: they need not be in order, a clock may have been set
// back.
static gboolean read_last_aired (PoSql *db, LastAired *ret_last, GError **error) {
  gboolean more = TRUE;
  PoTimeNs latest_ns = PO_TIME_NONE;
  g_autoptr (PoSqlStatement) statement =
      po_sql_prepare (db,
                      "SELECT max (c.frame - 1, s.frame), s.rate_n, s.rate_d, c.utc_ns FROM checkpoint AS c"
                      " JOIN airing_event AS s ON s.id = c.airing ORDER BY c.airing DESC LIMIT 64",
                      error);
  if (statement == NULL)
    return FALSE;
  while (more) {
    if (!po_sql_step (statement, &more, error))
      return FALSE;
    PoRate rate = {sqlite3_column_int (statement, 1), sqlite3_column_int (statement, 2)};
    if (!more || rate.fps_n < 1 || rate.fps_d < 1)
      continue;
    PoTimeNs at_ns = po_frame_to_time_floor (sqlite3_column_int64 (statement, 0), rate);
    if (latest_ns != PO_TIME_NONE && at_ns <= latest_ns)
      continue;
    latest_ns = at_ns;
    *ret_last = (LastAired){sqlite3_column_int64 (statement, 0), rate, sqlite3_column_int64 (statement, 3)};
  }
  return TRUE;
}

// Whoever appends waits for the lock, and never for the disk.
static void learn (PoLog *self, const PoLogBase *base, const LastAired *last, gboolean met) {
  g_mutex_lock (&self->lock);
  self->base = *base;
  self->met = met;
  if (last->rate.fps_n > 0) {
    self->ever_aired = TRUE;
    self->last_frame = last->frame;
    self->last_rate = last->rate;
    self->last_utc_ns = last->utc_ns;
  }
  g_mutex_unlock (&self->lock);
}

static gboolean meet (PoLog *self, PoSql *db, GError **error) {
  PoLogBase base;
  LastAired last = {0};
  if (!close_interrupted (db, error) || !read_base (db, &base, error) || !read_last_aired (db, &last, error))
    return FALSE;
  learn (self, &base, &last, TRUE);
  return TRUE;
}

// What can be learnt of a database that cannot be written now, so that numbers and frames go on from it.
static void glance (PoLog *self) {
  PoLogBase base;
  LastAired last = {0};
  g_autoptr (PoSql) db =
      g_file_test (self->path, G_FILE_TEST_EXISTS) ? po_sql_open (self->path, PO_SQL_READ, NULL) : NULL;
  if (db == NULL || !read_base (db, &base, NULL))
    return;
  read_last_aired (db, &last, NULL);
  learn (self, &base, &last, FALSE);
}

void po_log_disconnect (PoLog *self) {
  g_clear_pointer (&self->pen, po_log_pen_free);
  g_clear_pointer (&self->db, po_sql_close);
}

static gboolean restore_rules (PoLog *self, PoSql *db, GError **error) {
  g_autofree gchar *names = NULL;
  if (!po_log_schema_restore (db, &names, error))
    return FALSE;
  if (names == NULL)
    return TRUE;
  g_autofree gchar *text =
      g_strdup_printf (_ ("the log was changed by something other than playoutd (%s) and was put right; whether its "
                          "rows are as they were written, playoutctl asrun verify knows"),
                       names);
  g_mutex_lock (&self->lock);
  po_log_note_locked (&self->rules, text);
  g_mutex_unlock (&self->lock);
  return TRUE;
}

static gboolean connect_once (PoLog *self, GError **error) {
  g_autoptr (PoSql) db = open_or_begin_anew (self, error);
  if (db == NULL || !restore_rules (self, db, error) || (!self->met && !meet (self, db, error)))
    return FALSE;
  // `base` changes on this thread only, and no more once the database was met.
  const PoLogTarget target = {"main.journal", "main.airing_event", "main.checkpoint", self->base, self->node};
  self->db = g_steal_pointer (&db);
  self->pen = po_log_pen_new (self->db, &target);
  po_log_keep_head (self);
  po_sql_keep_room (self->db, KEPT_ROOM_BYTES);
  return TRUE;
}

gboolean po_log_connect (PoLog *self, GError **error) {
  g_autoptr (GError) why = NULL;
  gboolean connected = take_lock (self, &why) && connect_once (self, &why);
  if (!connected && self->lock_fd >= 0 && g_error_matches (why, PO_ERROR, PO_ERROR_INPUT)) {
    self->damage = g_steal_pointer (&why);
    connected = connect_once (self, &why);
  }
  if (connected)
    return TRUE;
  if (!self->met)
    glance (self);
  g_propagate_error (error, g_steal_pointer (&why));
  return FALSE;
}

// Takes the place of the deleted database. What is left of its -wal is in the copy: SQLite would lay its pages over
// that.
static gboolean put_in_place (PoLog *self, const gchar *copy, GError **error) {
  g_autofree gchar *wal = g_strconcat (self->path, "-wal", NULL), *shm = g_strconcat (self->path, "-shm", NULL);
  if ((g_unlink (wal) == 0 || errno == ENOENT) && (g_unlink (shm) == 0 || errno == ENOENT) &&
      g_rename (copy, self->path) == 0)
    return TRUE;
  gint saved = errno;
  g_set_error (error, PO_ERROR, PO_ERROR_SYSTEM, "%s: %s", self->path, g_strerror (saved));
  return FALSE;
}

gboolean po_log_restore_deleted (PoLog *self, GError **error) {
  if (access (self->path, F_OK) == 0 || errno != ENOENT)
    return TRUE;
  g_autofree gchar *beside = g_strconcat (self->path, ".new", NULL);
  gchar *text = sqlite3_mprintf ("VACUUM INTO %Q", beside);
  g_mkdir_with_parents (self->dir, 0755);
  g_unlink (beside);
  gboolean copied = po_sql_run (self->db, text, error);
  sqlite3_free (text);
  if (!copied || !put_in_place (self, beside, error))
    return FALSE;
  po_log_disconnect (self);
  g_mutex_lock (&self->lock);
  po_log_note_locked (&self->aside, _ ("the log was deleted while it was written; it was restored from the open file"));
  g_mutex_unlock (&self->lock);
  return po_log_connect (self, error);
}
