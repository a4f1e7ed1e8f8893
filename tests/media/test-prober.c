// SPDX-License-Identifier: GPL-3.0-or-later
// What the library makes of a probing process, whatever that process does. The processes are shell scripts.
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "media/prober.h"
#include "model/error.h"

static const gint never_stop = 0;

typedef struct {
  gchar *dir, *player, *clip;
} Fixture;

static void set_up (Fixture *fixture, gconstpointer data) {
  fixture->dir = g_dir_make_tmp ("po-prober-XXXXXX", NULL);
  fixture->player = g_build_filename (fixture->dir, "player", NULL);
  fixture->clip = g_build_filename (fixture->dir, "Tập 1 (bản cuối).mp4", NULL);
  g_file_set_contents (fixture->clip, "clip", -1, NULL);
}

static void tear_down (Fixture *fixture, gconstpointer data) {
  g_unlink (fixture->player);
  g_unlink (fixture->clip);
  g_rmdir (fixture->dir);
  g_free (fixture->dir);
  g_free (fixture->player);
  g_free (fixture->clip);
}

static void write_player (Fixture *fixture, const gchar *script) {
  g_autofree gchar *text = g_strconcat ("#!/bin/sh\n", script, "\n", NULL);
  g_assert_true (g_file_set_contents (fixture->player, text, -1, NULL));
  g_assert_cmpint (g_chmod (fixture->player, 0755), ==, 0);
}

static PoMediaFacts *probe (Fixture *fixture, const gchar *script, guint timeout_ms, GError **error) {
  write_player (fixture, script);
  g_autoptr (PoProber) prober = po_prober_new_player (fixture->player, timeout_ms);
  return prober->probe (prober, fixture->clip, &never_stop, error);
}

static void test_facts (Fixture *fixture, gconstpointer data) {
  g_autoptr (GError) error = NULL;
  g_autoptr (PoMediaFacts) facts =
      probe (fixture,
             "[ \"$3\" = --probe ] && [ -f \"$4\" ] && echo '{\"kind\":\"video\",\"duration_ns\":4000000000,"
             "\"frames\":100,\"rate\":{\"n\":25,\"d\":1},\"width\":640,\"height\":360,\"has_audio\":true,"
             "\"loudness\":-23.1,\"problem\":null}'",
             0, &error);
  g_assert_no_error (error);
  g_assert_null (facts->problem);
  g_assert_cmpint (facts->kind, ==, PO_MEDIA_VIDEO);
  g_assert_cmpint (facts->duration_ns, ==, 4 * PO_NS_PER_SECOND);
  g_assert_cmpint (facts->frames, ==, 100);
  g_assert_cmpint (facts->rate.fps_n, ==, 25);
  g_assert_cmpint (facts->width, ==, 640);
  g_assert_true (facts->has_audio);
}

// A minute, and a second for each MiB: 1.8 GiB, two hours at 2 Mbit/s, are not given up where four times as fast as
// they air is all that they are decoded.
static void test_time_by_size (Fixture *fixture, gconstpointer data) {
  g_autoptr (GError) error = NULL;
  g_assert_cmpint (truncate (fixture->clip, G_GINT64_CONSTANT (1800) << 20), ==, 0);
  g_autoptr (PoMediaFacts) facts =
      probe (fixture, "[ \"$1\" = --timeout-ms ] && echo '{\"kind\":\"still\",\"frames\":'$2'}'", 0, &error);
  g_assert_no_error (error);
  g_assert_cmpint (facts->frames, ==, 1860000);
}

