// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/item.h"

#include <string.h>

struct _PoRundown {
  gint ref_count; // atomic
  PoRate rate;
  GPtrArray *items; // PoItem, owned, adjoining
  gchar *revision;  // atomic; NULL until it is asked for
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
  g_free (self);
}

PoItem *po_item_copy (const PoItem *self) {
  PoItem described = *self;
  const gchar **const texts[] = {&described.uid,    &described.instance, &described.title,     &described.media,
                                 &described.sha256, &described.fallback, &described.series_uid};
  gsize sizes[G_N_ELEMENTS (texts)], total = sizeof *self;
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    total += sizes[i] = *texts[i] != NULL ? strlen (*texts[i]) + 1 : 0;
  PoItem *copy = g_malloc (total);
  gchar *at = (gchar *)(copy + 1);
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
    if (*texts[i] == NULL)
      continue;
    *texts[i] = memcpy (at, *texts[i], sizes[i]);
    at += sizes[i];
  }
  *copy = described;
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

gboolean po_item_is_endless (const PoItem *self) {
  return self->kind == PO_ITEM_SLATE && self->reason == PO_REASON_COMMAND;
}

PoFrame po_item_due (const PoItem *self) {
  return MIN (self->due, self->end);
}

gboolean po_run_key_is_filler (const gchar *run_key) {
  const gchar *kind = po_item_kind_to_string (PO_ITEM_FILLER);
  return g_str_has_prefix (run_key, kind) && run_key[strlen (kind)] == '|';
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
  self->ref_count = 1;
  self->rate = rate;
  self->items = items;
  g_ptr_array_set_free_func (items, (GDestroyNotify)po_item_free);
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
  const gchar *known = g_atomic_pointer_get (&self->revision);
  if (known != NULL)
    return known;
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  for (guint i = 0; i < self->items->len; i++)
    hash_item (checksum, self->items->pdata[i]);
  gchar *made = g_strdup (g_checksum_get_string (checksum));
  if (g_atomic_pointer_compare_and_exchange (&self->revision, NULL, made))
    return made;
  g_free (made); // another thread was sooner
  return g_atomic_pointer_get (&self->revision);
}
