// SPDX-License-Identifier: GPL-3.0-or-later
#include "rundown/serving.h"

#include <string.h>

#include "rundown/servings.h"

const gchar *po_served_by_to_string (PoServedBy by) {
  static const gchar *const names[] = {"nothing",  "attachment", "template", "folder",  "pin",
                                       "location", "command",    "live",     "fallback"};
  return names[by];
}

static void serving_free (gpointer data) {
  PoServing *self = data;
  po_occurrence_unref (self->occurrence);
  g_free (self->instance);
  g_free (self->media);
  g_free (self->place);
  g_free (self->problem);
  g_free (self);
}

static GPtrArray *servings_new (void) {
  return g_ptr_array_new_with_free_func (serving_free);
}

static void set_part (PoServing *self, const PoPart *part) {
  self->by = part->by;
  self->media = g_strdup (part->media);
  self->place = g_strdup (part->place);
  self->problem = g_strdup (part->problem);
  self->is_unfit = part->is_there && part->media == NULL;
  self->is_awaited = part->is_awaited;
}

// What the slot leaves of the part that begins @before frames after the slot's start, and the last part of the slot.
static void set_fit (PoServing *self, const PoPlanEvent *event, const PoPart *part, PoFrame before) {
  const PoFrame slot = event->end - event->start, behind = before + part->frames;
  if (part->media == NULL || event->end_type == PO_END_MEDIA || behind >= PO_FRAMES_ENDLESS || slot <= 0)
    return;
  if (behind > slot)
    self->cut = MIN (behind - slot, part->frames);
  else if (self->is_last)
    self->lacking = slot - behind;
}

static PoServing *add (GPtrArray *servings, const PoPlanEvent *event, gint part) {
  PoServing *self = g_new0 (PoServing, 1);
  self->occurrence = po_occurrence_ref (event->occurrence);
  self->instance = g_strdup (event->instance);
  self->part = part;
  self->is_last = part + 1 >= (gint)event->parts->len;
  self->episode = event->episode;
  self->start = event->start;
  self->end = event->end;
  self->start_type = event->start_type;
  self->is_tentative = event->tentative;
  self->is_inserted = event->synthetic;
  self->air = PO_FRAME_NONE;
  g_ptr_array_add (servings, self);
  return self;
}

// @event knows its parts.
static void add_event (GPtrArray *servings, const PoPlanEvent *event) {
  PoFrame before = 0;
  if (event->parts->len == 0 && !event->occurrence->date_only)
    add (servings, event, -1);
  for (guint i = 0; i < event->parts->len; i++) {
    const PoPart *part = event->parts->pdata[i];
    PoServing *self = add (servings, event, (gint)i);
    set_part (self, part);
    set_fit (self, event, part, before);
    before = MIN (before + part->frames, PO_FRAMES_MOST);
  }
}

static gchar *key_of (const gchar *uid, const gchar *instance, gint part) {
  return g_strdup_printf ("%s\n%s\n%d", uid, instance, part);
}

// When each part first comes on air: key -> PoItem.
static GHashTable *first_items (PoRundown *rundown) {
  GHashTable *first = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  for (guint i = 0; i < po_rundown_size (rundown); i++) {
    const PoItem *item = po_rundown_item (rundown, i);
    if (item->part < 0 || item->uid == NULL || item->instance == NULL)
      continue;
    g_autofree gchar *key = key_of (item->uid, item->instance, item->part);
    if (!g_hash_table_contains (first, key))
      g_hash_table_insert (first, g_steal_pointer (&key), (gpointer)item);
  }
  return first;
}

