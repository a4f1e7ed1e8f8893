// SPDX-License-Identifier: GPL-3.0-or-later
// Loading in growing pieces: a plan of a minute reads two days, a plan of a year a few long stretches. How far it has
// loaded never shows in a plan.
#include "rundown/event.h"

#include <string.h>

#define DAY_NS           (86400 * PO_NS_PER_SECOND)
#define FIRST_PIECE_NS   (2 * DAY_NS)
#define LONGEST_PIECE_NS (64 * DAY_NS)
#define FOLLOW_NS        (60 * PO_NS_PER_SECOND) // a FOLLOW follows what ends at most this far from its start

struct _PoPlanEventSet {
  const PoPlanSettings *settings;
  const PoPlanSource *source;
  PoBook *book;
  gchar *schedule_rev, *media_rev;
  guint pins_noted, names_noted; // when it was made
  gboolean lasts_by_media;       // the slots of some depend on which files they have
  PoResolver *resolver;
  PoTimeNs from_ns, loaded_ns; // every event that starts before loaded_ns and ends after from_ns is there
  gint64 piece_ns;
  GPtrArray *events;        // PoPlanEvent, owned, by start
  GPtrArray *by_end;        // PoPlanEvent, by end; kept only while something follows
  GPtrArray *pools, *notes; // PoOccurrence, owned
  GHashTable *by_identity;  // "uid\ninstance" -> PoPlanEvent; made when asked for
};

static void load_piece (PoPlanEventSet *self, PoTimeNs from_ns, PoTimeNs to_ns, gboolean first);

PoPlanEventSet *po_plan_event_set_new (const PoPlanSettings *settings, const PoPlanSource *source, PoBook *book,
                                       PoTimeNs from_ns) {
  PoPlanEventSet *self = g_new0 (PoPlanEventSet, 1);
  self->settings = settings;
  self->source = source;
  self->book = book;
  self->schedule_rev = g_strdup (po_book_schedule_rev (book));
  self->media_rev = g_strdup (po_book_media_rev (book));
  self->pins_noted = po_book_pins_noted (book);
  self->names_noted = po_book_names_noted (book);
  self->resolver = po_resolver_new (settings, source, book);
  self->from_ns = from_ns;
  self->piece_ns = FIRST_PIECE_NS;
  self->events = g_ptr_array_new_with_free_func ((GDestroyNotify)po_plan_event_free);
  self->by_end = g_ptr_array_new ();
  self->pools = g_ptr_array_new_with_free_func ((GDestroyNotify)po_occurrence_unref);
  self->notes = g_ptr_array_new_with_free_func ((GDestroyNotify)po_occurrence_unref);
  self->loaded_ns = from_ns;
  load_piece (self, from_ns, from_ns + self->piece_ns, TRUE);
  return self;
}

void po_plan_event_set_free (PoPlanEventSet *self) {
  if (self == NULL)
    return;
  g_free (self->schedule_rev);
  g_free (self->media_rev);
  g_clear_pointer (&self->by_identity, g_hash_table_unref);
  g_ptr_array_unref (self->by_end);
  g_ptr_array_unref (self->events);
  g_ptr_array_unref (self->pools);
  g_ptr_array_unref (self->notes);
  po_resolver_free (self->resolver);
  g_free (self);
}

PoResolver *po_plan_event_set_resolver (PoPlanEventSet *self) {
  return self->resolver;
}

gboolean po_plan_event_set_is_for (PoPlanEventSet *self, PoBook *book) {
  return g_strcmp0 (self->schedule_rev, po_book_schedule_rev (book)) == 0 &&
         g_strcmp0 (self->media_rev, po_book_media_rev (book)) == 0 &&
         self->names_noted == po_book_names_noted (book) &&
         (!self->lasts_by_media || self->pins_noted == po_book_pins_noted (book));
}

static gint compare_end (gconstpointer a, gconstpointer b) {
  const PoPlanEvent *left = *(PoPlanEvent *const *)a, *right = *(PoPlanEvent *const *)b;
  if (left->end != right->end)
    return left->end < right->end ? -1 : 1;
  return left->start != right->start ? (left->start < right->start ? -1 : 1)
                                     : strcmp (left->occurrence->uid, right->occurrence->uid);
}

