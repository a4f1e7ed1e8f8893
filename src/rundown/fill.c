// SPDX-License-Identifier: GPL-3.0-or-later
#include "rundown/fill.h"

#include <string.h>

#define DAY_NS      (86400 * PO_NS_PER_SECOND)
#define ANNOUNCE_NS DAY_NS // what comes later than that is not announced

// What is remembered of a file until midnight.
typedef struct {
  gint64 plays;
  gint64 last;       // sequence number of its last play; 0 = none
  gchar *failed_run; // (nullable) it is not taken again until this one has recovered
} Memory;

typedef struct {
  PoPart *part;
  gint64 turn;    // place in today's order
  Memory *memory; // of the day's table
} Clip;

struct _PoFill {
  const PoPlanSettings *settings;
  PoBook *book;

  // The day.
  gint64 day;
  gboolean has_day;
  GHashTable *memories; // path -> Memory
  gint64 sequence;

  // The pool, as long as the same events offer it.
  PoPlanEventSet *set;
  PoFrame pool_until;        // nothing is offered or withdrawn before
  guint pools_passed;        // of the set's list, all ended
  guint titled_from, titled; // from the first to before the second, no event of the set can be announced
  gchar *pool_key;           // what was asked for
  GHashTable *offers;        // PoOccurrence of the set -> what it offers today, interned
  GStringChunk *interned;
  GArray *clips;        // Clip, in name order
  gboolean clips_stale; // memory must be tied to them again

  // What is on.
  PoFrame last_end;
  const PoPlanEvent *owner;
  PoReason reason;
  const PoPart *clip; // NULL = card
  PoPart *clip_ref;
  PoFrame origin, until;
  gboolean has_current;
};

static void memory_free (Memory *self) {
  g_free (self->failed_run);
  g_free (self);
}

static void remember_failed (Memory *self, gchar *run_key) {
  g_free (self->failed_run);
  self->failed_run = run_key;
}

static void clip_clear (Clip *clip) {
  po_part_unref (clip->part);
}

PoFill *po_fill_new (const PoPlanSettings *settings, PoBook *book) {
  PoFill *self = g_new0 (PoFill, 1);
  self->settings = settings;
  self->book = book;
  self->memories = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)memory_free);
  self->offers = g_hash_table_new (NULL, NULL);
  self->interned = g_string_chunk_new (1024);
  self->clips = g_array_new (FALSE, FALSE, sizeof (Clip));
  g_array_set_clear_func (self->clips, (GDestroyNotify)clip_clear);
  self->last_end = PO_FRAME_NONE;
  self->pool_until = PO_FRAME_NONE;
  return self;
}

void po_fill_free (PoFill *self) {
  if (self == NULL)
    return;
  g_clear_pointer (&self->clip_ref, po_part_unref);
  g_hash_table_unref (self->memories);
  g_hash_table_unref (self->offers);
  g_string_chunk_free (self->interned);
  g_array_unref (self->clips);
  g_free (self->pool_key);
  g_free (self);
}

// --- The pool ---

static PoFrame frame_of (PoFill *self, PoTimeNs time_ns) {
  return po_frame_from_time_ceil (time_ns, self->settings->rate);
}

// The TRANSPARENT occurrences that cover @now. (transfer container)
static GPtrArray *offered (PoFill *self, PoFrame now) {
  GPtrArray *pools = po_plan_event_set_pools (self->set);
  GPtrArray *covering = g_ptr_array_new ();
  gboolean all_passed = TRUE;
  // The set knows two days ahead: later pools are looked for in time.
  self->pool_until = now + po_frames_from_duration_ceil (DAY_NS, self->settings->rate);
  for (guint i = self->pools_passed; i < pools->len; i++) {
    PoOccurrence *pool = pools->pdata[i];
    PoFrame start = frame_of (self, pool->start_ns), end = frame_of (self, pool->end_ns);
    if (start > now) {
      self->pool_until = MIN (self->pool_until, start);
      break;
    }
    if (end <= now) {
      self->pools_passed += all_passed;
      continue;
    }
    all_passed = FALSE;
    self->pool_until = MIN (self->pool_until, end);
    if (pool->status == PO_STATUS_CONFIRMED)
      g_ptr_array_add (covering, pool);
  }
  return covering;
}

