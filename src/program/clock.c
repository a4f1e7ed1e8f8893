// SPDX-License-Identifier: GPL-3.0-or-later
#include "program/clock.h"

#include <sys/timex.h>
#include <time.h>

static PoTimeNs wall_clock_ns (void) {
  struct timespec now;
  clock_gettime (CLOCK_REALTIME, &now);
  return (PoTimeNs)now.tv_sec * PO_NS_PER_SECOND + now.tv_nsec;
}

PoClock po_clock_real (void) {
  return (PoClock){0};
}

PoClock po_clock_at (PoTimeNs at_ns) {
  return (PoClock){.shift_ns = at_ns - wall_clock_ns (), .pretended = TRUE};
}

PoClock po_clock_standing (PoTimeNs at_ns) {
  return (PoClock){.pretended = TRUE, .is_standing = TRUE, .standing_ns = at_ns};
}

PoTimeNs po_clock_now_ns (const PoClock *self) {
  return self->is_standing ? self->standing_ns : wall_clock_ns () + self->shift_ns;
}

gboolean po_clock_synchronised (const PoClock *self) {
  struct timex state = {0};
  if (self->pretended)
    return TRUE;
  int result = adjtimex (&state);
  return result < 0 || (result != TIME_ERROR && (state.status & STA_UNSYNC) == 0);
}
