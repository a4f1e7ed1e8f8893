// SPDX-License-Identifier: GPL-3.0-or-later
// A stack of free memory: popped by one thread only, so that a plain compare-and-swap suffices.
#include "program/frame-pool.h"

#include <sys/mman.h>

#define ALIGNMENT  64
#define MOST_SPARE 2 // what a slow encoder held beyond these goes back to the machine when it has caught up

typedef struct _PoBlock Block;
struct _PoBlock {
  Block *next; // while free
  PoFramePool *pool;
  // ALIGNMENT bytes from the start of the block: the picture
};
G_STATIC_ASSERT (sizeof (Block) <= ALIGNMENT);

struct _PoFramePool {
  gint ref_count; // atomic: the owner and each block that is out
  gsize size_bytes;
  Block *free; // atomic stack
  gint n_free; // atomic; may run behind the stack by what other threads are at
};

static Block *block_of (guint8 *data) {
  return (Block *)(gpointer)(data - ALIGNMENT);
}

PoFramePool *po_frame_pool_new (gsize size_bytes) {
  PoFramePool *self = g_new0 (PoFramePool, 1);
  self->ref_count = 1;
  self->size_bytes = size_bytes;
  return self;
}

static gsize block_size (const PoFramePool *self) {
  return ALIGNMENT + self->size_bytes;
}

// Mapped, not from the heap, so that it really goes back. NULL when there is none to be had.
static Block *block_new (PoFramePool *self) {
  void *memory = mmap (NULL, block_size (self), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED)
    return NULL;
  Block *block = memory;
  block->pool = self;
  return block;
}

static void block_free (Block *block) {
  munmap (block, block_size (block->pool));
}

static void pool_unref (PoFramePool *self) {
  if (!g_atomic_int_dec_and_test (&self->ref_count))
    return;
  Block *block = self->free;
  while (block != NULL) {
    Block *next = block->next;
    block_free (block);
    block = next;
  }
  g_free (self);
}

void po_frame_pool_free (PoFramePool *self) {
  if (self != NULL)
    pool_unref (self);
}

guint8 *po_frame_pool_take (PoFramePool *self) {
  Block *block = g_atomic_pointer_get (&self->free);
  while (block != NULL && !g_atomic_pointer_compare_and_exchange (&self->free, block, block->next))
    block = g_atomic_pointer_get (&self->free);
  if (block != NULL)
    g_atomic_int_add (&self->n_free, -1);
  else if ((block = block_new (self)) == NULL)
    return NULL;
  g_atomic_int_inc (&self->ref_count);
  return (guint8 *)block + ALIGNMENT;
}

void po_frame_pool_put_back (PoFramePool *self, guint8 *data) {
  Block *block = block_of (data);
  if (g_atomic_int_add (&self->n_free, 1) < MOST_SPARE) {
    do
      block->next = g_atomic_pointer_get (&self->free);
    while (!g_atomic_pointer_compare_and_exchange (&self->free, block->next, block));
  } else {
    g_atomic_int_add (&self->n_free, -1);
    block_free (block);
  }
  pool_unref (self);
}

static void on_memory_free (gpointer data) {
  po_frame_pool_put_back (block_of (data)->pool, data);
}

GstBuffer *po_frame_pool_wrap (PoFramePool *self, guint8 *data) {
  return gst_buffer_new_wrapped_full (GST_MEMORY_FLAG_READONLY, data, self->size_bytes, 0, self->size_bytes, data,
                                      on_memory_free);
}
