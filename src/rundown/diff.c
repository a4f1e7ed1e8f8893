// SPDX-License-Identifier: GPL-3.0-or-later
// Both rundowns are folded into airings, one for each event; those are compared.
#include "rundown/diff.h"

#include <inttypes.h>
#include <string.h>

#include "model/text.h"
#include "rundown/words.h"

const gchar *po_change_kind_to_string (PoChangeKind kind) {
  static const gchar *const names[] = {"added", "removed", "moved",  "length", "media", "missing",
                                       "found", "title",   "filler", "held",   "slate"};
  return names[kind];
}

void po_change_free (PoChange *self) {
  if (self == NULL)
    return;
  g_free (self->uid);
  g_free (self->instance);
  g_free (self->title);
  g_free (self->text);
  g_free (self);
}

// One event on air in one rundown.
typedef struct {
  const PoItem *first; // of any kind
  PoFrame start, end;
  PoFrame frames; // of its own media
  gboolean missing;
  GString *media; // what it plays, in order, one a line
  const gchar *last_media;
} Airing;

typedef struct {
  GHashTable *by_key;    // "uid\ninstance" -> Airing
  GPtrArray *order;      // keys in order of time; owned by the table
  PoFrame filler;        // frames of filler and cards outside any event
  gboolean is_commanded; // a hold, or the slate by command, is in it
  PoFrame from, to;      // what both rundowns reach; only that counts
} Folded;

static void airing_free (Airing *self) {
  g_string_free (self->media, TRUE);
  g_free (self);
}

static void folded_clear (Folded *self) {
  g_ptr_array_unref (self->order);
  g_hash_table_unref (self->by_key);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Folded, folded_clear)

static void fold_item (Folded *self, const PoItem *item) {
  const PoFrame frames = MIN (item->end, self->to) - MAX (item->start, self->from);
  if (frames <= 0)
    return;
  self->is_commanded |= item->held || po_item_is_endless (item);
  if (item->uid == NULL || item->instance == NULL) {
    self->filler += po_item_is_endless (item) ? 0 : frames;
    return;
  }
  g_autofree gchar *key = g_strdup_printf ("%s\n%s", item->uid, item->instance);
  Airing *airing = g_hash_table_lookup (self->by_key, key);
  if (airing == NULL) {
    airing = g_new0 (Airing, 1);
    airing->first = item;
    airing->start = item->start;
    airing->media = g_string_new (NULL);
    g_ptr_array_add (self->order, key);
    g_hash_table_insert (self->by_key, g_steal_pointer (&key), airing);
  }
  airing->end = item->end;
  airing->missing |= item->reason == PO_REASON_MISSING;
  if (item->kind != PO_ITEM_MEDIA && item->kind != PO_ITEM_LIVE)
    return;
  airing->frames += frames;
  if (g_strcmp0 (airing->last_media, item->media) != 0)
    g_string_append_printf (airing->media, "%s\n", item->media);
  airing->last_media = item->media;
}

static void fold (Folded *self, PoRundown *rundown, PoRundown *other) {
  self->from = MAX (po_rundown_start (rundown), po_rundown_start (other));
  self->to = MIN (po_rundown_end (rundown), po_rundown_end (other));
  self->by_key = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)airing_free);
  self->order = g_ptr_array_new ();
  for (guint i = 0; i < po_rundown_size (rundown); i++)
    fold_item (self, po_rundown_item (rundown, i));
}

typedef struct {
  PoRate rate;
  GTimeZone *zone;
  gint year; // of the window's start
  GPtrArray *changes;
  PoFrame from; // where both rundowns have begun
} Diff;

static const gchar *title_of (const Airing *airing) {
  const PoItem *item = airing->first;
  return *item->title != '\0' ? item->title : item->uid;
}

// “Title”, or “Title” and its number. (transfer full)
static gchar *name_of (const Airing *airing) {
  if (airing->first->episode > 0)
    return g_strdup_printf (_ ("“%s” episode %" PRId64), title_of (airing), airing->first->episode);
  return g_strdup_printf (_ ("“%s”"), title_of (airing));
}

static gchar *frame_words (Diff *self, PoFrame frame) {
  return po_words_frame (frame, self->rate, self->year, self->zone);
}

// When it starts now; what was on air before both reach, when it started.
static gchar *start_words (Diff *self, const Airing *before, const Airing *after) {
  const gboolean is_on_air = MAX (before->start, after->start) <= self->from;
  return frame_words (self, is_on_air ? MIN (before->start, after->start) : after->start);
}

