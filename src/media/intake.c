// SPDX-License-Identifier: GPL-3.0-or-later
#include "media/intake.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "media/identify.h"
#include "model/error.h"
#include "model/text.h"
#include "store/settle.h"

#define HIDDEN_SUFFIX    ".uploading"
#define MOST_NAME_BYTES  255
#define MOST_DEPTH       12
#define SWEEP_NS         (3600 * PO_NS_PER_SECOND)
#define LEFT_NS          (7 * 24 * 3600 * PO_NS_PER_SECOND)
#define SPARE_ROOM_BYTES (G_GINT64_CONSTANT (256) << 20) // left free for everything else

typedef gint Fd;

static void close_fd (Fd *fd) {
  if (*fd >= 0)
    close (*fd);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Fd, close_fd)

static gboolean fail (GError **error, const gchar *path, int number) {
  if (number == ENOTDIR || number == ELOOP)
    g_set_error (error, PO_ERROR, PO_ERROR_CONFLICT,
                 _ ("%s: what would be a folder of this path is a file or a link; give another path"), path);
  else
    g_set_error (error, PO_ERROR,
                 number == ENOENT                       ? PO_ERROR_NOT_FOUND
                 : number == ENOSPC || number == EDQUOT ? PO_ERROR_CONFLICT // as where that was foreseen
                                                        : PO_ERROR_SYSTEM,
                 "%s: %s", path, g_strerror (number));
  return FALSE;
}

static gboolean is_good_name (const gchar *name) {
  gboolean good = *name != '\0' && *name != '.' && strlen (name) <= MOST_NAME_BYTES;
  for (const gchar *c = name; good && *c != '\0'; c++)
    good = (guchar)*c >= 0x20 && *c != 0x7f && *c != '\\';
  return good;
}

gchar *po_intake_check_path (const gchar *path, GError **error) {
  g_autofree gchar *nfc = g_utf8_normalize (path, -1, G_NORMALIZE_NFC);
  g_auto (GStrv) names = g_strsplit (nfc != NULL ? nfc : "", "/", -1);
  gboolean good = names[0] != NULL && g_strv_length (names) <= MOST_DEPTH;
  for (guint i = 0; good && names[i] != NULL; i++)
    good = is_good_name (names[i]);
  if (good && po_media_name_is_candidate (nfc))
    return g_steal_pointer (&nfc);
  if (good && !po_settle_name_unfinished (nfc))
    g_set_error (
        error, PO_ERROR, PO_ERROR_INPUT,
        _ ("“%s” is a document, a subtitle or the like by its name, not a clip: send a movie, a sound or a picture"),
        path);
  else
    g_set_error (
        error, PO_ERROR, PO_ERROR_INPUT,
        _ ("“%s” cannot be a clip's name: give a path under the media folder such as phim/tap-07.mp4, without “..”, "
           "and no name that begins with a dot or ends like an unfinished copy"),
        path);
  return NULL;
}

