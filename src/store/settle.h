// SPDX-License-Identifier: GPL-3.0-or-later
// Is a file still being written? Decided from what was seen of it, when: unchanged in size, mtime and inode across the
// settle time, or last modified longer ago than that when first seen. Names that copying programs give to unfinished
// files never settle. Pure: time is an argument; the caller looks at the files. One thread.
#pragma once

#include "model/time.h"

#define PO_SETTLE_NS (2 * PO_NS_PER_SECOND)

typedef struct _PoSettle PoSettle;

/** @settle_ns: how long a file must not change. (transfer full) */
PoSettle *po_settle_new (gint64 settle_ns);
void po_settle_free (PoSettle *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PoSettle, po_settle_free)

/** Whether @path, seen at @now_ns (UTC) with these properties, is finished. A file dated in the future settles by being
 * watched, like any other. */
gboolean po_settle_see (PoSettle *self, const gchar *path, gint64 size_bytes, gint64 mtime_ns, guint64 inode,
                        PoTimeNs now_ns);

/** Somebody said that @path is whole, such as by renaming it from the name of an unfinished copy: as it is seen next,
 * it is finished, until it is seen otherwise. */
void po_settle_take_whole (PoSettle *self, const gchar *path);

/** How long until the next of the files that are not settled can be; never more than the settle time. */
gint64 po_settle_left_ns (PoSettle *self, PoTimeNs now_ns);

/** Forgets what was not seen since the last call of this. */
void po_settle_sweep (PoSettle *self);

/** Whether the name itself says "unfinished": dotfiles, *.part, *.part1, *.partial, *.uploading, *.tmp,
 * *.crdownload, *.filepart, *.download, *.sb-1a2b3c4d-… of macOS and the like, *~, ~$*, and #…#. */
gboolean po_settle_name_unfinished (const gchar *path);
