// SPDX-License-Identifier: GPL-3.0-or-later
// What is done to a clip's sound on air: which of its tracks, how much louder or softer, by what the clip measured and
// what the configuration wants. Pure; the daemon plays by it, and playoutctl tells by it.
#pragma once

#include "config/config.h"
#include "media/details.h"
#include "media/level.h"

typedef struct {
  GPtrArray *tracks; // PoMediaTrack, all
  guint track;       // index of the one that airs
  PoLevelRules rules;
  PoLevel level;
} PoClipSound;

/** @facts and their @details: (nullable) when nothing is known of the clip. */
void po_clip_sound_init (PoClipSound *self, const PoConfig *config, const PoMediaFacts *facts,
                         const PoMediaDetails *details);
void po_clip_sound_clear (PoClipSound *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (PoClipSound, po_clip_sound_clear)

/** The track that airs; NULL: none is known. */
const PoMediaTrack *po_clip_sound_track (const PoClipSound *self);
