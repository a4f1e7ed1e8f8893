// SPDX-License-Identifier: GPL-3.0-or-later
// Stands in for libFuzzer's main where there is none: gives every file of the folders named to the target once.
#include <glib.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

int main (int argc, char **argv) {
  guint count = 0;
  for (int i = 1; i < argc; i++) {
    g_autoptr (GDir) dir = g_dir_open (argv[i], 0, NULL);
    const gchar *name;
    while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
      g_autofree gchar *path = g_build_filename (argv[i], name, NULL);
      g_autofree gchar *bytes = NULL;
      gsize size = 0;
      if (g_file_get_contents (path, &bytes, &size, NULL)) {
        LLVMFuzzerTestOneInput ((const uint8_t *)bytes, size);
        count++;
      }
    }
  }
  g_print ("%u inputs replayed\n", count);
  return count > 0 ? 0 : 1;
}