// What an operator put on air, which no calendar knows.
static void add_inserted (GPtrArray *servings, const PoItem *item, PoRate rate) {
  PoServing *self = g_new0 (PoServing, 1);
  PoOccurrence *occurrence = po_occurrence_new ();
  occurrence->uid = g_strdup (item->uid);
  occurrence->instance = g_strdup (item->instance);
  occurrence->summary = g_strdup (item->title);
  occurrence->categories = g_new0 (gchar *, 1);
  occurrence->start_ns = occurrence->original_ns = po_frame_to_time_floor (item->start, rate);
  occurrence->end_ns = po_frame_to_time_floor (item->end, rate);
  self->occurrence = occurrence;
  self->instance = g_strdup (item->instance);
  self->is_last = self->is_inserted = TRUE;
  self->by = PO_SERVED_BY_COMMAND;
  self->media = g_strdup (item->media);
  self->start = self->air = item->start;
  self->end = item->end;
  self->start_type = item->start_type;
  g_ptr_array_add (servings, self);
}

// @live, served by the clip at @path.
static PoServing *fallback_of (const PoServing *live, const gchar *path) {
  PoServing *self = g_memdup2 (live, sizeof *live);
  po_occurrence_ref (self->occurrence);
  self->instance = g_strdup (live->instance);
  self->by = PO_SERVED_BY_FALLBACK;
  self->media = g_strdup (path);
  self->place = self->problem = NULL;
  return self;
}

static void add_fallbacks (GPtrArray *servings, PoMediaTable *table) {
  const guint count = servings->len;
  for (guint i = 0; table != NULL && i < count; i++) {
    const PoServing *live = servings->pdata[i];
    const gchar *typed = live->by == PO_SERVED_BY_LIVE && live->media != NULL ? live->occurrence->fallback : NULL;
    const PoMediaFacts *facts = typed != NULL ? po_media_table_resolve (table, typed, NULL) : NULL;
    if (facts != NULL)
      g_ptr_array_add (servings, fallback_of (live, facts->path));
  }
}

static gint compare_servings (gconstpointer a, gconstpointer b) {
  const PoServing *left = *(PoServing *const *)a, *right = *(PoServing *const *)b;
  const PoFrame from = left->air != PO_FRAME_NONE ? left->air : left->start;
  const PoFrame to = right->air != PO_FRAME_NONE ? right->air : right->start;
  if (from != to)
    return from < to ? -1 : 1;
  const gint order = strcmp (left->occurrence->uid, right->occurrence->uid);
  return order != 0 ? order : left->part - right->part;
}

GPtrArray *po_servings_collect (PoSim *sim, PoBook *book, PoRundown *rundown, PoFrame from, PoFrame to) {
  GPtrArray *servings = servings_new ();
  PoPlanEventSet *set = po_sim_set (sim);
  g_autoptr (GHashTable) first = first_items (rundown);
  for (guint i = 0; i < po_plan_event_set_size (set); i++) {
    PoPlanEvent *event = po_plan_event_set_get (set, i);
    if (event->start >= to)
      break;
    if (event->end <= from || po_book_is_cancelled (book, event->occurrence->uid, event->instance))
      continue;
    po_plan_event_parts (event, po_plan_event_set_resolver (set));
    add_event (servings, event);
  }
  for (guint i = 0; i < servings->len; i++) {
    PoServing *self = servings->pdata[i];
    g_autofree gchar *key = key_of (self->occurrence->uid, self->instance, self->part);
    const PoItem *item = g_hash_table_lookup (first, key);
    if (item != NULL)
      self->air = item->start;
    g_hash_table_remove (first, key);
  }
  GHashTableIter iter;
  gpointer item = NULL;
  g_hash_table_iter_init (&iter, first);
  while (g_hash_table_iter_next (&iter, NULL, &item))
    if (((PoItem *)item)->kind == PO_ITEM_MEDIA && ((PoItem *)item)->reason == PO_REASON_COMMAND)
      add_inserted (servings, item, po_rundown_rate (rundown));
  add_fallbacks (servings, po_resolver_table (po_plan_event_set_resolver (set)));
  g_ptr_array_sort (servings, compare_servings);
  return servings;
}

// ---- without a plan ----

