// SPDX-License-Identifier: GPL-3.0-or-later
// One daemon a folder; the station's state and a pretended one never mix; a folder that cannot be written is no reason
// not to go on air.
#include "daemon/state-folder.h"

#include <glib/gstdio.h>

#include "model/error.h"

static void remove_files (const gchar *folder) {
  const gchar *const names[] = {"lock", "owner"};
  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    g_autofree gchar *path = g_build_filename (folder, names[i], NULL);
    g_unlink (path);
  }
  g_rmdir (folder);
}

static void test_one_daemon (void) {
  g_autofree gchar *folder = g_dir_make_tmp ("playoutd-state-XXXXXX", NULL);
  g_autoptr (GError) error = NULL;
  PoStateFolder *first = po_state_folder_open (folder, FALSE, &error);
  g_assert_no_error (error);
  g_assert_null (po_state_folder_problem (first));
  g_assert_null (po_state_folder_open (folder, FALSE, &error));
  g_assert_error (error, PO_ERROR, PO_ERROR_CONFLICT);
  po_state_folder_free (first);
  g_autoptr (PoStateFolder) again = po_state_folder_open (folder, FALSE, NULL);
  g_assert_nonnull (again);
  remove_files (folder);
}

static void test_pretended (void) {
  for (gint pretended = 0; pretended <= 1; pretended++) {
    g_autofree gchar *folder = g_dir_make_tmp ("playoutd-state-XXXXXX", NULL);
    g_autoptr (GError) error = NULL;
    po_state_folder_free (po_state_folder_open (folder, pretended, NULL));
    g_assert_null (po_state_folder_open (folder, !pretended, &error));
    g_assert_error (error, PO_ERROR, PO_ERROR_CONFLICT);
    g_autoptr (PoStateFolder) same = po_state_folder_open (folder, pretended, NULL);
    g_assert_nonnull (same);
    remove_files (folder);
  }
}

static void test_unwritable (void) {
  g_autoptr (GError) error = NULL;
  g_autoptr (PoStateFolder) state = po_state_folder_open ("/proc/self/playoutd-state", FALSE, &error);
  g_assert_no_error (error);
  g_assert_nonnull (po_state_folder_problem (state));
}

int main (int argc, char **argv) {
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/daemon/state-folder/one-daemon", test_one_daemon);
  g_test_add_func ("/daemon/state-folder/pretended", test_pretended);
  g_test_add_func ("/daemon/state-folder/unwritable", test_unwritable);
  return g_test_run ();
}