static PoEndType end_type_of (const PoOccurrence *occurrence, gboolean zero) {
  gboolean live = occurrence->n_attach > 0 && occurrence->attach[occurrence->n_attach - 1].is_live;
  if (zero)
    return PO_END_MEDIA;
  return !occurrence->end_set && live ? PO_END_MANUAL : occurrence->end;
}

static PoPlanEvent *event_new (PoPlanEventSet *self, PoOccurrence *occurrence) {
  PoPlanEvent *event = g_new0 (PoPlanEvent, 1);
  gboolean zero = occurrence->end_ns <= occurrence->start_ns;
  event->occurrence = po_occurrence_ref (occurrence);
  event->instance = g_strdup (po_book_instance (self->book, occurrence->uid, occurrence->instance));
  event->start = po_frame_from_time_ceil (occurrence->start_ns, self->settings->rate);
  event->end = po_frame_from_time_ceil (occurrence->end_ns, self->settings->rate);
  event->start_type = occurrence->start;
  event->end_type = end_type_of (occurrence, zero);
  event->join = occurrence->join;
  event->tentative = occurrence->status == PO_STATUS_TENTATIVE;
  if (zero || event->end <= event->start) {
    po_plan_event_parts (event, self->resolver);
    event->end = event->start + (event->total < PO_FRAMES_ENDLESS ? event->total : 0);
  }
  return event;
}

// Whether it takes air time at all. A date without media is a note for people; a moment without media cannot air.
static void add_occurrence (PoPlanEventSet *self, PoOccurrence *occurrence) {
  if (occurrence->status == PO_STATUS_CANCELLED)
    return;
  if (occurrence->transparent) {
    g_ptr_array_add (self->pools, po_occurrence_ref (occurrence));
    return;
  }
  gboolean has_media = po_resolver_has_media (self->resolver, occurrence);
  gboolean zero = occurrence->end_ns <= occurrence->start_ns;
  if (!has_media && (occurrence->date_only || zero)) {
    g_ptr_array_add (self->notes, po_occurrence_ref (occurrence));
    return;
  }
  self->lasts_by_media |= zero;
  PoPlanEvent *event = event_new (self, occurrence);
  if (event->end > event->start) {
    g_ptr_array_add (self->events, event);
    return;
  }
  g_ptr_array_add (self->notes, po_occurrence_ref (occurrence));
  po_plan_event_free (event);
}

static gint compare_start (gconstpointer a, gconstpointer b) {
  const PoPlanEvent *left = *(PoPlanEvent *const *)a, *right = *(PoPlanEvent *const *)b;
  return po_occurrence_compare (&left->occurrence, &right->occurrence);
}

static gboolean can_precede (PoPlanEventSet *self, const PoPlanEvent *before, const PoPlanEvent *follower) {
  return before != follower && before->start < follower->start &&
         !po_book_is_cancelled (self->book, before->occurrence->uid, before->instance);
}

// Whose end is nearest to the follower's start, at most a minute away; of equals the one that started last.
static PoPlanEvent *find_pred (PoPlanEventSet *self, const PoPlanEvent *follower) {
  PoFrame reach = po_frames_from_duration_ceil (FOLLOW_NS, self->settings->rate);
  PoPlanEvent *best = NULL;
  guint low = 0, high = self->by_end->len;
  while (low < high) {
    guint middle = low + (high - low) / 2;
    if (((PoPlanEvent *)self->by_end->pdata[middle])->end < follower->start - reach)
      low = middle + 1;
    else
      high = middle;
  }
  for (guint i = low; i < self->by_end->len; i++) {
    PoPlanEvent *event = self->by_end->pdata[i];
    if (event->end > follower->start + reach)
      break;
    if (!can_precede (self, event, follower))
      continue;
    PoFrame distance = ABS (event->end - follower->start);
    PoFrame best_distance = best != NULL ? ABS (best->end - follower->start) : G_MAXINT64;
    if (distance < best_distance || (distance == best_distance && event->start > best->start))
      best = event;
  }
  return best;
}