static PoChange *change_new (Diff *self, PoChangeKind kind, const Airing *before, const Airing *after) {
  PoChange *change = g_new0 (PoChange, 1);
  const Airing *any = after != NULL ? after : before;
  change->kind = kind;
  change->old_start = change->old_end = change->new_start = change->new_end = PO_FRAME_NONE;
  if (any != NULL) {
    change->uid = g_strdup (any->first->uid);
    change->instance = g_strdup (any->first->instance);
    change->title = g_strdup (title_of (any));
    change->episode = any->first->episode;
  }
  if (before != NULL) {
    change->old_start = before->start;
    change->old_end = before->end;
    change->old_frames = before->frames;
  }
  if (after != NULL) {
    change->new_start = after->start;
    change->new_end = after->end;
    change->new_frames = after->frames;
  }
  g_ptr_array_add (self->changes, change);
  return change;
}

static void compare_start (Diff *self, const Airing *before, const Airing *after) {
  if (before->start == after->start || MAX (before->start, after->start) <= self->from)
    return;
  PoChange *change = change_new (self, PO_CHANGE_MOVED, before, after);
  g_autofree gchar *name = name_of (after);
  g_autofree gchar *from = frame_words (self, before->start);
  g_autofree gchar *to = frame_words (self, after->start);
  change->text = g_strdup_printf (_ ("%s moves from %s to %s"), name, from, to);
}

static void compare_length (Diff *self, const Airing *before, const Airing *after) {
  PoFrame by = after->frames - before->frames;
  if (by == 0 || (before->frames == 0) != (after->frames == 0))
    return;
  PoChange *change = change_new (self, PO_CHANGE_LENGTH, before, after);
  g_autofree gchar *name = name_of (after);
  g_autofree gchar *length = po_words_length (ABS (by), self->rate);
  g_autofree gchar *start = start_words (self, before, after);
  change->text = by > 0 ? g_strdup_printf (_ ("%s, %s, is on air %s longer"), name, start, length)
                        : g_strdup_printf (_ ("%s, %s, loses %s"), name, start, length);
}

static void compare_media (Diff *self, const Airing *before, const Airing *after) {
  g_autofree gchar *start = start_words (self, before, after);
  g_autofree gchar *name = name_of (after);
  if (after->missing != before->missing) {
    PoChange *change = change_new (self, after->missing ? PO_CHANGE_MISSING : PO_CHANGE_FOUND, before, after);
    change->text = after->missing ? g_strdup_printf (_ ("%s, %s, has lost its clip; filler airs"), name, start)
                                  : g_strdup_printf (_ ("%s, %s, has its clip now"), name, start);
  } else if (strcmp (before->media->str, after->media->str) != 0 && before->frames > 0 && after->frames > 0) {
    PoChange *change = change_new (self, PO_CHANGE_MEDIA, before, after);
    change->text =
        g_strdup_printf (_ ("%s, %s, plays %.*s instead of %.*s"), name, start, (gint)strcspn (after->media->str, "\n"),
                         after->media->str, (gint)strcspn (before->media->str, "\n"), before->media->str);
  } else if (strcmp (title_of (before), title_of (after)) != 0 && before->frames > 0 && after->frames > 0) {
    PoChange *change = change_new (self, PO_CHANGE_TITLE, before, after);
    g_autofree gchar *old_name = name_of (before);
    change->text = g_strdup_printf (_ ("%s, %s, is called “%s” now"), old_name, start, change->title);
  }
}

static void note_one_sided (Diff *self, const Airing *before, const Airing *after) {
  const Airing *airing = before != NULL ? before : after;
  PoChange *change = change_new (self, before != NULL ? PO_CHANGE_REMOVED : PO_CHANGE_ADDED, before, after);
  g_autofree gchar *name = name_of (airing);
  g_autofree gchar *span = po_words_span_in (airing->start, airing->end, self->rate, self->year, self->zone);
  change->text = before != NULL ? g_strdup_printf (_ ("%s, %s, no longer airs"), name, span)
                 : airing->missing
                     ? g_strdup_printf (_ ("%s airs from %s, but its clip is missing; filler airs"), name, span)
                     : g_strdup_printf (_ ("%s airs from %s"), name, span);
}

