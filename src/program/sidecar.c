// SPDX-License-Identifier: GPL-3.0-or-later
#include "program/sidecar.h"

#include <fcntl.h>
#include <gst/tag/tag.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "model/media-facts.h"

#define NO_RANK   G_MAXINT
#define MAX_BYTES (4 << 20)

static const gchar *const suffixes[] = {".ass", ".ssa", ".srt", ".vtt"}; // the one with most to say first

static gint suffix_of (const gchar *name, gsize *ret_length) {
  *ret_length = 0;
  for (guint i = 0; i < G_N_ELEMENTS (suffixes); i++) {
    const gsize length = strlen (name), tail = strlen (suffixes[i]);
    if (length <= tail || g_ascii_strcasecmp (name + length - tail, suffixes[i]) != 0)
      continue;
    *ret_length = length - tail;
    return (gint)i;
  }
  return -1;
}

// "vi" of "vi", "VIE" and "vi-VN". (transfer full)
static gchar *language_of (const gchar *word) {
  g_autofree gchar *primary = g_ascii_strdown (word, (gssize)strcspn (word, "-_"));
  const gchar *two_letters = gst_tag_get_language_code_iso_639_1 (primary);
  return two_letters != NULL ? g_strdup (two_letters) : g_steal_pointer (&primary);
}

// "vi" means "vi", "vie" and "vi-VN"; "pt-BR" only that.
static gboolean is_language (const gchar *word, const gchar *wish) {
  if (*wish == '\0' || *word == '\0')
    return FALSE;
  if (strpbrk (wish, "-_") != NULL)
    return g_ascii_strcasecmp (word, wish) == 0;
  g_autofree gchar *is = language_of (word), *wanted = language_of (wish);
  return g_str_equal (is, wanted);
}

// How little @language (which may be empty) is wished for.
static gint rank_of_language (const gchar *language, const gchar *languages) {
  g_auto (GStrv) wishes = g_strsplit_set (languages != NULL ? languages : "", ";,", -1);
  gint n = 0;
  for (guint i = 0; wishes[i] != NULL; i++) {
    g_strstrip (wishes[i]);
    n += *wishes[i] != '\0';
    if (is_language (language, wishes[i]))
      return n;
  }
  if (*language == '\0')
    return n + 1;
  return n == 0 ? n + 2 : NO_RANK;
}

// NO_RANK: @name is not of the clip called @stem.
static gint rank (const gchar *name, const gchar *stem, const gchar *languages) {
  gsize length;
  const gint suffix = suffix_of (name, &length);
  if (suffix < 0 || length < strlen (stem) || strncmp (name, stem, strlen (stem)) != 0)
    return NO_RANK;
  g_autofree gchar *rest = g_strndup (name + strlen (stem), length - strlen (stem));
  if (*rest != '\0' && (*rest != '.' || strchr (rest + 1, '.') != NULL))
    return NO_RANK;
  const gint language = rank_of_language (*rest == '.' ? rest + 1 : rest, languages);
  return language == NO_RANK ? NO_RANK : language * (gint)G_N_ELEMENTS (suffixes) + suffix;
}

// (transfer full) (nullable)
static gchar *find (const gchar *folder, const gchar *stem, const gchar *languages) {
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  g_autofree gchar *best = NULL;
  gint best_rank = NO_RANK;
  for (const gchar *name; dir != NULL && (name = g_dir_read_name (dir)) != NULL;) {
    g_autofree gchar *nfc = po_media_name_nfc (name);
    const gint found = rank (nfc, stem, languages);
    if (found > best_rank || found == NO_RANK || (found == best_rank && strcmp (name, best) > 0))
      continue;
    g_free (best);
    best = g_strdup (name);
    best_rank = found;
  }
  return best != NULL ? g_build_filename (folder, best, NULL) : NULL;
}

gint po_sidecar_open (const gchar *clip, const gchar *languages) {
  g_autofree gchar *folder = g_path_get_dirname (clip);
  g_autofree gchar *base = g_path_get_basename (clip), *stem = po_media_name_nfc (base);
  gchar *dot = strrchr (stem, '.');
  if (dot != NULL && dot != stem)
    *dot = '\0';
  g_autofree gchar *path = find (folder, stem, languages);
  const gint fd = path != NULL ? open (path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC) : -1;
  struct stat info;
  if (fd >= 0 && fstat (fd, &info) == 0 && S_ISREG (info.st_mode) && info.st_size > 0 && info.st_size <= MAX_BYTES)
    return fd;
  if (fd >= 0)
    close (fd);
  return -1;
}