static PoBook *book_of (const PoPlanSettings *settings, GPtrArray *journal) {
  PoBook *book = po_book_new (settings->zone);
  for (guint i = 0; i < journal->len; i++)
    po_book_note (book, journal->pdata[i]);
  return book;
}

GPtrArray *po_plan_servings_of (const PoPlanSettings *settings, const PoPlanSource *source, GPtrArray *journal,
                                PoOccurrence *occurrence) {
  GPtrArray *servings = servings_new ();
  g_autoptr (PoBook) book = book_of (settings, journal);
  g_autoptr (PoPlanEventSet) set = po_plan_event_set_new (settings, source, book, occurrence->start_ns);
  const gchar *instance = po_book_instance (book, occurrence->uid, occurrence->instance);
  po_plan_event_set_load (set, occurrence->start_ns + 1);
  PoPlanEvent *event = po_plan_event_set_find (set, occurrence->uid, instance);
  if (event == NULL || po_book_is_cancelled (book, occurrence->uid, instance))
    return servings;
  po_plan_event_parts (event, po_plan_event_set_resolver (set));
  add_event (servings, event);
  return servings;
}

PoOccurrence *po_plan_find (const PoPlanSettings *settings, const PoPlanSource *source, GPtrArray *journal,
                            GPtrArray *occurrences, const gchar *instance, gint64 episode) {
  g_autoptr (PoBook) book = book_of (settings, journal);
  g_autoptr (PoResolver) resolver = po_resolver_new (settings, source, book);
  for (guint i = 0; i < occurrences->len; i++) {
    PoOccurrence *one = occurrences->pdata[i];
    if (instance != NULL ? strcmp (po_book_instance (book, one->uid, one->instance), instance) == 0
                         : one->recurring && po_resolver_episode (resolver, one) == episode)
      return one;
  }
  return NULL;
}

// ---- pools ----

// Of what is asked of a season: what airs every minute of it, listed at once, is a gigabyte.
#define POOL_PIECE_NS ((gint64)7 * 24 * 3600 * PO_NS_PER_SECOND)

// What makes two pools the same: a daily series of them is looked up once, unless its file changes with the day.
static gchar *pool_key (const PoOccurrence *o) {
  GString *key = g_string_new (o->location_media);
  for (guint i = 0; i < o->n_attach; i++) {
    g_string_append_printf (key, "\n%s", o->attach[i].uri);
    if (strchr (o->attach[i].uri, '{') != NULL)
      g_string_append_printf (key, "\n%s", o->instance);
  }
  return g_string_free (key, FALSE);
}

void po_plan_pool (const PoPlanSettings *settings, const PoPlanSource *source, GPtrArray *journal, PoFrame from,
                   PoFrame to, GHashTable *paths) {
  g_autoptr (PoBook) book = book_of (settings, journal);
  g_autoptr (PoResolver) resolver = po_resolver_new (settings, source, book);
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GPtrArray) clips = g_ptr_array_new_with_free_func ((GDestroyNotify)po_part_unref);
  const PoTimeNs to_ns = po_frame_to_time_floor (to, settings->rate);
  for (PoTimeNs at_ns = po_frame_to_time_floor (from, settings->rate), next_ns; at_ns < to_ns; at_ns = next_ns) {
    next_ns = MIN (at_ns + POOL_PIECE_NS, to_ns);
    g_autoptr (GPtrArray) list = source->occurrences (source->user, po_book_schedule_rev (book), at_ns, next_ns);
    for (guint i = 0; i < list->len; i++) {
      const PoOccurrence *one = list->pdata[i];
      g_autofree gchar *key = one->transparent ? pool_key (one) : NULL;
      if (key != NULL && g_hash_table_add (seen, g_steal_pointer (&key)))
        po_resolver_pool_of (resolver, one, clips);
    }
  }
  if (settings->filler_media != NULL)
    po_resolver_pool (resolver, settings->filler_media, NULL, clips);
  for (guint i = 0; i < clips->len; i++)
    g_hash_table_add (paths, g_strdup (((PoPart *)clips->pdata[i])->media));
}