static void compare_filler (Diff *self, const Folded *before, const Folded *after) {
  PoFrame by = after->filler - before->filler;
  if (by == 0)
    return;
  PoChange *change = change_new (self, PO_CHANGE_FILLER, NULL, NULL);
  g_autofree gchar *length = po_words_length (ABS (by), self->rate);
  change->title = g_strdup (_ ("Filler"));
  change->old_frames = before->filler;
  change->new_frames = after->filler;
  change->text =
      by > 0 ? g_strdup_printf (_ ("%s more filler"), length) : g_strdup_printf (_ ("%s less filler"), length);
}

// What an operator puts over the schedule is no airing: it begins or ends at the first frame in which both differ.
static void compare_state (Diff *self, PoRundown *before, PoRundown *after, PoFrame to) {
  for (PoFrame n = self->from; n < to;) {
    const PoItem *was = po_rundown_at (before, n), *is = po_rundown_at (after, n);
    const gboolean is_slate = po_item_is_endless (is), is_about_slate = po_item_is_endless (was) != is_slate;
    if (!is_about_slate && was->held == is->held) {
      n = MIN (was->end, is->end);
      continue;
    }
    PoChange *change = change_new (self, is_about_slate ? PO_CHANGE_SLATE : PO_CHANGE_HELD, NULL, NULL);
    g_autofree gchar *time = frame_words (self, n);
    change->new_start = n;
    change->text = g_strdup_printf (is_slate         ? _ ("from %s the slate is on air, until another command")
                                    : is_about_slate ? _ ("from %s the slate is no longer on air")
                                    : is->held       ? _ ("from %s the picture stands still, without sound, until "
                                                                "“resume” or the next fixed start")
                                                     : _ ("from %s the picture moves again, with its sound"),
                                    time);
    return;
  }
}

static PoFrame time_of_change (const PoChange *change) {
  if (change->kind == PO_CHANGE_FILLER)
    return G_MAXINT64;
  if (change->kind == PO_CHANGE_HELD || change->kind == PO_CHANGE_SLATE)
    return G_MININT64; // of which the others come
  return change->new_start != PO_FRAME_NONE ? change->new_start : change->old_start;
}

static gint compare_changes (gconstpointer a, gconstpointer b) {
  const PoChange *left = *(PoChange *const *)a, *right = *(PoChange *const *)b;
  PoFrame x = time_of_change (left), y = time_of_change (right);
  if (x != y)
    return x < y ? -1 : 1;
  gint order = g_strcmp0 (left->uid, right->uid);
  return order != 0 ? order : (gint)left->kind - (gint)right->kind;
}

// ---- the same airing under another name ----

// What only one side has, of one event: airings in order of time.
static GHashTable *unmatched_by_uid (const Folded *side, const Folded *other) {
  GHashTable *table = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify)g_ptr_array_unref);
  for (guint i = 0; i < side->order->len; i++) {
    Airing *airing = g_hash_table_lookup (side->by_key, side->order->pdata[i]);
    if (g_hash_table_contains (other->by_key, side->order->pdata[i]))
      continue;
    GPtrArray *list = g_hash_table_lookup (table, airing->first->uid);
    if (list == NULL)
      g_hash_table_insert (table, (gpointer)airing->first->uid, list = g_ptr_array_new ());
    g_ptr_array_add (list, airing);
  }
  return table;
}

// The one that is @was now: its episode, or of an event without numbers the next in order.
static Airing *take_partner (GPtrArray *candidates, const Airing *was) {
  for (guint i = 0; candidates != NULL && i < candidates->len; i++) {
    Airing *is = candidates->pdata[i];
    if (is->first->episode != was->first->episode)
      continue;
    g_ptr_array_remove_index (candidates, i);
    return is;
  }
  return NULL;
}

// An event whose own start was changed names all its instances anew: they are the same airings, moved. (By order and
// not by nearness: a weekly programme moved by a day must not pair its second with its third.)
static void pair_renamed (const Folded *old, const Folded *new, GHashTable *partner_of, GHashTable *is_partner) {
  g_autoptr (GHashTable) gone = unmatched_by_uid (old, new);
  g_autoptr (GHashTable) come = unmatched_by_uid (new, old);
  GHashTableIter iter;
  gpointer uid = NULL, list = NULL;
  g_hash_table_iter_init (&iter, gone);
  while (g_hash_table_iter_next (&iter, &uid, &list)) {
    GPtrArray *candidates = g_hash_table_lookup (come, uid), *airings = list;
    for (guint i = 0; i < airings->len; i++) {
      Airing *is = take_partner (candidates, airings->pdata[i]);
      if (is != NULL) {
        g_hash_table_insert (partner_of, airings->pdata[i], is);
        g_hash_table_add (is_partner, is);
      }
    }
  }
}

