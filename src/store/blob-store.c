// SPDX-License-Identifier: GPL-3.0-or-later
// A blob is written once under its own hash; what cannot be written stays in a table and is tried again at each put.
#include "store/blob-store.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "model/error.h"
#include "model/text.h"

struct _PoBlobStore {
  gchar *dir;            // NULL: memory only
  GHashTable *unwritten; // hash -> GBytes: not on disk yet
};

PoBlobStore *po_blob_store_new (const gchar *dir) {
  PoBlobStore *self = g_new0 (PoBlobStore, 1);
  self->dir = g_strdup (dir);
  self->unwritten = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_bytes_unref);
  return self;
}

void po_blob_store_free (PoBlobStore *self) {
  if (self == NULL)
    return;
  g_hash_table_unref (self->unwritten);
  g_free (self->dir);
  g_free (self);
}

// In hex. (transfer full)
static gchar *sha256_of (GBytes *bytes) {
  return g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, bytes);
}

static gboolean set_errno_error (GError **error, const gchar *what, const gchar *path) {
  gint saved = errno;
  g_set_error (error, PO_ERROR, PO_ERROR_SYSTEM, "%s: %s: %s", path, what, g_strerror (saved));
  return FALSE;
}

static gboolean write_all (gint fd, GBytes *bytes) {
  gsize left = 0;
  const gchar *at = g_bytes_get_data (bytes, &left);
  while (left > 0) {
    gssize written = write (fd, at, left);
    if (written < 0 && errno != EINTR)
      return FALSE;
    if (written > 0) {
      at += written;
      left -= (gsize)written;
    }
  }
  return fsync (fd) == 0;
}

static void sync_folder (const gchar *path) {
  gint fd = open (path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0)
    return;
  fsync (fd);
  close (fd);
}

gboolean po_file_replace (const gchar *path, GBytes *bytes, GError **error) {
  g_autofree gchar *folder = g_path_get_dirname (path);
  g_autofree gchar *beside = g_strconcat (path, ".new", NULL);
  if (g_mkdir_with_parents (folder, 0755) != 0)
    return set_errno_error (error, _ ("cannot make the folder"), folder);
  gint fd = open (beside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0644);
  if (fd < 0)
    return set_errno_error (error, _ ("cannot write"), beside);
  if (!write_all (fd, bytes)) {
    gint saved = errno;
    close (fd);
    unlink (beside);
    errno = saved;
    return set_errno_error (error, _ ("cannot write"), beside);
  }
  close (fd);
  if (g_rename (beside, path) != 0)
    return set_errno_error (error, _ ("cannot rename into place"), path);
  sync_folder (folder);
  return TRUE;
}

static gboolean write_blob (PoBlobStore *self, const gchar *sha256, GBytes *bytes, GError **error) {
  g_autofree gchar *path = g_build_filename (self->dir, sha256, NULL);
  struct stat st;
  // Whole or absent by the way it is written, so its size tells enough; reading finds out what a disk did to it.
  if (stat (path, &st) == 0 && (gsize)st.st_size == g_bytes_get_size (bytes))
    return TRUE;
  return po_file_replace (path, bytes, error);
}

gboolean po_blob_store_retry (PoBlobStore *self, GError **error) {
  GHashTableIter iter;
  gpointer sha256 = NULL, bytes = NULL;
  if (self->dir == NULL)
    return TRUE;
  g_hash_table_iter_init (&iter, self->unwritten);
  while (g_hash_table_iter_next (&iter, &sha256, &bytes)) {
    if (!write_blob (self, sha256, bytes, error))
      return FALSE;
    g_hash_table_iter_remove (&iter);
  }
  return TRUE;
}

gboolean po_blob_store_put (PoBlobStore *self, GBytes *bytes, gchar **ret_sha256, GError **error) {
  g_autofree gchar *sha256 = sha256_of (bytes);
  if (ret_sha256 != NULL)
    *ret_sha256 = g_strdup (sha256);
  g_hash_table_insert (self->unwritten, g_steal_pointer (&sha256), g_bytes_ref (bytes));
  return po_blob_store_retry (self, error);
}

static gboolean is_hash (const gchar *text) {
  return strlen (text) == 64 && strspn (text, "0123456789abcdef") == 64;
}

static void move_damaged_aside (const gchar *path) {
  for (guint i = 1; i < 1000; i++) {
    g_autofree gchar *aside = g_strdup_printf ("%s.damaged-%u", path, i);
    if (access (aside, F_OK) != 0) {
      g_rename (path, aside);
      return;
    }
  }
}

GBytes *po_blob_store_get (PoBlobStore *self, const gchar *sha256, GError **error) {
  GBytes *kept = g_hash_table_lookup (self->unwritten, sha256);
  if (kept != NULL)
    return g_bytes_ref (kept);
  gchar *contents = NULL;
  gsize length = 0;
  g_autoptr (GError) local = NULL;
  g_autofree gchar *path = self->dir != NULL && is_hash (sha256) ? g_build_filename (self->dir, sha256, NULL) : NULL;
  if (path == NULL || !g_file_get_contents (path, &contents, &length, &local)) {
    gboolean absent = path == NULL || g_error_matches (local, G_FILE_ERROR, G_FILE_ERROR_NOENT);
    g_set_error (error, PO_ERROR, absent ? PO_ERROR_NOT_FOUND : PO_ERROR_SYSTEM, _ ("the kept version %s: %s"), sha256,
                 local != NULL ? local->message : _ ("never kept here"));
    return NULL;
  }
  g_autoptr (GBytes) bytes = g_bytes_new_take (contents, length);
  g_autofree gchar *actual = sha256_of (bytes);
  if (strcmp (actual, sha256) == 0)
    return g_steal_pointer (&bytes);
  move_damaged_aside (path);
  g_set_error (error, PO_ERROR, PO_ERROR_NOT_FOUND, _ ("%s: damaged on disk; moved aside"), path);
  return NULL;
}
