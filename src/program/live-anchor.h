// SPDX-License-Identifier: GPL-3.0-or-later
// Where on its own timeline a live source is read for each frame of air, and whether its signal is fit for air: the
// jitter buffer, the slewing that follows a clock running fast or slow, loss and return. Pure: what was seen goes in
// once a frame, so that tests need neither time nor a source. All lengths and positions are samples.
#pragma once

#include "model/time.h"

typedef struct {
  gint64 buffer; // between the newest picture and the one on air
  gint64 hold;   // the same picture on air so long: away
  gint64 good;   // of unbroken signal, no picture of it spoilt, before it is here again
} PoLiveAnchorSettings;

/** @buffer_ms, @hold_ms; a second of good signal. */
void po_live_anchor_settings_init (PoLiveAnchorSettings *self, gint64 buffer_ms, gint64 hold_ms);

/** PoLiveNewest: the newest picture that has come in, and sound; zeros before the first. */
typedef struct {
  gint64 end;    // for which the source's timeline is known
  gint64 middle; // of the time that it stands
  gint64 span;   // how long that is
  gint64 sound;  // up to where there is sound
  guint spoilt;  // how many pictures came too damaged to be shown; only compared
} PoLiveNewest;

/** PoLiveAnchor: begin with zeros; read what is above the line. */
typedef struct {
  gboolean is_here; // fit for air
  gboolean is_cut;  // the position does not follow on from the last frame's
  gboolean signal;  // pictures are coming in just now
  gint64 position;  // where this frame begins
  gint64 length;    // how much of the source's time it takes: the frame's samples, or a few more or less
  // ---
  gint64 now;
  gint64 newest, middle, span; // of the newest picture
  gint64 changed_at;           // when `newest` last grew
  gint64 good_from;            // since when the signal is unbroken, and no picture of it spoilt
  gint64 signal_from;          // since when it is unbroken
  guint spoilt;                // as of the last frame
  gint64 latest;               // `newest` minus `now` at the latest that pictures came of late
  gint64 uneven;               // by how much the buffer is deeper for it
  gint64 sound, sound_at;      // end of what has come, and when that last grew
  gint64 sound_from;           // since when it does so again and again
  gint64 sound_behind;         // the most that sound came behind the pictures
  gint64 mute_from;            // when last there was no sound for a frame, though there was for the one before
  gboolean is_mute;            // there is none for this one
  gint64 wanted;               // depth that is kept, as it was on average at first; 0 = not known yet
  gint64 bare_for;             // frames of air in a row whose picture's time was over, in samples
  gint64 depth_sum;            // of the window
  gint64 in_window;
  gint64 depth_off;                // of the last window's average
  gint64 depth_slew, picture_slew; // what depth and pictures want of it
  gint64 slew;
} PoLiveAnchor;

/** The next frame of @n_frame samples; pictures have come in up to @newest. Then look for its picture, and tell. */
void po_live_anchor_step (PoLiveAnchor *self, const PoLiveAnchorSettings *settings, const PoLiveNewest *newest,
                          gint64 n_frame);

/** Of the frame just stepped to, if the source is here: whether there @is_picture for it, a new one or one whose time
 * is not over. Whatever kept it from coming, the last one stands no longer than the settings have it: then it is away.
 */
void po_live_anchor_show (PoLiveAnchor *self, const PoLiveAnchorSettings *settings, gboolean is_picture,
                          gint64 n_frame);