static void link_from (PoPlanEventSet *self, guint first) {
  gboolean any = FALSE;
  for (guint i = first; i < self->events->len && !any; i++)
    any = ((PoPlanEvent *)self->events->pdata[i])->start_type == PO_START_FOLLOW;
  if (!any)
    return;
  g_ptr_array_set_size (self->by_end, 0);
  for (guint i = 0; i < self->events->len; i++)
    g_ptr_array_add (self->by_end, self->events->pdata[i]);
  g_ptr_array_sort (self->by_end, compare_end);
  for (guint i = first; i < self->events->len; i++) {
    PoPlanEvent *event = self->events->pdata[i];
    if (event->start_type == PO_START_FOLLOW)
      event->pred = find_pred (self, event);
  }
}

static void load_piece (PoPlanEventSet *self, PoTimeNs from_ns, PoTimeNs to_ns, gboolean first) {
  guint before = self->events->len;
  g_autoptr (GPtrArray) found = self->source->occurrences (self->source->user, self->schedule_rev, from_ns, to_ns);
  for (guint i = 0; i < found->len; i++) {
    PoOccurrence *occurrence = found->pdata[i];
    if (first || occurrence->start_ns >= from_ns)
      add_occurrence (self, occurrence);
  }
  g_ptr_array_sort (self->pools, po_occurrence_compare);
  // Only the new ones: they all start behind the old ones.
  if (self->events->len > before)
    qsort (self->events->pdata + before, self->events->len - before, sizeof (gpointer), compare_start);
  self->loaded_ns = to_ns;
  g_clear_pointer (&self->by_identity, g_hash_table_unref);
  link_from (self, before);
}

void po_plan_event_set_load (PoPlanEventSet *self, PoTimeNs until_ns) {
  while (self->loaded_ns < until_ns) {
    load_piece (self, self->loaded_ns, self->loaded_ns + self->piece_ns, FALSE);
    self->piece_ns = MIN (self->piece_ns * 2, LONGEST_PIECE_NS);
  }
}

guint po_plan_event_set_size (PoPlanEventSet *self) {
  return self->events->len;
}

PoPlanEvent *po_plan_event_set_get (PoPlanEventSet *self, guint index) {
  return index < self->events->len ? self->events->pdata[index] : NULL;
}

guint po_plan_event_set_first_at (PoPlanEventSet *self, PoFrame frame) {
  guint low = 0, high = self->events->len;
  while (low < high) {
    guint middle = low + (high - low) / 2;
    if (((PoPlanEvent *)self->events->pdata[middle])->start < frame)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

PoPlanEvent *po_plan_event_set_find (PoPlanEventSet *self, const gchar *uid, const gchar *instance) {
  if (self->by_identity == NULL) {
    self->by_identity = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
    for (guint i = 0; i < self->events->len; i++) {
      PoPlanEvent *event = self->events->pdata[i];
      g_hash_table_replace (self->by_identity, g_strdup_printf ("%s\n%s", event->occurrence->uid, event->instance),
                            event);
    }
  }
  g_autofree gchar *key = g_strdup_printf ("%s\n%s", uid, instance);
  return g_hash_table_lookup (self->by_identity, key);
}

GPtrArray *po_plan_event_set_followers (PoPlanEventSet *self, const PoPlanEvent *event) {
  PoFrame reach = po_frames_from_duration_ceil (FOLLOW_NS, self->settings->rate);
  GPtrArray *followers = g_ptr_array_new ();
  for (guint i = po_plan_event_set_first_at (self, event->end - reach); i < self->events->len; i++) {
    PoPlanEvent *follower = self->events->pdata[i];
    if (follower->start > event->end + reach)
      break;
    if (follower->pred != NULL && po_plan_event_same (follower->pred, event))
      g_ptr_array_add (followers, follower);
  }
  return followers;
}

void po_plan_event_set_relink (PoPlanEventSet *self) {
  link_from (self, 0);
}

GPtrArray *po_plan_event_set_pools (PoPlanEventSet *self) {
  return self->pools;
}

GPtrArray *po_plan_event_set_notes (PoPlanEventSet *self) {
  return self->notes;
}
