// SPDX-License-Identifier: GPL-3.0-or-later
// JSON written as text: what stands between members and elements, however deep; and how each value is said.
#include "json/text.h"

#include <math.h>

static void test_nested (void) {
  g_autoptr (GString) out = g_string_new (NULL);
  po_json_begin (out, NULL, '{');
  po_json_begin (out, "empty", '[');
  po_json_end (out, ']');
  po_json_begin (out, "list", '[');
  for (gint i = 0; i < 2; i++) {
    po_json_begin (out, NULL, '{');
    po_json_string (out, "text", "ends like {");
    po_json_int (out, "n", i);
    po_json_end (out, '}');
  }
  po_json_string (out, NULL, "a,");
  po_json_null (out, NULL);
  po_json_end (out, ']');
  po_json_raw (out, "raw", "[1]");
  po_json_bool (out, "last", TRUE);
  po_json_end (out, '}');
  g_assert_cmpstr (out->str, ==,
                   "{\"empty\":[],\"list\":[{\"text\":\"ends like {\",\"n\":0},{\"text\":\"ends like {\",\"n\":1},"
                   "\"a,\",null],\"raw\":[1],\"last\":true}");
}

// An object may be written in two pieces.
static void test_tail (void) {
  g_autoptr (GString) tail = g_string_new (",");
  po_json_int (tail, "a", 1);
  po_json_int (tail, "b", 2);
  g_assert_cmpstr (tail->str, ==, ",\"a\":1,\"b\":2");
}

static void test_values (void) {
  const gint64 times_ns[] = {1, 2};
  g_autoptr (GArray) times = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autoptr (GString) out = g_string_new (NULL);
  g_array_append_vals (times, times_ns, G_N_ELEMENTS (times_ns));
  po_json_begin (out, NULL, '[');
  po_json_string (out, NULL, "\"\\\n\x01Tập");
  po_json_string (out, NULL, NULL);
  po_json_int (out, NULL, G_MININT64);
  po_json_rate (out, NULL, (PoRate){30000, 1001});
  po_json_time (out, NULL, 90 * PO_NS_PER_SECOND);
  po_json_time (out, NULL, PO_TIME_NONE);
  po_json_double (out, NULL, 96.1);
  po_json_double (out, NULL, 100);
  po_json_hundredths (out, NULL, -23);
  po_json_hundredths (out, NULL, NAN);
  po_json_times (out, NULL, times);
  po_json_times (out, NULL, NULL);
  po_json_end (out, ']');
  g_assert_cmpstr (out->str, ==,
                   "[\"\\\"\\\\\\n\\u0001Tập\",null,-9223372036854775808,{\"n\":30000,\"d\":1001},"
                   "\"1970-01-01T00:01:30Z\",null,96.1,100.0,-23.00,null,[1,2],[]]");
}

int main (int argc, char **argv) {
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/json/text/nested", test_nested);
  g_test_add_func ("/json/text/tail", test_tail);
  g_test_add_func ("/json/text/values", test_values);
  return g_test_run ();
}
