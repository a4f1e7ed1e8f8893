// SPDX-License-Identifier: GPL-3.0-or-later
// What is known of files already, in the state folder: which content a path had when it looked like
// this, what was found of a content, and every table that was published, as the changes from one to the next, so that a
// year of revisions costs little. Facts can be found anew, revisions cannot: nothing is ever deleted.
// Any thread: a lock inside. Internal to `media`.
#pragma once

#include "model/media-facts.h"
#include "store/beneath.h"

#define PO_MEDIA_INDEX_FILE "media.sqlite" // of the state folder

typedef struct _PoMediaIndex PoMediaIndex;

/** @state_dir: NULL: in memory. Never fails: what cannot be written is in memory, with what was found before; what is
 * damaged is moved aside; either is told by po_media_index_problem(). (transfer full) */
PoMediaIndex *po_media_index_open (const gchar *state_dir);
void po_media_index_free (PoMediaIndex *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PoMediaIndex, po_media_index_free)
gchar *po_media_index_problem (PoMediaIndex *self); // (transfer full) (nullable)

/** All of them at once, for a scan: path -> (opaque) row. (transfer full) */
GHashTable *po_media_index_load (PoMediaIndex *self);
const gchar *po_media_index_hash (GHashTable *loaded, const gchar *path); // of what last lay there; (nullable)

/** @ret_outdated: an earlier PO_PROBE_VERSION found them, or they lack a decoder: they hold until it is looked into
 * anew, once in a life. (transfer full)
 * (nullable) */
PoMediaFacts *po_media_index_match (GHashTable *loaded, const PoBeneathEntry *entry, gboolean *ret_outdated);

/** The facts of a content, under whatever name; path, size and mtime are empty. @ret_outdated: likewise. (transfer
 * full) (nullable) */
PoMediaFacts *po_media_index_content (PoMediaIndex *self, const gchar *sha256, gboolean *ret_outdated);

/** Remembers them as what was found just now. @facts has path, sha256, size and mtime. */
void po_media_index_put (PoMediaIndex *self, const PoMediaFacts *facts, guint64 inode);

/** Apart from what is known: that a file was given up, which may have been the machine's fault. @facts as before, with
 * the problem. */
void po_media_index_give_up (PoMediaIndex *self, const PoMediaFacts *facts, guint64 inode, PoTimeNs now_ns);
/** What was said of @entry when it was given up, at @since_ns or later, if it looks as it did then. (transfer full)
 * (nullable) */
PoMediaFacts *po_media_index_given_up (PoMediaIndex *self, const PoBeneathEntry *entry, PoTimeNs since_ns);

/** Which folder each path was when last there were clips in it: path -> PoBeneathIdentity. (transfer full) */
GHashTable *po_media_index_folders (PoMediaIndex *self);
void po_media_index_put_folder (PoMediaIndex *self, const gchar *path, const PoBeneathIdentity *is);

/** What the subtitles in a content say, as po_media_subtitles_take() gave it. */
void po_media_index_put_subtitles (PoMediaIndex *self, const gchar *sha256, const gchar *subtitles);
gchar *po_media_index_subtitles (PoMediaIndex *self, const gchar *sha256); // (transfer full) (nullable)

/** Keeps a published table; one of a known revision costs nothing. */
void po_media_index_publish (PoMediaIndex *self, PoMediaTable *table);

/** (transfer full); NULL with PO_ERROR_NOT_FOUND. @revision NULL: the last one published. */
PoMediaTable *po_media_index_table (PoMediaIndex *self, const gchar *revision, GError **error);
