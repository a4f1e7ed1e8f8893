// SPDX-License-Identifier: GPL-3.0-or-later
#include "media/file.h"

// What is known of a file while its new contents are not: the old facts hold for what was put in place of it whole (by
// a rename), but not for what is being overwritten.
static PoMediaFacts *facts_meanwhile (const PoMediaFile *old, const PoBeneathEntry *entry) {
  if (old == NULL || old->facts == NULL ||
      (old->entry.inode == entry->inode && !po_beneath_entry_is_same (&old->entry, entry)))
    return NULL;
  return po_media_facts_copy (old->facts);
}

// @same: (nullable) as it was before, where it has not changed since.
static PoMediaFileState state_of (const PoMediaSight *sight, const PoMediaFile *same) {
  if (sight->facts != NULL && !sight->is_outdated)
    return PO_MEDIA_FILE_KNOWN;
  if (!sight->settled)
    return PO_MEDIA_FILE_UNSETTLED;
  // What is found for this life only (a probe given up) is not in the index: it is not sought at every scan. Nor is
  // what was outdated and could not be found anew.
  if (same != NULL && (same->state == PO_MEDIA_FILE_WORKING || same->state == PO_MEDIA_FILE_KNOWN))
    return same->state;
  return PO_MEDIA_FILE_WAITING;
}

PoMediaFile *po_media_file_new (const PoMediaSight *sight, const PoMediaFile *old) {
  PoMediaFile *self = g_new0 (PoMediaFile, 1);
  const PoMediaFile *same = old != NULL && po_beneath_entry_is_same (&old->entry, sight->entry) ? old : NULL;
  self->entry = *sight->entry;
  self->entry.path = g_strdup (sight->entry->path);
  self->state = state_of (sight, same);
  self->marks = sight->marks;
  self->is_outdated = sight->is_outdated;
  self->is_glanced = sight->is_outdated || (same != NULL && same->is_glanced);
  self->facts = sight->facts != NULL ? po_media_facts_copy (sight->facts) : facts_meanwhile (old, sight->entry);
  return self;
}

PoMediaFile *po_media_file_recall (const PoMediaFacts *facts) {
  PoMediaFile *self = g_new0 (PoMediaFile, 1);
  self->entry = (PoBeneathEntry){.path = g_strdup (facts->path),
                                 .kind = PO_BENEATH_FILE,
                                 .size_bytes = facts->size_bytes,
                                 .mtime_ns = facts->mtime_ns};
  self->state = PO_MEDIA_FILE_KNOWN;
  self->marks = (PoMediaMarks){facts->som, facts->eom};
  self->facts = po_media_facts_copy (facts);
  return self;
}

void po_media_file_free (PoMediaFile *self) {
  if (self == NULL)
    return;
  g_free (self->entry.path);
  po_media_facts_free (self->facts);
  g_free (self);
}

gboolean po_media_file_is_pending (const PoMediaFile *self) {
  return self->state == PO_MEDIA_FILE_UNSETTLED || self->state == PO_MEDIA_FILE_WAITING ||
         self->state == PO_MEDIA_FILE_WORKING;
}
