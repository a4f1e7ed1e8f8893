// SPDX-License-Identifier: GPL-3.0-or-later
#include "log/chain.h"

#include <string.h>

static const struct {
  const gchar *name, *table, *key;
} sources[PO_LOG_N_SOURCES] = {
    [PO_LOG_SOURCE_JOURNAL] = {"journal", "journal", "seq"},
    [PO_LOG_SOURCE_EVENT] = {"event", "airing_event", "id"},
    [PO_LOG_SOURCE_CORRECTION] = {"correction", "correction", "id"},
    [PO_LOG_SOURCE_MEASURE] = {"measure", "measure", "id"},
    [PO_LOG_SOURCE_FORGOTTEN] = {"forgotten", "forgotten", "id"},
    [PO_LOG_SOURCE_ALARM] = {"alarm", "alarm_event", "id"},
};

const gchar *po_log_source_name (PoLogSource source) {
  return sources[source].name;
}

const gchar *po_log_source_table (PoLogSource source) {
  return sources[source].table;
}

const gchar *po_log_source_key (PoLogSource source) {
  return sources[source].key;
}

gboolean po_log_cursor_read (PoSql *db, PoLogCursor *ret_cursor, GError **error) {
  for (guint i = 0; i < PO_LOG_N_SOURCES; i++) {
    g_autofree gchar *text = g_strdup_printf ("SELECT max (%s) FROM main.%s", sources[i].key, sources[i].table);
    if (!po_sql_get_int (db, text, 0, &ret_cursor->last[i], error))
      return FALSE;
  }
  return TRUE;
}

gboolean po_log_chain_head (PoSql *db, gint64 *ret_pos, guint8 *ret_hash, GError **error) {
  gboolean more = FALSE;
  g_autoptr (PoSqlStatement) statement =
      po_sql_prepare (db, "SELECT pos, hash FROM main.chain ORDER BY pos DESC LIMIT 1", error);
  *ret_pos = 0;
  memset (ret_hash, 0, PO_LOG_HASH_SIZE);
  if (statement == NULL || !po_sql_step (statement, &more, error))
    return FALSE;
  if (more) {
    *ret_pos = sqlite3_column_int64 (statement, 0);
    if (sqlite3_column_bytes (statement, 1) == PO_LOG_HASH_SIZE)
      memcpy (ret_hash, sqlite3_column_blob (statement, 1), PO_LOG_HASH_SIZE);
  }
  return TRUE;
}

gboolean po_log_chain_holds (PoSql *db, gint64 pos, const guint8 *hash, gboolean *ret_holds, GError **error) {
  gboolean more = FALSE;
  *ret_holds = TRUE;
  if (pos == 0)
    return TRUE;
  g_autoptr (PoSqlStatement) statement = po_sql_prepare (db, "SELECT hash FROM main.chain WHERE pos = ?", error);
  if (statement == NULL)
    return FALSE;
  sqlite3_bind_int64 (statement, 1, pos);
  if (!po_sql_step (statement, &more, error))
    return FALSE;
  *ret_holds = more && sqlite3_column_bytes (statement, 0) == PO_LOG_HASH_SIZE &&
               memcmp (sqlite3_column_blob (statement, 0), hash, PO_LOG_HASH_SIZE) == 0;
  return TRUE;
}

#define DIGITS sizeof "-9223372036854775808"

// Into the end of @buffer; where it begins there.
static const gchar *write_number (gint64 value, gchar buffer[DIGITS]) {
  gchar *at = buffer + DIGITS - 1;
  guint64 left = value < 0 ? -(guint64)value : (guint64)value;
  *at = '\0';
  do
    *--at = (gchar)('0' + left % 10);
  while ((left /= 10) != 0);
  if (value < 0)
    *--at = '-';
  return at;
}

// Each value with its name, its kind and its length, so that no two rows give the same octets. Every row of the log
// passes here: no format strings, and numbers not turned into text by the database.
static void add_value (GString *octets, PoSqlStatement *row, gint column) {
  static const gchar kinds[] = {[SQLITE_INTEGER] = 'i', [SQLITE_FLOAT] = 'f', [SQLITE_TEXT] = 't', [SQLITE_BLOB] = 'b'};
  gchar number[DIGITS], length[DIGITS];
  const void *value = NULL;
  const gint type = sqlite3_column_type (row, column);
  if (type == SQLITE_NULL)
    return;
  if (type == SQLITE_INTEGER)
    value = write_number (sqlite3_column_int64 (row, column), number);
  else
    value = type == SQLITE_BLOB ? sqlite3_column_blob (row, column) : sqlite3_column_text (row, column);
  const gsize size = type == SQLITE_INTEGER ? strlen (value) : (gsize)sqlite3_column_bytes (row, column);
  g_string_append (octets, sqlite3_column_name (row, column));
  g_string_append_c (octets, '=');
  g_string_append_c (octets, kinds[type]);
  g_string_append (octets, write_number ((gint64)size, length));
  g_string_append_c (octets, ':');
  if (size > 0)
    g_string_append_len (octets, value, (gssize)size);
}

