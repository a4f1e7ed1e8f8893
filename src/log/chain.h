// SPDX-License-Identifier: GPL-3.0-or-later
// The hash chain over the rows of the record: one link a row, in the order of writing, each the SHA-256 of the link
// before it and of the row. Who changes or takes out a row would have to make every later link anew, and the head kept
// beside the database (head-file.h) would not fit. Internal to `log`; the thread of the connection.
#pragma once

#include "store/sql.h"

#define PO_LOG_HASH_SIZE 32 // octets of a SHA-256

/** PoLogSource: the tables whose rows are linked. */
typedef enum {
  PO_LOG_SOURCE_JOURNAL,
  PO_LOG_SOURCE_EVENT,
  PO_LOG_SOURCE_CORRECTION,
  PO_LOG_SOURCE_MEASURE,
  PO_LOG_SOURCE_FORGOTTEN,
  PO_LOG_SOURCE_ALARM,
  PO_LOG_N_SOURCES
} PoLogSource;

const gchar *po_log_source_name (PoLogSource source);  // "event", as the links have it
const gchar *po_log_source_table (PoLogSource source); // "airing_event"
const gchar *po_log_source_key (PoLogSource source);   // "id"

/** PoLogCursor: the highest key of each table: what lies above it is new. All zero: everything. */
typedef struct {
  gint64 last[PO_LOG_N_SOURCES];
} PoLogCursor;

gboolean po_log_cursor_read (PoSql *db, PoLogCursor *ret_cursor, GError **error);

/** Links every row above @cursor that has no link yet. No transaction of its own. */
gboolean po_log_chain_extend (PoSql *db, const PoLogCursor *cursor, GError **error);

/** The last link; @ret_pos is 0 where there is none. */
gboolean po_log_chain_head (PoSql *db, gint64 *ret_pos, guint8 *ret_hash, GError **error);

/** @ret_holds: whether link @pos has @hash; position 0 always does. FALSE: it could not be read. */
gboolean po_log_chain_holds (PoSql *db, gint64 pos, const guint8 *hash, gboolean *ret_holds, GError **error);

/** Over the links before @before_pos of the airings up to @airing: their rows may be gone, so nothing else says which
 * they were. */
gboolean po_log_chain_digest (PoSql *db, gint64 airing, gint64 before_pos, guint8 *ret_digest, GError **error);

/** Which airing the row on which @row stands says that it is of; 0: none. */
gint64 po_log_chain_airing (PoSqlStatement *row);

/** The link of the row on which @row stands (all of its columns; those without a value do not count, so that a newer
 * playoutd may add columns) after the link @before. */
void po_log_chain_link (const guint8 *before, PoLogSource source, PoSqlStatement *row, guint8 *ret_hash);
