// SPDX-License-Identifier: GPL-3.0-or-later
#include "media/turns.h"

#include <string.h>

#define N_LOOKS 2

struct _PoMediaTurns {
  gboolean can_glance;
  GPtrArray *queues[N_LOOKS]; // PoMediaFile, by PoMediaLook: what waits for it, the next one last
  gboolean is_stale[N_LOOKS]; // other files wait, or in another order
};

PoMediaTurns *po_media_turns_new (gboolean can_glance) {
  PoMediaTurns *self = g_new0 (PoMediaTurns, 1);
  self->can_glance = can_glance;
  for (guint i = 0; i < N_LOOKS; i++)
    self->queues[i] = g_ptr_array_new ();
  return self;
}

void po_media_turns_free (PoMediaTurns *self) {
  if (self == NULL)
    return;
  for (guint i = 0; i < N_LOOKS; i++)
    g_ptr_array_unref (self->queues[i]);
  g_free (self);
}

static PoMediaLook next_look (PoMediaTurns *self, const PoMediaFile *file) {
  return self->can_glance && !file->is_glanced && file->rank != G_MAXUINT ? PO_LOOK_GLANCE : PO_LOOK_PROBE;
}

// The later in the order, the earlier in the queue, from whose end it is taken.
static gint compare (gconstpointer a, gconstpointer b) {
  const PoMediaFile *left = *(PoMediaFile *const *)a, *right = *(PoMediaFile *const *)b;
  if (left->is_arrival != right->is_arrival)
    return left->is_arrival ? 1 : -1;
  if (left->rank != right->rank)
    return left->rank < right->rank ? 1 : -1;
  return strcmp (right->entry.path, left->entry.path);
}

static void fill (PoMediaTurns *self, GHashTable *files, PoMediaLook look) {
  GHashTableIter iter;
  gpointer value = NULL;
  g_ptr_array_set_size (self->queues[look], 0);
  g_hash_table_iter_init (&iter, files);
  while (g_hash_table_iter_next (&iter, NULL, &value)) {
    const PoMediaFile *file = value;
    if (file->state == PO_MEDIA_FILE_WAITING && next_look (self, file) == look)
      g_ptr_array_add (self->queues[look], value);
  }
  g_ptr_array_sort (self->queues[look], compare);
  self->is_stale[look] = FALSE;
}

void po_media_turns_spoil (PoMediaTurns *self) {
  for (guint i = 0; i < N_LOOKS; i++)
    self->is_stale[i] = TRUE;
}

void po_media_turns_add_probe (PoMediaTurns *self, PoMediaFile *file) {
  GPtrArray *queue = self->queues[PO_LOOK_PROBE];
  guint low = 0, high = queue->len;
  file->state = PO_MEDIA_FILE_WAITING;
  if (self->is_stale[PO_LOOK_PROBE])
    return;
  while (low < high) {
    const guint middle = low + (high - low) / 2;
    if (compare (&queue->pdata[middle], &file) < 0)
      low = middle + 1;
    else
      high = middle;
  }
  g_ptr_array_insert (queue, (gint)low, file);
}

PoMediaFile *po_media_turns_take (PoMediaTurns *self, GHashTable *files, PoMediaLook look) {
  if (self->is_stale[look])
    fill (self, files, look);
  const guint n = self->queues[look]->len;
  return n > 0 ? g_ptr_array_steal_index (self->queues[look], n - 1) : NULL;
}
