// SPDX-License-Identifier: GPL-3.0-or-later
#include "output/flush.h"

#include <fcntl.h>
#include <unistd.h>

#define MOST_WAITING 16 // of a disk that hangs

struct _PoFlush {
  GThreadPool *pool;
};

static void flush (gpointer data, gpointer user_data) {
  g_autofree gchar *path = data;
  g_autofree gchar *folder = g_path_get_dirname (path);
  const gint file_fd = open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  const gint folder_fd = open (folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (file_fd >= 0) {
    fdatasync (file_fd); // (what is wrong with the disk is told by who writes)
    close (file_fd);
  }
  if (folder_fd >= 0) {
    fsync (folder_fd); // its name
    close (folder_fd);
  }
}

PoFlush *po_flush_new (void) {
  PoFlush *self = g_new0 (PoFlush, 1);
  self->pool = g_thread_pool_new_full (flush, NULL, g_free, 1, FALSE, NULL);
  return self;
}

void po_flush_free (PoFlush *self) {
  if (self == NULL)
    return;
  g_thread_pool_free (self->pool, FALSE, FALSE);
  g_free (self);
}

void po_flush_request (PoFlush *self, const gchar *path, gboolean must) {
  if (g_thread_pool_unprocessed (self->pool) < (must ? MOST_WAITING : 1))
    g_thread_pool_push (self->pool, g_strdup (path), NULL);
}
