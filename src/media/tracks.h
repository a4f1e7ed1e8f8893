// SPDX-License-Identifier: GPL-3.0-or-later
// The sound tracks that a clip has, each as it would air, and which of them airs. Plain values.
#pragma once

#include <glib.h>

typedef struct {
  gchar *language; // (nullable) "vi"
  gint channels;
  gdouble loudness_lufs, range_lu, true_peak_dbtp; // mixed to stereo; NAN: silent, or not known
} PoMediaTrack;

/** An empty list that owns its tracks. (transfer full) of PoMediaTrack */
GPtrArray *po_media_tracks_new (void);

/** The index of the first of @languages (each nullable) that the first possible of @wishes means, a code or a number
 * from 1; -1 = none. */
gint po_media_languages_choose (const gchar *const *languages, guint n_languages, const gchar *wishes);

/** The index of the track that airs. @wishes (nullable), separated by ';' or ',', the first that there is wins: a
 * language code of two or three letters, a number from 1, "stereo" for a track of two channels. Else the first track.
 */
guint po_media_tracks_choose (GPtrArray *tracks, const gchar *wishes);
