// SPDX-License-Identifier: GPL-3.0-or-later
// When it is said of a run that it can go on air: neither of pictures without their sound nor of one picture alone.
#include "player/first.h"

#define FRAME 1920 // samples

static void init (PoFirst *self, gboolean has_picture, gboolean has_sound) {
  po_first_init (self, 8, (PoRate){25, 1});
  if (has_picture)
    po_first_set_has_picture (self);
  if (has_sound)
    po_first_set_has_sound (self);
}

static void test_picture_first (void) {
  PoFirst first;
  init (&first, TRUE, TRUE);
  g_assert_false (po_first_add_picture (&first, 1));
  g_assert_false (po_first_add_picture (&first, 2));
  g_assert_false (po_first_add_sound (&first, 2 * FRAME));
  g_assert_false (po_first_is_told (&first));
  g_assert_true (po_first_add_sound (&first, 3 * FRAME));
  g_assert_false (po_first_add_sound (&first, 4 * FRAME)); // once
  g_assert_true (po_first_is_told (&first));
}

static void test_sound_first (void) {
  PoFirst first;
  init (&first, TRUE, TRUE);
  g_assert_false (po_first_add_sound (&first, 10 * FRAME));
  g_assert_false (po_first_add_picture (&first, 1));
  g_assert_true (po_first_add_picture (&first, 2));
}

static void test_alone (void) {
  PoFirst picture, sound, still;
  init (&picture, TRUE, FALSE);
  g_assert_false (po_first_add_picture (&picture, 1));
  g_assert_true (po_first_add_picture (&picture, 2));
  init (&sound, FALSE, TRUE);
  g_assert_false (po_first_add_sound (&sound, FRAME));
  g_assert_true (po_first_add_sound (&sound, 3 * FRAME));
  init (&still, TRUE, FALSE);
  g_assert_true (po_first_add_picture (&still, G_MAXINT64));
}

static void test_short (void) {
  PoFirst both, mute, nothing;
  init (&both, TRUE, TRUE);
  g_assert_false (po_first_add_picture (&both, 1));
  g_assert_false (po_first_add_sound (&both, FRAME));
  g_assert_false (po_first_end_picture (&both));
  g_assert_true (po_first_end_sound (&both));
  init (&mute, TRUE, TRUE); // whose sound begins after all the pictures that there is room for
  for (gint64 frame = 1; frame < 6; frame++)
    g_assert_false (po_first_add_picture (&mute, frame));
  g_assert_true (po_first_add_picture (&mute, 6));
  init (&nothing, TRUE, TRUE);
  g_assert_false (po_first_end_sound (&nothing));
  g_assert_false (po_first_end_picture (&nothing));
}

int main (int argc, char **argv) {
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/first/picture-first", test_picture_first);
  g_test_add_func ("/first/sound-first", test_sound_first);
  g_test_add_func ("/first/alone", test_alone);
  g_test_add_func ("/first/short", test_short);
  return g_test_run ();
}