void po_log_chain_link (const guint8 *before, PoLogSource source, PoSqlStatement *row, guint8 *ret_hash) {
  gsize size = PO_LOG_HASH_SIZE;
  g_autoptr (GString) octets = g_string_sized_new (512);
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  g_string_append_printf (octets, "%s;", sources[source].name);
  for (gint i = 0; i < sqlite3_column_count (row); i++)
    add_value (octets, row, i);
  g_checksum_update (checksum, before, PO_LOG_HASH_SIZE);
  g_checksum_update (checksum, (const guchar *)octets->str, (gssize)octets->len);
  g_checksum_get_digest (checksum, ret_hash, &size);
}

typedef struct {
  PoSqlStatement *insert;
  gint64 pos;
  guint8 hash[PO_LOG_HASH_SIZE];
} Chain;

// -1: none.
static gint column_named (PoSqlStatement *row, const gchar *name) {
  for (gint i = 0; i < sqlite3_column_count (row); i++) {
    if (strcmp (sqlite3_column_name (row, i), name) == 0)
      return i;
  }
  return -1;
}

gint64 po_log_chain_airing (PoSqlStatement *row) {
  const gint airing = column_named (row, "airing");
  return airing >= 0 ? sqlite3_column_int64 (row, airing) : 0;
}

gboolean po_log_chain_digest (PoSql *db, gint64 airing, gint64 before_pos, guint8 *ret_digest, GError **error) {
  gsize size = PO_LOG_HASH_SIZE;
  gboolean more = TRUE;
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  g_autoptr (PoSqlStatement) links =
      po_sql_prepare (db, "SELECT * FROM main.chain WHERE airing > 0 AND airing <= ? AND pos < ? ORDER BY pos", error);
  if (links == NULL)
    return FALSE;
  sqlite3_bind_int64 (links, 1, airing);
  sqlite3_bind_int64 (links, 2, before_pos);
  for (;;) {
    g_autoptr (GString) octets = g_string_sized_new (128);
    if (!po_sql_step (links, &more, error))
      return FALSE;
    if (!more)
      break;
    for (gint i = 0; i < sqlite3_column_count (links); i++)
      add_value (octets, links, i);
    g_checksum_update (checksum, (const guchar *)octets->str, (gssize)octets->len);
  }
  g_checksum_get_digest (checksum, ret_digest, &size);
  return TRUE;
}

static gboolean append_link (Chain *self, PoLogSource source, PoSqlStatement *row, gint key, gint airing,
                             GError **error) {
  po_log_chain_link (self->hash, source, row, self->hash);
  self->pos++;
  sqlite3_reset (self->insert);
  sqlite3_clear_bindings (self->insert);
  sqlite3_bind_int64 (self->insert, 1, self->pos);
  sqlite3_bind_text (self->insert, 2, sources[source].name, -1, SQLITE_STATIC);
  sqlite3_bind_int64 (self->insert, 3, sqlite3_column_int64 (row, key));
  if (airing >= 0 && sqlite3_column_int64 (row, airing) != 0)
    sqlite3_bind_int64 (self->insert, 4, sqlite3_column_int64 (row, airing));
  sqlite3_bind_blob (self->insert, 5, self->hash, PO_LOG_HASH_SIZE, SQLITE_STATIC);
  return po_sql_step (self->insert, NULL, error);
}

static gboolean extend_source (Chain *self, PoSql *db, PoLogSource source, gint64 after, GError **error) {
  gboolean more = TRUE;
  g_autofree gchar *text =
      g_strdup_printf ("SELECT * FROM main.%1$s WHERE %2$s > ? AND NOT EXISTS (SELECT 1 FROM main.chain"
                       " WHERE source = '%3$s' AND chain.row = %1$s.%2$s) ORDER BY %2$s",
                       sources[source].table, sources[source].key, sources[source].name);
  g_autoptr (PoSqlStatement) rows = po_sql_prepare (db, text, error);
  if (rows == NULL)
    return FALSE;
  const gint key = column_named (rows, sources[source].key), airing = column_named (rows, "airing");
  sqlite3_bind_int64 (rows, 1, after);
  for (;;) {
    if (!po_sql_step (rows, &more, error))
      return FALSE;
    if (!more)
      return TRUE;
    if (!append_link (self, source, rows, key, airing, error))
      return FALSE;
  }
}

gboolean po_log_chain_extend (PoSql *db, const PoLogCursor *cursor, GError **error) {
  Chain chain = {0};
  g_autoptr (PoSqlStatement) insert =
      po_sql_prepare (db, "INSERT INTO main.chain (pos, source, row, airing, hash) VALUES (?,?,?,?,?)", error);
  if (insert == NULL || !po_log_chain_head (db, &chain.pos, chain.hash, error))
    return FALSE;
  chain.insert = insert;
  for (guint i = 0; i < PO_LOG_N_SOURCES; i++) {
    if (!extend_source (&chain, db, (PoLogSource)i, cursor->last[i], error))
      return FALSE;
  }
  return TRUE;
}
