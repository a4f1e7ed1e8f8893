// SPDX-License-Identifier: GPL-3.0-or-later
#include "station/clip-sound.h"

#include <string.h>

static gboolean matches_any (const gchar *path, const gchar *patterns) {
  g_auto (GStrv) list = g_strsplit (patterns, ";", -1);
  for (guint i = 0; list[i] != NULL; i++)
    if (*g_strstrip (list[i]) != '\0' && g_pattern_match_simple (list[i], path))
      return TRUE;
  return FALSE;
}

const PoMediaTrack *po_clip_sound_track (const PoClipSound *self) {
  return self->track < self->tracks->len ? self->tracks->pdata[self->track] : NULL;
}

void po_clip_sound_init (PoClipSound *self, const PoConfig *config, const PoMediaFacts *facts,
                         const PoMediaDetails *details) {
  const gchar *path = facts != NULL ? facts->path : "";
  self->tracks = details != NULL ? g_ptr_array_ref (details->tracks) : po_media_tracks_new ();
  self->track = po_media_tracks_choose (self->tracks, config->sound_tracks);
  self->rules = (PoLevelRules){.normalise = config->sound_normalise == PO_CONFIG_SWITCH_ON,
                               .loudness_lufs = config->fit_loudness_lufs,
                               .true_peak_dbtp = config->fit_true_peak_dbtp,
                               .max_gain_db = config->sound_max_gain_db};
  self->level = po_level_decide (po_clip_sound_track (self), &self->rules, matches_any (path, config->sound_as_is));
}

void po_clip_sound_clear (PoClipSound *self) {
  g_clear_pointer (&self->tracks, g_ptr_array_unref);
}
