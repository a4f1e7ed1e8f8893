// SPDX-License-Identifier: GPL-3.0-or-later
// Which file beside a clip is its subtitles.
#include "program/sidecar.h"

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "tree.h"

#define NFC "T\xe1\xba\xadp 7"
#define NFD "Ta\xcc\xa3\xcc\x82p 7"

typedef struct {
  gint line;
  const gchar *clip, *files, *languages; // the files' names are separated by '|'
  const gchar *expected;                 // "": none
} Case;

#define CASE(...)                                                                                                      \
  { __LINE__, __VA_ARGS__ }

static const Case cases[] = {
    CASE ("a.mp4", "a.srt|b.srt", NULL, "a.srt"),
    CASE ("a.mp4", "ab.srt|a.b.c.srt|a.txt", NULL, ""),
    CASE ("a.mp4", "a.srt|a.en.vtt|a.vi.srt", "vi;en", "a.vi.srt"),
    CASE ("a.mp4", "a.fr.srt|a.vi-VN.srt", "vi", "a.vi-VN.srt"),
    CASE ("a.mp4", "a.fr.srt", "vi", ""),
    CASE ("a.mp4", "a.eng.srt|a.VIE.srt", "vi;en", "a.VIE.srt"),
    CASE ("a.mp4", "a.vi.srt|a.fre.srt", "fra;vie", "a.fre.srt"),
    CASE ("a.mp4", "a.pt-PT.srt|a.pt-BR.vtt", "pt-BR", "a.pt-BR.vtt"),
    CASE ("a.mp4", "a.srt|a.ASS", NULL, "a.ASS"),
    CASE (NFC ".mp4", NFD ".srt", NULL, NFD ".srt"),
    CASE (NFD ".mp4", NFC ".vi.srt", "vi", NFC ".vi.srt"),
    CASE ("\xff.mp4", "\xff.srt", NULL, "\xff.srt"),
};

static void test_case (gconstpointer data) {
  const Case *c = data;
  g_autofree gchar *folder = g_dir_make_tmp ("playoutd-sidecar-XXXXXX", NULL);
  g_autofree gchar *clip = g_build_filename (folder, c->clip, NULL);
  g_auto (GStrv) files = g_strsplit (c->files, "|", -1);
  g_test_message ("line %d", c->line);
  for (guint i = 0; files[i] != NULL; i++) { // each says its own name
    g_autofree gchar *path = g_build_filename (folder, files[i], NULL);
    g_assert_true (g_file_set_contents (path, files[i], -1, NULL));
  }
  gchar said[64] = "";
  const gint fd = po_sidecar_open (clip, c->languages);
  g_assert_cmpint (fd >= 0 ? read (fd, said, sizeof said - 1) : 0, ==, strlen (c->expected));
  g_assert_cmpstr (said, ==, c->expected);
  if (fd >= 0)
    close (fd);
  test_remove_tree (folder);
}

int main (int argc, char **argv) {
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree gchar *path = g_strdup_printf ("/sidecar/%d", cases[i].line);
    g_test_add_data_func (path, &cases[i], test_case);
  }
  return g_test_run ();
}