static gint compare_clips (gconstpointer a, gconstpointer b) {
  const PoPart *left = ((const Clip *)a)->part, *right = ((const Clip *)b)->part;
  gint order = po_natural_compare (left->media, right->media);
  if (order != 0)
    return order;
  return left->in_ns != right->in_ns ? (left->in_ns < right->in_ns ? -1 : 1)
                                     : (left->out_ns > right->out_ns) - (left->out_ns < right->out_ns);
}

static void set_clips (PoFill *self, GPtrArray *parts) {
  g_array_set_size (self->clips, 0);
  for (guint i = 0; i < parts->len; i++) {
    Clip clip = {.part = po_part_ref (parts->pdata[i])};
    g_array_append_val (self->clips, clip);
  }
  g_array_sort (self->clips, compare_clips);
  for (guint i = self->clips->len; i > 1; i--) {
    if (compare_clips (&g_array_index (self->clips, Clip, i - 1), &g_array_index (self->clips, Clip, i - 2)) == 0)
      g_array_remove_index (self->clips, i - 1);
  }
  self->clips_stale = TRUE;
}

// What @pool offers today: the same string for all that offer the same.
static const gchar *offer_of (PoFill *self, const PoOccurrence *pool) {
  const gchar *known = g_hash_table_lookup (self->offers, pool);
  if (known != NULL)
    return known;
  g_autoptr (GString) key = g_string_new (NULL);
  for (guint i = 0; i < pool->n_attach; i++) {
    const PoAttach *attach = &pool->attach[i];
    g_string_append_printf (key, "%s\n%" G_GINT64_FORMAT " %d %" G_GINT64_FORMAT " %d %d %d\n", attach->uri,
                            attach->som.offset_ns, attach->som.frames, attach->eom.offset_ns, attach->eom.frames,
                            attach->som.timecode, attach->eom.timecode);
    if (strchr (attach->uri, '{') != NULL) // its fields are of the instance
      g_string_append_printf (key, "%s %s %" G_GINT64_FORMAT "\n", pool->uid, pool->instance, self->day);
  }
  if (pool->n_attach == 0 && pool->location_media != NULL)
    g_string_append_printf (key, "%s\n", pool->location_media);
  known = g_string_chunk_insert_const (self->interned, key->str);
  g_hash_table_insert (self->offers, (gpointer)pool, (gpointer)known);
  return known;
}

// Leaves of @pools one for each offer; what they offer together. (transfer full)
static gchar *unite_offers (PoFill *self, GPtrArray *pools) {
  g_autoptr (GHashTable) known = g_hash_table_new (NULL, NULL);
  GString *key = g_string_new (NULL);
  guint kept = 0;
  g_string_append_printf (key, "%p\n", (gpointer)self->set);
  for (guint i = 0; i < pools->len; i++) {
    const gchar *offer = offer_of (self, pools->pdata[i]);
    if (!g_hash_table_add (known, (gpointer)offer))
      continue;
    g_string_append (key, offer);
    pools->pdata[kept++] = pools->pdata[i];
  }
  g_ptr_array_set_size (pools, (gint)kept);
  return g_string_free (key, FALSE);
}

static void look_up_pool (PoFill *self, PoFrame now) {
  PoResolver *resolver = po_plan_event_set_resolver (self->set);
  g_autoptr (GPtrArray) covering = offered (self, now);
  g_autofree gchar *key = unite_offers (self, covering);
  if (g_strcmp0 (key, self->pool_key) == 0)
    return;
  g_autoptr (GPtrArray) parts = g_ptr_array_new_with_free_func ((GDestroyNotify)po_part_unref);
  for (guint i = 0; i < covering->len; i++)
    po_resolver_pool_of (resolver, covering->pdata[i], parts);
  if (parts->len == 0 && self->settings->filler_media != NULL)
    po_resolver_pool (resolver, self->settings->filler_media, NULL, parts);
  set_clips (self, parts);
  g_free (self->pool_key);
  self->pool_key = g_steal_pointer (&key);
}

