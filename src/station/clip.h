// SPDX-License-Identifier: GPL-3.0-or-later
// One clip as the station sees it: what was found of it, what is done to its sound, its verdict; and the JSON object of
// it, the same on the command line and over the API. Pure.
#pragma once

#include <json-glib/json-glib.h>

#include "media/fitness.h"
#include "station/clip-sound.h"

/** PoClip: a plain value. */
typedef struct {
  const PoMediaFacts *facts; // borrowed
  PoMediaDetails *details;
  PoClipSound sound;
  PoFitness *fitness;
} PoClip;

void po_clip_init (PoClip *self, const PoConfig *config, const PoMediaFacts *facts);
void po_clip_clear (PoClip *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (PoClip, po_clip_clear)

/** `reasons` are words alone, `findings` the same with a code and the verdict of each. (transfer full) */
JsonObject *po_clip_to_json (const PoClip *self);
