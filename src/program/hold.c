// SPDX-License-Identifier: GPL-3.0-or-later
// The decision between source, hold and fallback.
#include "program/hold.h"

const gchar *po_screen_to_string (PoScreen screen) {
  static const gchar *const names[] = {"source", "card", "slate", "frozen", "hold", "fallback"};
  return (guint)screen < G_N_ELEMENTS (names) ? names[screen] : "invalid";
}

gboolean po_screen_is_planned (PoScreen screen) {
  return screen != PO_SCREEN_HOLD && screen != PO_SCREEN_FALLBACK;
}

static PoFrame whole_frames (gint64 duration_ms, PoRate rate) {
  return po_frame_from_time_floor (duration_ms * PO_NS_PER_MS, rate);
}

void po_hold_limits_init (PoHoldLimits *self, PoRate rate, gint64 ended_ms, gint64 silent_ms, gint64 live_ms) {
  self->ended_frames = whole_frames (ended_ms, rate);
  self->silent_frames = whole_frames (silent_ms, rate);
  self->live_frames = whole_frames (live_ms, rate);
}

PoScreen po_hold_next (PoHold *self, const PoHoldLimits *limits, PoPicture answer, gboolean is_live) {
  PoFrame limit = is_live ? limits->live_frames : limits->silent_frames;
  switch (answer) {
  case PO_PICTURE_NEW:
  case PO_PICTURE_SAME:
    self->shown = TRUE;
    self->missing = 0;
    return PO_SCREEN_SOURCE;
  case PO_PICTURE_NONE:
    self->missing = 0;
    return PO_SCREEN_CARD;
  case PO_PICTURE_PAST_END:
  case PO_PICTURE_GONE:
    limit = self->shown ? limits->ended_frames : 0;
    break;
  case PO_PICTURE_NOT_YET:
    break;
  case PO_PICTURE_AWAY:
    limit = 0;
    break;
  }
  self->missing++;
  return self->missing <= limit ? PO_SCREEN_HOLD : PO_SCREEN_FALLBACK;
}
