// SPDX-License-Identifier: GPL-3.0-or-later
// An item of the rundown is the same as text and as a tree, with what does not apply, and with what is no UTF-8.
#include "control/item-json.h"

static void assert_same (const PoItem *item) {
  const PoRate rate = {25, 1};
  g_autoptr (GTimeZone) zone = g_time_zone_new_identifier ("Asia/Ho_Chi_Minh");
  g_autoptr (GString) text = g_string_new ("what was there before");
  g_autoptr (GError) error = NULL;
  po_item_write_json (text, item, rate, zone);
  g_autoptr (JsonNode) read = json_from_string (text->str, &error);
  g_autoptr (JsonNode) tree = po_item_to_json (item, rate, zone);
  g_assert_no_error (error);
  g_assert_cmpuint (json_object_get_size (json_node_get_object (tree)), ==, 21);
  g_assert_true (json_node_equal (tree, read));
}

static void test_same (void) {
  const PoItem filler = {.start = 25,
                         .end = 50,
                         .kind = PO_ITEM_FILLER,
                         .part = -1,
                         .title = "Đệm",
                         .slot_start = PO_FRAME_NONE,
                         .slot_end = PO_FRAME_NONE};
  const PoItem airing = {.start = 45000000000,
                         .end = 45000000750,
                         .uid = "a@t",
                         .instance = "20270101T100000Z",
                         .title = "“Tập 1” \xff\n",
                         .media = "tap-01.mp4",
                         .sha256 = "9f86",
                         .media_in_ns = 40000000,
                         .media_origin = 45000000000,
                         .episode = 7,
                         .slot_start = 45000000000,
                         .slot_end = 45000000750,
                         .held = TRUE};
  assert_same (&filler);
  assert_same (&airing);
}

int main (int argc, char **argv) {
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/control/item-json/text-and-tree", test_same);
  return g_test_run ();
}
