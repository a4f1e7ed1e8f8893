// SPDX-License-Identifier: GPL-3.0-or-later
// Watches the schedule folder: `*.ics` in it (not in folders below), half-written files left alone, read on a thread of
// its own because the folder may be a network mount. Each time the settled set changed, the whole set is handed over;
// what to make of it is the store's business. A file that is being written counts with its last settled contents. One
// that has its last line counts at once at the start, and where it was put in place, not written over.
// All functions on the thread that made it; results come on that thread's default context.
#pragma once

#include "model/finding.h"

typedef struct _PoScheduleWatch PoScheduleWatch;

/** @files: array of PoCalendarFile (borrowed). Called after the first scan (with the files that are being written by
 * then, unless that takes long) and after each change. */
typedef void (*PoScheduleWatchFunc) (GPtrArray *files, gpointer user);

PoScheduleWatch *po_schedule_watch_new (const gchar *dir, PoScheduleWatchFunc func, gpointer user); // (transfer full)
void po_schedule_watch_free (PoScheduleWatch *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PoScheduleWatch, po_schedule_watch_free)

/** Called after each look, and after PoScheduleWatchFunc where there is news; @is_last: none is due that anything asked
 * for: no file is still being written, as far as is known; @is_read: the folder could be read. */
typedef void (*PoScheduleWatchLooked) (gboolean is_last, gboolean is_read, gpointer user);
void po_schedule_watch_set_looked (PoScheduleWatch *self, PoScheduleWatchLooked looked);

/** How long a file must not change before it counts; default 2 s. For tests; before the first scan. */
void po_schedule_watch_set_settle_ms (PoScheduleWatch *self, guint settle_ms);

/** Begins a scan. Call it once at start, then every half minute or so. */
void po_schedule_watch_scan_now (PoScheduleWatch *self);

/** The folder cannot be read, a name is no plain file, a file is too large. (transfer full) array of PoFinding */
GPtrArray *po_schedule_watch_findings (PoScheduleWatch *self);

/** For the command line: the set as it lies there now, blocking, nothing waited for. (transfer full) array of
 * PoCalendarFile */
GPtrArray *po_schedule_watch_read (const gchar *dir, GPtrArray *findings, GError **error);
