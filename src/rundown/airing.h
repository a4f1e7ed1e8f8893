// SPDX-License-Identifier: GPL-3.0-or-later
// PoAiring: one event on its way over the air: waiting, wanting the air, on it, pushed off it. The rules of START, END
// and JOIN are here; who wins among several is in contest.c. Private to `rundown`.
//
// Content is counted in frames from the first part's mark in. While on air, content = frame - base.
#pragma once

#include "rundown/event.h"

typedef struct {
  PoPlanEvent *event; // borrowed from a set or from the simulation
  GPtrArray *parts;   // PoPart, owned reference; a command may replace some for this airing alone
  gboolean contends;  // wants the air
  gboolean released;  // FOLLOW: what it follows has ended; any: what pushed it off before it began has
  gboolean taken;     // by command: those it pushed off stay off until it ends
  gboolean whole;     // by command: from its beginning and for its full length
  gboolean started;   // has been on air
  gboolean on_air;
  gboolean suspended;        // off for want of a channel or for the slate, not for another event
  gboolean returned;         // was pushed off and came back
  gboolean replaced;         // plays what a command put there
  gboolean failed;           // a part could not be played
  gboolean over;             // by command: ends now
  PoFrame since;             // wants the air since; a late FOLLOW, since its own time
  PoFrame released_at;       // the frame of `released`
  PoFrame end;               // of its slot, moved with its start and extended
  PoFrame extension;         // frames added by command
  PoFrame base;              // on air, or JOIN YES and started: the frame of content 0
  PoFrame first_base;        // what base was when it came on first; what lies between, others had the air for
  PoFrame content;           // off air: content already shown
  gint failed_part;          // the first one that could not be played
  PoFrame failed_frames;     // content left out because it could not be played
  PoFrame away_since;        // live: the source is away since, or PO_FRAME_NONE
  const PoPlanEvent *pusher; // taken event that pushed this one off; NULL = none
  gboolean yields;           // and it is over when that one is

  // The run of a source that is on air.
  gint part; // -1 = none
  PoFrame run_origin;
  gint64 run_in_ns;
} PoAiring;

PoAiring *po_airing_new (PoPlanEvent *event, PoResolver *resolver);
PoAiring *po_airing_copy (const PoAiring *self);
void po_airing_free (PoAiring *self);

PoFrame po_airing_total (const PoAiring *self);
/** The part on at @content, and how far into it. -1 = nothing left. */
gint po_airing_part_at (const PoAiring *self, PoFrame content, PoFrame *ret_into);
/** TRUE if it has something of its own to show at @now, were it on air. */
gboolean po_airing_has_content (const PoAiring *self, PoFrame now);

/** The content frame it would show at @now. */
PoFrame po_airing_content_at (const PoAiring *self, PoFrame now);

/** On air: the frame by which the part that is on will have been shown to its end. */
PoFrame po_airing_part_end (const PoAiring *self);
/** Likewise: how much later than at first promised its content comes, since something else had the air in between. */
PoFrame po_airing_put_off (const PoAiring *self);

/** Past its slot. */
gboolean po_airing_is_overtime (const PoAiring *self, PoFrame now);

/** SOFT, and FOLLOW that follows nobody: waits for the air to become free, until po_airing_deadline(). */
gboolean po_airing_is_soft (const PoAiring *self);
PoFrame po_airing_deadline (const PoAiring *self, PoRate rate);

/** TRUE when it ends, or can no longer start, at @now. @waits_for: what it follows is still there. */
gboolean po_airing_is_over (const PoAiring *self, PoFrame now, gboolean waits_for, const PoPlanSettings *settings);

/** The earliest frame after @now at which something about it changes if nobody interferes, or G_MAXINT64. */
PoFrame po_airing_next_edge (const PoAiring *self, PoFrame now, const PoPlanSettings *settings);

void po_airing_go_on (PoAiring *self, PoFrame now);
void po_airing_go_off (PoAiring *self, PoFrame now);

/** Leaves the part that is on at @now for the next. FALSE if it was the last. */
gboolean po_airing_skip_part (PoAiring *self, PoFrame now);
/** The same because it cannot be played. */
void po_airing_fail_part (PoAiring *self, PoFrame now);
/** What could not be played can be now: if nothing else was left of it, it goes on, where it would be now or, JOIN NO,
 * from the beginning of the part that failed. */
void po_airing_recover (PoAiring *self, PoFrame now);
