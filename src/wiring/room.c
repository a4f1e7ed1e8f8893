// SPDX-License-Identifier: GPL-3.0-or-later
#include "wiring/room.h"

#include <gio/gio.h>
#include <sys/statvfs.h>

#define HANGS_US     (30 * G_USEC_PER_SEC)
#define SCARCE_BYTES ((gint64)200 << 20) // below what recordings on the same disk leave free
#define NONE_BYTES   ((gint64)8 << 20)

typedef struct {
  gint64 free_bytes;
  gint64 begun_us; // of the look under way; 0 = none is
} Folder;

struct _PoRoom {
  GHashTable *folders; // path -> Folder
  GCancellable *closed;
};

PoRoom *po_room_new (void) {
  PoRoom *self = g_new0 (PoRoom, 1);
  self->folders = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->closed = g_cancellable_new ();
  return self;
}

void po_room_free (PoRoom *self) {
  if (self == NULL)
    return;
  g_cancellable_cancel (self->closed);
  g_object_unref (self->closed);
  g_hash_table_unref (self->folders);
  g_free (self);
}

static void look_in_thread (GTask *task, gpointer source, gpointer folder, GCancellable *closed) {
  struct statvfs disk;
  const gboolean seen = statvfs (folder, &disk) == 0;
  g_task_return_int (task, seen ? (gssize)((guint64)disk.f_bavail * disk.f_frsize) : -1);
}

static void on_looked (GObject *source, GAsyncResult *result, gpointer user) {
  PoRoom *self = user;
  if (g_cancellable_is_cancelled (g_task_get_cancellable (G_TASK (result))))
    return; // @self is gone
  Folder *folder = g_hash_table_lookup (self->folders, g_task_get_task_data (G_TASK (result)));
  folder->free_bytes = g_task_propagate_int (G_TASK (result), NULL);
  folder->begun_us = 0;
}

void po_room_look (PoRoom *self, const gchar *path) {
  Folder *folder = g_hash_table_lookup (self->folders, path);
  if (folder == NULL) {
    folder = g_new0 (Folder, 1);
    folder->free_bytes = -1;
    g_hash_table_insert (self->folders, g_strdup (path), folder);
  }
  if (folder->begun_us != 0)
    return;
  folder->begun_us = g_get_monotonic_time ();
  g_autoptr (GTask) task = g_task_new (NULL, self->closed, on_looked, self);
  g_task_set_check_cancellable (task, FALSE);
  g_task_set_task_data (task, g_strdup (path), g_free);
  g_task_run_in_thread (task, look_in_thread);
}

gint64 po_room_free_bytes (PoRoom *self, const gchar *path) {
  const Folder *folder = g_hash_table_lookup (self->folders, path);
  const gboolean hangs =
      folder != NULL && folder->begun_us != 0 && g_get_monotonic_time () - folder->begun_us > HANGS_US;
  return folder != NULL && !hangs ? folder->free_bytes : -1;
}

PoRoomLevel po_room_level (gint64 free_bytes) {
  if (free_bytes < 0 || free_bytes >= SCARCE_BYTES)
    return PO_ROOM_ENOUGH;
  return free_bytes < NONE_BYTES ? PO_ROOM_NONE : PO_ROOM_SCARCE;
}
