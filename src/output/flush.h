// SPDX-License-Identifier: GPL-3.0-or-later
// Brings a recording to its disk for good as it grows, so that a power cut loses seconds of it and not what the system
// would have kept in memory. A thread of its own, since a disk may take long over it; one that hangs holds up nothing.
// It knows no output: files by their paths.
#pragma once

#include <glib.h>

typedef struct _PoFlush PoFlush;

PoFlush *po_flush_new (void);
/** What has been asked for is still done, if the disk lets it; does not wait for it. */
void po_flush_free (PoFlush *self);

/** What @path has by now. Left out while an earlier request is being served, unless it @must be. Never blocks. */
void po_flush_request (PoFlush *self, const gchar *path, gboolean must);
