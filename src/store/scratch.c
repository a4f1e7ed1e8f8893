// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/scratch.h"

#include <glib/gstdio.h>

void po_scratch_remove (const gchar *folder) {
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  for (const gchar *name = NULL; dir != NULL && (name = g_dir_read_name (dir)) != NULL;) {
    g_autofree gchar *path = g_build_filename (folder, name, NULL);
    g_unlink (path);
  }
  g_rmdir (folder);
}
