// SPDX-License-Identifier: GPL-3.0-or-later
// Thin: it adds ownership, GError and our pragmas to sqlite3, no model of its own.
#include "store/sql.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "model/error.h"
#include "model/text.h"

// A reader may hold the file for a moment; the air never waits for it, the log's thread may.
#define BUSY_TIMEOUT_MS 2000

void po_sql_close (PoSql *db) {
  sqlite3_close_v2 (db);
}

static PoError fault_of (gint code) {
  switch (code & 0xff) {
  case SQLITE_CONSTRAINT:
    return PO_ERROR_INTERNAL;
  case SQLITE_FULL:
  case SQLITE_IOERR:
  case SQLITE_READONLY:
  case SQLITE_CANTOPEN:
  case SQLITE_BUSY:
  case SQLITE_LOCKED:
  case SQLITE_NOMEM:
  case SQLITE_PERM:
  case SQLITE_INTERRUPT:
  case SQLITE_PROTOCOL:
    return PO_ERROR_SYSTEM;
  default:
    return PO_ERROR_INPUT;
  }
}

// From the connection's last error: PO_ERROR_SYSTEM where another try may do (no room, no permission, busy, I/O),
// PO_ERROR_INTERNAL for a constraint or trigger, PO_ERROR_INPUT where the file is damaged or not what it should be.
static void set_error (PoSql *db, GError **error) {
  const gchar *file = sqlite3_db_filename (db, "main");
  g_set_error (error, PO_ERROR, fault_of (sqlite3_errcode (db)), "%s: %s",
               file != NULL && *file != '\0' ? file : "memory", sqlite3_errmsg (db));
}

gboolean po_sql_run (PoSql *db, const gchar *text, GError **error) {
  if (sqlite3_exec (db, text, NULL, NULL, NULL) == SQLITE_OK)
    return TRUE;
  set_error (db, error);
  return FALSE;
}

// A file: URI for SQLite. immutable: nobody writes it (no -wal beside), so that a read-only folder can be read too.
static gchar *uri_of (const gchar *path, gboolean immutable) {
  g_autofree gchar *absolute = g_canonicalize_filename (path, NULL);
  g_autofree gchar *escaped = g_uri_escape_string (absolute, "/", FALSE);
  return g_strconcat ("file:", escaped, immutable ? "?immutable=1" : "", NULL);
}

// Nobody asks how much memory SQLite has in use; to count it takes a lock at each allocation, of all threads. Too late,
// and without harm, where somebody else in the process used SQLite before.
static void set_up_once (void) {
  static gsize done = 0;
  if (!g_once_init_enter (&done))
    return;
  sqlite3_config (SQLITE_CONFIG_MEMSTATUS, 0);
  g_once_init_leave (&done, 1);
}

static PoSql *open_file (const gchar *uri, gint flags, GError **error) {
  g_autoptr (PoSql) db = NULL;
  set_up_once ();
  gint code = sqlite3_open_v2 (uri, &db, flags | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX, NULL);
  if (code != SQLITE_OK) {
    g_set_error (error, PO_ERROR, fault_of (code), "%s: %s", uri,
                 db != NULL ? sqlite3_errmsg (db) : sqlite3_errstr (code));
    return NULL;
  }
  sqlite3_extended_result_codes (db, 1);
  sqlite3_busy_timeout (db, BUSY_TIMEOUT_MS);
  return g_steal_pointer (&db);
}

static PoSql *open_read (const gchar *path, GError **error) {
  g_autofree gchar *uri = uri_of (path, FALSE);
  g_autoptr (PoSql) db = open_file (uri, SQLITE_OPEN_READONLY, error);
  if (db == NULL)
    return NULL;
  gint64 version = 0;
  if (po_sql_get_int (db, "PRAGMA schema_version", 0, &version, NULL))
    return g_steal_pointer (&db);
  GStatBuf is = {0};
  g_autofree gchar *wal = g_strconcat (path, "-wal", NULL);
  if (g_stat (wal, &is) == 0 && is.st_size > 0) {
    set_error (db, error);
    return NULL;
  }
  g_autofree gchar *immutable_uri = uri_of (path, TRUE);
  return open_file (immutable_uri, SQLITE_OPEN_READONLY, error);
}

