// SPDX-License-Identifier: GPL-3.0-or-later
#include "tree.h"

#include <glib/gstdio.h>

void test_remove_tree (const gchar *path) {
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  for (const gchar *name = dir != NULL ? g_dir_read_name (dir) : NULL; name != NULL; name = g_dir_read_name (dir)) {
    g_autofree gchar *inner = g_build_filename (path, name, NULL);
    if (g_file_test (inner, G_FILE_TEST_IS_DIR) && !g_file_test (inner, G_FILE_TEST_IS_SYMLINK))
      test_remove_tree (inner);
    else
      g_unlink (inner);
  }
  g_rmdir (path);
}
