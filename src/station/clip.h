// SPDX-License-Identifier: GPL-3.0-or-later
// One clip as the station sees it: what was found of it, what is done to its sound, its verdict; and JSON of what was
// found. Pure; what it is for is in the catalogue.
#pragma once

#include "media/fitness.h"
#include "station/clip-sound.h"

/** PoClip: a plain value. */
typedef struct {
  const PoMediaFacts *facts; // borrowed
  PoRate house;
  PoMediaDetails *details;
  PoClipSound sound;
  PoFitness *fitness;
} PoClip;

void po_clip_init (PoClip *self, const PoConfig *config, const PoMediaFacts *facts);
void po_clip_clear (PoClip *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (PoClip, po_clip_clear)

/** Why a clip that has something to show should not air all the same, in words: it is unfit or, with @damaged_too, its
 * picture breaks up. NULL: it may air, or shows nothing and is missing. (transfer full) (nullable) */
gchar *po_clip_flaw (const PoConfig *config, const PoMediaFacts *facts, gboolean damaged_too);

/** Adds its members to the object that @out begins. Without the verdict, which depends on what the clip is for. */
void po_clip_add_json (const PoClip *self, GString *out);
