// SPDX-License-Identifier: GPL-3.0-or-later
// Slate and cards: words are on them, the clock's quick redrawing gives the same picture as drawing anew, and the
// painter delivers in order and forgets when it is freed.
#include <gst/gst.h>
#include <string.h>

#include "program/board.h"
#include "program/painter.h"

static const PoFormat format = {640, 360, {25, 1}};

static gboolean is_equal (PoImage *a, PoImage *b) {
  GstMapInfo map;
  g_assert_true (gst_buffer_map (po_image_buffer (a), &map, GST_MAP_READ));
  gboolean equal = gst_buffer_memcmp (po_image_buffer (b), 0, map.data, map.size) == 0;
  gst_buffer_unmap (po_image_buffer (a), &map);
  return equal;
}

static void test_words (void) {
  PoBoard empty = {.kind = PO_BOARD_NEXT};
  PoBoard board = {
      .kind = PO_BOARD_NEXT, .heading = "Tiếp theo", .title = "Gặp gỡ và đối thoại về CCHC", .time = "19:45"};
  PoBoard other = board;
  other.title = "Gặp gơ và đối thoại về CCHC";
  g_autoptr (PoImage) without = po_board_draw (&format, &empty);
  g_autoptr (PoImage) with = po_board_draw (&format, &board);
  g_autoptr (PoImage) again = po_board_draw (&format, &board);
  g_autoptr (PoImage) mark = po_board_draw (&format, &other);
  g_assert_false (is_equal (without, with));
  g_assert_true (is_equal (with, again));
  g_assert_false (is_equal (with, mark)); // one diacritic is a difference
}

static void test_time (void) {
  PoBoard before = {.kind = PO_BOARD_SLATE, .channel = "Kênh mẫu", .time = "19:44:59"};
  PoBoard after = {.kind = PO_BOARD_SLATE, .channel = "Kênh mẫu", .time = "19:45:00"};
  g_autoptr (PoImage) old = po_board_draw (&format, &before);
  g_autoptr (PoImage) new = po_board_draw (&format, &after);
  g_autoptr (PoImage) redrawn = po_board_redraw_time (&format, old, "19:45:00");
  g_assert_false (is_equal (old, new));
  g_assert_true (is_equal (redrawn, new));
}

static void test_bars (void) {
  PoPlanes planes;
  g_autoptr (PoImage) bars = po_board_bars (&format);
  po_image_planes (bars, &planes);
  g_assert_cmpint (planes.data[0][10], ==, 180);                              // 75 % white
  g_assert_cmpint (planes.data[1][10], ==, 128);                              // no colour
  g_assert_cmpint (planes.data[0][format.width - 10], <, planes.data[0][10]); // blue is darkest
  g_assert_cmpint (planes.data[1][(format.width - 10) / 2], >, 180);
}

typedef struct {
  GMainLoop *loop;
  gint delivered, freed;
} Wall;

static void on_image (PoImage *image, gpointer user_data) {
  Wall *wall = user_data;
  g_assert_nonnull (image);
  if (++wall->delivered == 3)
    g_main_loop_quit (wall->loop);
}

static void on_freed (gpointer user_data) {
  ((Wall *)user_data)->freed++;
}

static void test_painter (void) {
  Wall wall = {.loop = g_main_loop_new (NULL, FALSE)};
  PoBoard board = {.kind = PO_BOARD_SOUND, .title = "Nhạc"};
  g_autoptr (PoPainter) painter = po_painter_new (&format);
  for (gint i = 0; i < 3; i++)
    po_painter_draw (painter, &board, on_image, &wall, on_freed);
  g_main_loop_run (wall.loop);
  while (wall.freed < 3)
    g_main_context_iteration (NULL, TRUE);
  for (gint i = 0; i < 5; i++)
    po_painter_draw (painter, &board, on_image, &wall, on_freed);
  g_clear_pointer (&painter, po_painter_free);
  while (wall.freed < 8)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpint (wall.delivered, ==, 3);
  g_main_loop_unref (wall.loop);
}

int main (int argc, char **argv) {
  g_test_init (&argc, &argv, NULL);
  gst_init (&argc, &argv);
  g_test_add_func ("/board/words", test_words);
  g_test_add_func ("/board/time", test_time);
  g_test_add_func ("/board/bars", test_bars);
  g_test_add_func ("/board/painter", test_painter);
  return g_test_run ();
}
