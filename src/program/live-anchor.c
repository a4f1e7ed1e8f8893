// SPDX-License-Identifier: GPL-3.0-or-later
#include "program/live-anchor.h"

#define SIGNAL_SAMPLES (PO_AUDIO_RATE / 4)       // pictures further apart are no signal
#define SURPLUS        (PO_AUDIO_RATE / 2)       // so much beyond the buffer is skipped, not slewed off
#define WINDOW         (PO_AUDIO_RATE)           // over which the depth is averaged
#define TOLERANCE      (3 * PO_AUDIO_RATE / 100) // of the average
#define AMPLE          (PO_AUDIO_RATE / 50)      // half a picture; so far off it may be to keep to the pictures
#define STEP_SHARE     50                        // of a picture, by which its time is not told rightly
#define SLEW_SAMPLES   2                         // a frame: 0.1 %, five times the worst clock, heard by nobody
#define SOUND_SAMPLES  (PO_AUDIO_RATE / 2)       // pieces of sound further apart are no sound
#define MOST_BEHIND    (2 * PO_AUDIO_RATE / 5)   // so much is waited for it
#define SPARE_SAMPLES  (PO_AUDIO_RATE / 25)      // and that, for pieces later than those before
#define PATIENCE       (5 * PO_AUDIO_RATE)       // a line that is never whole for so long is better than none
#define AGAIN_SAMPLES  (5 * PO_AUDIO_RATE)       // sound that is late twice within so much will be so again

void po_live_anchor_settings_init (PoLiveAnchorSettings *self, gint64 buffer_ms, gint64 hold_ms) {
  self->buffer = buffer_ms * PO_AUDIO_RATE / 1000;
  self->hold = hold_ms * PO_AUDIO_RATE / 1000;
  self->good = PO_AUDIO_RATE;
}

static void begin_window (PoLiveAnchor *self) {
  self->depth_sum = self->in_window = 0;
}

// How far the middle of the frame lies past the middle of a picture, or of one that is a whole number of @spans from
// it; of a slow one, which stands for several frames, past that of its first frame.
static gint64 past_middle (const PoLiveAnchor *self, gint64 span, gint64 n_frame) {
  const gint64 of_slow = MAX (self->span - n_frame, 0) / 2;
  const gint64 off = (self->position + n_frame / 2 - self->middle + of_slow) % MAX (span, 1);
  return off > span / 2 ? off - span : off < -span / 2 ? off + span : off;
}

static gint64 full_depth (const PoLiveAnchor *self, const PoLiveAnchorSettings *settings, gint64 n_frame) {
  const gint64 of_sound = self->sound_behind + 3 * n_frame / 2 + SPARE_SAMPLES; // a half is what jumps are off
  return MAX (settings->buffer + self->uneven, self->sound_behind > 0 ? of_sound : 0);
}

// To the middle of a picture, so that neither time stamps that wobble nor the first of a slew show one twice.
static void jump (PoLiveAnchor *self, const PoLiveAnchorSettings *settings, gint64 n_frame) {
  self->position = self->newest - full_depth (self, settings, n_frame);
  self->position -= past_middle (self, self->span, n_frame);
  self->is_cut = TRUE;
  self->slew = self->depth_slew = self->picture_slew = self->depth_off = 0;
  begin_window (self);
}

// A clock that runs fast or slow shows as a depth that grows or shrinks against that of the first second.
static void follow_depth (PoLiveAnchor *self, gint64 n_frame) {
  self->depth_sum += (self->newest - self->position) * n_frame;
  self->in_window += n_frame;
  if (self->in_window < WINDOW)
    return;
  const gint64 depth = self->depth_sum / self->in_window;
  if (self->wanted == 0)
    self->wanted = depth;
  self->depth_off = depth - self->wanted;
  if (ABS (self->depth_off) > TOLERANCE)
    self->depth_slew = self->depth_off > 0 ? SLEW_SAMPLES : -SLEW_SAMPLES;
  else if ((self->depth_off > 0) != (self->depth_slew > 0))
    self->depth_slew = 0; // as far as the middle, lest it goes to and fro at the edge
  begin_window (self);
}

// Whether a picture stands for whole frames.
static gboolean is_in_step (const PoLiveAnchor *self, gint64 n_frame) {
  const gint64 frames = (self->span + n_frame / 2) / n_frame;
  return frames > 0 && ABS (self->span - frames * n_frame) * STEP_SHARE <= self->span;
}

// Of a source at the house's rate each picture is shown in the middle of its time: what has been slewed for the depth
// is made up to a whole picture, lest it stays where two are as near.
static void follow_pictures (PoLiveAnchor *self, gint64 n_frame) {
  const gint64 past = past_middle (self, n_frame, n_frame);
  const gboolean is_welcome = ABS (self->depth_off) <= AMPLE || (past < 0) == (self->depth_off > 0);
  if (!is_in_step (self, n_frame) || !is_welcome || (past > 0) != (self->picture_slew < 0))
    self->picture_slew = 0;
  if (is_in_step (self, n_frame) && is_welcome && ABS (past) > n_frame / 8)
    self->picture_slew = past > 0 ? -SLEW_SAMPLES : SLEW_SAMPLES;
}

