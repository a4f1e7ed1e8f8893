// SPDX-License-Identifier: GPL-3.0-or-later
// The subtitles that a file carries: which there are is a fact of the clip; what they say is kept apart, since it is
// long and only an airing needs it. Plain values. Internal to `media` but for the choice.
#pragma once

#include "model/media-facts.h"

/** Takes the scripts out of @facts->probe, which keeps language and format of each. The members "script" with what they
 * belong to, as JSON, or NULL when there is none. (transfer full) (nullable) */
gchar *po_media_subtitles_take (PoMediaFacts *facts);

/** The script that airs of what po_media_subtitles_take() gave. @wishes (nullable) as po_media_tracks_choose() has it;
 * one that is met by none gives a track without a language, no wish the first track. (transfer full) (nullable) */
gchar *po_media_subtitles_choose (const gchar *json, const gchar *wishes);
