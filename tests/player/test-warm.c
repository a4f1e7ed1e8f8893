// SPDX-License-Identifier: GPL-3.0-or-later
// A player that has warmed up is as it was: no thread is left, which the sandbox would not hold, and no descriptor.
#include <gst/gst.h>

#include "player/warm.h"

static guint count_descriptors (void) {
  guint n = 0;
  g_autoptr (GDir) dir = g_dir_open ("/proc/self/fd", 0, NULL);
  while (g_dir_read_name (dir) != NULL)
    n++;
  return n;
}

static void test_leaves_nothing (void) {
  g_assert_true (po_warm_up ());
  const guint before = count_descriptors ();
  for (guint i = 0; i < 20; i++)
    g_assert_true (po_warm_up ());
  g_assert_cmpuint (count_descriptors (), ==, before);
}

int main (int argc, char **argv) {
  g_test_init (&argc, &argv, NULL);
  gst_init (&argc, &argv);
  g_test_add_func ("/warm/leaves-nothing", test_leaves_nothing);
  return g_test_run ();
}
