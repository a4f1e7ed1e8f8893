// SPDX-License-Identifier: GPL-3.0-or-later
#include "config/install.h"

#define PLAYER "playoutd-player"

gchar *po_install_find_player (void) {
  static const gchar *const beside[] = {PLAYER, "player/" PLAYER, "../player/" PLAYER};
  const gchar *set = g_getenv ("PLAYOUTD_PLAYER");
  g_autofree gchar *own = g_file_read_link ("/proc/self/exe", NULL);
  g_autofree gchar *dir = own != NULL ? g_path_get_dirname (own) : g_strdup (".");
  if (set != NULL && *set != '\0')
    return g_strdup (set);
  for (guint i = 0; i < G_N_ELEMENTS (beside); i++) {
    g_autofree gchar *path = g_build_filename (dir, beside[i], NULL);
    if (g_file_test (path, G_FILE_TEST_IS_EXECUTABLE))
      return g_steal_pointer (&path);
  }
  return g_build_filename (PO_LIBEXECDIR, PLAYER, NULL);
}

gchar *po_install_find_ctl (void) {
  static const gchar *const beside[] = {"playoutctl", "../ctl/playoutctl"};
  const gchar *set = g_getenv ("PLAYOUTCTL");
  g_autofree gchar *own = g_file_read_link ("/proc/self/exe", NULL);
  g_autofree gchar *dir = own != NULL ? g_path_get_dirname (own) : g_strdup (".");
  if (set != NULL && *set != '\0')
    return g_strdup (set);
  for (guint i = 0; i < G_N_ELEMENTS (beside); i++) {
    g_autofree gchar *path = g_build_filename (dir, beside[i], NULL);
    if (g_file_test (path, G_FILE_TEST_IS_EXECUTABLE))
      return g_steal_pointer (&path);
  }
  return g_strdup ("playoutctl");
}
