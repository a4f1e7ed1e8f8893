// SPDX-License-Identifier: GPL-3.0-or-later
// JSON trees: what is not there is null, what is another thing is not taken for what was asked; and which texts are too
// deep to become a tree.
#include "json/depth.h"
#include "json/tree.h"

static void test_set (void) {
  const PoRate rate = {25, 1};
  g_autoptr (JsonObject) object = json_object_new ();
  po_json_set_text (object, "text", "Tập 7");
  po_json_set_text (object, "no_text", NULL);
  po_json_set_time (object, "time", 90 * PO_NS_PER_SECOND);
  po_json_set_time (object, "no_time", PO_TIME_NONE);
  po_json_set_frame (object, "frame", 26, rate);
  po_json_set_frame (object, "no_frame", PO_FRAME_NONE, rate);
  g_autofree gchar *text = po_json_object_text (object);
  g_assert_cmpstr (text, ==,
                   "{\"text\":\"Tập 7\",\"no_text\":null,\"time\":\"1970-01-01T00:01:30Z\",\"no_time\":null,"
                   "\"frame\":\"1970-01-01T00:00:01.04Z\",\"no_frame\":null}");
}

static void test_get (void) {
  g_autoptr (JsonNode) root =
      json_from_string ("{\"object\":{\"a\":1},\"array\":[1,2],\"text\":\"a\",\"none\":null}", NULL);
  JsonObject *object = po_json_node_object (root);
  g_assert_cmpint (json_object_get_int_member (po_json_get_object (object, "object"), "a"), ==, 1);
  g_assert_cmpuint (json_array_get_length (po_json_get_array (object, "array")), ==, 2);
  for (const gchar *const *name = (const gchar *const[]){"text", "none", "absent", NULL}; *name != NULL; name++) {
    g_assert_null (po_json_get_object (object, *name));
    g_assert_null (po_json_get_array (object, *name));
  }
  g_assert_null (po_json_get_array (object, "object"));
  g_assert_null (po_json_get_object (object, "array"));
  g_assert_null (po_json_get_object (NULL, "object"));
  g_assert_null (po_json_node_object (NULL));
  g_assert_null (po_json_node_array (root));
}

static void test_nodes (void) {
  JsonObject *object = json_object_new ();
  JsonArray *array = json_array_new ();
  json_array_add_int_element (array, 7);
  json_object_set_member (object, "list", po_json_array_node (array));
  g_autoptr (JsonNode) node = po_json_object_node (object);
  g_autofree gchar *text = json_to_string (node, FALSE);
  g_assert_cmpstr (text, ==, "{\"list\":[7]}");
}

static gboolean is_shallow (const gchar *opening, guint depth, const gchar *closing) {
  g_autoptr (GString) text = g_string_new (NULL);
  for (guint i = 0; i < depth; i++)
    g_string_append (text, opening);
  for (guint i = 0; i < depth; i++)
    g_string_append (text, closing);
  return po_json_is_shallow (text->str, text->len);
}

static void test_depth (void) {
  g_assert_true (is_shallow ("[", 32, "]"));
  g_assert_false (is_shallow ("[", 33, "]"));
  g_assert_false (is_shallow ("{\"a\":", 33, "}"));
  g_assert_true (is_shallow ("\"[\",", 100, ""));     // in a text it opens nothing
  g_assert_true (is_shallow ("\"\\\"[\",", 100, "")); // nor behind a quote that is escaped there
  g_assert_false (is_shallow ("/*\"*/[", 1, "]"));    // json-glib would take the quote for a comment's
  g_assert_false (is_shallow ("'\"'", 1, ""));
}

int main (int argc, char **argv) {
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/json/set", test_set);
  g_test_add_func ("/json/get", test_get);
  g_test_add_func ("/json/nodes", test_nodes);
  g_test_add_func ("/json/depth", test_depth);
  return g_test_run ();
}