static void follow (PoLiveAnchor *self, gint64 n_frame) {
  follow_depth (self, n_frame);
  follow_pictures (self, n_frame);
  self->slew = self->depth_slew != 0 ? self->depth_slew : self->picture_slew;
}

// A single piece is none: of sound that broke off two seconds ago a decoder may bring one more, as of now.
static gboolean has_sound (const PoLiveAnchor *self) {
  return self->sound > 0 && self->now - self->sound_at < SOUND_SAMPLES && self->now - self->sound_from >= SOUND_SAMPLES;
}

// Multiplexers send sound in pieces of a third of a second, and each when it is whole.
static void see_sound (PoLiveAnchor *self, gint64 sound) {
  if (sound != self->sound && self->now - self->sound_at >= SOUND_SAMPLES)
    self->sound_from = self->now;
  if (sound != self->sound)
    self->sound_at = self->now;
  self->sound = sound;
}

static gint64 behind (const PoLiveAnchor *self) {
  return has_sound (self) ? CLAMP (self->newest - self->sound, 0, MOST_BEHIND) : 0;
}

// TRUE when sound is late again and again: it is waited for from now on.
static gboolean misses_sound (PoLiveAnchor *self, gint64 n_frame) {
  const gboolean was_mute = self->is_mute;
  self->is_mute =
      has_sound (self) && self->sound < self->position + n_frame && self->newest >= self->position + n_frame;
  if (!self->is_mute || was_mute)
    return FALSE;
  const gboolean is_again = self->mute_from > 0 && self->now - self->mute_from < AGAIN_SAMPLES;
  self->mute_from = self->now;
  if (is_again)
    self->sound_behind = MIN (MAX (self->sound_behind, behind (self)) + n_frame, MOST_BEHIND);
  return is_again;
}

static void step_here (PoLiveAnchor *self, const PoLiveAnchorSettings *settings, gboolean grew, gint64 n_frame) {
  const gboolean is_dry = self->position > self->newest; // the whole frame lies beyond the last picture
  if (self->newest - self->position > full_depth (self, settings, n_frame) + SURPLUS || misses_sound (self, n_frame))
    jump (self, settings, n_frame);
  else if (is_dry && grew) // late for good: the buffer is filled again
    jump (self, settings, n_frame);
  else if (!is_dry)
    follow (self, n_frame);
}

// What comes unevenly is begun so late that its latest pictures are still in time; what came at once in the beginning
// says nothing of that.
static void wait_for_good (PoLiveAnchor *self, const PoLiveAnchorSettings *settings, gint64 n_frame) {
  const gint64 lead = self->newest - self->now, good_for = self->now - self->good_from;
  self->latest = good_for <= settings->good / 2 ? lead : MIN (self->latest, lead);
  self->is_here = self->signal && (good_for >= settings->good || self->now - self->signal_from >= PATIENCE);
  self->uneven = self->is_here ? lead - self->latest : 0;
  self->sound_behind = good_for <= 0 ? 0 : MAX (self->sound_behind, behind (self));
  self->mute_from = 0;
  self->wanted = 0;
  jump (self, settings, n_frame);
}

void po_live_anchor_step (PoLiveAnchor *self, const PoLiveAnchorSettings *settings, const PoLiveNewest *newest,
                          gint64 n_frame) {
  const gboolean grew = newest->end != self->newest;
  // What a line owes comes faster than it can be kept: between the pictures that are there are holes.
  const gboolean leapt = !self->is_here && self->newest > 0 && newest->end - self->newest > SURPLUS;
  see_sound (self, newest->sound);
  self->is_cut = FALSE;
  self->position += self->length;
  self->newest = newest->end;
  self->middle = newest->middle;
  self->span = newest->span;
  if (grew)
    self->changed_at = self->now;
  self->signal = newest->end > 0 && self->now - self->changed_at < SIGNAL_SAMPLES;
  if (!self->signal)
    self->signal_from = self->now;
  if (!self->signal || newest->spoilt != self->spoilt || leapt)
    self->good_from = self->now;
  self->spoilt = newest->spoilt;
  if (self->is_here)
    step_here (self, settings, grew, n_frame);
  if (!self->is_here)
    wait_for_good (self, settings, n_frame);
  self->length = n_frame + (self->is_here ? self->slew : 0);
  self->now += n_frame;
}

// Neither more of the buffer nor a picture now and then makes it count anew, and it is not here again at once.
void po_live_anchor_show (PoLiveAnchor *self, const PoLiveAnchorSettings *settings, gboolean is_picture,
                          gint64 n_frame) {
  self->bare_for = is_picture || !self->is_here ? 0 : self->bare_for + n_frame;
  if (self->bare_for < settings->hold - n_frame / 2)
    return;
  self->is_here = FALSE;
  self->bare_for = 0;
  self->good_from = self->signal_from = self->now;
}
