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
#define SPARE_ROOM_BYTES (G_GINT64_CONSTANT (256) << 20) // left free for everything else

typedef gint Fd;

static void close_fd (Fd *fd) {
  if (*fd >= 0)
    close (*fd);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Fd, close_fd)

static gboolean fail_for_room (const PoIntake *self, gint64 received_bytes, GError **error) {
  g_autofree gchar *needed = g_format_size ((guint64)(self->size_bytes - received_bytes));
  g_set_error (
      error, PO_ERROR, PO_ERROR_NO_ROOM,
      _ ("%s: there is no room for %s more; free space in the media folder, and send it again: it goes on where "
         "it is"),
      self->path, needed);
  return FALSE;
}

static gboolean fail (const PoIntake *self, gint64 received_bytes, int number, GError **error) {
  if (number == ENOSPC || number == EDQUOT)
    return fail_for_room (self, received_bytes, error);
  if (number == ENOTDIR || number == ELOOP)
    g_set_error (error, PO_ERROR, PO_ERROR_CONFLICT,
                 _ ("%s: what would be a folder of this path is a file or a link; give another path"), self->path);
  else
    g_set_error (error, PO_ERROR, number == ENOENT ? PO_ERROR_NOT_FOUND : PO_ERROR_SYSTEM, "%s: %s", self->path,
                 g_strerror (number));
  return FALSE;
}

static gboolean is_good_name (const gchar *name) {
  gboolean good = *name != '\0' && *name != '.' && strlen (name) <= MOST_NAME_BYTES;
  for (const gchar *c = name; good && *c != '\0'; c++)
    good = (guchar)*c >= 0x20 && *c != 0x7f && *c != '\\';
  return good;
}

static gboolean is_any_too_long (GStrv names) {
  for (guint i = 0; names[i] != NULL; i++)
    if (strlen (names[i]) > MOST_NAME_BYTES)
      return TRUE;
  return FALSE;
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
  else if (is_any_too_long (names))
    g_set_error (
        error, PO_ERROR, PO_ERROR_INPUT,
        _ ("“%s” is too long a name: it may have %d bytes, of which a letter with marks takes two or three; give "
           "a shorter one"),
        path, MOST_NAME_BYTES);
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
  if (S_ISREG (info.st_mode))
    g_set_error (error, PO_ERROR, PO_ERROR_TAKEN,
                 _ ("%s is there already; say that it is to be replaced, or give another name"), self->path);
  else
    g_set_error (error, PO_ERROR, PO_ERROR_CONFLICT, _ ("%s is there and is no plain file; give another name"),
                 self->path);
  return TRUE;
}

// Asked before each piece: others write there too.
static gboolean has_room (const PoIntake *self, gint fd, gint64 received_bytes, GError **error) {
  struct statvfs info;
  const gint64 missing_bytes = self->size_bytes - received_bytes;
  if (missing_bytes == 0 || fstatvfs (fd, &info) != 0 ||
      (gint64)(info.f_bavail * info.f_frsize) - SPARE_ROOM_BYTES >= missing_bytes)
    return TRUE;
  return fail_for_room (self, received_bytes, error);
}

// Gives the whole file its name. What the disk did not take is lost, though a second fsync() would tell of success:
// then all of it is to be sent again.
static gboolean put_in_place (const PoIntake *self, gint folder, gint fd, gint64 *ret_received_bytes, GError **error) {
  g_autofree gchar *hidden = hidden_name (self);
  if (is_taken (self, folder, error))
    return FALSE;
  if (fsync (fd) != 0) {
    const gint saved = errno;
    unlinkat (folder, hidden, 0);
    *ret_received_bytes = 0;
    return fail (self, 0, saved, error);
  }
  gint done = self->replace ? renameat (folder, hidden, folder, base_name (self))
                            : renameat2 (folder, hidden, folder, base_name (self), RENAME_NOREPLACE);
  if (done != 0 && errno == EINVAL) // a file system that cannot tell: it was looked at just now
    done = renameat (folder, hidden, folder, base_name (self));
  if (done != 0)
    return fail (self, self->size_bytes, errno, error);
  fsync (folder);
  return TRUE;
}

gboolean po_intake_begin (const PoIntake *self, gint64 *ret_received_bytes, GError **error) {
  g_autofree gchar *hidden = hidden_name (self);
  struct stat info;
  g_auto (Fd) folder = po_intake_open_folder (self->dir, self->path, TRUE);
  if (folder < 0)
    return fail (self, 0, errno, error);
  if (is_taken (self, folder, error))
    return FALSE;
  g_auto (Fd) fd = openat (folder, hidden, O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0664);
  if (fd < 0 || fstat (fd, &info) != 0)
    return fail (self, 0, errno, error);
  if (info.st_size > self->size_bytes && ftruncate (fd, 0) == 0)
    info.st_size = 0;
  *ret_received_bytes = info.st_size;
  if (!has_room (self, fd, info.st_size, error)) {
    if (info.st_size == 0)
      unlinkat (folder, hidden, 0);
    return FALSE;
  }
  return info.st_size < self->size_bytes || put_in_place (self, folder, fd, ret_received_bytes, error);
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
    return fail (self, *ret_received_bytes, errno, error);
  *ret_received_bytes = info.st_size;
  if (at_bytes != info.st_size || (gint64)length > self->size_bytes - at_bytes) {
    g_set_error (error, PO_ERROR, PO_ERROR_CONFLICT, _ ("%s: %" PRId64 " bytes are here; go on from there"), self->path,
                 (gint64)info.st_size);
    return FALSE;
  }
  if (!has_room (self, fd, at_bytes, error))
    return FALSE;
  if (!write_all (fd, data, length, at_bytes)) {
    gint saved = errno;
    if (ftruncate (fd, at_bytes) != 0)
      unlinkat (folder, hidden, 0);
    return fail (self, at_bytes, saved, error);
  }
  *ret_received_bytes = at_bytes + (gint64)length;
  return *ret_received_bytes < self->size_bytes || put_in_place (self, folder, fd, ret_received_bytes, error);
}

void po_intake_drop (const PoIntake *self) {
  g_autofree gchar *hidden = hidden_name (self);
  g_auto (Fd) folder = po_intake_open_folder (self->dir, self->path, FALSE);
  if (folder >= 0)
    unlinkat (folder, hidden, 0);
}

gboolean po_intake_is_hidden_name (const gchar *name) {
  return name[0] == '.' && strspn (name + 1, "0123456789abcdef") == PO_INTAKE_ID_CHARS &&
         g_str_equal (name + 1 + PO_INTAKE_ID_CHARS, HIDDEN_SUFFIX);
}
