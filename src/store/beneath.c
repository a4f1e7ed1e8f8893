// SPDX-License-Identifier: GPL-3.0-or-later
// The kernel keeps us inside (openat2 RESOLVE_BENEATH) and tells what a name is before it is opened for reading
// (O_PATH); without openat2 no symlink at all is followed.
#include "store/beneath.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "model/error.h"
#include "model/text.h"

struct _PoBeneath {
  gint fd;
  gchar *dir;
};

typedef gint PoFd;

static void close_fd (PoFd *fd) {
  if (*fd >= 0)
    close (*fd);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (PoFd, close_fd)

void po_beneath_entry_free (PoBeneathEntry *self) {
  if (self == NULL)
    return;
  g_free (self->path);
  g_free (self);
}

gboolean po_beneath_entry_is_same (const PoBeneathEntry *a, const PoBeneathEntry *b) {
  return a->kind == b->kind && a->size_bytes == b->size_bytes && a->mtime_ns == b->mtime_ns && a->inode == b->inode;
}

PoBeneath *po_beneath_open (const gchar *dir, GError **error) {
  gint fd = open (dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) {
    gint saved = errno;
    g_set_error (error, PO_ERROR, PO_ERROR_SYSTEM, _ ("%s: cannot read the folder: %s"), dir, g_strerror (saved));
    return NULL;
  }
  PoBeneath *self = g_new0 (PoBeneath, 1);
  self->fd = fd;
  self->dir = g_strdup (dir);
  return self;
}

void po_beneath_free (PoBeneath *self) {
  if (self == NULL)
    return;
  close (self->fd);
  g_free (self->dir);
  g_free (self);
}

// What the kernel would do, but that no link is followed, be it the last name or a folder on the way.
static gint open_by_steps (gint dirfd, const gchar *path, gint flags) {
  g_auto (GStrv) names = g_strsplit (path, "/", -1);
  gint fd = dirfd;
  for (guint i = 0; names[i] != NULL; i++) {
    gint next = -1;
    const gboolean is_on_the_way = names[i + 1] != NULL;
    if (*names[i] == '\0' || g_str_equal (names[i], ".."))
      errno = EXDEV;
    else
      next = openat (fd, names[i], (is_on_the_way ? O_PATH | O_DIRECTORY : flags) | O_CLOEXEC | O_NOFOLLOW);
    const gint saved = is_on_the_way && errno == ENOTDIR ? ELOOP : errno; // as openat2 says of a link
    if (fd != dirfd)
      close (fd);
    errno = saved;
    if (next < 0)
      return -1;
    fd = next;
  }
  return fd;
}

static gint open_beneath (gint dirfd, const gchar *path, gint flags) {
  struct open_how how = {.flags = (guint64)(flags | O_CLOEXEC), .resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS};
  glong fd = syscall (SYS_openat2, dirfd, path, &how, sizeof how);
  if (fd < 0 && (errno == ENOSYS || errno == EPERM))
    fd = open_by_steps (dirfd, path, flags);
  return (gint)fd;
}

PoBeneathIdentity po_beneath_identity (PoBeneath *self, const gchar *folder) {
  struct stat info = {0};
  g_auto (PoFd) fd = open_beneath (self->fd, *folder == '\0' ? "." : folder, O_PATH | O_DIRECTORY | O_NOFOLLOW);
  if (fd >= 0)
    fstat (fd, &info);
  return (PoBeneathIdentity){info.st_dev, info.st_ino};
}

// What is behind @dir in @path, or NULL.
static const gchar *rest_behind (const gchar *path, const gchar *dir) {
  const gsize length = dir != NULL ? strlen (dir) : 0;
  return length > 1 && strncmp (path, dir, length) == 0 && path[length] == '/' ? path + length + 1 : NULL;
}

// Where the link @path leads that names the folder itself, from there on; NULL: it is none. (transfer full)
static gchar *read_link_back (PoBeneath *self, const gchar *path) {
  gchar target[PATH_MAX] = "";
  g_auto (PoFd) fd = open_beneath (self->fd, path, O_PATH | O_NOFOLLOW);
  if (fd < 0 || readlinkat (fd, "", target, sizeof target - 1) < 0)
    return NULL;
  g_autofree gchar *proc = g_strdup_printf ("/proc/self/fd/%d", self->fd);
  g_autofree gchar *real = g_file_read_link (proc, NULL);
  const gchar *rest = rest_behind (target, self->dir);
  return g_strdup (rest != NULL ? rest : rest_behind (target, real));
}

// RESOLVE_BENEATH calls any absolute link a way out: one back into the folder is taken from the folder.
static gint open_within (PoBeneath *self, const gchar *path, gint flags) {
  const gint fd = open_beneath (self->fd, path, flags);
  if (fd >= 0 || errno != EXDEV)
    return fd;
  g_autofree gchar *back = read_link_back (self, path);
  errno = EXDEV;
  return back != NULL ? open_beneath (self->fd, back, flags) : -1;
}

static PoBeneathKind kind_of_errno (gint code) {
  return code == EXDEV || code == ELOOP || code == ENOENT ? PO_BENEATH_OUTSIDE : PO_BENEATH_ERROR;
}

// Opens @path as a mere name (nothing happens to a FIFO or device) and fills @ret_entry but for its path.
static gint open_name (PoBeneath *self, const gchar *path, PoBeneathEntry *ret_entry) {
  struct stat st;
  *ret_entry = (PoBeneathEntry){.kind = PO_BENEATH_ERROR};
  gint fd = open_within (self, path, O_PATH);
  if (fd < 0 || fstat (fd, &st) != 0) {
    ret_entry->kind = kind_of_errno (errno);
    if (fd >= 0)
      close (fd);
    return -1;
  }
  ret_entry->kind = S_ISREG (st.st_mode) ? PO_BENEATH_FILE : PO_BENEATH_ODD;
  ret_entry->size_bytes = st.st_size;
  ret_entry->mtime_ns = st.st_mtim.tv_sec * G_GINT64_CONSTANT (1000000000) + st.st_mtim.tv_nsec;
  ret_entry->inode = st.st_ino;
  if (S_ISLNK (st.st_mode)) // only where openat2 is missing
    ret_entry->kind = PO_BENEATH_OUTSIDE;
  return fd;
}

PoBeneathKind po_beneath_stat (PoBeneath *self, const gchar *path, PoBeneathEntry *ret_entry) {
  PoBeneathEntry entry;
  gint fd = open_name (self, path, &entry);
  if (fd >= 0)
    close (fd);
  if (ret_entry != NULL)
    *ret_entry = entry;
  return entry.kind;
}

gint po_beneath_open_file (PoBeneath *self, const gchar *path, PoBeneathEntry *ret_entry, GError **error) {
  PoBeneathEntry entry;
  g_auto (PoFd) name_fd = open_name (self, path, &entry);
  if (ret_entry != NULL)
    *ret_entry = entry;
  if (name_fd < 0 || entry.kind != PO_BENEATH_FILE) {
    g_set_error (error, PO_ERROR, PO_ERROR_INPUT, _ ("%s/%s: no plain file inside the folder"), self->dir, path);
    return -1;
  }
  // The very inode that was looked at, not the name again: it cannot have become a FIFO in between.
  g_autofree gchar *proc = g_strdup_printf ("/proc/self/fd/%d", name_fd);
  gint fd = open (proc, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  gint saved = errno;
  if (fd < 0)
    g_set_error (error, PO_ERROR, PO_ERROR_SYSTEM, _ ("%s/%s: cannot open: %s"), self->dir, path, g_strerror (saved));
  return fd;
}

// A read lease is refused with EAGAIN while the file is open for writing. One that is had is given back at once;
// whoever opens the file in between waits for that, and the signal that tells of it is one that is ignored by default.
gboolean po_beneath_is_being_written (PoBeneath *self, const gchar *path) {
  g_auto (PoFd) fd = po_beneath_open_file (self, path, NULL, NULL);
  if (fd < 0 || fcntl (fd, F_SETSIG, SIGURG) != 0)
    return FALSE;
  if (fcntl (fd, F_SETLEASE, F_RDLCK) != 0)
    return errno == EAGAIN;
  fcntl (fd, F_SETLEASE, F_UNLCK);
  return FALSE;
}

GBytes *po_beneath_read (PoBeneath *self, const gchar *path, gsize max_bytes, GError **error) {
  g_auto (PoFd) fd = po_beneath_open_file (self, path, NULL, error);
  if (fd < 0)
    return NULL;
  g_autoptr (GByteArray) contents = g_byte_array_new ();
  guint8 chunk[65536];
  for (;;) {
    gssize got = read (fd, chunk, sizeof chunk);
    gint saved = errno;
    if (got < 0 && saved == EINTR)
      continue;
    if (got < 0) {
      g_set_error (error, PO_ERROR, PO_ERROR_SYSTEM, _ ("%s/%s: cannot read: %s"), self->dir, path, g_strerror (saved));
      return NULL;
    }
    if (got == 0)
      return g_byte_array_free_to_bytes (g_steal_pointer (&contents));
    if (contents->len + (gsize)got > max_bytes) {
      g_set_error (error, PO_ERROR, PO_ERROR_INPUT, _ ("%s/%s: larger than %zu bytes; not read"), self->dir, path,
                   max_bytes);
      return NULL;
    }
    g_byte_array_append (contents, chunk, (guint)got);
  }
}

static PoBeneathEntry *entry_new (gchar *path, PoBeneathKind kind) {
  PoBeneathEntry *entry = g_new0 (PoBeneathEntry, 1);
  entry->path = path;
  entry->kind = kind;
  return entry;
}

static gboolean is_folder (gint dirfd, const struct dirent *name) {
  struct stat st;
  if (name->d_type != DT_UNKNOWN)
    return name->d_type == DT_DIR;
  return fstatat (dirfd, name->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISDIR (st.st_mode);
}

typedef struct {
  PoBeneath *beneath;
  GPtrArray *entries;
  GPtrArray *folders; // (nullable)
} Walk;

static void walk_name (Walk *walk, gchar *path) {
  PoBeneathEntry seen;
  if (po_beneath_stat (walk->beneath, path, &seen) == PO_BENEATH_ODD) {
    // A symlink to a folder inside is neither followed (it may loop) nor worth a word.
    gint fd = open_within (walk->beneath, path, O_PATH | O_DIRECTORY);
    if (fd >= 0) {
      close (fd);
      g_free (path);
      return;
    }
  }
  PoBeneathEntry *entry = g_memdup2 (&seen, sizeof seen);
  entry->path = path;
  g_ptr_array_add (walk->entries, entry);
}

// NULL at the end and, with @ret_broke_off, where the disk or the server of a mount gave up.
static const struct dirent *next_name (DIR *dir, gboolean *ret_broke_off) {
  errno = 0;
  const struct dirent *name = readdir (dir);
  *ret_broke_off = name == NULL && errno != 0;
  return name;
}

static void walk_folder (Walk *walk, const gchar *folder, guint depth_left) {
  gint fd = open_beneath (walk->beneath->fd, *folder == '\0' ? "." : folder, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
  DIR *dir = fd >= 0 ? fdopendir (fd) : NULL;
  if (dir == NULL) {
    if (*folder == '\0' || errno != ENOENT) // else it has just been taken away
      g_ptr_array_add (walk->entries, entry_new (g_strdup (folder), PO_BENEATH_UNREAD));
    if (fd >= 0)
      close (fd);
    return;
  }
  if (walk->folders != NULL)
    g_ptr_array_add (walk->folders, g_strdup (folder));
  gboolean broke_off = FALSE;
  for (const struct dirent *name = next_name (dir, &broke_off); name != NULL; name = next_name (dir, &broke_off)) {
    if (name->d_name[0] == '.')
      continue;
    g_autofree gchar *path = *folder == '\0' ? g_strdup (name->d_name) : g_build_filename (folder, name->d_name, NULL);
    if (!is_folder (dirfd (dir), name))
      walk_name (walk, g_steal_pointer (&path));
    else if (depth_left > 0)
      walk_folder (walk, path, depth_left - 1);
    else
      g_ptr_array_add (walk->entries, entry_new (g_steal_pointer (&path), PO_BENEATH_DEEP));
  }
  if (broke_off)
    g_ptr_array_add (walk->entries, entry_new (g_strdup (folder), PO_BENEATH_UNREAD));
  closedir (dir);
}

static gint compare_entries (gconstpointer a, gconstpointer b) {
  return strcmp ((*(PoBeneathEntry *const *)a)->path, (*(PoBeneathEntry *const *)b)->path);
}

GPtrArray *po_beneath_walk (PoBeneath *self, guint max_depth, GPtrArray **ret_folders) {
  Walk walk = {.beneath = self};
  walk.entries = g_ptr_array_new_with_free_func ((GDestroyNotify)po_beneath_entry_free);
  walk.folders = ret_folders != NULL ? g_ptr_array_new_with_free_func (g_free) : NULL;
  walk_folder (&walk, "", max_depth);
  g_ptr_array_sort (walk.entries, compare_entries);
  if (ret_folders != NULL)
    *ret_folders = walk.folders;
  return walk.entries;
}
