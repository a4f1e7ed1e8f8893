// SPDX-License-Identifier: GPL-3.0-or-later
// A disk or share that fails while a clip is looked into says nothing of the clip. The system's call that reads a piece
// of a file is this program's own here.
#include <errno.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <glib/gstdio.h>
#include <gst/gst.h>

#include "player/probe.h"

#define SAMPLES  480000
#define FAILS_AT 500000            // bytes
#define CLIP     "TEST_PROBE_CLIP" // in the environment of the process that looks

static gint64 fails_at = G_MAXINT64;

ssize_t own_pread (int fd, void *bytes, size_t n, off_t at) __asm__("pread64");

ssize_t own_pread (int fd, void *bytes, size_t n, off_t at) {
  if (at < fails_at)
    return syscall (SYS_pread64, fd, bytes, n, at);
  errno = EIO;
  return -1;
}

static void add_number (GString *out, guint32 value, gssize n_bytes) {
  const guint32 little = GUINT32_TO_LE (value);
  g_string_append_len (out, (const gchar *)&little, n_bytes);
}

// Ten seconds of silence, of one channel.
static gchar *make_sound (void) {
  gchar *path = g_build_filename (g_get_tmp_dir (), "playoutd-probe-XXXXXX", NULL);
  g_autoptr (GString) out = g_string_new ("RIFF");
  add_number (out, 36 + 2 * SAMPLES, 4);
  g_string_append (out, "WAVEfmt ");
  add_number (out, 16, 4);
  add_number (out, 1, 2); // PCM
  add_number (out, 1, 2);
  add_number (out, 48000, 4);
  add_number (out, 2 * 48000, 4);
  add_number (out, 2, 2);
  add_number (out, 16, 2);
  g_string_append (out, "data");
  add_number (out, 2 * SAMPLES, 4);
  g_string_set_size (out, out->len + 2 * SAMPLES);
  memset (out->str + out->len - 2 * SAMPLES, 0, 2 * SAMPLES);
  close (g_mkstemp (path));
  g_assert_true (g_file_set_contents (path, out->str, (gssize)out->len, NULL));
  return path;
}

static void look (void) {
  const PoEnquiryOptions options = {.timeout_ms = 30000, .sandbox = PO_LOAD_SANDBOX_OFF};
  po_probe_run (g_getenv (CLIP), &options);
}

static void look_in_vain (void) {
  fails_at = FAILS_AT;
  look ();
}

static void test_unread (void) {
  g_autofree gchar *path = make_sound ();
  g_setenv (CLIP, path, TRUE);
  g_test_trap_subprocess ("/player/probe/subprocess/whole", 0, G_TEST_SUBPROCESS_DEFAULT);
  g_test_trap_assert_passed ();
  g_test_trap_assert_stdout ("*\"duration_ns\":10000000000,*");
  g_test_trap_assert_stdout_unmatched ("*unread*");
  g_test_trap_subprocess ("/player/probe/subprocess/failing", 0, G_TEST_SUBPROCESS_DEFAULT);
  g_test_trap_assert_passed ();
  g_test_trap_assert_stdout ("*\"unread\":true,*");
  g_assert_cmpint (g_unlink (path), ==, 0);
}

int main (int argc, char **argv) {
  gst_init (NULL, NULL);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/player/probe/unread", test_unread);
  g_test_add_func ("/player/probe/subprocess/whole", look);
  g_test_add_func ("/player/probe/subprocess/failing", look_in_vain);
  return g_test_run ();
}
