// SPDX-License-Identifier: GPL-3.0-or-later
#include "config/install.h"

#define PLAYER "playoutd-player"

// @set: what the environment says of it; else beside the program that runs, in one of @places; else @otherwise.
static gchar *find (const gchar *set, const gchar *const *places, const gchar *otherwise) {
  g_autofree gchar *own = g_file_read_link ("/proc/self/exe", NULL);
  g_autofree gchar *dir = own != NULL ? g_path_get_dirname (own) : g_strdup (".");
  if (set != NULL && *set != '\0')
    return g_strdup (set);
  for (; *places != NULL; places++) {
    g_autofree gchar *path = g_build_filename (dir, *places, NULL);
    if (g_file_test (path, G_FILE_TEST_IS_EXECUTABLE))
      return g_steal_pointer (&path);
  }
  return g_strdup (otherwise);
}

// In the same folder when installed so, in its own folder of the build tree, else where it is installed.
gchar *po_install_find_player (void) {
  static const gchar *const beside[] = {PLAYER, "player/" PLAYER, "../player/" PLAYER, NULL};
  return find (g_getenv ("PLAYOUTD_PLAYER"), beside, PO_LIBEXECDIR "/" PLAYER);
}

gchar *po_install_find_ctl (void) {
  static const gchar *const beside[] = {"playoutctl", "../ctl/playoutctl", NULL};
  return find (g_getenv ("PLAYOUTCTL"), beside, "playoutctl");
}
