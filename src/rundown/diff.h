// SPDX-License-Identifier: GPL-3.0-or-later
// What changed between two rundowns of one window, event by event, as values and in words an operator reads; and what
// an overrun would cost, which is such a difference. Pure.
#pragma once

#include "rundown/plan.h"

typedef enum {
  PO_CHANGE_ADDED,   // airs now and did not before
  PO_CHANGE_REMOVED, // aired before and does not now
  PO_CHANGE_MOVED,   // starts at another time
  PO_CHANGE_LENGTH,  // is on air for longer or shorter
  PO_CHANGE_MEDIA,   // plays something else
  PO_CHANGE_MISSING, // has lost its clip
  PO_CHANGE_FOUND,   // has got its clip
  PO_CHANGE_TITLE,   // is called something else
  PO_CHANGE_FILLER,  // how much filler there is, in all
  PO_CHANGE_HELD,    // an operator's hold begins or ends
  PO_CHANGE_SLATE,   // the slate by command does
} PoChangeKind;

const gchar *po_change_kind_to_string (PoChangeKind kind); // "moved"

typedef struct {
  PoChangeKind kind;
  gchar *uid;      // (nullable) for FILLER, HELD and SLATE
  gchar *instance; // (nullable)
  gchar *title;
  gint64 episode;             // 0 = none
  PoFrame old_start, old_end; // on air, first to last; PO_FRAME_NONE when not
  PoFrame new_start, new_end;
  PoFrame old_frames, new_frames; // of its own media on air
  gchar *text;                    // translated, local times
} PoChange;

void po_change_free (PoChange *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PoChange, po_change_free)

/** TRUE if both put the same on air in frame @n, of the same run. */
gboolean po_rundown_same_air_at (PoRundown *a, PoRundown *b, PoFrame n);
/** The same from @from on, as far as both reach. */
gboolean po_rundown_same_air (PoRundown *a, PoRundown *b, PoFrame from);

/** Over the time that both reach; in order of time. (transfer full) of PoChange, empty = the same to a viewer but for
 * the order of filler clips */
GPtrArray *po_rundown_diff (PoRundown *before, PoRundown *after, GTimeZone *zone);

/** What it would cost if the live show @show, on air at @end, went on for @by beyond it: the difference between the
 * plan in which it ends there and the one in which it ends then, over [from, to). (transfer full) of PoChange */
GPtrArray *po_plan_overrun_cost (const PoPlanSettings *settings, const PoPlanSource *source, GPtrArray *journal,
                                 const PoItem *show, PoFrame end, PoFrame by, PoFrame from, PoFrame to);
