// SPDX-License-Identifier: GPL-3.0-or-later
// One look at the whole media folder: which candidates are there, which are settled, and what is known of them already.
// Runs on a scanner's thread; its state is that thread's alone. Internal to `media`.
#pragma once

#include "media/index.h"
#include "media/marks.h"
#include "model/finding.h"
#include "store/settle.h"

typedef struct {
  PoBeneathEntry *entry;
  gboolean settled;
  PoMediaMarks marks;
  PoMediaFacts *facts;  // (nullable) known already, or what it is at first sight
  gboolean is_outdated; // they hold until it is looked into anew
} PoMediaSight;

#define PO_MEDIA_SCAN_AWAY "media-folder" // code of the finding why there are no sights

typedef struct {
  GPtrArray *sights;   // PoMediaSight in path order; NULL: the folder cannot be read
  GPtrArray *folders;  // absolute paths, the media folder first
  GPtrArray *unread;   // relative paths of folders that could not be read: what was known to be in them stays
  GPtrArray *findings; // PoFinding
  gboolean held;       // some file is open for writing: closing it tells of it, where events are to be had
  gboolean unsettled;  // a look in so long will show more:
  gint64 settles_ns;
  GHashTable *sought; // set of sha256: marks lie about of clips that are gone, and may get another name
} PoMediaScan;

void po_media_scan_free (PoMediaScan *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PoMediaScan, po_media_scan_free)

/** @settle: NULL: everything counts as settled, and the folder as what it is now. (transfer full) */
PoMediaScan *po_media_scan_look (const gchar *dir, PoMediaIndex *index, PoSettle *settle, PoTimeNs now_ns);
