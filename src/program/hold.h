// SPDX-License-Identifier: GPL-3.0-or-later
// What stands on the screen when a source does or does not deliver: the one decision, pure, so that real time and free
// run cannot differ in it and tests need no source. Counted in output frames, never in time.
#pragma once

#include "program/source.h"

/** How many frames the last picture is held before something else replaces it. */
typedef struct {
  PoFrame ended_frames;  // the source ended early, failed or died
  PoFrame silent_frames; // it is there but delivers nothing
  PoFrame live_frames;   // likewise, of a live source
} PoHoldLimits;

/**
 * PoScreen:
 * @PO_SCREEN_SOURCE: the source's own picture
 * @PO_SCREEN_CARD: the item's card, because that is what was planned or the source has only sound
 * @PO_SCREEN_SLATE: the slate, because that is what was planned
 * @PO_SCREEN_FROZEN: the last picture before an operator's hold, sound silent
 * @PO_SCREEN_HOLD: the last picture once more, though another was due
 * @PO_SCREEN_FALLBACK: past the bound: the item's card if it has one, else the slate
 */
typedef enum {
  PO_SCREEN_SOURCE,
  PO_SCREEN_CARD,
  PO_SCREEN_SLATE,
  PO_SCREEN_FROZEN,
  PO_SCREEN_HOLD,
  PO_SCREEN_FALLBACK,
} PoScreen;

const gchar *po_screen_to_string (PoScreen screen); // "source"

/** TRUE for what was planned or ordered; FALSE for a hold or fallback that something has to be blamed for. */
gboolean po_screen_is_planned (PoScreen screen);

/** PoHold: per airing; begin with zeros. */
typedef struct {
  gboolean shown;  // a picture of this source has been on air
  PoFrame missing; // frames since the last one that was right
} PoHold;

/** The limits of a configuration in milliseconds: as many whole frames as fit. */
void po_hold_limits_init (PoHoldLimits *self, PoRate rate, gint64 ended_ms, gint64 silent_ms, gint64 live_ms);

/** What this frame shows, given the source's @answer for it. A source that failed before its first picture is not
 * waited for; one that is merely not ready leaves the picture before it standing. */
PoScreen po_hold_next (PoHold *self, const PoHoldLimits *limits, PoPicture answer, gboolean is_live);
