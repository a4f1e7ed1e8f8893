// SPDX-License-Identifier: GPL-3.0-or-later
#include "media/remembered.h"

#include "media/index.h"
#include "store/sql.h"

struct _PoMediaRemembered {
  PoSql *db;            // (nullable)
  PoSqlStatement *find; // (nullable)
};

PoMediaRemembered *po_media_remembered_open (const gchar *state_dir) {
  PoMediaRemembered *self = g_new0 (PoMediaRemembered, 1);
  g_autofree gchar *path = g_build_filename (state_dir, PO_MEDIA_INDEX_FILE, NULL);
  if (g_file_test (path, G_FILE_TEST_EXISTS))
    self->db = po_sql_open (path, PO_SQL_READ, NULL);
  if (self->db != NULL)
    self->find = po_sql_prepare (self->db, "SELECT duration_ns FROM content WHERE sha256 = ?", NULL);
  return self;
}

void po_media_remembered_free (PoMediaRemembered *self) {
  if (self == NULL)
    return;
  sqlite3_finalize (self->find);
  g_clear_pointer (&self->db, po_sql_close);
  g_free (self);
}

gint64 po_media_remembered_length_ns (PoMediaRemembered *self, const gchar *sha256) {
  gboolean more = FALSE;
  if (self->find == NULL)
    return 0;
  sqlite3_reset (self->find);
  po_sql_bind_text (self->find, 1, sha256);
  return po_sql_step (self->find, &more, NULL) && more ? sqlite3_column_int64 (self->find, 0) : 0;
}
