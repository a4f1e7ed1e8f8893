// SPDX-License-Identifier: GPL-3.0-or-later
#include "log/head-file.h"

#include <glib/gstdio.h>

#include "model/error.h"
#include "model/text.h"

#define FIRST_CHAINED 3 // version of the tables

gchar *po_log_hash_to_string (const guint8 *hash) {
  GString *text = g_string_sized_new (2 * PO_LOG_HASH_SIZE);
  for (guint i = 0; i < PO_LOG_HASH_SIZE; i++)
    g_string_append_printf (text, "%02x", hash[i]);
  return g_string_free (text, FALSE);
}

static gboolean read_hash (const gchar *text, guint8 *ret_hash) {
  for (guint i = 0; i < PO_LOG_HASH_SIZE; i++) {
    gint high = g_ascii_xdigit_value (text[2 * i]);
    gint low = high >= 0 ? g_ascii_xdigit_value (text[2 * i + 1]) : -1;
    if (low < 0)
      return FALSE;
    ret_hash[i] = (guint8)(high * 16 + low);
  }
  return text[2 * PO_LOG_HASH_SIZE] == '\0';
}

gboolean po_log_head_read (const gchar *state_dir, PoLogHead *ret_head, GError **error) {
  g_autoptr (GError) why = NULL;
  g_autofree gchar *text = NULL, *path = g_build_filename (state_dir, PO_LOG_HEAD_FILE, NULL);
  if (!g_file_get_contents (path, &text, NULL, &why)) {
    gboolean absent = g_error_matches (why, G_FILE_ERROR, G_FILE_ERROR_NOENT);
    g_set_error_literal (error, PO_ERROR, absent ? PO_ERROR_NOT_FOUND : PO_ERROR_SYSTEM, why->message);
    return FALSE;
  }
  g_auto (GStrv) words = g_strsplit (g_strchomp (text), " ", -1);
  if (g_strv_length (words) == 2 && g_ascii_string_to_signed (words[0], 10, 0, G_MAXINT64, &ret_head->pos, NULL) &&
      read_hash (words[1], ret_head->hash))
    return TRUE;
  g_set_error (error, PO_ERROR, PO_ERROR_INPUT,
               _ ("%s: this is not the last link of a log's chain; move it aside, it is evidence, and see playoutctl "
                  "asrun verify"),
               path);
  return FALSE;
}

static gboolean write_head (const gchar *state_dir, const PoLogHead *head, GError **error) {
  g_autoptr (GError) why = NULL;
  g_autofree gchar *path = g_build_filename (state_dir, PO_LOG_HEAD_FILE, NULL);
  g_autofree gchar *hash = po_log_hash_to_string (head->hash);
  g_autofree gchar *text = g_strdup_printf ("%" G_GINT64_FORMAT " %s\n", head->pos, hash);
  if (g_file_set_contents (path, text, -1, &why))
    return TRUE;
  g_set_error_literal (error, PO_ERROR, PO_ERROR_SYSTEM, why->message);
  return FALSE;
}

void po_log_head_begin (const gchar *state_dir, PoSql *db) {
  static const PoLogHead nothing;
  PoLogHead kept;
  gint64 version = 0;
  g_autoptr (GError) why = NULL;
  if (po_sql_get_int (db, "PRAGMA user_version", 0, &version, NULL) && version < FIRST_CHAINED &&
      !po_log_head_read (state_dir, &kept, &why) && g_error_matches (why, PO_ERROR, PO_ERROR_NOT_FOUND))
    write_head (state_dir, &nothing, NULL);
}

gboolean po_log_head_keep (const gchar *state_dir, PoSql *db, GError **error) {
  PoLogHead head = {0}, kept = {0};
  gboolean holds = TRUE;
  g_autoptr (GError) why = NULL;
  gboolean known = po_log_head_read (state_dir, &kept, &why);
  if (!known && !g_error_matches (why, PO_ERROR, PO_ERROR_NOT_FOUND)) {
    g_propagate_error (error, g_steal_pointer (&why));
    return FALSE;
  }
  if (known && !po_log_chain_holds (db, kept.pos, kept.hash, &holds, error))
    return FALSE;
  if (!holds) {
    g_set_error (error, PO_ERROR, PO_ERROR_CONFLICT,
                 _ ("%s: rows of the log were changed or taken out; playoutctl asrun verify says which"), state_dir);
    return FALSE;
  }
  if (!po_log_chain_head (db, &head.pos, head.hash, error))
    return FALSE;
  return head.pos <= kept.pos || write_head (state_dir, &head, error);
}

void po_log_head_follow (const gchar *state_dir, PoSql *db) {
  po_log_head_keep (state_dir, db, NULL);
}

void po_log_head_move_aside (const gchar *state_dir, const gchar *aside) {
  g_autofree gchar *from = g_build_filename (state_dir, PO_LOG_HEAD_FILE, NULL);
  g_autofree gchar *to = g_strconcat (aside, ".head", NULL);
  g_rename (from, to);
}
