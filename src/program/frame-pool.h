// SPDX-License-Identifier: GPL-3.0-or-later
// PoFramePool: memory for pictures, used again and again. Page faults of fresh memory cost more than the copy itself.
//
// Taking is for one thread, the head's, and neither waits nor, once warm, allocates; memory comes back from whichever
// thread lets the last buffer on it go (an encoder's), without a lock. It holds what its users hold and a few more.
#pragma once

#include <gst/gst.h>

typedef struct _PoFramePool PoFramePool;

/** (transfer full) */
PoFramePool *po_frame_pool_new (gsize size_bytes);
/** Memory that is still out keeps the rest alive until it comes back. */
void po_frame_pool_free (PoFramePool *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PoFramePool, po_frame_pool_free)

/** Writable memory of the pool's size, 64-byte aligned; NULL when there is none to be had. Wrap it or put it back. */
guint8 *po_frame_pool_take (PoFramePool *self);
void po_frame_pool_put_back (PoFramePool *self, guint8 *data);

/** A read-only buffer on @data (transfer full), which comes back when nothing refers to it any more. Copies of the
 * buffer share it. (transfer full) */
GstBuffer *po_frame_pool_wrap (PoFramePool *self, guint8 *data);
