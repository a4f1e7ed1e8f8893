// SPDX-License-Identifier: GPL-3.0-or-later
// An errand's output and its refusal come back; one that hangs is given up, and the next runs.
#include "wiring/errand.h"

#include <glib/gstdio.h>

typedef struct {
  gchar *text, *error;
  gint code;
  gboolean is_done;
} Answer;

static void on_done (const gchar *text, const GError *error, gpointer data) {
  Answer *answer = data;
  g_assert_false (answer->is_done); // once
  answer->text = g_strdup (text);
  answer->error = g_strdup (error != NULL ? error->message : NULL);
  answer->code = error != NULL ? error->code : -1;
  answer->is_done = TRUE;
}

static void run (PoErrands *errands, const gchar *word, Answer *answer) {
  const gchar *words[] = {word, NULL};
  po_errands_run (errands, words, NULL, on_done, answer);
}

static void wait_for (Answer *answer) {
  while (!answer->is_done)
    g_main_context_iteration (NULL, TRUE);
}

static void answer_clear (Answer *answer) {
  g_free (answer->text);
  g_free (answer->error);
}

static void test_answers (void) {
  g_autoptr (PoErrands) errands = po_errands_new (NULL, NULL);
  Answer good = {0}, bad = {0}, gone = {0};
  run (errands, "good", &good);
  run (errands, "bad", &bad);
  run (errands, "gone", &gone);
  wait_for (&good);
  wait_for (&bad);
  wait_for (&gone);
  g_assert_cmpstr (good.text, ==, "done\n");
  g_assert_null (good.error);
  g_assert_cmpstr (bad.error, ==, "no such day");
  g_assert_cmpint (bad.code, ==, PO_ERROR_INPUT);
  g_assert_cmpint (gone.code, ==, PO_ERROR_NOT_FOUND);
  answer_clear (&good);
  answer_clear (&bad);
  answer_clear (&gone);
}

static void test_hangs (void) {
  g_autoptr (PoErrands) errands = po_errands_new (NULL, NULL);
  Answer hung[4] = {0}, refused = {0}, after = {0};
  po_errands_set_deadline (errands, 1);
  for (guint i = 0; i < G_N_ELEMENTS (hung); i++)
    run (errands, "hang", &hung[i]);
  run (errands, "good", &refused); // no more at once
  g_assert_true (refused.is_done);
  g_assert_cmpint (refused.code, ==, PO_ERROR_SYSTEM);
  for (guint i = 0; i < G_N_ELEMENTS (hung); i++) {
    wait_for (&hung[i]);
    g_assert_null (hung[i].text);
    g_assert_cmpint (hung[i].code, ==, PO_ERROR_SYSTEM);
    answer_clear (&hung[i]);
  }
  po_errands_set_deadline (errands, 60);
  run (errands, "good", &after);
  wait_for (&after);
  g_assert_cmpstr (after.text, ==, "done\n");
  answer_clear (&refused);
  answer_clear (&after);
}

int main (int argc, char **argv) {
  g_test_init (&argc, &argv, NULL);
  g_autofree gchar *dir = g_dir_make_tmp ("playoutd-errand-XXXXXX", NULL);
  g_autofree gchar *program = g_build_filename (dir, "playoutctl", NULL);
  g_assert_true (
      g_file_set_contents (program,
                           "#!/bin/sh\n"
                           "case $1 in good) echo done;; bad) echo 'playoutctl: no such day' >&2; exit 64;;\n"
                           "gone) echo 'playoutctl: no such version' >&2; exit 66;;\n"
                           "hang) exec sleep 3600;; esac\n",
                           -1, NULL));
  g_assert_cmpint (g_chmod (program, 0700), ==, 0);
  g_setenv ("PLAYOUTCTL", program, TRUE);
  g_test_add_func ("/wiring/errand/answers", test_answers);
  g_test_add_func ("/wiring/errand/hangs", test_hangs);
  gint code = g_test_run ();
  g_unlink (program);
  g_rmdir (dir);
  return code;
}
