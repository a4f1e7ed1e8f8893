// SPDX-License-Identifier: GPL-3.0-or-later
// When a place that refuses datagrams is said to.
#include "output/complaint.h"

static void check (const PoComplaint *complaint, gint64 now_ms, const gchar *expected) {
  g_autofree gchar *words = po_complaint_words (complaint, now_ms * PO_NS_PER_MS);
  g_assert_cmpstr (words, ==, expected);
}

static void test_complaint (void) {
  PoComplaint complaint = {0};
  check (&complaint, 5000, NULL);
  po_complaint_hear (&complaint, "queue full", 5000 * PO_NS_PER_MS);
  check (&complaint, 5900, NULL); // once is nothing
  for (gint64 ms = 9000; ms <= 9600; ms += 20)
    po_complaint_hear (&complaint, "no route", ms * PO_NS_PER_MS);
  check (&complaint, 9600, "no route");
  check (&complaint, 10500, "no route");
  check (&complaint, 10700, NULL); // it has found one
  po_complaint_hear (&complaint, "no route", 20000 * PO_NS_PER_MS);
  check (&complaint, 20000, NULL); // anew
  po_complaint_clear (&complaint);
  check (&complaint, 20000, NULL);
}

int main (int argc, char **argv) {
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/complaint/words", test_complaint);
  return g_test_run ();
}