gint po_intake_open_folder (const gchar *dir, const gchar *path, gboolean make) {
  g_auto (GStrv) names = g_strsplit (path, "/", -1);
  gint folder = open (dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  for (guint i = 0; folder >= 0 && names[i + 1] != NULL; i++) {
    if (make)
      mkdirat (folder, names[i], 0775);
    gint next = openat (folder, names[i], O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    gint saved = errno;
    close (folder);
    errno = saved;
    folder = next;
  }
  return folder;
}

static gchar *hidden_name (const PoIntake *self) {
  return g_strdup_printf (".%s" HIDDEN_SUFFIX, self->id);
}

static const gchar *base_name (const PoIntake *self) {
  const gchar *slash = strrchr (self->path, '/');
  return slash != NULL ? slash + 1 : self->path;
}

static gboolean is_taken (const PoIntake *self, gint folder, GError **error) {
  struct stat info;
  if (fstatat (folder, base_name (self), &info, AT_SYMLINK_NOFOLLOW) != 0)
    return FALSE;
  if (self->replace && S_ISREG (info.st_mode))
    return FALSE;
  g_set_error (error, PO_ERROR, PO_ERROR_CONFLICT,
               self->replace ? _ ("%s is there and is no plain file; give another name")
                             : _ ("%s is there already; say that it is to be replaced, or give another name"),
               self->path);
  return TRUE;
}

static gboolean has_room (const PoIntake *self, gint fd, gint64 missing_bytes, GError **error) {
  struct statvfs info;
  if (fstatvfs (fd, &info) != 0 || (gint64)(info.f_bavail * info.f_frsize) - SPARE_ROOM_BYTES >= missing_bytes)
    return TRUE;
  g_autofree gchar *needed = g_format_size ((guint64)missing_bytes);
  g_set_error (error, PO_ERROR, PO_ERROR_CONFLICT,
               _ ("%s: there is no room for %s more; free space in the media folder"), self->path, needed);
  return FALSE;
}

// Gives the whole file its name.
static gboolean put_in_place (const PoIntake *self, gint folder, gint fd, GError **error) {
  g_autofree gchar *hidden = hidden_name (self);
  if (is_taken (self, folder, error))
    return FALSE;
  if (fsync (fd) != 0)
    return fail (error, self->path, errno);
  gint done = self->replace ? renameat (folder, hidden, folder, base_name (self))
                            : renameat2 (folder, hidden, folder, base_name (self), RENAME_NOREPLACE);
  if (done != 0 && errno == EINVAL) // a file system that cannot tell: it was looked at just now
    done = renameat (folder, hidden, folder, base_name (self));
  if (done != 0)
    return fail (error, self->path, errno);
  fsync (folder);
  return TRUE;
}

gboolean po_intake_begin (const PoIntake *self, gint64 *ret_received_bytes, GError **error) {
  g_autofree gchar *hidden = hidden_name (self);
  struct stat info;
  g_auto (Fd) folder = po_intake_open_folder (self->dir, self->path, TRUE);
  if (folder < 0)
    return fail (error, self->path, errno);
  if (is_taken (self, folder, error))
    return FALSE;
  g_auto (Fd) fd = openat (folder, hidden, O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0664);
  if (fd < 0 || fstat (fd, &info) != 0)
    return fail (error, self->path, errno);
  if (info.st_size > self->size_bytes && ftruncate (fd, 0) == 0)
    info.st_size = 0;
  *ret_received_bytes = info.st_size;
  if (!has_room (self, fd, self->size_bytes - info.st_size, error)) {
    if (info.st_size == 0)
      unlinkat (folder, hidden, 0);
    return FALSE;
  }
  return info.st_size < self->size_bytes || put_in_place (self, folder, fd, error);
}

static gboolean write_all (gint fd, const guint8 *bytes, gsize length, gint64 at_bytes) {
  for (gsize done = 0; done < length;) {
    gssize written = pwrite (fd, bytes + done, length - done, at_bytes + (gint64)done);
    if (written < 0 && errno == EINTR)
      continue;
    if (written <= 0)
      return FALSE;
    done += (gsize)written;
  }
  return TRUE;
}

gboolean po_intake_add (const PoIntake *self, gint64 at_bytes, GBytes *bytes, gint64 *ret_received_bytes,
                        GError **error) {
  g_autofree gchar *hidden = hidden_name (self);
  struct stat info;
  gsize length = 0;
  const guint8 *data = g_bytes_get_data (bytes, &length);
  g_auto (Fd) folder = po_intake_open_folder (self->dir, self->path, FALSE);
  g_auto (Fd) fd = folder >= 0 ? openat (folder, hidden, O_WRONLY | O_NOFOLLOW | O_CLOEXEC) : -1;
  if (fd < 0 || fstat (fd, &info) != 0)
    return fail (error, self->path, errno);
  *ret_received_bytes = info.st_size;
  if (at_bytes != info.st_size || (gint64)length > self->size_bytes - at_bytes) {
    g_set_error (error, PO_ERROR, PO_ERROR_CONFLICT, _ ("%s: %" PRId64 " bytes are here; go on from there"), self->path,
                 (gint64)info.st_size);
    return FALSE;
  }
  if (!write_all (fd, data, length, at_bytes)) {
    gint saved = errno;
    if (ftruncate (fd, at_bytes) != 0)
      unlinkat (folder, hidden, 0);
    return fail (error, self->path, saved);
  }
  *ret_received_bytes = at_bytes + (gint64)length;
  return *ret_received_bytes < self->size_bytes || put_in_place (self, folder, fd, error);
}

void po_intake_drop (const PoIntake *self) {
  g_autofree gchar *hidden = hidden_name (self);
  g_auto (Fd) folder = po_intake_open_folder (self->dir, self->path, FALSE);
  if (folder >= 0)
    unlinkat (folder, hidden, 0);
}

// ".ID.uploading", and nothing else that somebody may have hidden there.
static gboolean is_hidden_name (const gchar *name) {
  return name[0] == '.' && strspn (name + 1, "0123456789abcdef") == PO_INTAKE_ID_CHARS &&
         g_str_equal (name + 1 + PO_INTAKE_ID_CHARS, HIDDEN_SUFFIX);
}

static void sweep_folder (const gchar *dir, PoTimeNs before_ns) {
  g_autoptr (GDir) folder = g_dir_open (dir, 0, NULL);
  for (const gchar *name = NULL; folder != NULL && (name = g_dir_read_name (folder)) != NULL;) {
    g_autofree gchar *path = is_hidden_name (name) ? g_build_filename (dir, name, NULL) : NULL;
    struct stat info;
    if (path != NULL && lstat (path, &info) == 0 && S_ISREG (info.st_mode) &&
        info.st_mtim.tv_sec * PO_NS_PER_SECOND + info.st_mtim.tv_nsec < before_ns)
      unlink (path);
  }
}

void po_intake_sweep (GPtrArray *folders, PoTimeNs now_ns, PoTimeNs *swept_ns) {
  if (now_ns >= *swept_ns && now_ns - *swept_ns < SWEEP_NS)
    return;
  *swept_ns = now_ns;
  for (guint i = 0; i < folders->len; i++)
    sweep_folder (folders->pdata[i], now_ns - LEFT_NS);
}
