// SPDX-License-Identifier: GPL-3.0-or-later
// The source element of every clip: reads an open descriptor, each piece at its own place, so that nobody else's
// reading of the same file moves it; and reads on in a copy once the clip itself is about to be written over.
// Streaming threads read. It knows no ring.
#pragma once

#include <gst/base/gstbasesrc.h>

#define PO_TYPE_CLIP_SOURCE (po_clip_source_get_type ())
G_DECLARE_FINAL_TYPE (PoClipSource, po_clip_source, PO, CLIP_SOURCE, GstBaseSrc)

/** The URI to read @fd by, which stays the caller's and open. (transfer full) */
gchar *po_clip_source_uri (gint fd);

/** As soon as @moved, which another process may write, is not 0, @spare_fd holds all that the clip did. Before data
 * flows; both outlive the element. */
void po_clip_source_set_spare (PoClipSource *self, gint spare_fd, const guint32 *moved);