static void compare_all (Diff *self, const Folded *old, const Folded *new) {
  g_autoptr (GHashTable) partner_of = g_hash_table_new (NULL, NULL); // Airing of @old -> of @new
  g_autoptr (GHashTable) is_partner = g_hash_table_new (NULL, NULL);
  pair_renamed (old, new, partner_of, is_partner);
  for (guint i = 0; i < old->order->len; i++) {
    const Airing *was = g_hash_table_lookup (old->by_key, old->order->pdata[i]);
    const Airing *is = g_hash_table_lookup (new->by_key, old->order->pdata[i]);
    if (is == NULL)
      is = g_hash_table_lookup (partner_of, was);
    if (is == NULL) {
      note_one_sided (self, was, NULL);
      continue;
    }
    compare_start (self, was, is);
    compare_length (self, was, is);
    compare_media (self, was, is);
  }
  for (guint i = 0; i < new->order->len; i++) {
    const Airing *is = g_hash_table_lookup (new->by_key, new->order->pdata[i]);
    if (!g_hash_table_contains (old->by_key, new->order->pdata[i]) && !g_hash_table_contains (is_partner, is))
      note_one_sided (self, NULL, is);
  }
}

GPtrArray *po_rundown_diff (PoRundown *before, PoRundown *after, GTimeZone *zone) {
  g_autoptr (GPtrArray) changes = g_ptr_array_new_with_free_func ((GDestroyNotify)po_change_free);
  PoRate rate = po_rundown_rate (after);
  Diff self = {rate, zone, po_words_year (po_rundown_start (after), rate, zone), changes, 0};
  g_auto (Folded) old = {0};
  g_auto (Folded) new = {0};
  fold (&old, before, after);
  fold (&new, after, before);
  self.from = new.from;
  compare_all (&self, &old, &new);
  compare_filler (&self, &old, &new);
  if (old.is_commanded || new.is_commanded)
    compare_state (&self, before, after, new.to);
  g_ptr_array_sort (changes, compare_changes);
  return g_steal_pointer (&changes);
}

static PoRundown *plan_with_end (const PoPlanSettings *settings, const PoPlanSource *source, GPtrArray *journal,
                                 const PoItem *show, PoFrame end, PoFrame from, PoFrame to) {
  g_autoptr (PoJournalEntry) entry =
      po_journal_entry_new (end, PO_JOURNAL_END_LIVE, "plan", "uid", show->uid, "instance", show->instance, NULL);
  g_autoptr (GPtrArray) entries = g_ptr_array_new (); // owns none of them
  for (guint i = 0; journal != NULL && i < journal->len; i++)
    g_ptr_array_add (entries, journal->pdata[i]);
  g_ptr_array_add (entries, entry);
  return po_plan (settings, source, entries, from, to, NULL);
}

GPtrArray *po_plan_overrun_cost (const PoPlanSettings *settings, const PoPlanSource *source, GPtrArray *journal,
                                 const PoItem *show, PoFrame end, PoFrame by, PoFrame from, PoFrame to) {
  g_autoptr (PoRundown) in_time = plan_with_end (settings, source, journal, show, end, from, to);
  g_autoptr (PoRundown) late = plan_with_end (settings, source, journal, show, end + by, from, to);
  return po_rundown_diff (in_time, late, settings->zone);
}

static gboolean plays_the_same (const PoItem *a, const PoItem *b) {
  g_autofree gchar *key_a = po_item_run_key (a);
  g_autofree gchar *key_b = po_item_run_key (b);
  return strcmp (key_a, key_b) == 0 && a->kind == b->kind && a->held == b->held;
}

gboolean po_rundown_same_air_at (PoRundown *a, PoRundown *b, PoFrame n) {
  const PoItem *one = po_rundown_at (a, n), *other = po_rundown_at (b, n);
  return one != NULL && other != NULL && plays_the_same (one, other);
}

gboolean po_rundown_same_air (PoRundown *a, PoRundown *b, PoFrame from) {
  PoFrame to = MIN (po_rundown_end (a), po_rundown_end (b));
  for (PoFrame n = from; n < to; n = MIN (po_rundown_at (a, n)->end, po_rundown_at (b, n)->end))
    if (!po_rundown_same_air_at (a, b, n))
      return FALSE;
  return TRUE;
}