PoSql *po_sql_open (const gchar *path, PoSqlMode mode, GError **error) {
  if (mode == PO_SQL_MEMORY)
    return open_file ("file::memory:", SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, error);
  if (mode == PO_SQL_READ)
    return open_read (path, error);
  g_autofree gchar *uri = uri_of (path, FALSE);
  g_autoptr (PoSql) db = open_file (uri, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, error);
  if (db == NULL || !po_sql_run (db, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;", error))
    return NULL;
  return g_steal_pointer (&db);
}

PoSql *po_sql_open_copy (const gchar *path, GError **error) {
  g_autoptr (PoSql) file = po_sql_open (path, PO_SQL_READ, error);
  g_autoptr (PoSql) copy = file != NULL ? po_sql_open (NULL, PO_SQL_MEMORY, error) : NULL;
  if (copy == NULL)
    return NULL;
  sqlite3_backup *backup = sqlite3_backup_init (copy, "main", file, "main");
  if (backup != NULL)
    sqlite3_backup_step (backup, -1);
  if (backup != NULL && sqlite3_backup_finish (backup) == SQLITE_OK)
    return g_steal_pointer (&copy);
  set_error (copy, error);
  return NULL;
}

PoSqlStatement *po_sql_prepare (PoSql *db, const gchar *text, GError **error) {
  sqlite3_stmt *statement = NULL;
  if (sqlite3_prepare_v2 (db, text, -1, &statement, NULL) != SQLITE_OK)
    set_error (db, error);
  return statement;
}

gboolean po_sql_step (PoSqlStatement *statement, gboolean *ret_row, GError **error) {
  gint code = sqlite3_step (statement);
  if (ret_row != NULL)
    *ret_row = code == SQLITE_ROW;
  if (code == SQLITE_ROW || code == SQLITE_DONE)
    return TRUE;
  set_error (sqlite3_db_handle (statement), error);
  return FALSE;
}

gboolean po_sql_get_int (PoSql *db, const gchar *text, gint64 otherwise, gint64 *ret_value, GError **error) {
  gboolean row = FALSE;
  g_autoptr (PoSqlStatement) statement = po_sql_prepare (db, text, error);
  if (statement == NULL || !po_sql_step (statement, &row, error))
    return FALSE;
  *ret_value =
      row && sqlite3_column_type (statement, 0) != SQLITE_NULL ? sqlite3_column_int64 (statement, 0) : otherwise;
  return TRUE;
}

void po_sql_bind_text (PoSqlStatement *statement, gint index, const gchar *text) {
  sqlite3_bind_text (statement, index, text, -1, SQLITE_STATIC);
}

const gchar *po_sql_column_text (PoSqlStatement *statement, gint column) {
  return (const gchar *)sqlite3_column_text (statement, column);
}

static void take_room (sqlite3_file *file, gint chunk_bytes) {
  sqlite3_int64 size = 0;
  if (file == NULL || file->pMethods == NULL || file->pMethods->xFileSize (file, &size) != SQLITE_OK)
    return;
  size += chunk_bytes;
  if (file->pMethods->xFileControl (file, SQLITE_FCNTL_CHUNK_SIZE, &chunk_bytes) == SQLITE_OK)
    file->pMethods->xFileControl (file, SQLITE_FCNTL_SIZE_HINT, &size);
}

void po_sql_keep_room (PoSql *db, gint bytes) {
  sqlite3_file *file = NULL, *wal = NULL;
  struct statvfs disk;
  const gchar *path = sqlite3_db_filename (db, "main");
  if (statvfs (path, &disk) != 0 || (gint64)disk.f_bavail * (gint64)disk.f_frsize < 3 * (gint64)bytes)
    return;
  if (sqlite3_file_control (db, "main", SQLITE_FCNTL_FILE_POINTER, &file) == SQLITE_OK)
    take_room (file, bytes);
  if (sqlite3_file_control (db, "main", SQLITE_FCNTL_JOURNAL_POINTER, &wal) == SQLITE_OK)
    take_room (wal, bytes);
}

gboolean po_sql_move_aside (const gchar *path, gchar **ret_aside, GError **error) {
  static const gchar *const suffixes[] = {"-wal", "-shm", ""}; // the main file last: until then it is tried again
  g_autofree gchar *aside = NULL;
  for (guint i = 1; aside == NULL; i++) {
    g_autofree gchar *name = g_strdup_printf ("%s.aside-%u", path, i);
    if (access (name, F_OK) != 0 && errno == ENOENT)
      aside = g_steal_pointer (&name);
    else if (i > 10000)
      aside = g_strconcat (path, ".aside", NULL);
  }
  for (guint i = 0; i < G_N_ELEMENTS (suffixes); i++) {
    g_autofree gchar *from = g_strconcat (path, suffixes[i], NULL);
    g_autofree gchar *to = g_strconcat (aside, suffixes[i], NULL);
    if (g_rename (from, to) != 0 && errno != ENOENT) {
      gint saved = errno;
      g_set_error (error, PO_ERROR, PO_ERROR_SYSTEM, _ ("%s: cannot move it aside: %s"), from, g_strerror (saved));
      return FALSE;
    }
  }
  if (ret_aside != NULL)
    *ret_aside = g_steal_pointer (&aside);
  return TRUE;
}
