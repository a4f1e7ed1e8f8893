// SPDX-License-Identifier: GPL-3.0-or-later
#include "log/correction.h"

#include <inttypes.h>

#include "log/head-file.h"
#include "log/schema.h"
#include "model/error.h"
#include "model/text.h"

void po_correction_free (PoCorrection *self) {
  if (self == NULL)
    return;
  g_free (self->uid);
  g_free (self->instance);
  g_free (self->who);
  g_free (self->why);
  g_free (self->status);
  g_free (self);
}

static gboolean is_said (const gchar *text) {
  g_autofree gchar *stripped = text != NULL ? g_strstrip (g_strdup (text)) : NULL;
  return stripped != NULL && *stripped != '\0';
}

static gboolean check_status (const PoCorrection *correction, GError **error) {
  PoAiringStatus status = PO_AIRING_ON_AIR;
  const gchar *said = correction->status;
  if (correction->airing != 0 && po_airing_status_from_string (said, &status) && status != PO_AIRING_ON_AIR)
    return TRUE;
  if (correction->airing == 0 && (g_str_equal (said, "cancelled") || g_str_equal (said, "withdrawn")))
    return TRUE;
  g_set_error (error, PO_ERROR, PO_ERROR_INPUT,
               correction->airing != 0
                   ? _ ("“%s” is no status of an airing: aired, partial, interrupted, failed or filled")
                   : _ ("“%s” is nothing to say of what did not air: cancelled or withdrawn"),
               said);
  return FALSE;
}

static gboolean check (const PoCorrection *correction, GError **error) {
  if (is_said (correction->who) && is_said (correction->why) && is_said (correction->status))
    return check_status (correction, error);
  g_set_error_literal (error, PO_ERROR, PO_ERROR_INPUT,
                       _ ("a correction needs what is held of the airing from now on, who says so, and why"));
  return FALSE;
}

static gboolean find_airing (PoSql *db, gint64 airing, GError **error) {
  gint64 count = 0;
  g_autofree gchar *text = g_strdup_printf (
      "SELECT count (*) FROM airing_event WHERE airing = %" G_GINT64_FORMAT " AND event <> 'start'", airing);
  if (!po_sql_get_int (db, text, 0, &count, error))
    return FALSE;
  if (count > 0)
    return TRUE;
  g_set_error (error, PO_ERROR, PO_ERROR_INPUT,
               _ ("there is no airing %" PRId64 " that has ended; playoutctl asrun lists them"), airing);
  return FALSE;
}

static gboolean insert (PoSql *db, const gchar *node, const PoCorrection *correction, GError **error) {
  g_autoptr (PoSqlStatement) statement = po_sql_prepare (
      db, "INSERT INTO correction (airing, uid, instance, utc_ns, who, why, status, node) VALUES (?,?,?,?,?,?,?,?)",
      error);
  if (statement == NULL)
    return FALSE;
  if (correction->airing != 0)
    sqlite3_bind_int64 (statement, 1, correction->airing);
  po_sql_bind_text (statement, 2, correction->uid);
  po_sql_bind_text (statement, 3, correction->instance);
  sqlite3_bind_int64 (statement, 4, correction->utc_ns);
  po_sql_bind_text (statement, 5, correction->who);
  po_sql_bind_text (statement, 6, correction->why);
  po_sql_bind_text (statement, 7, correction->status);
  po_sql_bind_text (statement, 8, node);
  return po_sql_step (statement, NULL, error);
}

static gboolean append (PoSql *db, const gchar *node, const PoCorrection *correction, gint64 *ret_id, GError **error) {
  PoLogCursor cursor;
  if ((correction->airing != 0 && !find_airing (db, correction->airing, error)) ||
      !po_log_cursor_read (db, &cursor, error) || !insert (db, node, correction, error))
    return FALSE;
  *ret_id = sqlite3_last_insert_rowid (db);
  return po_log_chain_extend (db, &cursor, error) && po_sql_run (db, "COMMIT", error);
}

// A record that is damaged is no fault of whoever would correct it.
static PoSql *open_record (const gchar *path, GError **error) {
  g_autoptr (GError) why = NULL;
  PoSql *db = po_sql_open (path, PO_SQL_WRITE, &why);
  if (db != NULL && po_log_schema_migrate (db, &why))
    return db;
  po_sql_close (db);
  g_set_error (error, PO_ERROR, PO_ERROR_SYSTEM, _ ("%s: the record cannot be read: %s; mend the state folder"), path,
               why->message);
  return NULL;
}

gboolean po_log_correct (const gchar *state_dir, const gchar *node, const PoCorrection *correction, gint64 *ret_id,
                         GError **error) {
  g_autofree gchar *path = g_build_filename (state_dir, PO_LOG_FILE, NULL);
  if (!check (correction, error))
    return FALSE;
  if (!g_file_test (path, G_FILE_TEST_EXISTS)) {
    g_set_error (error, PO_ERROR, PO_ERROR_NOT_FOUND, _ ("%s: no log there yet: the channel has not been on air"),
                 path);
    return FALSE;
  }
  g_autoptr (PoSql) db = open_record (path, error);
  if (db == NULL || !po_sql_run (db, "BEGIN IMMEDIATE", error))
    return FALSE;
  if (append (db, node, correction, ret_id, error)) {
    po_log_head_follow (state_dir, db);
    return TRUE;
  }
  if (!sqlite3_get_autocommit (db))
    po_sql_run (db, "ROLLBACK", NULL);
  return FALSE;
}
