// SPDX-License-Identifier: GPL-3.0-or-later
// Deciding which files of a recording go, and removing them.
#include "output/retention.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "model/error.h"
#include "model/text.h"
#include "output/segment.h"

#define CHECK_INTERVAL_NS (5 * PO_NS_PER_SECOND)
#define BLOCK_BYTES       512 // of st_blocks
#define FREE_BYTES        ((gint64)256 << 20)
#define SMALL_DISK_PART   50 // of a disk too small for such figures, at most a fiftieth is kept free

struct _PoKeeper {
  gchar *folder;
  gchar *state_path; // (nullable)
  gint64 keep_ns;
  gint64 keep_free_bytes; // < 0 = by the size of the disk
  gint64 state_free_bytes;
  gint64 segment_ns;
  gint64 checked_ns; // monotonic
  PoKeeping keeping;
};

static void kept_file_free (gpointer data) {
  PoKeptFile *file = data;
  g_free (file->path);
  g_free (file);
}

// Its segment's end is what counts.
static gboolean is_too_old (const PoKeptFile *file, gint64 segment_ns, gint64 keep_ns, PoTimeNs now_ns) {
  return keep_ns > 0 && now_ns != PO_TIME_NONE && now_ns - file->utc_ns - segment_ns > keep_ns;
}

guint po_retention_decide (GPtrArray *files, gint64 segment_ns, gint64 keep_ns, PoTimeNs now_ns, gint64 missing_bytes) {
  guint gone = 0;
  for (; gone < files->len; gone++) {
    const PoKeptFile *file = files->pdata[gone];
    if (!is_too_old (file, segment_ns, keep_ns, now_ns) && missing_bytes <= 0)
      break;
    missing_bytes -= file->bytes;
  }
  return gone;
}

gint64 po_retention_forecast_ns (gint64 have_bytes, gint64 bytes_per_second) {
  return have_bytes > 0 ? have_bytes / MAX (bytes_per_second, 1) * PO_NS_PER_SECOND : 0;
}

PoKeeper *po_keeper_new (const PoOutputSettings *settings, gint64 segment_ns) {
  PoKeeper *self = g_new0 (PoKeeper, 1);
  self->folder = g_strdup (settings->path);
  self->state_path = g_strdup (settings->state_path);
  self->keep_ns = settings->keep_ns;
  self->keep_free_bytes = settings->keep_free_bytes;
  self->state_free_bytes = settings->state_free_bytes;
  self->segment_ns = segment_ns;
  self->keeping.oldest_ns = PO_TIME_NONE;
  return self;
}

void po_keeper_free (PoKeeper *self) {
  if (self == NULL)
    return;
  g_free (self->folder);
  g_free (self->state_path);
  g_free (self);
}

void po_keeper_read (PoKeeper *self, PoKeeping *ret_keeping) {
  *ret_keeping = self->keeping;
}

// What must stay free on the recording's file system: for itself, and where the state folder shares it, for that.
static gint64 floor_bytes (PoKeeper *self, const struct statvfs *disk) {
  GStatBuf state;
  const gint64 part = (gint64)disk->f_blocks * (gint64)disk->f_frsize / SMALL_DISK_PART;
  gint64 floor = self->keep_free_bytes >= 0 ? self->keep_free_bytes : MIN (FREE_BYTES, part);
  if (self->state_path != NULL && g_stat (self->state_path, &state) == 0 && state.st_dev == self->keeping.device)
    floor += MIN (self->state_free_bytes, part);
  return floor;
}

// How much is free beyond what must stay so; negative: so much is missing.
static gboolean measure (PoKeeper *self, gint64 *ret_room, GError **error) {
  struct statvfs disk;
  GStatBuf status;
  if (g_stat (self->folder, &status) != 0 || statvfs (self->folder, &disk) != 0) {
    g_set_error (error, PO_ERROR, PO_ERROR_SYSTEM, "%s: %s", self->folder, g_strerror (errno));
    return FALSE;
  }
  self->keeping.device = status.st_dev;
  *ret_room = (gint64)disk.f_bavail * (gint64)disk.f_frsize - floor_bytes (self, &disk);
  self->keeping.room_bytes = *ret_room;
  return TRUE;
}

static gint compare_files (gconstpointer a, gconstpointer b) {
  const PoKeptFile *left = *(PoKeptFile *const *)a, *right = *(PoKeptFile *const *)b;
  if (left->utc_ns != right->utc_ns)
    return left->utc_ns < right->utc_ns ? -1 : 1;
  return g_strcmp0 (left->path, right->path);
}

