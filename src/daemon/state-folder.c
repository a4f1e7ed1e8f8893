// SPDX-License-Identifier: GPL-3.0-or-later
#include "daemon/state-folder.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "model/error.h"
#include "model/text.h"

#define LOCK_NAME       "lock"
#define OWNER_NAME      "owner" // holds one of the two words below
#define OWNER_STATION   "station"
#define OWNER_PRETENDED "pretended"

struct _PoStateFolder {
  gchar *path;
  gchar *problem; // (nullable)
  int lock_fd;
};

static void set_problem (PoStateFolder *self, const gchar *what, int error_number) {
  self->problem = g_strdup_printf (_ ("%s: %s: %s; the log is kept in memory until the folder can be written"),
                                   self->path, what, g_strerror (error_number));
}

// FALSE with @error only when another process holds the lock.
static gboolean take_lock (PoStateFolder *self, GError **error) {
  g_autofree gchar *name = g_build_filename (self->path, LOCK_NAME, NULL);
  self->lock_fd = open (name, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (self->lock_fd < 0) {
    set_problem (self, LOCK_NAME, errno);
    return TRUE;
  }
  if (flock (self->lock_fd, LOCK_EX | LOCK_NB) == 0)
    return TRUE;
  if (errno != EWOULDBLOCK)
    return TRUE; // a file system without locks: two daemons cannot be told apart there
  g_set_error (error, PO_ERROR, PO_ERROR_CONFLICT,
               _ ("%s: another playoutd is running with this state folder; stop it, or give [paths] state= another"),
               self->path);
  return FALSE;
}

static gboolean check_owner (PoStateFolder *self, gboolean pretended, GError **error) {
  const gchar *mine = pretended ? OWNER_PRETENDED : OWNER_STATION;
  g_autofree gchar *name = g_build_filename (self->path, OWNER_NAME, NULL);
  g_autofree gchar *owner = NULL;
  g_autoptr (GError) write_error = NULL;
  if (self->problem != NULL)
    return TRUE;
  if (g_file_get_contents (name, &owner, NULL, NULL) && *g_strstrip (owner) != '\0') {
    if (strcmp (owner, mine) == 0)
      return TRUE;
    g_set_error (error, PO_ERROR, PO_ERROR_CONFLICT,
                 pretended
                     ? _ ("%s: this is the station's state folder; --at needs one of its own ([paths] state=)")
                     : _ ("%s: this state folder was used with --at; give the station one of its own ([paths] state=)"),
                 self->path);
    return FALSE;
  }
  if (!g_file_set_contents (name, mine, -1, &write_error))
    self->problem =
        g_strdup_printf (_ ("%s; the log is kept in memory until the folder can be written"), write_error->message);
  return TRUE;
}

PoStateFolder *po_state_folder_open (const gchar *path, gboolean pretended, GError **error) {
  g_autoptr (PoStateFolder) self = g_new0 (PoStateFolder, 1);
  self->path = g_strdup (path);
  self->lock_fd = -1;
  if (g_mkdir_with_parents (path, 0755) != 0)
    set_problem (self, _ ("cannot be made"), errno);
  else if (!take_lock (self, error))
    return NULL;
  if (!check_owner (self, pretended, error))
    return NULL;
  return g_steal_pointer (&self);
}

void po_state_folder_free (PoStateFolder *self) {
  if (self == NULL)
    return;
  if (self->lock_fd >= 0)
    close (self->lock_fd);
  g_free (self->path);
  g_free (self->problem);
  g_free (self);
}

const gchar *po_state_folder_path (PoStateFolder *self) {
  return self->path;
}

const gchar *po_state_folder_problem (PoStateFolder *self) {
  return self->problem;
}
