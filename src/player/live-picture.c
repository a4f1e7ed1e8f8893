// SPDX-License-Identifier: GPL-3.0-or-later
#include "player/live-picture.h"

#define MAX_LATE     10
#define DEFAULT_SPAN (PO_AUDIO_RATE / 25)
#define MIN_SPAN     (PO_AUDIO_RATE / 250)

// As it says itself; else as the last one turned out to last.
gint64 po_live_picture_length (const PoLivePicture *self, gint64 duration_ns) {
  if (duration_ns > 0 && duration_ns < PO_NS_PER_SECOND)
    return duration_ns * PO_AUDIO_RATE / PO_NS_PER_SECOND;
  return self->step > MIN_SPAN && self->step < PO_AUDIO_RATE ? self->step : DEFAULT_SPAN;
}

// One picture in so many is kept of a source with far more of them than the house.
static gint64 every_of (gint64 length, gint64 frame) {
  return MAX ((frame * 3 / 5 + length - 1) / length, 1);
}

static PoLivePictureStep leave_late (PoLivePicture *self) {
  return ++self->late == MAX_LATE ? PO_LIVE_PICTURE_ANEW : PO_LIVE_PICTURE_LEAVE;
}

PoLivePictureStep po_live_picture_see (PoLivePicture *self, gint64 position, gint64 length, gboolean is_damaged,
                                       PoLivePictureSpan *ret_span) {
  const gint64 span = length * every_of (length, self->frame);
  self->step = position - self->last_position;
  self->last_position = position;
  if (is_damaged && self->step <= 0)
    return leave_late (self);
  if (is_damaged) {
    self->late = 0; // their time goes on
    return PO_LIVE_PICTURE_LEAVE;
  }
  if (position > self->last_first && position < self->last_first + span - length / 2)
    return PO_LIVE_PICTURE_LEAVE; // more than the house can show
  self->last_first = position;
  // A quarter is left for time stamps that come early.
  const gint64 first = MAX (position, self->last_until), until = position + span * 3 / 4;
  if (until <= first)
    return leave_late (self);
  self->late = 0;
  self->last_until = until;
  *ret_span = (PoLivePictureSpan){first, until};
  return PO_LIVE_PICTURE_KEEP;
}