// Ties the clips to what is known of them today. One that joins in the course of the day has no arrears to make up.
static void tie_memory (PoFill *self) {
  gint64 least = G_MAXINT64;
  guint size = self->clips->len;
  for (guint i = 0; i < size; i++) {
    Clip *clip = &g_array_index (self->clips, Clip, i);
    clip->turn = ((gint64)i - self->day % size + size) % size;
    clip->memory = g_hash_table_lookup (self->memories, clip->part->media);
    if (clip->memory != NULL)
      least = MIN (least, clip->memory->plays);
  }
  for (guint i = 0; i < size; i++) {
    Clip *clip = &g_array_index (self->clips, Clip, i);
    if (clip->memory != NULL)
      continue;
    clip->memory = g_hash_table_lookup (self->memories, clip->part->media);
    if (clip->memory != NULL)
      continue;
    clip->memory = g_new0 (Memory, 1);
    clip->memory->plays = least == G_MAXINT64 ? 0 : least;
    g_hash_table_insert (self->memories, g_strdup (clip->part->media), clip->memory);
  }
  self->clips_stale = FALSE;
}

// --- The choice ---

static gboolean was_just_on (PoFill *self, const Clip *clip) {
  gint64 spacing = self->clips->len / 3;
  return clip->memory->last > 0 && clip->memory->last + spacing > self->sequence;
}

static gboolean is_better (PoFill *self, const Clip *a, const Clip *b) {
  gboolean a_late = was_just_on (self, a), b_late = was_just_on (self, b);
  if (a_late != b_late)
    return b_late;
  if (!a_late && a->memory->plays != b->memory->plays)
    return a->memory->plays < b->memory->plays;
  if (a->memory->last != b->memory->last)
    return a->memory->last < b->memory->last;
  return a->turn < b->turn;
}

static gboolean is_out (PoFill *self, const Clip *clip) {
  return clip->memory->failed_run != NULL && po_book_has_failed (self->book, clip->memory->failed_run);
}

// Whether a longer gap would have a clip; none is longer than a day.
static gboolean has_playable (PoFill *self) {
  const PoFrame day = po_frames_from_duration_ceil (DAY_NS, self->settings->rate);
  for (guint i = 0; i < self->clips->len; i++) {
    const Clip *clip = &g_array_index (self->clips, Clip, i);
    if (clip->part->frames <= day && !is_out (self, clip))
      return TRUE;
  }
  return FALSE;
}

static Clip *choose (PoFill *self, const PoSpan *span, PoFrame now, PoFrame room) {
  for (;;) {
    Clip *best = NULL;
    for (guint i = 0; i < self->clips->len; i++) {
      Clip *clip = &g_array_index (self->clips, Clip, i);
      if (clip->part->frames <= room && !is_out (self, clip) && (best == NULL || is_better (self, clip, best)))
        best = clip;
    }
    if (best == NULL || !po_book_any_failed (self->book))
      return best;
    g_autofree gchar *key = po_lineup_filler_key (span, best->part, now);
    if (!po_book_has_failed (self->book, key))
      return best;
    remember_failed (best->memory, g_steal_pointer (&key));
  }
}

static void begin_day (PoFill *self, PoFrame now) {
  PoTimeNs now_ns = po_frame_to_time_floor (now, self->settings->rate);
  gint64 day = po_time_local_day_number (now_ns, self->settings->zone);
  if (self->has_day && day == self->day)
    return;
  self->day = day;
  self->has_day = TRUE;
  self->sequence = 0;
  g_hash_table_remove_all (self->memories);
  g_hash_table_remove_all (self->offers);
  self->clips_stale = TRUE;
  self->has_current = FALSE;
}

static gboolean is_broken_off (PoFill *self, const PoSpan *span) {
  if (span->cut)
    return TRUE;
  if (self->clip == NULL || (span->ended_run == NULL && !po_book_any_failed (self->book)))
    return FALSE;
  g_autofree gchar *key = po_lineup_filler_key (span, self->clip, self->origin);
  gboolean failed = po_book_has_failed (self->book, key);
  Memory *memory = failed ? g_hash_table_lookup (self->memories, self->clip->media) : NULL;
  if (memory != NULL)
    remember_failed (memory, g_strdup (key));
  return failed || g_strcmp0 (key, span->ended_run) == 0;
}

