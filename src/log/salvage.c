// SPDX-License-Identifier: GPL-3.0-or-later
// Row by row, in both directions, because one damaged page must not cost what lies behind it.
#include "log/salvage.h"

#include "log/chain.h"

typedef struct {
  const gchar *name, *key, *columns;
  const gchar *newer; // columns that older files lack
  const gchar *mark;  // the one of them by which to know
} Table;

static const Table tables[] = {
    {"journal", "seq", "seq, frame, rate_n, rate_d, at_ns, utc_ns, kind, who, args, node, epoch", "", NULL},
    {"airing_event", "id",
     "id, airing, event, frame, k, utc_ns, rate_n, rate_d, channel, uid, instance, part, title, media, sha256, kind,"
     " reason, start_type, planned_start_frame, planned_start_ns, planned_duration_frames, som_ns, shown, repeated,"
     " filled, status, node, epoch",
     ", black, silent, loudness_mlufs, true_peak_mdb", "black"},
    {"alarm_event", "utc_ns",
     "epoch, number, utc_ns, event, alarm, severity, since_ns, uid, instance, title, text, what_to_do, who, node",
     ", id", "id"},
    {"checkpoint", "airing", "airing, frame, k, utc_ns, shown, repeated, filled, open", "", NULL},
    {"correction", "id", "id, airing, uid, instance, utc_ns, who, why, status, node", "", NULL},
    {"measure", "id", "id, airing, black, silent, frozen, loudness_mlufs, true_peak_mdb", "", NULL},
    {"forgotten", "id", "id, airing, before_ns, utc_ns, who, why, node", ", links", "links"},
    {"chain", "pos", "pos, source, row, airing, hash", "", NULL},
};

static gboolean insert_row (PoSqlStatement *insert, PoSqlStatement *row) {
  sqlite3_reset (insert);
  for (gint i = 0; i < sqlite3_column_count (row); i++)
    sqlite3_bind_value (insert, i + 1, sqlite3_column_value (row, i));
  return po_sql_step (insert, NULL, NULL);
}

static gchar *placeholders (gint count) {
  GString *text = g_string_new ("?");
  for (gint i = 1; i < count; i++)
    g_string_append (text, ",?");
  return g_string_free (text, FALSE);
}

static gboolean has_column (PoSql *db, const gchar *table, const gchar *column) {
  gint64 count = 0;
  g_autofree gchar *text =
      g_strdup_printf ("SELECT count (*) FROM pragma_table_info ('%s') WHERE name = '%s'", table, column);
  return po_sql_get_int (db, text, 0, &count, NULL) && count > 0;
}

// Copies in one direction until the end, the damage, or what the other direction already has.
static guint copy_rows (PoSql *into, PoSql *from, const Table *table, const gchar *newer, const gchar *direction) {
  guint copied = 0;
  gboolean more = TRUE;
  g_autofree gchar *select_text =
      g_strdup_printf ("SELECT %s%s FROM %s ORDER BY %s %s", table->columns, newer, table->name, table->key, direction);
  g_autoptr (PoSqlStatement) select = po_sql_prepare (from, select_text, NULL);
  if (select == NULL)
    return 0;
  g_autofree gchar *marks = placeholders (sqlite3_column_count (select));
  g_autofree gchar *insert_text =
      g_strdup_printf ("INSERT INTO %s (%s%s) VALUES (%s)", table->name, table->columns, newer, marks);
  g_autoptr (PoSqlStatement) insert = po_sql_prepare (into, insert_text, NULL);
  while (insert != NULL && po_sql_step (select, &more, NULL) && more && insert_row (insert, select))
    copied++;
  return copied;
}

void po_log_salvage (PoSql *into, const gchar *from, guint *ret_rows) {
  *ret_rows = 0;
  // Open for writing: its -wal may hold the latest rows, and reading them needs the -shm made anew.
  g_autoptr (PoSql) damaged = po_sql_open (from, PO_SQL_WRITE, NULL);
  if (damaged == NULL || !po_sql_run (into, "BEGIN", NULL))
    return;
  const PoLogCursor everything = {0};
  for (guint i = 0; i < G_N_ELEMENTS (tables); i++) {
    const gboolean is_old = tables[i].mark != NULL && !has_column (damaged, tables[i].name, tables[i].mark);
    const gchar *newer = is_old ? "" : tables[i].newer;
    guint copied = copy_rows (into, damaged, &tables[i], newer, "ASC");
    copied += copy_rows (into, damaged, &tables[i], newer, "DESC");
    *ret_rows += g_str_equal (tables[i].name, "chain") ? 0 : copied;
  }
  // A row whose link is lost gets a new one.
  if (!po_log_chain_extend (into, &everything, NULL) || !po_sql_run (into, "COMMIT", NULL)) {
    po_sql_run (into, "ROLLBACK", NULL);
    *ret_rows = 0;
  }
}