// (transfer full) of PoKeptFile, oldest first
static GPtrArray *list_files (PoKeeper *self, const gchar *writing) {
  GPtrArray *files = g_ptr_array_new_with_free_func (kept_file_free);
  g_autoptr (GDir) dir = g_dir_open (self->folder, 0, NULL);
  const gchar *name;
  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
    PoTimeNs utc_ns = 0;
    struct stat status;
    if (!po_segment_parse_name (name, &utc_ns))
      continue;
    g_autofree gchar *path = g_build_filename (self->folder, name, NULL);
    if (g_strcmp0 (path, writing) == 0 || lstat (path, &status) != 0 || !S_ISREG (status.st_mode))
      continue;
    PoKeptFile *file = g_new0 (PoKeptFile, 1);
    file->path = g_steal_pointer (&path);
    file->utc_ns = utc_ns;
    file->bytes = (gint64)status.st_blocks * BLOCK_BYTES;
    g_ptr_array_add (files, file);
  }
  g_ptr_array_sort (files, compare_files);
  return files;
}

// Those that cannot be removed stay, and are tried again next time; why the first of them could not is returned.
// (transfer full) (nullable)
static gchar *remove_files (PoKeeper *self, GPtrArray *files, guint gone, PoTimeNs now_ns) {
  g_autofree gchar *problem = NULL;
  for (guint i = 0; i < gone; i++) {
    const PoKeptFile *file = files->pdata[i];
    gboolean is_old = is_too_old (file, self->segment_ns, self->keep_ns, now_ns);
    const gboolean is_removed = g_unlink (file->path) == 0;
    if (!is_removed && errno != ENOENT && problem == NULL)
      problem = g_strdup_printf ("%s: %s", file->path, g_strerror (errno));
    self->keeping.removed_old += is_removed && is_old;
    self->keeping.removed_for_room += is_removed && !is_old;
  }
  return g_steal_pointer (&problem);
}

static void note_kept (PoKeeper *self, GPtrArray *files, guint gone) {
  self->keeping.kept_bytes = 0;
  self->keeping.oldest_ns = gone < files->len ? ((PoKeptFile *)files->pdata[gone])->utc_ns : PO_TIME_NONE;
  for (guint i = gone; i < files->len; i++)
    self->keeping.kept_bytes += ((PoKeptFile *)files->pdata[i])->bytes;
}

gboolean po_keeper_make_room (PoKeeper *self, const gchar *writing, PoTimeNs now_ns, GError **error) {
  gint64 room = 0;
  g_mkdir_with_parents (self->folder, 0777); // (what follows says so where that failed)
  g_autoptr (GPtrArray) files = list_files (self, writing);
  if (!measure (self, &room, error))
    return FALSE;
  guint gone = po_retention_decide (files, self->segment_ns, self->keep_ns, now_ns, -room);
  g_autofree gchar *problem = remove_files (self, files, gone, now_ns);
  note_kept (self, files, gone);
  if (gone > 0 && !measure (self, &room, error))
    return FALSE;
  if (room >= 0)
    return TRUE;
  g_autofree gchar *missing = g_format_size ((guint64)-room);
  if (problem != NULL)
    g_set_error (error, PO_ERROR, PO_ERROR_SYSTEM,
                 _ ("%s: the disk is full: %s more must be free, and older recordings cannot be removed: %s"),
                 self->folder, missing, problem);
  else
    g_set_error (error, PO_ERROR, PO_ERROR_SYSTEM,
                 _ ("%s: the disk is full: %s more must be free, and there is no older recording left to remove"),
                 self->folder, missing);
  return FALSE;
}

gboolean po_keeper_check (PoKeeper *self, const gchar *writing, PoTimeNs now_ns, gint64 mono_ns, GError **error) {
  gint64 room = 0;
  if (mono_ns - self->checked_ns < CHECK_INTERVAL_NS)
    return TRUE;
  self->checked_ns = mono_ns;
  if (!measure (self, &room, error))
    return FALSE;
  if (writing != NULL && g_access (writing, F_OK) != 0) {
    g_set_error (error, PO_ERROR, PO_ERROR_SYSTEM,
                 _ ("%s was removed while it was being written; another one is begun"), writing);
    return FALSE;
  }
  return room >= 0 || po_keeper_make_room (self, writing, now_ns, error);
}
