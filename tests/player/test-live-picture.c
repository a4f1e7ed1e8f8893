// SPDX-License-Identifier: GPL-3.0-or-later
// Pictures as a live source's decoder gives them out: kept, left out, and when its time stamps stand still.
#include "player/live-picture.h"

#define FRAME (PO_AUDIO_RATE / 25)

static PoLivePictureStep see (PoLivePicture *self, gint64 position, gboolean is_damaged) {
  PoLivePictureSpan span;
  const gint64 length = po_live_picture_length (self, -1);
  const PoLivePictureStep step = po_live_picture_see (self, position, length, is_damaged, &span);
  if (step == PO_LIVE_PICTURE_KEEP)
    g_assert_true (span.first >= position && span.first < span.until && span.until <= position + length);
  return step;
}

static gint64 play (PoLivePicture *self, gint64 from, gint n) {
  for (gint i = 0; i < n; i++, from += FRAME)
    g_assert_cmpint (see (self, from, FALSE), ==, PO_LIVE_PICTURE_KEEP);
  return from;
}

static void test_length (void) {
  PoLivePicture pictures = {.frame = FRAME};
  g_assert_cmpint (po_live_picture_length (&pictures, -1), ==, FRAME);
  g_assert_cmpint (po_live_picture_length (&pictures, 20 * PO_NS_PER_MS), ==, FRAME / 2);
  see (&pictures, 1000, FALSE);
  see (&pictures, 1000 + FRAME / 2, FALSE);
  g_assert_cmpint (po_live_picture_length (&pictures, -1), ==, FRAME / 2);
}

// Of a hundred a second every third is kept, of fifty each.
static void test_many (void) {
  for (gint rate = 50; rate <= 100; rate += 50) {
    PoLivePicture pictures = {.frame = FRAME};
    gint kept = 0;
    for (gint i = 0; i < 300; i++) {
      PoLivePictureSpan span;
      kept += po_live_picture_see (&pictures, 7000 + i * PO_AUDIO_RATE / rate, PO_AUDIO_RATE / rate, FALSE, &span) ==
              PO_LIVE_PICTURE_KEEP;
    }
    g_assert_cmpint (kept, ==, rate == 50 ? 150 : 100);
  }
}

// What comes late now and then is left out; what goes on doing so does not end by itself, be it damaged or not.
static void test_stuck (void) {
  for (gint damaged = 0; damaged < 2; damaged++) {
    PoLivePicture pictures = {.frame = FRAME};
    const gint64 end = play (&pictures, FRAME, 50);
    gint n = 1;
    see (&pictures, end, damaged); // one that was cut off, and the time stamp of all that follow
    while (see (&pictures, end, damaged) == PO_LIVE_PICTURE_LEAVE)
      g_assert_cmpint (++n, <, 20);
    g_assert_cmpint (n, ==, 10);
  }
}

// A line that garbles its pictures is the same line.
static void test_damaged (void) {
  PoLivePicture pictures = {.frame = FRAME};
  gint64 at = play (&pictures, FRAME, 50);
  for (gint i = 0; i < 500; i++, at += FRAME)
    g_assert_cmpint (see (&pictures, at, TRUE), ==, PO_LIVE_PICTURE_LEAVE);
  play (&pictures, at, 50);
}

int main (int argc, char **argv) {
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/live-picture/length", test_length);
  g_test_add_func ("/live-picture/many", test_many);
  g_test_add_func ("/live-picture/stuck", test_stuck);
  g_test_add_func ("/live-picture/damaged", test_damaged);
  return g_test_run ();
}
