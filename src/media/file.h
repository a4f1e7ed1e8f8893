// SPDX-License-Identifier: GPL-3.0-or-later
// One file of the library: as it was last seen, what is known of it, and how far looking into it has come. A plain
// value of the library's thread, which sets its members. Internal to `media`.
#pragma once

#include "media/scan.h"

/** PoMediaFileState:
 * @PO_MEDIA_FILE_KNOWN: its facts are as good as they get
 * @PO_MEDIA_FILE_UNSETTLED: somebody may still be writing it
 * @PO_MEDIA_FILE_WAITING: for its turn to be looked into
 * @PO_MEDIA_FILE_WORKING: it is being looked into
 * @PO_MEDIA_FILE_FAILED: nothing was learnt of it; the next scan tries again
 */
typedef enum {
  PO_MEDIA_FILE_KNOWN,
  PO_MEDIA_FILE_UNSETTLED,
  PO_MEDIA_FILE_WAITING,
  PO_MEDIA_FILE_WORKING,
  PO_MEDIA_FILE_FAILED
} PoMediaFileState;

typedef struct {
  PoBeneathEntry entry; // its path is owned here
  PoMediaFileState state;
  guint rank;           // of the wish; G_MAXUINT = nobody asked for it
  gboolean is_arrival;  // it came, or came anew, in this life: somebody waits for what it is worth
  gboolean is_glanced;  // no more is learnt of it by a glance
  gboolean is_outdated; // its facts hold until others are found for good
  PoMediaMarks marks;
  PoMediaFacts *facts; // (nullable) in the table; older ones or a glance's while it is looked into
} PoMediaFile;

/** As it is seen now; @old: (nullable) as it was seen before. No rank, no arrival yet. (transfer full) */
PoMediaFile *po_media_file_new (const PoMediaSight *sight, const PoMediaFile *old);
/** One that cannot be seen now, by what was known of it in an earlier life. No rank yet. (transfer full) */
PoMediaFile *po_media_file_recall (const PoMediaFacts *facts);
void po_media_file_free (PoMediaFile *self);

/** Whether more will be known of it. */
gboolean po_media_file_is_pending (const PoMediaFile *self);
