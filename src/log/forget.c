// SPDX-License-Identifier: GPL-3.0-or-later
#include "log/forget.h"

#include "log/head-file.h"
#include "log/schema.h"
#include "model/error.h"
#include "model/text.h"

static const struct {
  const gchar *table, *trigger;
} kept_by_triggers[] = {{"airing_event", "airing_event_no_delete"},
                        {"checkpoint", "checkpoint_no_delete"},
                        {"measure", "measure_no_delete"}};

// The last airing that ended before @before_ns with none before it that did not; 0 = none.
static gboolean find_last (PoSql *db, PoTimeNs before_ns, gint64 *ret_airing, GError **error) {
  gint64 first_kept = 0;
  g_autofree gchar *kept = g_strdup_printf (
      "SELECT min (s.id) FROM airing_event AS s LEFT JOIN airing_event AS e ON e.airing = s.id AND e.event <> 'start'"
      " WHERE s.event = 'start' AND coalesce (e.utc_ns, s.utc_ns) >= %" G_GINT64_FORMAT,
      before_ns);
  if (!po_sql_get_int (db, kept, G_MAXINT64, &first_kept, error))
    return FALSE;
  g_autofree gchar *last = g_strdup_printf (
      "SELECT max (s.id) FROM airing_event AS s JOIN airing_event AS e ON e.airing = s.id AND e.event <> 'start'"
      " WHERE s.event = 'start' AND s.id < %" G_GINT64_FORMAT,
      first_kept);
  return po_sql_get_int (db, last, 0, ret_airing, error);
}

// (transfer full) The words that made it; NULL with @error.
static gchar *find_trigger (PoSql *db, const gchar *name, GError **error) {
  gboolean more = FALSE;
  g_autofree gchar *find = g_strdup_printf ("SELECT sql FROM sqlite_master WHERE name = '%s'", name);
  g_autoptr (PoSqlStatement) statement = po_sql_prepare (db, find, error);
  if (statement == NULL || !po_sql_step (statement, &more, error))
    return NULL;
  if (more)
    return g_strdup (po_sql_column_text (statement, 0));
  g_set_error (
      error, PO_ERROR, PO_ERROR_INPUT,
      _ ("the log has lost its guard “%s”, so something other than playoutd has written to it; nothing is given "
         "up: see playoutctl asrun verify"),
      name);
  return NULL;
}

