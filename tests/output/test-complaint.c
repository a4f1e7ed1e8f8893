// SPDX-License-Identifier: GPL-3.0-or-later
// When a place that refuses datagrams is said to; and what elements' messages say is wrong.
#include <gst/gst.h>

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

// As GStreamer's elements write them; an element's own words are better than the system's alone.
static void test_read (void) {
  static const struct {
    const gchar *message, *details, *expected; // @message NULL: the general one
  } cases[] = {
      {NULL, "a.c(338): f (): /a/b:\nError while writing to file descriptor 5: Input/output error",
       "Input/output error"},
      {NULL, "a.c(338): f (): /a/b", NULL},
      {NULL, NULL, NULL},
      {"Error sending UDP packets", "a.c(9): f (): /a/b:\nclient 10.0.0.1:5000, reason: No route to host",
       "No route to host"},
      {"Failed to connect: Connection refused", "a.c(9): f (): /a/b:\nerror: 39",
       "Failed to connect: Connection refused"},
  };
  g_autofree gchar *general = gst_error_get_message (GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_WRITE);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    const gchar *message = cases[i].message != NULL ? cases[i].message : general;
    g_autoptr (GError) error = g_error_new_literal (GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_WRITE, message);
    g_autofree gchar *words = po_complaint_read (error, cases[i].details);
    g_assert_cmpstr (words, ==, cases[i].expected != NULL ? cases[i].expected : general);
  }
}

int main (int argc, char **argv) {
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/complaint/words", test_complaint);
  g_test_add_func ("/complaint/read", test_read);
  return g_test_run ();
}
