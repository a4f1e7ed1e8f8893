// SPDX-License-Identifier: GPL-3.0-or-later
// From a name in the media folder to its facts: what may be media at all, and hashing and probing of one file.
// Any thread; blocks. Internal to `media`.
#pragma once

#include "media/index.h"
#include "media/prober.h"

/** Whether a file of this name is worth looking into: not a sidecar, a document or an unfinished copy, nor in a folder
 * that is a server's own. */
gboolean po_media_name_is_candidate (const gchar *path);

/** Facts of one that somebody is writing. (transfer full) */
PoMediaFacts *po_media_facts_growing (const PoBeneathEntry *entry);

/** Facts of an entry that is no plain file, or is empty; NULL when it must be looked into. (transfer full) */
PoMediaFacts *po_media_facts_from_entry (const PoBeneathEntry *entry);

/** What an earlier life's @table says of @entry, if it looks as it did then: a clip on air when that life was killed
 * goes on being known, however long it takes to look into it again. What was wrong with it may have been that life's.
 * (transfer full) (nullable) */
PoMediaFacts *po_media_facts_before (PoMediaTable *table, const PoBeneathEntry *entry);

/** How deeply to look: PO_LOOK_GLANCE only until it can be planned with. */
typedef enum { PO_LOOK_PROBE, PO_LOOK_GLANCE } PoMediaLook;

/** PoMediaBench: where files are looked into, and by whom. All borrowed. */
typedef struct {
  const gchar *dir;
  PoMediaIndex *index;
  PoProber *prober;
  const gint *stop; // as for a prober
} PoMediaBench;

/** Hashes @entry, and looks into it as deeply as @look says unless its content is known. NULL with @error when nothing
 * was learnt of the file: it changed meanwhile (PO_ERROR_CONFLICT), probing is not possible now, or a glance is not
 * enough. @ret_lasting: these facts are for good. */
PoMediaFacts *po_media_identify (const PoMediaBench *bench, const PoBeneathEntry *entry, PoMediaLook look,
                                 gboolean *ret_lasting, GError **error);
