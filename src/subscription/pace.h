// SPDX-License-Identifier: GPL-3.0-or-later
// When a calendar elsewhere is asked for, again after it has failed, and given up on: decides, and does nothing. Pure;
// time is an argument.
#pragma once

#include "model/time.h"

/** PoPace: all zero is a calendar that was never asked for. */
typedef struct {
  PoTimeNs asked_ns; // the question under way; 0 = none
  PoTimeNs good_ns;  // when the server last said that what we have is the newest; 0 = never
  PoTimeNs next_ns;  // when to ask again; 0 = at once
  guint failures;    // in a row
} PoPace;

gboolean po_pace_is_due (const PoPace *self, PoTimeNs now_ns);
/** The question under way takes too long: give it up. */
gboolean po_pace_is_overdue (const PoPace *self, PoTimeNs now_ns);
/** Nothing good was heard for @stale_ns. @since_ns: when we began to listen. */
gboolean po_pace_is_stale (const PoPace *self, gint64 stale_ns, PoTimeNs since_ns, PoTimeNs now_ns);

/** The clock was set back by so much: so is all that is counted from, lest nothing be asked, given up or stale for as
 * long. */
void po_pace_set_back (PoPace *self, gint64 by_ns);

void po_pace_ask (PoPace *self, PoTimeNs now_ns);
void po_pace_take_good (PoPace *self, gint64 refresh_ns, PoTimeNs now_ns);
/** Asks again ever later, though not later than a quarter of an hour or @refresh_ns; @wait_ns: what the server asked
 * for, 0 = nothing. */
void po_pace_take_bad (PoPace *self, gint64 refresh_ns, gint64 wait_ns, PoTimeNs now_ns);