static gboolean give_up (PoSql *db, gint64 airing, GError **error) {
  for (guint i = 0; i < G_N_ELEMENTS (kept_by_triggers); i++) {
    g_autofree gchar *trigger = find_trigger (db, kept_by_triggers[i].trigger, error);
    if (trigger == NULL)
      return FALSE;
    g_autofree gchar *text =
        g_strdup_printf ("DROP TRIGGER %s; DELETE FROM %s WHERE airing <= %" G_GINT64_FORMAT "; %s;",
                         kept_by_triggers[i].trigger, kept_by_triggers[i].table, airing, trigger);
    if (!po_sql_run (db, text, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean note (PoSql *db, gint64 airing, PoTimeNs before_ns, PoTimeNs now_ns, const gchar *const *texts,
                      GError **error) {
  guint8 links[PO_LOG_HASH_SIZE];
  g_autoptr (PoSqlStatement) statement = po_sql_prepare (
      db, "INSERT INTO forgotten (airing, before_ns, utc_ns, who, why, node, links) VALUES (?,?,?,?,?,?,?)", error);
  if (statement == NULL || !po_log_chain_digest (db, airing, G_MAXINT64, links, error))
    return FALSE;
  sqlite3_bind_int64 (statement, 1, airing);
  sqlite3_bind_int64 (statement, 2, before_ns);
  sqlite3_bind_int64 (statement, 3, now_ns);
  for (gint i = 0; i < 3; i++)
    po_sql_bind_text (statement, 4 + i, texts[i]);
  sqlite3_bind_blob (statement, 7, links, sizeof links, SQLITE_TRANSIENT);
  return po_sql_step (statement, NULL, error);
}

// The clock may be years ahead: so much time as is kept before @now_ns is kept before the latest row, too.
static gboolean keep_before_latest (PoSql *db, PoTimeNs now_ns, PoTimeNs *before_ns, GError **error) {
  PoTimeNs latest_ns = 0;
  if (!po_sql_get_int (db, "SELECT utc_ns FROM airing_event ORDER BY id DESC LIMIT 1", now_ns, &latest_ns, error))
    return FALSE;
  *before_ns -= MAX (now_ns - latest_ns, 0);
  return TRUE;
}

// Where the clock went ahead while a life was on air, no time passed: what it left out in the time to be kept is kept
// besides. A second or a day is not worth it.
static gboolean keep_before_jumps (PoSql *db, PoTimeNs *before_ns, GError **error) {
  gint64 jumped_s = 0;
  g_autofree gchar *text = g_strdup_printf (
      "SELECT sum (jump_s) FROM (SELECT at_ns, epoch = lag (epoch) OVER by_seq AS is_of_one_life,"
      " (offset - lag (offset) OVER by_seq) * rate_d / rate_n AS jump_s FROM (SELECT seq, at_ns, epoch, rate_n, rate_d,"
      " CAST (json_extract (args, '$.offset') AS INTEGER) AS offset FROM journal WHERE kind = 'clock' AND json_valid "
      "(args)) WINDOW by_seq AS (ORDER BY seq)) WHERE is_of_one_life AND jump_s > 86400"
      " AND at_ns / 1000000000 + jump_s >= %" G_GINT64_FORMAT,
      *before_ns / PO_NS_PER_SECOND);
  if (!po_sql_get_int (db, text, 0, &jumped_s, error))
    return FALSE;
  *before_ns -= CLAMP (jumped_s, 0, G_MAXINT64 / PO_NS_PER_SECOND / 2) * PO_NS_PER_SECOND;
  return TRUE;
}

static gboolean forget (PoSql *db, PoTimeNs before_ns, PoTimeNs now_ns, const gchar *const *texts, gint64 *ret_airings,
                        GError **error) {
  PoLogCursor cursor;
  gint64 airing = 0;
  if (!keep_before_latest (db, now_ns, &before_ns, error) || !keep_before_jumps (db, &before_ns, error) ||
      !find_last (db, before_ns, &airing, error))
    return FALSE;
  if (airing == 0)
    return po_sql_run (db, "ROLLBACK", error);
  g_autofree gchar *count = g_strdup_printf (
      "SELECT count (*) FROM airing_event WHERE event = 'start' AND airing <= %" G_GINT64_FORMAT, airing);
  return po_sql_get_int (db, count, 0, ret_airings, error) && po_log_cursor_read (db, &cursor, error) &&
         note (db, airing, before_ns, now_ns, texts, error) && po_log_chain_extend (db, &cursor, error) &&
         give_up (db, airing, error) && po_sql_run (db, "COMMIT", error);
}

gboolean po_log_forget (const gchar *state_dir, const gchar *node, const gchar *who, const gchar *why,
                        PoTimeNs before_ns, PoTimeNs now_ns, gint64 *ret_airings, GError **error) {
  const gchar *const texts[] = {who, why, node};
  g_autofree gchar *path = g_build_filename (state_dir, PO_LOG_FILE, NULL);
  *ret_airings = 0;
  if (!g_file_test (path, G_FILE_TEST_EXISTS))
    return TRUE;
  g_autoptr (PoSql) db = po_sql_open (path, PO_SQL_WRITE, error);
  if (db == NULL || !po_log_schema_migrate (db, error) || !po_sql_run (db, "BEGIN IMMEDIATE", error))
    return FALSE;
  if (forget (db, before_ns, now_ns, texts, ret_airings, error)) {
    po_log_head_follow (state_dir, db);
    return TRUE;
  }
  if (!sqlite3_get_autocommit (db))
    po_sql_run (db, "ROLLBACK", NULL);
  return FALSE;
}