static void test_bad_answers (Fixture *fixture, gconstpointer data) {
  static const struct {
    guint line;
    const gchar *script;
    guint timeout_ms;
    gint code; // of the error; -1: facts with a problem; -2: facts without
  } cases[] = {
      {__LINE__, "echo '{\"kind\":\"still\",\"problem\":null}'", 0, -2},
      {__LINE__, "echo '{\"kind\":null,\"problem\":\"no picture, no sound\"}'", 0, -1},
      {__LINE__, "echo '{\"kind\":\"video\",\"duration_ns\":0,\"problem\":null}'", 0, -1},
      {__LINE__, "echo '{}'", 0, -1},
      {__LINE__, "echo '{\"kind\":\"video\",\"duration_ns\":\"long\",\"rate\":[],\"has_audio\":3}'", 0, -1},
      {__LINE__, "echo '{\"kind\":\"still\",\"problem\":null,\"unread\":true}'", 0, PO_ERROR_SYSTEM},
      {__LINE__, "true", 0, PO_ERROR_INPUT},
      {__LINE__, "echo nonsense", 0, PO_ERROR_INPUT},
      {__LINE__, "echo '[]'", 0, PO_ERROR_INPUT},
      {__LINE__, "printf '{\"kind\":\"video'", 0, PO_ERROR_INPUT},
      {__LINE__, "echo '{\"kind\":\"still\",\"problem\":null}'; exit 3", 0, PO_ERROR_INPUT},
      {__LINE__, "kill -SEGV $$", 0, PO_ERROR_INPUT},
      {__LINE__, "head -c 1000000 /dev/zero | tr '\\0' '['; head -c 1000000 /dev/zero | tr '\\0' ']'", 0,
       PO_ERROR_INPUT},
      {__LINE__, "exec head -c 10000000 /dev/zero", 0, PO_ERROR_INPUT}, // does not stop talking
      {__LINE__, "exec sleep 1000", 50, PO_ERROR_INPUT},                // is killed in time
  };
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (PoMediaFacts) facts = probe (fixture, cases[i].script, cases[i].timeout_ms, &error);
    gint code = facts != NULL ? (facts->problem != NULL ? -1 : -2) : error->code;
    if (code != cases[i].code)
      g_error ("line %u: %d %s", cases[i].line, code, error != NULL ? error->message : "");
    g_assert_cmpint (waitpid (-1, NULL, WNOHANG), ==, -1); // reaped
  }
}

static void test_no_player (Fixture *fixture, gconstpointer data) {
  g_autoptr (GError) error = NULL;
  g_autoptr (PoProber) prober = po_prober_new_player ("/nowhere/player", 0);
  g_assert_null (prober->probe (prober, fixture->clip, &never_stop, &error));
  g_assert_error (error, PO_ERROR, PO_ERROR_SYSTEM); // says nothing about the clip
}

// A small file is probed where a glance at it is asked for; a larger one is not. What we have open stays ours.
static void test_glance (Fixture *fixture, gconstpointer data) {
  static const struct {
    gint64 size_bytes;
    gint64 frames;
    gboolean is_whole;
  } cases[] = {{4, 9, TRUE}, {4 << 20, 7, FALSE}};
  g_autoptr (PoProber) prober = po_prober_new_player (fixture->player, 0);
  const gint ours = dup (STDERR_FILENO); // open, and not to be closed by itself
  g_autofree gchar *script = g_strdup_printf ("[ -e /proc/self/fd/%d ] && exit 1; n=9; [ \"$5\" = --glance ] && n=7\n"
                                              "echo '{\"kind\":\"video\",\"duration_ns\":4000000000,\"frames\":'$n'}'",
                                              ours);
  write_player (fixture, script);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GError) error = NULL;
    gboolean is_whole = !cases[i].is_whole;
    g_assert_cmpint (truncate (fixture->clip, cases[i].size_bytes), ==, 0);
    g_autoptr (PoMediaFacts) facts = prober->glance (prober, fixture->clip, &never_stop, &is_whole, &error);
    g_assert_no_error (error);
    g_assert_cmpint (facts->frames, ==, cases[i].frames);
    g_assert_cmpint (is_whole, ==, cases[i].is_whole);
  }
  close (ours);
}

static void test_stopped (Fixture *fixture, gconstpointer data) {
  gint stop = 1;
  g_autoptr (GError) error = NULL;
  write_player (fixture, "exec sleep 1000");
  g_autoptr (PoProber) prober = po_prober_new_player (fixture->player, 0);
  g_assert_null (prober->probe (prober, fixture->clip, &stop, &error));
  g_assert_error (error, PO_ERROR, PO_ERROR_SYSTEM);
  g_assert_cmpint (waitpid (-1, NULL, WNOHANG), ==, -1);
}

int main (int argc, char **argv) {
  g_test_init (&argc, &argv, NULL);
#define ADD(name, func) g_test_add (name, Fixture, NULL, set_up, func, tear_down)
  ADD ("/media/prober/facts", test_facts);
  ADD ("/media/prober/time-by-size", test_time_by_size);
  ADD ("/media/prober/bad-answers", test_bad_answers);
  ADD ("/media/prober/no-player", test_no_player);
  ADD ("/media/prober/glance", test_glance);
  ADD ("/media/prober/stopped", test_stopped);
  return g_test_run ();
}
