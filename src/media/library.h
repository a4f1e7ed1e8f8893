// SPDX-License-Identifier: GPL-3.0-or-later
// The media folder as facts: what is in it, what each file is, by path. It scans, watches, leaves half-written files
// alone, hashes and probes in the background, and publishes immutable PoMediaTable snapshots. What the schedule wants
// is known first, and by a glance before it is probed: counting all pictures of a long clip takes minutes. Facts are
// kept in the state folder by content, so that a renamed file or a restart costs nothing; every published table can be
// had again by its revision. It opens only plain files inside the folder. All functions on the thread that made it;
// work is done on its own threads, results come on that thread's default context. It never logs; it knows no schedule.
#pragma once

#include "media/prober.h"
#include "model/finding.h"

typedef struct _PoMediaLibrary PoMediaLibrary;

/** @state_dir: NULL keeps nothing. @prober (transfer full). Nothing is read before the first scan. Never fails: a
 * missing folder is a finding. (transfer full) */
PoMediaLibrary *po_media_library_new (const gchar *media_dir, const gchar *state_dir, PoProber *prober);
void po_media_library_free (PoMediaLibrary *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PoMediaLibrary, po_media_library_free)

/** How long a file must not change before it counts; default 2 s. For tests; before the first scan. */
void po_media_library_set_settle_ms (PoMediaLibrary *self, guint settle_ms);

/** Whether the clock may be believed; at first it is not. Until then nothing is given up for its age alone: a clock
 * that jumps ahead makes everything old. */
void po_media_library_trust_clock (PoMediaLibrary *self, gboolean is_trusted);

/** Begins a scan, or another one after that which runs. Call it once at start, and then every minute or so: where
 * the file system tells of changes the library scans by itself, a network mount tells nothing. */
void po_media_library_scan_now (PoMediaLibrary *self);

/** Paths as the schedule types them (or folders): known soonest. Replaces the last list. */
void po_media_library_want (PoMediaLibrary *self, const gchar *const *paths);

/** The latest snapshot; empty before the first scan. (transfer none) */
PoMediaTable *po_media_library_table (PoMediaLibrary *self);

/** The table once published as @revision, in this life or an earlier one. (transfer full), PO_ERROR_NOT_FOUND. */
PoMediaTable *po_media_library_table_at (PoMediaLibrary *self, const gchar *revision, GError **error);

/** What the subtitles in the content @sha256 say, for po_media_subtitles_choose(). (transfer full) (nullable) */
gchar *po_media_library_subtitles (PoMediaLibrary *self, const gchar *sha256);

/** Nothing scanned, hashed or probed any more, and no file is waiting to settle. */
gboolean po_media_library_is_idle (PoMediaLibrary *self);

/** Whether the first scan is done, so that an absent file is really absent; and how many files still wait for facts. */
gboolean po_media_library_is_scanned (PoMediaLibrary *self);
guint po_media_library_pending (PoMediaLibrary *self);

/** Why the folder cannot be looked at, by the last scan; NULL: it can. (transfer full) */
gchar *po_media_library_away (PoMediaLibrary *self);

/** Scanned, and each wanted file that is there can be planned with, if not yet with all that probing will find. */
gboolean po_media_library_can_plan (PoMediaLibrary *self);

/** Odd files, an unreadable folder, a state folder that cannot be written. (transfer full) array of PoFinding */
GPtrArray *po_media_library_findings (PoMediaLibrary *self);

/** @func: a new table was published, or findings, pending or idle changed. */
typedef void (*PoMediaLibraryNotify) (PoMediaLibrary *self, gpointer user);
void po_media_library_set_notify (PoMediaLibrary *self, PoMediaLibraryNotify func, gpointer user);

/** For the command line: the table of @media_dir as it is now, everything probed, blocking. @state_dir (nullable):
 * whose cache is used, written where possible; what was given up within a day is not tried again. @progress (nullable):
 * @done of @total files; called from several threads, one at a time. @findings (nullable) is appended to.
 * (transfer full) */
typedef void (*PoMediaProgress) (guint done, guint total, const gchar *path, gpointer user);
PoMediaTable *po_media_scan_sync (const gchar *media_dir, const gchar *state_dir, PoProber *prober,
                                  PoMediaProgress progress, gpointer user, GPtrArray *findings, GError **error);
/** The same of the clip @path alone, without its marks. PO_ERROR_NOT_FOUND. (transfer full) */
PoMediaFacts *po_media_scan_one (const gchar *media_dir, const gchar *state_dir, PoProber *prober, const gchar *path,
                                 GError **error);