static void set_current (PoFill *self, PoPart *clip, PoFrame origin, PoFrame until) {
  PoPart *old = self->clip_ref;
  self->clip_ref = clip != NULL ? po_part_ref (clip) : NULL;
  self->clip = self->clip_ref;
  self->origin = origin;
  self->until = until;
  self->has_current = TRUE;
  if (old != NULL)
    po_part_unref (old);
}

static void decide (PoFill *self, const PoSpan *span, PoFrame now) {
  PoFrame limit = MAX (span->known_end, span->end);
  if (now >= self->pool_until)
    look_up_pool (self, now);
  if (self->clips_stale)
    tie_memory (self);
  Clip *clip = choose (self, span, now, limit - now);
  if (clip != NULL) {
    clip->memory->plays++;
    clip->memory->last = ++self->sequence;
    set_current (self, clip->part, now, now + clip->part->frames);
    return;
  }
  gboolean goes_on = self->has_current && self->clip == NULL && self->until == now;
  set_current (self, NULL, goes_on ? self->origin : now, MIN (limit, MAX (self->pool_until, now + 1)));
}

static gboolean may_be_announced (const PoPlanEvent *event) {
  return !event->tentative && *event->occurrence->summary != '\0';
}

// The first event of the set, which may have grown, from @i on that may be announced; its size: none. Found once for
// all before it.
static guint next_titled (PoFill *self, guint i) {
  if (i < self->titled_from || i > self->titled)
    self->titled_from = self->titled = i;
  while (self->titled < po_plan_event_set_size (self->set) &&
         !may_be_announced (po_plan_event_set_get (self->set, self->titled)))
    self->titled++;
  return self->titled;
}

// What to announce at @now, or NULL.
static const gchar *next_title (PoFill *self, PoFrame now) {
  PoFrame limit = now + po_frames_from_duration_ceil (ANNOUNCE_NS, self->settings->rate);
  guint i = next_titled (self, po_plan_event_set_first_at (self->set, now + 1));
  for (; i < po_plan_event_set_size (self->set); i = next_titled (self, i + 1)) {
    const PoPlanEvent *event = po_plan_event_set_get (self->set, i);
    if (event->start > limit)
      return NULL;
    if (!po_book_is_cancelled (self->book, event->occurrence->uid, event->instance))
      return event->occurrence->summary;
  }
  return NULL;
}

static void emit (PoFill *self, const PoSpan *span, PoFrame start, PoFrame end, PoLineup *lineup) {
  if (self->clip != NULL) {
    po_lineup_add_filler (lineup, span, self->clip, self->origin, start, end);
  } else if (po_lineup_wants (lineup, start, end)) {
    const gchar *next = next_title (self, self->origin);
    if (next != NULL || has_playable (self))
      po_lineup_add_card (lineup, span, next, self->origin, start, end);
    else
      po_lineup_add_bare (lineup, span, self->origin, start, end);
  }
}

void po_fill_span (PoFill *self, PoPlanEventSet *set, const PoSpan *span, PoLineup *lineup) {
  begin_day (self, span->start);
  if (self->set != set) {
    self->set = set;
    self->pools_passed = 0;
    self->titled_from = 1; // nothing is known
    self->titled = 0;
    self->pool_until = PO_FRAME_NONE;
    g_hash_table_remove_all (self->offers);
  }
  gboolean continues = self->last_end == span->start && po_plan_event_same_or_none (self->owner, span->event) &&
                       self->reason == span->reason;
  if (!continues || is_broken_off (self, span))
    self->has_current = FALSE;
  if (self->has_current && self->clip == NULL && span->fresh)
    self->until = span->start; // what is left over may be more now
  PoFrame now = span->start;
  while (now < span->end) {
    if (!self->has_current || self->until <= now)
      decide (self, span, now);
    PoFrame end = MIN (self->until, span->end);
    emit (self, span, now, end, lineup);
    now = end;
  }
  self->last_end = span->end;
  self->owner = span->event;
  self->reason = span->reason;
}
