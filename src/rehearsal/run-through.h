// SPDX-License-Identifier: GPL-3.0-or-later
// A run-through: the real planner, head, recorder and log, with sources made of arithmetic, walked through the future.
// Around each change of item the head runs frame by frame. What can go wrong on air can be asked for: an entry of the
// journal, a live source that goes away, a power cut. One thread; reads no clock, opens no media.
#pragma once

#include "log/log.h"
#include "station/station.h"

typedef struct _PoRunThrough PoRunThrough;

/** PoStretchFunc: what one stretch was planned as; the last item of @rundown may be one that the stretch's end cuts. */
typedef void (*PoStretchFunc) (PoRundown *rundown, guint n_walked, GPtrArray *findings, gpointer user);

/** The log is kept in @state_dir. @is_every_frame: not only 3 frames before and after each change. @station is
 * borrowed. (transfer full) */
PoRunThrough *po_run_through_new (PoStation *station, const gchar *channel, const gchar *state_dir,
                                  gboolean is_every_frame, GError **error);

/** Stops the head, which ends the airing on air. */
void po_run_through_stop (PoRunThrough *self);

/** Stops, and writes the log. */
void po_run_through_free (PoRunThrough *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PoRunThrough, po_run_through_free)

/** Walks [from, to) in stretches of about a day. @func (nullable) is called once for each, which it tells how many
 * items were walked. */
void po_run_through_walk (PoRunThrough *self, PoFrame from, PoFrame to, PoStretchFunc func, gpointer user);

/** Appends to the journal of log and station. (transfer full) of @entry */
void po_run_through_journal (PoRunThrough *self, PoJournalEntry *entry);

/** Live sources give nothing during [from, to); what the daemon journals of that is journalled. */
void po_run_through_lose_source (PoRunThrough *self, PoFrame from, PoFrame to);

/** As a power cut at the end of what was walked: nothing is ended. The next life begins at once: head and log are new;
 * the caller journals its START. */
gboolean po_run_through_cut (PoRunThrough *self, GError **error);

PoLog *po_run_through_log (PoRunThrough *self); // (transfer none)
