// SPDX-License-Identifier: GPL-3.0-or-later
#include "rundown/lineup.h"

struct _PoLineup {
  PoFrame from, to;
  GPtrArray *items; // PoItem, owned
};

PoLineup *po_lineup_new (PoFrame from, PoFrame to) {
  PoLineup *self = g_new0 (PoLineup, 1);
  self->from = from;
  self->to = to;
  self->items = g_ptr_array_new_with_free_func ((GDestroyNotify)po_item_free);
  return self;
}

void po_lineup_free (PoLineup *self) {
  if (self == NULL)
    return;
  g_clear_pointer (&self->items, g_ptr_array_unref);
  g_free (self);
}

gboolean po_lineup_wants (PoLineup *self, PoFrame start, PoFrame end) {
  return start < self->to && end > self->from;
}

static gboolean is_same_run (const PoItem *a, const PoItem *b) {
  return a->kind == b->kind && a->reason == b->reason && a->held == b->held && a->part == b->part &&
         a->media_origin == b->media_origin && a->media_in_ns == b->media_in_ns && g_strcmp0 (a->uid, b->uid) == 0 &&
         g_strcmp0 (a->instance, b->instance) == 0 && g_strcmp0 (a->media, b->media) == 0 &&
         g_strcmp0 (a->sha256, b->sha256) == 0 && g_strcmp0 (a->title, b->title) == 0 &&
         a->slot_start == b->slot_start && a->slot_end == b->slot_end;
}

// @item describes; its strings are copied only when it becomes an item of its own.
static void add (PoLineup *self, const PoItem *item) {
  PoFrame start = MAX (item->start, self->from), end = MIN (item->end, self->to);
  if (start >= end)
    return;
  PoItem *last = self->items->len > 0 ? self->items->pdata[self->items->len - 1] : NULL;
  if (last != NULL && last->end == start && is_same_run (last, item)) {
    last->end = end;
    last->due = item->due;
    return;
  }
  PoItem *copy = po_item_copy (item);
  copy->start = start;
  copy->end = end;
  g_ptr_array_add (self->items, copy);
}

// What an item tells of the event that owns its air. Strings stay the event's.
static PoItem item_for (const PoSpan *span, PoItemKind kind, PoFrame start, PoFrame end) {
  const PoPlanEvent *event = span->event;
  PoItem item = {.start = start,
                 .end = end,
                 .kind = kind,
                 .reason = span->reason,
                 .part = -1,
                 .media_out_ns = -1,
                 .held = span->held,
                 .slot_start = PO_FRAME_NONE,
                 .slot_end = PO_FRAME_NONE,
                 .due = PO_FRAME_NONE};
  item.title = "";
  if (event == NULL)
    return item;
  item.uid = event->occurrence->uid;
  item.instance = event->instance;
  item.title = event->occurrence->summary;
  item.slot_start = event->start;
  item.slot_end = event->end;
  item.start_type = event->start_type;
  item.end_type = event->end_type;
  item.join = event->join;
  item.episode = event->episode;
  item.series_uid = event->occurrence->series_uid != NULL ? event->occurrence->series_uid : event->occurrence->uid;
  return item;
}

static const gchar *resolve_fallback (const gchar *typed, PoMediaTable *table) {
  const PoMediaFacts *facts = typed != NULL && table != NULL ? po_media_table_resolve (table, typed, NULL) : NULL;
  return facts != NULL ? facts->path : typed;
}

void po_lineup_add_span (PoLineup *self, const PoSpan *span, PoMediaTable *table) {
  if (!po_lineup_wants (self, span->start, span->end))
    return;
  if (span->kind == PO_SPAN_SLATE) {
    PoItem slate = item_for (span, PO_ITEM_SLATE, span->start, span->end);
    add (self, &slate);
    return;
  }
  const PoPart *media = span->media;
  PoItem item = item_for (span, media->live ? PO_ITEM_LIVE : PO_ITEM_MEDIA, span->start, span->end);
  item.part = span->part;
  item.media = media->media;
  item.sha256 = media->sha256;
  item.media_kind = media->kind;
  item.media_in_ns = span->in_ns;
  item.media_som_ns = media->live || media->still ? 0 : media->in_ns;
  item.media_origin = span->origin;
  item.media_out_ns = media->out_ns;
  item.media_end = span->media_end;
  item.put_off = media->live || media->still ? 0 : span->put_off;
  item.picked = media->picked;
  item.due = span->due;
  if (media->live)
    item.fallback = resolve_fallback (span->event->occurrence->fallback, table);
  add (self, &item);
}

static PoItem filler_item (const PoSpan *span, const PoPart *clip, PoFrame origin, PoFrame start, PoFrame end) {
  PoItem item = item_for (span, PO_ITEM_FILLER, start, end);
  item.media = clip->media;
  item.sha256 = clip->sha256;
  item.media_kind = clip->kind;
  item.media_in_ns = clip->in_ns;
  item.media_som_ns = clip->in_ns;
  item.media_origin = origin;
  item.media_out_ns = clip->out_ns;
  return item;
}

gchar *po_lineup_filler_key (const PoSpan *span, const PoPart *clip, PoFrame origin) {
  PoItem item = filler_item (span, clip, origin, origin, origin + 1);
  return po_item_run_key (&item);
}

void po_lineup_add_filler (PoLineup *self, const PoSpan *span, const PoPart *clip, PoFrame origin, PoFrame start,
                           PoFrame end) {
  if (!po_lineup_wants (self, start, end))
    return;
  g_autofree gchar *title = g_path_get_basename (clip->media);
  PoItem item = filler_item (span, clip, origin, start, end);
  if (span->event == NULL)
    item.title = title;
  add (self, &item);
}

void po_lineup_add_card (PoLineup *self, const PoSpan *span, const gchar *next, PoFrame origin, PoFrame start,
                         PoFrame end) {
  PoItem item = item_for (span, PO_ITEM_CARD, start, end);
  item.media_origin = origin;
  if (span->event == NULL && next != NULL)
    item.title = next;
  add (self, &item);
}

void po_lineup_add_bare (PoLineup *self, const PoSpan *span, PoFrame origin, PoFrame start, PoFrame end) {
  PoItem item = item_for (span, PO_ITEM_SLATE, start, end);
  item.media_origin = origin;
  if (item.reason == PO_REASON_COMMAND)
    item.reason = PO_REASON_GAP; // filler was commanded, and not the slate
  add (self, &item);
}

GPtrArray *po_lineup_steal (PoLineup *self) {
  GPtrArray *items = g_steal_pointer (&self->items);
  self->items = g_ptr_array_new_with_free_func ((GDestroyNotify)po_item_free);
  return items;
}
