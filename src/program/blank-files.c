// SPDX-License-Identifier: GPL-3.0-or-later
#include "program/blank-files.h"

#include <fcntl.h>
#include <unistd.h>

#define READY 4 // more than are wanted at once

struct _PoBlankFiles {
  gint ref_count; // atomic
  gchar *folder;
  GMutex lock;
  // All protected by lock.
  PoBlankFile ready[READY];
  guint n_ready;
  gboolean is_opening; // a thread makes more
};

static gboolean open_one (const gchar *folder, PoBlankFile *ret_file) {
  g_autofree gchar *path = g_build_filename (folder, ".clip-XXXXXX", NULL);
  ret_file->write_fd = g_mkstemp_full (path, O_WRONLY | O_CLOEXEC, 0600);
  if (ret_file->write_fd < 0)
    return FALSE;
  ret_file->read_fd = open (path, O_RDONLY | O_CLOEXEC);
  unlink (path);
  if (ret_file->read_fd >= 0)
    return TRUE;
  close (ret_file->write_fd);
  return FALSE;
}

static gpointer open_in_thread (gpointer data) {
  PoBlankFiles *self = data;
  for (gboolean goes_on = TRUE; goes_on;) {
    PoBlankFile file;
    const gboolean is_open = open_one (self->folder, &file);
    g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
    if (is_open)
      self->ready[self->n_ready++] = file;
    self->is_opening = goes_on = is_open && self->n_ready < READY;
  }
  po_blank_files_unref (self);
  return NULL;
}

static void open_more_locked (PoBlankFiles *self) {
  if (self->is_opening || self->n_ready == READY)
    return;
  g_autoptr (GThread) thread = g_thread_try_new ("po-blank-files", open_in_thread, po_blank_files_ref (self), NULL);
  self->is_opening = thread != NULL;
  if (thread == NULL)
    po_blank_files_unref (self); // not the last one: the caller has another
}

PoBlankFiles *po_blank_files_new (const gchar *folder) {
  PoBlankFiles *self = g_new0 (PoBlankFiles, 1);
  self->ref_count = 1;
  self->folder = g_strdup (folder);
  g_mutex_init (&self->lock);
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  open_more_locked (self);
  return self;
}

PoBlankFiles *po_blank_files_ref (PoBlankFiles *self) {
  g_atomic_int_inc (&self->ref_count);
  return self;
}

void po_blank_files_unref (PoBlankFiles *self) {
  if (self == NULL || !g_atomic_int_dec_and_test (&self->ref_count))
    return;
  for (guint i = 0; i < self->n_ready; i++) {
    close (self->ready[i].write_fd);
    close (self->ready[i].read_fd);
  }
  g_mutex_clear (&self->lock);
  g_free (self->folder);
  g_free (self);
}

gboolean po_blank_files_take (PoBlankFiles *self, PoBlankFile *ret_file) {
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  const gboolean is_ready = self->n_ready > 0;
  if (is_ready)
    *ret_file = self->ready[--self->n_ready];
  open_more_locked (self);
  return is_ready;
}
