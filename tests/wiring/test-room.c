// SPDX-License-Identifier: GPL-3.0-or-later
// Free room of folders: that there is, that there is not, and the end while a thread still looks.
#include "wiring/room.h"

static gboolean on_timeout (gpointer user) {
  *(gboolean *)user = TRUE;
  return G_SOURCE_REMOVE;
}

static void test_look (void) {
  g_autoptr (PoRoom) room = po_room_new ();
  gboolean is_late = FALSE;
  g_assert_cmpint (po_room_free_bytes (room, "/"), ==, -1); // nobody has looked
  const guint id = g_timeout_add_seconds (60, on_timeout, &is_late);
  for (guint i = 0; i < 3; i++) {
    po_room_look (room, "/nowhere");
    po_room_look (room, "/");
  }
  while (po_room_free_bytes (room, "/") < 0 && !is_late)
    g_main_context_iteration (NULL, TRUE);
  g_assert_false (is_late);
  g_source_remove (id);
  g_assert_cmpint (po_room_free_bytes (room, "/nowhere"), ==, -1);
}

// Whoever ends does not wait for the answer.
static void test_end (void) {
  PoRoom *room = po_room_new ();
  po_room_look (room, "/");
  po_room_free (room);
  while (g_main_context_iteration (NULL, FALSE))
    continue;
}

static void test_level (void) {
  const gint64 mb = 1 << 20;
  g_assert_cmpint (po_room_level (-1), ==, PO_ROOM_ENOUGH);
  g_assert_cmpint (po_room_level (200 * mb), ==, PO_ROOM_ENOUGH);
  g_assert_cmpint (po_room_level (200 * mb - 1), ==, PO_ROOM_SCARCE);
  g_assert_cmpint (po_room_level (8 * mb), ==, PO_ROOM_SCARCE);
  g_assert_cmpint (po_room_level (8 * mb - 1), ==, PO_ROOM_NONE);
  g_assert_cmpint (po_room_level (0), ==, PO_ROOM_NONE);
}

int main (int argc, char **argv) {
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/room/look", test_look);
  g_test_add_func ("/room/end", test_end);
  g_test_add_func ("/room/level", test_level);
  return g_test_run ();
}
