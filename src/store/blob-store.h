// SPDX-License-Identifier: GPL-3.0-or-later
// Bytes kept by their SHA-256 in a folder of the state folder: adopted calendars, configurations. A blob is written
// beside, synced, and renamed into place, so that a power cut leaves it whole or absent; nothing is ever deleted or
// rewritten. Where the folder cannot be written the blobs live in memory and the last problem can be asked for. What
// was read back and does not match its name is moved aside as damaged and counts as absent. One thread (the owner's).
// It knows nothing of what the bytes mean.
#pragma once

#include <glib.h>

typedef struct _PoBlobStore PoBlobStore;

/** @dir: made when first needed; NULL: in memory only. Never fails. (transfer full) */
PoBlobStore *po_blob_store_new (const gchar *dir);
void po_blob_store_free (PoBlobStore *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PoBlobStore, po_blob_store_free)

/** Keeps @bytes. Blobs that could only be kept in memory so far are tried again. FALSE: kept in memory only, @error
 * says why; po_blob_store_get() works all the same. @ret_sha256 (nullable, out, transfer full) is set in both cases. */
gboolean po_blob_store_put (PoBlobStore *self, GBytes *bytes, gchar **ret_sha256, GError **error);

/** (transfer full), or NULL with PO_ERROR_NOT_FOUND (never put, or damaged) or PO_ERROR_SYSTEM. */
GBytes *po_blob_store_get (PoBlobStore *self, const gchar *sha256, GError **error);

/** Writes what could only be kept in memory so far. */
gboolean po_blob_store_retry (PoBlobStore *self, GError **error);

/** Writes @bytes to @path so that a power cut leaves the old or the new contents whole: beside, fsync, rename, fsync of
 * the folder. */
gboolean po_file_replace (const gchar *path, GBytes *bytes, GError **error);
