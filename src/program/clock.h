// SPDX-License-Identifier: GPL-3.0-or-later
// What time it is on the channel: the wall clock, or the instant given by --at and what has passed since. The only
// place of the daemon that asks the machine for the time of day. Any thread may read it after it was set up.
#pragma once

#include "model/time.h"

typedef struct {
  gint64 shift_ns;      // added to the wall clock; 0 on the real channel
  gboolean pretended;   // --at was given
  gboolean is_standing; // free run: time passes in frames only, the clock stays where it was set
  PoTimeNs standing_ns;
} PoClock;

/** The machine's own time. */
PoClock po_clock_real (void);

/** Now is @at_ns, and time goes on from there. */
PoClock po_clock_at (PoTimeNs at_ns);

/** Now is @at_ns, and stays so: for free run, where the same input must give the same journal. */
PoClock po_clock_standing (PoTimeNs at_ns);

PoTimeNs po_clock_now_ns (const PoClock *self);

/** FALSE when the kernel says that nothing disciplines the machine's clock. A pretended clock is always fine. */
gboolean po_clock_synchronised (const PoClock *self);
