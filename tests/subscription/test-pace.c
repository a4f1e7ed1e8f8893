// SPDX-License-Identifier: GPL-3.0-or-later
// When a calendar elsewhere is asked for: as often as wanted, ever later after failures, never kept waiting by a clock
// that was set back, and stale when nothing good was heard for too long.
#include "subscription/pace.h"

#define S       PO_NS_PER_SECOND
#define NOW     (G_GINT64_CONSTANT (1800000000) * S)
#define REFRESH (300 * S)

static void test_good (void) {
  PoPace pace = {0};
  g_assert_true (po_pace_is_due (&pace, NOW));
  po_pace_ask (&pace, NOW);
  g_assert_false (po_pace_is_due (&pace, NOW + 1000 * S)); // one question at a time
  po_pace_take_good (&pace, REFRESH, NOW);
  g_assert_false (po_pace_is_due (&pace, NOW + REFRESH - 1));
  g_assert_true (po_pace_is_due (&pace, NOW + REFRESH));
}

static void test_bad (void) {
  static const gint64 expected_s[] = {30, 60, 120, 240, 480, 900, 900, 900};
  PoPace pace = {0};
  PoTimeNs now_ns = NOW;
  for (guint i = 0; i < G_N_ELEMENTS (expected_s); i++) {
    po_pace_ask (&pace, now_ns);
    po_pace_take_bad (&pace, REFRESH, 0, now_ns);
    g_assert_cmpint ((pace.next_ns - now_ns) / S, ==, expected_s[i]);
    now_ns = pace.next_ns;
  }
  po_pace_ask (&pace, now_ns);
  po_pace_take_good (&pace, REFRESH, now_ns);
  po_pace_take_bad (&pace, REFRESH, 0, now_ns);
  g_assert_cmpint ((pace.next_ns - now_ns) / S, ==, 30); // forgiven
  po_pace_take_bad (&pace, REFRESH, 3600 * S, now_ns);
  g_assert_cmpint ((pace.next_ns - now_ns) / S, ==, 3600); // as the server asked
  po_pace_take_bad (&pace, 2 * S, 0, now_ns);
  g_assert_cmpint ((pace.next_ns - now_ns) / S, ==, 8); // from what was wanted on, doubled
  for (guint i = 0; i < 2000; i++)
    po_pace_take_bad (&pace, REFRESH, G_MAXINT64, now_ns);
  g_assert_cmpint ((pace.next_ns - now_ns) / S, ==, 86400);
}

static void test_overdue_and_stale (void) {
  PoPace pace = {0};
  g_assert_false (po_pace_is_overdue (&pace, NOW));
  po_pace_ask (&pace, NOW);
  g_assert_false (po_pace_is_overdue (&pace, NOW + 120 * S));
  g_assert_true (po_pace_is_overdue (&pace, NOW + 120 * S + 1));
  g_assert_false (po_pace_is_stale (&pace, 3600 * S, NOW, NOW + 3600 * S));
  g_assert_true (po_pace_is_stale (&pace, 3600 * S, NOW, NOW + 3600 * S + 1)); // never heard
  po_pace_take_good (&pace, REFRESH, NOW + 3600 * S);
  g_assert_false (po_pace_is_stale (&pace, 3600 * S, NOW, NOW + 7200 * S));
}

int main (int argc, char **argv) {
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/pace/good", test_good);
  g_test_add_func ("/pace/bad", test_bad);
  g_test_add_func ("/pace/overdue-and-stale", test_overdue_and_stale);
  return g_test_run ();
}
