// SPDX-License-Identifier: GPL-3.0-or-later
// Who asks for a report while another is made gets it too, in turn and in the own language; only a crowd is refused.
#include "desk/reports.h"

#include <glib/gstdio.h>

#define CROWD 20

typedef struct {
  gchar *text;
  gint code; // of the error; -1: none
  gboolean is_done;
} Answer;

static guint answered;

static void on_done (const gchar *text, const GError *error, gpointer data) {
  Answer *answer = data;
  g_assert_false (answer->is_done); // once
  *answer = (Answer){g_strdup (text), error != NULL ? error->code : -1, TRUE};
  answered++;
}

static void ask (PoReports *reports, guint year, const gchar *language, Answer *answer) {
  const PoTimeNs from_ns = (gint64)year * 365 * 86400 * PO_NS_PER_SECOND;
  po_reports_make (reports, from_ns, from_ns + PO_NS_PER_SECOND, language, on_done, answer);
}

static void test_turns (void) {
  g_autoptr (PoErrands) errands = po_errands_new (NULL, NULL);
  g_autoptr (PoReports) reports = po_reports_new (errands);
  Answer first = {0}, second = {0};
  ask (reports, 0, "vi", &first);
  ask (reports, 1, "en", &second);
  while (!second.is_done)
    g_main_context_iteration (NULL, TRUE);
  g_assert_true (first.is_done);
  g_assert_cmpstr (first.text, ==, "vi 1970-01-01T00:00:00Z\n");
  g_assert_cmpstr (second.text, ==, "en 1971-01-01T00:00:00Z\n");
  g_free (first.text);
  g_free (second.text);
}

static void test_crowd (void) {
  g_autoptr (PoErrands) errands = po_errands_new (NULL, NULL);
  g_autoptr (PoReports) reports = po_reports_new (errands);
  Answer answers[CROWD] = {0};
  guint refused = 0;
  answered = 0;
  for (guint i = 0; i < CROWD; i++)
    ask (reports, i, NULL, &answers[i]);
  while (answered < CROWD)
    g_main_context_iteration (NULL, TRUE);
  for (guint i = 0; i < CROWD; i++) {
    refused += answers[i].code == PO_ERROR_SYSTEM ? 1 : 0;
    g_assert_true ((answers[i].text != NULL) == (answers[i].code == -1));
    g_free (answers[i].text);
  }
  g_assert_cmpuint (refused, ==, CROWD - 17); // one is made, sixteen wait
}

int main (int argc, char **argv) {
  g_test_init (&argc, &argv, NULL);
  g_autofree gchar *dir = g_dir_make_tmp ("playoutd-reports-XXXXXX", NULL);
  g_autofree gchar *program = g_build_filename (dir, "playoutctl", NULL);
  g_assert_true (g_file_set_contents (program, "#!/bin/sh\necho $LANGUAGE $4\n", -1, NULL));
  g_assert_cmpint (g_chmod (program, 0700), ==, 0);
  g_setenv ("PLAYOUTCTL", program, TRUE);
  g_test_add_func ("/desk/reports/turns", test_turns);
  g_test_add_func ("/desk/reports/crowd", test_crowd);
  gint code = g_test_run ();
  g_unlink (program);
  g_rmdir (dir);
  return code;
}
