// SPDX-License-Identifier: GPL-3.0-or-later
// How long a recording is kept: by age, and as long as there is room. Room wins, since a full disk would stop the
// recording itself and, where they share it, the station's log. Only files with a segment's name are ever touched, and
// never the one being written.
//
// What goes is decided by a pure function; PoKeeper carries it out. Thread: its output's, since a disk may be slow.
#pragma once

#include "output/settings.h"

/** PoKeptFile: one finished file of a recording. */
typedef struct {
  gchar *path;
  PoTimeNs utc_ns; // when it begins, by its name
  gint64 bytes;    // on the disk
} PoKeptFile;

/** How many of @files (PoKeptFile, oldest first) must go, from the front: those whose segment of @segment_ns ended
 * longer than @keep_ns (0 = for ever) before @now_ns, and as many more as free @missing_bytes. @now_ns is PO_TIME_NONE
 * while the clock is not to be trusted: nothing goes for its age then. */
guint po_retention_decide (GPtrArray *files, gint64 segment_ns, gint64 keep_ns, PoTimeNs now_ns, gint64 missing_bytes);

/** PoKeeping: how a recording stands. Plain value. */
typedef struct {
  guint64 device;           // of its file system: recordings on one share its room
  gint64 kept_bytes;        // in finished files
  gint64 room_bytes;        // free beyond what must stay free
  PoTimeNs oldest_ns;       // PO_TIME_NONE: nothing is kept
  guint64 removed_old;      // files, since the start
  guint64 removed_for_room; // files, since the start, though they were to be kept longer
} PoKeeping;

/** How long a recording is kept at @bytes_per_second, with what is kept and room for @have_bytes in all. */
gint64 po_retention_forecast_ns (gint64 have_bytes, gint64 bytes_per_second);

typedef struct _PoKeeper PoKeeper;

PoKeeper *po_keeper_new (const PoOutputSettings *settings, gint64 segment_ns); // (transfer full)
void po_keeper_free (PoKeeper *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PoKeeper, po_keeper_free)

/** Before a new file, and every few seconds: removes what has to go. @writing: (nullable) the file that is being
 * written. @now_ns: see above. FALSE: what must stay free is not, and nothing is left to remove, or cannot be. */
gboolean po_keeper_make_room (PoKeeper *self, const gchar *writing, PoTimeNs now_ns, GError **error);
/** As above, but at most every few seconds of @mono_ns and without looking at each file while there is room. FALSE
 * also: what is being written is no longer there, and nobody would ever see it. */
gboolean po_keeper_check (PoKeeper *self, const gchar *writing, PoTimeNs now_ns, gint64 mono_ns, GError **error);

void po_keeper_read (PoKeeper *self, PoKeeping *ret_keeping);
