// SPDX-License-Identifier: GPL-3.0-or-later
// What players must do next: a pure function of the rundown, the runs that have a player, and the frame on air. It only
// decides; the daemon carries the commands out. It knows no process and no ring.
#pragma once

#include "model/item.h"

typedef struct {
  gint64 lead_ns;      // a file beyond those is prepared this long before it is due (3 s): at 1080p a player has 100 MB
  gint64 live_lead_ns; // a live source this long before (60 s)
  guint least_ahead;   // at least so many runs after the one on air, however far (1)
  guint most_ahead;    // never more files than that ahead (4)
} PoCueSettings;

void po_cue_settings_init (PoCueSettings *self);

typedef enum { PO_CUE_PREPARE, PO_CUE_RELEASE } PoCueKind;

typedef struct {
  PoCueKind kind;
  gchar *run_key;
  guint index;        // PREPARE: the item in the rundown
  PoFrame due;        // PREPARE: the first frame wanted: the item's start, or the next frame when that has passed
  gint64 media_in_ns; // PREPARE: the position of the media shown at `due`
} PoCueCommand;

void po_cue_command_free (PoCueCommand *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PoCueCommand, po_cue_command_free)

/** TRUE for items that a player serves: media, live, filler. Cards and slates are the head's own. */
gboolean po_cue_needs_player (const PoItem *item);

/** The position in the media shown at @frame. */
gint64 po_cue_media_position_ns (const PoItem *item, PoFrame frame, PoRate rate);

/** @running: NULL-terminated run keys that have a player (in any state). RELEASE commands come first, then PREPARE by
 * due frame. What is on air at @now, or about to be, is never released. (transfer full) of PoCueCommand */
GPtrArray *po_cue_next (PoRundown *rundown, const gchar *const *running, PoFrame now, const PoCueSettings *settings);
