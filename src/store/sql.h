// SPDX-License-Identifier: GPL-3.0-or-later
// What the log and the media index share of SQLite: opening with the right pragmas, statements that finalise
// themselves, errors with the file's name, moving a damaged database aside. Nothing here deletes a row or a file. A
// connection belongs to one thread at a time.
#pragma once

#include <glib.h>
#include <sqlite3.h>

typedef sqlite3 PoSql;
typedef sqlite3_stmt PoSqlStatement;

void po_sql_close (PoSql *db);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PoSql, po_sql_close)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PoSqlStatement, sqlite3_finalize)

/** PO_SQL_WRITE: WAL, synchronous=FULL, made if absent. PO_SQL_READ: never writes. PO_SQL_MEMORY: @path is ignored. */
typedef enum { PO_SQL_WRITE, PO_SQL_READ, PO_SQL_MEMORY } PoSqlMode;
PoSql *po_sql_open (const gchar *path, PoSqlMode mode, GError **error);

/** What stands in the file now, in memory. (transfer full) */
PoSql *po_sql_open_copy (const gchar *path, GError **error);

/** Runs statements without parameters. */
gboolean po_sql_run (PoSql *db, const gchar *text, GError **error);
PoSqlStatement *po_sql_prepare (PoSql *db, const gchar *text, GError **error);

/** One step: TRUE with @ret_row telling whether there is a row. */
gboolean po_sql_step (PoSqlStatement *statement, gboolean *ret_row, GError **error);

/** The first column of the first row of @text, or @otherwise. */
gboolean po_sql_get_int (PoSql *db, const gchar *text, gint64 otherwise, gint64 *ret_value, GError **error);

/** Text is bound by reference: it must outlive the step. NULL binds NULL. */
void po_sql_bind_text (PoSqlStatement *statement, gint index, const gchar *text);
const gchar *po_sql_column_text (PoSqlStatement *statement, gint column); // (nullable)

/** Takes room on the disk for the file and for its WAL ahead of what is written, @bytes at a time, so that a disk that
 * others fill leaves it some. Does nothing on a disk that has not three times as much. Of a connection that writes. */
void po_sql_keep_room (PoSql *db, gint bytes);

/** Renames the database at @path and its -wal and -shm to the first free PATH.aside-N. @ret_aside (transfer full) is
 * the new name. */
gboolean po_sql_move_aside (const gchar *path, gchar **ret_aside, GError **error);
