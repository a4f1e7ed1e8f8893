// SPDX-License-Identifier: GPL-3.0-or-later
// A letter through a program of the station's, which may do as it likes with what it is given.
#include "message/post.h"

#include <signal.h>
#include <string.h>

#include "model/error.h"

#define MUCH (1024 * 1024) // more than a pipe holds

static void assert_post (const gchar *script, PoError expected, const gchar *said) {
  g_autoptr (GError) error = NULL;
  g_autoptr (PoMessageSettings) settings = po_message_settings_new ("pager", PO_MESSAGE_COMMAND);
  g_autofree gchar *text = g_strnfill (MUCH, 'x');
  g_autoptr (PoLetter) letter = po_letter_new ("alarms", "1", "Channel", 0, "subject", text);
  settings->argv = g_strdupv ((gchar *[]){"/bin/sh", "-c", (gchar *)script, NULL});
  const gboolean is_posted = po_post (settings, letter, NULL, &error);
  if (said == NULL) {
    g_assert_no_error (error);
    g_assert_true (is_posted);
    return;
  }
  g_assert_false (is_posted);
  g_assert_error (error, PO_ERROR, (gint)expected);
  g_assert_nonnull (strstr (error->message, said));
}

static void test_reads_all (void) {
  assert_post ("test $(wc -c) -gt 1048576", PO_ERROR_SYSTEM, NULL);
}

// One that closes its input is let finish, and its end counts.
static void test_reads_nothing (void) {
  assert_post ("exec 0<&-; sleep 0.1", PO_ERROR_SYSTEM, NULL);
  assert_post ("exec 0<&-; sleep 0.1; exit 3", PO_ERROR_SYSTEM, "the program failed");
}

static void test_says_why (void) {
  assert_post ("cat >/dev/null; printf 'no line\\377' >&2; exit 1", PO_ERROR_SYSTEM, "no line");
}

int main (int argc, char **argv) {
  g_test_init (&argc, &argv, NULL);
  signal (SIGPIPE, SIG_IGN); // as the daemon has it
  g_test_add_func ("/post/reads-all", test_reads_all);
  g_test_add_func ("/post/reads-nothing", test_reads_nothing);
  g_test_add_func ("/post/says-why", test_says_why);
  return g_test_run ();
}
