// SPDX-License-Identifier: GPL-3.0-or-later
// How late the pictures of a source are played that brings them a segment at a time: later by and by, when segments
// come too late again and again, as they do from a list that is asked for at another moment than before. And whether it
// does not catch up at all. Pure: of one thread, time is an argument.
#pragma once

#include <glib.h>

typedef enum {
  PO_LIVE_PACE_KEEP,
  PO_LIVE_PACE_LATER, // from now on by the new slack
  PO_LIVE_PACE_ANEW, // it goes on where it stood still, ever so much too late: connected anew it begins near the newest
} PoLivePaceStep;

/** PoLivePace: made by po_live_pace_init(); read the slack. */
typedef struct {
  gint64 slack_us;
  // ---
  gint64 most_us;
  gint64 behind_since_us; // when the first picture came that was due long before; 0 = the last was not
  gint64 late_at_us;      // when the last stretch of pictures that were too late began
  gint64 worst_us;        // by how much, at most
  gint64 least_us;        // of the stretches counted before, the least of that: one of them may be what was owed
  gint64 apart_us;        // from one such stretch to the next: a segment, mostly
  guint n_late;           // of those, none long after the one before
  gboolean is_late;       // the last picture was
} PoLivePace;

void po_live_pace_init (PoLivePace *self, gint64 slack_us);

/** A picture that is due at @due_us and the slack has come at @now_us. */
PoLivePaceStep po_live_pace_see (PoLivePace *self, gint64 due_us, gint64 now_us);
