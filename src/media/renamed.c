// SPDX-License-Identifier: GPL-3.0-or-later
#include "media/renamed.h"

#include <string.h>

struct _PoRenamed {
  gchar *dir;
  GMutex lock;       // protects `paths`
  GHashTable *paths; // set, below `dir`
};

PoRenamed *po_renamed_new (const gchar *dir) {
  PoRenamed *self = g_new0 (PoRenamed, 1);
  self->dir = g_strdup (dir);
  g_mutex_init (&self->lock);
  self->paths = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  return self;
}

void po_renamed_free (PoRenamed *self) {
  g_hash_table_unref (self->paths);
  g_mutex_clear (&self->lock);
  g_free (self->dir);
  g_free (self);
}

void po_renamed_hear (const gchar *path, const gchar *old, gpointer data) {
  PoRenamed *self = data;
  const gsize skip = strlen (self->dir) + 1;
  if (!g_str_has_prefix (path, self->dir) || path[skip - 1] != '/')
    return;
  g_mutex_lock (&self->lock);
  if (old != NULL && po_settle_name_unfinished (old))
    g_hash_table_add (self->paths, g_strdup (path + skip));
  else
    g_hash_table_remove (self->paths, path + skip);
  g_mutex_unlock (&self->lock);
}

void po_renamed_take (PoRenamed *self, PoSettle *settle) {
  GHashTableIter iter;
  gpointer path = NULL;
  g_mutex_lock (&self->lock);
  g_hash_table_iter_init (&iter, self->paths);
  while (g_hash_table_iter_next (&iter, &path, NULL))
    po_settle_take_whole (settle, path);
  g_hash_table_remove_all (self->paths);
  g_mutex_unlock (&self->lock);
}
