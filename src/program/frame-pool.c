// SPDX-License-Identifier: GPL-3.0-or-later
// A stack of free memory: popped by one thread only, so that a plain compare-and-swap suffices.
#include "program/frame-pool.h"

#include <stdlib.h>

#define ALIGNMENT 64

typedef struct _PoBlock PoBlock;
struct _PoBlock {
  PoBlock *next; // while free
  PoFramePool *pool;
  // ALIGNMENT bytes from the start of the block: the picture
};
G_STATIC_ASSERT (sizeof (PoBlock) <= ALIGNMENT);

struct _PoFramePool {
  gint ref_count; // atomic: the owner and each block that is out
  gsize size_bytes;
  PoBlock *free; // atomic stack
};

static PoBlock *block_of (guint8 *data) {
  return (PoBlock *)(gpointer)(data - ALIGNMENT);
}

PoFramePool *po_frame_pool_new (gsize size_bytes) {
  PoFramePool *self = g_new0 (PoFramePool, 1);
  self->ref_count = 1;
  self->size_bytes = size_bytes;
  return self;
}

static void pool_unref (PoFramePool *self) {
  if (!g_atomic_int_dec_and_test (&self->ref_count))
    return;
  PoBlock *block = self->free;
  while (block != NULL) {
    PoBlock *next = block->next;
    free (block);
    block = next;
  }
  g_free (self);
}

void po_frame_pool_free (PoFramePool *self) {
  if (self != NULL)
    pool_unref (self);
}

guint8 *po_frame_pool_take (PoFramePool *self) {
  PoBlock *block = g_atomic_pointer_get (&self->free);
  while (block != NULL && !g_atomic_pointer_compare_and_exchange (&self->free, block, block->next))
    block = g_atomic_pointer_get (&self->free);
  if (block == NULL) {
    gsize size = (ALIGNMENT + self->size_bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    block = aligned_alloc (ALIGNMENT, size);
    if (block == NULL)
      return NULL;
    block->pool = self;
  }
  g_atomic_int_inc (&self->ref_count);
  return (guint8 *)block + ALIGNMENT;
}

void po_frame_pool_put_back (PoFramePool *self, guint8 *data) {
  PoBlock *block = block_of (data);
  do
    block->next = g_atomic_pointer_get (&self->free);
  while (!g_atomic_pointer_compare_and_exchange (&self->free, block->next, block));
  pool_unref (self);
}

static void on_memory_free (gpointer data) {
  po_frame_pool_put_back (block_of (data)->pool, data);
}

GstBuffer *po_frame_pool_wrap (PoFramePool *self, guint8 *data) {
  return gst_buffer_new_wrapped_full (GST_MEMORY_FLAG_READONLY, data, self->size_bytes, 0, self->size_bytes, data,
                                      on_memory_free);
}
