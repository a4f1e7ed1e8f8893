// SPDX-License-Identifier: GPL-3.0-or-later
#include "media/tracks.h"

#include <string.h>
#include <unicode/uloc.h>

#define STEREO "stereo"

static void track_free (gpointer data) {
  PoMediaTrack *track = data;
  g_free (track->language);
  g_free (track);
}

GPtrArray *po_media_tracks_new (void) {
  return g_ptr_array_new_with_free_func (track_free);
}

// "vi" of "vie" and "vi-VN". (transfer full)
static gchar *canonical (const gchar *language) {
  gchar primary[ULOC_LANG_CAPACITY] = "";
  UErrorCode status = U_ZERO_ERROR;
  uloc_getLanguage (language, primary, sizeof primary, &status);
  return U_SUCCESS (status) && *primary != '\0' ? g_strdup (primary) : g_ascii_strdown (language, -1);
}

static gboolean means (const gchar *wish, const gchar *language) {
  g_autofree gchar *wanted = canonical (wish);
  g_autofree gchar *given = language != NULL ? canonical (language) : NULL;
  return g_strcmp0 (given, wanted) == 0;
}

// What @wish means, or -1. @channels: (nullable) of each.
static gint find (const gchar *const *languages, const gint *channels, guint n, const gchar *wish) {
  guint64 number = 0;
  if (g_ascii_string_to_unsigned (wish, 10, 1, G_MAXINT, &number, NULL))
    return number <= n ? (gint)number - 1 : -1;
  const gboolean is_stereo = channels != NULL && g_ascii_strcasecmp (wish, STEREO) == 0;
  for (guint i = 0; i < n; i++)
    if (is_stereo ? channels[i] == 2 : means (wish, languages[i]))
      return (gint)i;
  return -1;
}

static gint choose (const gchar *const *languages, const gint *channels, guint n, const gchar *wishes) {
  g_auto (GStrv) list = g_strsplit_set (wishes != NULL ? wishes : "", ";,", -1);
  for (guint i = 0; list[i] != NULL; i++) {
    const gint found = *g_strstrip (list[i]) != '\0' ? find (languages, channels, n, list[i]) : -1;
    if (found >= 0)
      return found;
  }
  return -1;
}

gint po_media_languages_choose (const gchar *const *languages, guint n_languages, const gchar *wishes) {
  return choose (languages, NULL, n_languages, wishes);
}

guint po_media_tracks_choose (GPtrArray *tracks, const gchar *wishes) {
  g_autofree const gchar **languages = g_new0 (const gchar *, tracks->len + 1);
  g_autofree gint *channels = g_new0 (gint, tracks->len + 1);
  for (guint i = 0; i < tracks->len; i++) {
    const PoMediaTrack *track = tracks->pdata[i];
    languages[i] = track->language;
    channels[i] = track->channels;
  }
  return (guint)MAX (choose (languages, channels, tracks->len, wishes), 0);
}
