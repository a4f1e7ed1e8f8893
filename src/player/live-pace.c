// SPDX-License-Identifier: GPL-3.0-or-later
#include "player/live-pace.h"

#define LATE_US        (G_USEC_PER_SEC * 3 / 20) // the head's own buffer has room for less
#define BEHIND_US      (G_USEC_PER_SEC / 2)      // pictures due so long ago are not shown any more
#define MAX_BEHIND_US  (2 * G_USEC_PER_SEC)      // all of them for so long: it does not catch up
#define TIMES          2                         // late so often: it will be again
#define WITHIN_US      (30 * G_USEC_PER_SEC)     // from one to the next; no segment is longer
#define LEAST_SPARE_US (G_USEC_PER_SEC / 4)
#define MOST_SPARE_US  (5 * G_USEC_PER_SEC)
#define MORE_US        (15 * G_USEC_PER_SEC) // than it begins with, and no later

void po_live_pace_init (PoLivePace *self, gint64 slack_us) {
  *self = (PoLivePace){.slack_us = slack_us, .most_us = slack_us + MORE_US};
}

static gboolean is_behind (PoLivePace *self, gint64 late_us, gint64 now_us) {
  if (late_us < BEHIND_US)
    self->behind_since_us = 0;
  else if (self->behind_since_us == 0)
    self->behind_since_us = now_us;
  return self->behind_since_us != 0 && now_us - self->behind_since_us > MAX_BEHIND_US;
}

static void forget (PoLivePace *self) {
  self->behind_since_us = self->worst_us = 0;
  self->n_late = 0;
  self->is_late = FALSE;
}

static void count_late (PoLivePace *self, gint64 late_us, gint64 now_us) {
  if (!self->is_late) {
    if (now_us - self->late_at_us > WITHIN_US)
      forget (self);
    self->least_us = self->n_late > 0 ? MIN (self->least_us, self->worst_us) : G_MAXINT64;
    self->worst_us = 0;
    self->apart_us = now_us - self->late_at_us;
    self->late_at_us = now_us;
    self->n_late++;
  }
  self->worst_us = MAX (self->worst_us, late_us);
}

PoLivePaceStep po_live_pace_see (PoLivePace *self, gint64 due_us, gint64 now_us) {
  const gint64 late_us = now_us - due_us - self->slack_us;
  if (is_behind (self, late_us, now_us)) {
    forget (self);
    return PO_LIVE_PACE_ANEW;
  }
  if (late_us > LATE_US)
    count_late (self, late_us, now_us);
  self->is_late = late_us > LATE_US;
  if (self->is_late || self->n_late < TIMES || self->slack_us >= self->most_us)
    return PO_LIVE_PACE_KEEP;
  // A list is asked for a little less often than it grows: the delay grows by and by up to that of a whole segment.
  const gint64 spare_us = CLAMP (self->apart_us, LEAST_SPARE_US, MOST_SPARE_US);
  self->slack_us = MIN (self->slack_us + MIN (self->least_us, self->worst_us) + spare_us, self->most_us);
  forget (self);
  return PO_LIVE_PACE_LATER;
}
