// SPDX-License-Identifier: GPL-3.0-or-later
// Opening and walking what lies in a folder that other people write to, without ever leaving it and without ever
// opening what is not a plain file: a symlink out of the folder, a FIFO, a socket or a device is named, never opened.
// Any thread; blocks as long as the file system does, so never call it on the main thread for a folder that may be a
// network mount.
#pragma once

#include <glib.h>

typedef enum {
  PO_BENEATH_FILE,    // a plain file
  PO_BENEATH_ODD,     // exists but is no plain file: FIFO, device, socket
  PO_BENEATH_OUTSIDE, // a symlink that leads nowhere or out of the folder
  PO_BENEATH_ERROR,   // cannot be looked at (permission, I/O)
  PO_BENEATH_UNREAD,  // a folder that could not be read, or not to its end: what is not listed may be there
  PO_BENEATH_DEEP,    // a folder deeper than the walk goes
} PoBeneathKind;

/** PoBeneathEntry: one name found by a walk. */
typedef struct {
  gchar *path; // relative to the folder, '/'-separated, as on disk
  PoBeneathKind kind;
  gint64 size_bytes;
  gint64 mtime_ns;
  guint64 inode;
} PoBeneathEntry;

void po_beneath_entry_free (PoBeneathEntry *self);

/** Whether nobody has written to it, or put another in its place, between the one look and the other. */
gboolean po_beneath_entry_is_same (const PoBeneathEntry *a, const PoBeneathEntry *b);

/** A folder held open. (transfer full) NULL with PO_ERROR_SYSTEM. */
typedef struct _PoBeneath PoBeneath;
PoBeneath *po_beneath_open (const gchar *dir, GError **error);
void po_beneath_free (PoBeneath *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PoBeneath, po_beneath_free)

/** PoBeneathIdentity: which folder it is, all zero if it is none: another one where a disk or share is mounted on it.
 */
typedef struct {
  guint64 device, inode;
} PoBeneathIdentity;

/** @folder: "" = the folder itself. */
PoBeneathIdentity po_beneath_identity (PoBeneath *self, const gchar *folder);

/** All names below, at most @max_depth folders deep (0: only the folder itself), in byte order of the paths; folders
 * themselves are not listed, dot-names and folders reached by a symlink are left out. A folder that cannot be read to
 * its end (the folder itself: "") is an entry of kind PO_BENEATH_UNREAD, one too deep an entry of kind
 * PO_BENEATH_DEEP. @ret_folders (nullable) collects the relative paths of the folders, "" first. (transfer full) array
 * of PoBeneathEntry */
GPtrArray *po_beneath_walk (PoBeneath *self, guint max_depth, GPtrArray **ret_folders);

/** Looks at @path without opening it for reading. */
PoBeneathKind po_beneath_stat (PoBeneath *self, const gchar *path, PoBeneathEntry *ret_entry);

/** Opens the plain file @path for reading; -1 with @error for anything else. Close-on-exec. */
gint po_beneath_open_file (PoBeneath *self, const gchar *path, PoBeneathEntry *ret_entry, GError **error);

/** Whether some program of this machine holds the plain file @path open for writing, as far as the kernel tells: it
 * does so of local file systems, and only to the file's owner or with CAP_LEASE. */
gboolean po_beneath_is_being_written (PoBeneath *self, const gchar *path);

/** The whole of @path, at most @max_bytes. (transfer full) */
GBytes *po_beneath_read (PoBeneath *self, const gchar *path, gsize max_bytes, GError **error);
