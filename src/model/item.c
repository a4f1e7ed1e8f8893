// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/item.h"

#include <string.h>

struct _PoRundown {
  gint ref_count; // atomic
  PoRate rate;
  GPtrArray *items; // PoItem, owned, adjoining
  gchar *revision;
};

const gchar *po_item_kind_to_string (PoItemKind kind) {
  static const gchar *const names[] = {"media", "live", "filler", "card", "slate"};
  return names[kind];
}

const gchar *po_reason_to_string (PoReason reason) {
  static const gchar *const names[] = {"planned", "gap",     "missing", "tentative",
                                       "short",   "waiting", "command", "return"};
  return names[reason];
}

void po_item_free (PoItem *self) {
  if (self == NULL)
    return;
  g_free (self->uid);
  g_free (self->instance);
  g_free (self->title);
  g_free (self->media);
  g_free (self->sha256);
  g_free (self->fallback);
  g_free (self->series_uid);
  g_free (self);
}

PoItem *po_item_copy (const PoItem *self) {
  PoItem *copy = g_memdup2 (self, sizeof *self);
  copy->uid = g_strdup (self->uid);
  copy->instance = g_strdup (self->instance);
  copy->title = g_strdup (self->title);
  copy->media = g_strdup (self->media);
  copy->sha256 = g_strdup (self->sha256);
  copy->fallback = g_strdup (self->fallback);
  copy->series_uid = g_strdup (self->series_uid);
  return copy;
}

static const gchar *or_empty (const gchar *text) {
  return text != NULL ? text : "";
}

gchar *po_item_run_key (const PoItem *self) {
  return g_strdup_printf ("%s|%s|%s|%d|%s|%s|%" G_GINT64_FORMAT "|%" G_GINT64_FORMAT,
                          po_item_kind_to_string (self->kind), or_empty (self->uid), or_empty (self->instance),
                          self->part, or_empty (self->media), or_empty (self->sha256), self->media_in_ns,
                          self->media_origin);
}

static void hash_text (GChecksum *checksum, const gchar *text) {
  g_checksum_update (checksum, (const guchar *)or_empty (text), (gssize)strlen (or_empty (text)) + 1);
}

// All that an item says, each text with the NUL that ends it; a year's plan has millions of them.
static void hash_item (GChecksum *checksum, const PoItem *item) {
  const gint64 numbers[] = {item->start,       item->end,          item->kind,         item->reason,     item->part,
                            item->media_in_ns, item->media_out_ns, item->media_origin, item->slot_start, item->slot_end,
                            item->start_type,  item->end_type,     item->episode,      item->held};
  g_checksum_update (checksum, (const guchar *)numbers, sizeof numbers);
  hash_text (checksum, item->uid);
  hash_text (checksum, item->instance);
  hash_text (checksum, item->media);
  hash_text (checksum, item->sha256);
  hash_text (checksum, item->title);
  hash_text (checksum, item->fallback);
}

PoRundown *po_rundown_new (PoRate rate, GPtrArray *items) {
  PoRundown *self = g_new0 (PoRundown, 1);
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  self->ref_count = 1;
  self->rate = rate;
  self->items = items;
  g_ptr_array_set_free_func (items, (GDestroyNotify)po_item_free);
  for (guint i = 0; i < items->len; i++)
    hash_item (checksum, items->pdata[i]);
  self->revision = g_strdup (g_checksum_get_string (checksum));
  return self;
}

PoRundown *po_rundown_ref (PoRundown *self) {
  g_atomic_int_inc (&self->ref_count);
  return self;
}

void po_rundown_unref (PoRundown *self) {
  if (self == NULL || !g_atomic_int_dec_and_test (&self->ref_count))
    return;
  g_ptr_array_unref (self->items);
  g_free (self->revision);
  g_free (self);
}

PoRate po_rundown_rate (PoRundown *self) {
  return self->rate;
}

PoFrame po_rundown_start (PoRundown *self) {
  return self->items->len > 0 ? ((PoItem *)self->items->pdata[0])->start : PO_FRAME_NONE;
}

PoFrame po_rundown_end (PoRundown *self) {
  return self->items->len > 0 ? ((PoItem *)self->items->pdata[self->items->len - 1])->end : PO_FRAME_NONE;
}

guint po_rundown_size (PoRundown *self) {
  return self->items->len;
}

const PoItem *po_rundown_item (PoRundown *self, guint index) {
  return index < self->items->len ? self->items->pdata[index] : NULL;
}

gint po_rundown_index_at (PoRundown *self, PoFrame frame) {
  guint low = 0, high = self->items->len;
  while (low < high) {
    guint middle = low + (high - low) / 2;
    const PoItem *item = self->items->pdata[middle];
    if (frame < item->start)
      high = middle;
    else if (frame >= item->end)
      low = middle + 1;
    else
      return (gint)middle;
  }
  return -1;
}

const PoItem *po_rundown_at (PoRundown *self, PoFrame frame) {
  gint index = po_rundown_index_at (self, frame);
  return index < 0 ? NULL : self->items->pdata[index];
}

const gchar *po_rundown_revision (PoRundown *self) {
  return self->revision;
}
