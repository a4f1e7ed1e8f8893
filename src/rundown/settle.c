// SPDX-License-Identifier: GPL-3.0-or-later
// Every event and every entry is given the open span in which it could matter; the point sought is the last one that
// lies inside none. Spans are generous: too long costs a little time, too short would make two plans disagree.
#include "rundown/settle.h"

#include "rundown/event.h"
#include "rundown/past.h"

#define DAY_NS (86400 * PO_NS_PER_SECOND)

static const gint64 windows_days[] = {1, 2, 4, 8, 16, PO_SETTLE_NS / DAY_NS};

typedef struct {
  PoFrame start, end; // open: a point at either edge is free
} Reach;

typedef struct {
  const PoPlanSettings *settings;
  const PoPlanSource *source;
  GPtrArray *journal;
  PoFrame midnight;
  GPtrArray *extends, *takes; // PoJournalEntry of those kinds that are near enough
  GArray *reaches;
  GHashTable *latest; // PoPlanEvent of the set at hand -> PoFrame *
} Search;

static PoFrame frames (const Search *self, gint64 duration_ns) {
  return po_frames_from_duration_ceil (duration_ns, self->settings->rate);
}

static PoTimeNs time_of (const Search *self, PoFrame frame) {
  return po_frame_to_time_floor (frame, self->settings->rate);
}

static void add_reach (Search *self, PoFrame start, PoFrame end) {
  Reach reach = {start, end};
  if (end > start)
    g_array_append_val (self->reaches, reach);
}

static PoFrame overrun_of (const Search *self, const PoPlanEvent *event) {
  const gint64 own_ns = event->occurrence->overrun_ns;
  return frames (self, MAX (own_ns >= 0 ? own_ns : self->settings->overrun_ns, 0));
}

// How long the event could be on air for, once it is.
static PoFrame longest (const Search *self, PoPlanEvent *event, PoResolver *resolver) {
  PoFrame length = event->end - event->start;
  PoFrame overrun = overrun_of (self, event);
  if (event->end_type == PO_END_FIXED)
    return length;
  if (event->end_type == PO_END_MANUAL)
    return length + overrun;
  po_plan_event_parts (event, resolver);
  PoFrame total = event->total < PO_FRAMES_ENDLESS ? event->total : 0;
  return MAX (length, total) + overrun;
}

static PoFrame latest_end (Search *self, PoPlanEvent *event, PoResolver *resolver) {
  PoFrame length = longest (self, event, resolver);
  PoFrame end = event->end;
  gint64 wait_ns = event->occurrence->wait_ns > 0 ? event->occurrence->wait_ns : PO_FOLLOW_WAIT_NS;
  const PoFrame *chain = event->pred != NULL ? g_hash_table_lookup (self->latest, event->pred) : NULL;
  // What follows waits for its predecessor, however late that is, and for nothing else.
  if (event->start_type == PO_START_SOFT || (event->start_type == PO_START_FOLLOW && chain == NULL))
    end = MAX (end, event->start + frames (self, wait_ns) + 1);
  if (chain != NULL)
    end = MAX (end, *chain + (event->end - event->start));
  PoFrame latest = event->join ? MAX (end, event->start + length) : end + length;
  for (guint i = 0; i < self->extends->len; i++) {
    const PoJournalEntry *entry = self->extends->pdata[i];
    gint64 by_ns = 0;
    if (entry->frame <= latest && entry->frame >= event->start - frames (self, DAY_NS) &&
        po_journal_entry_get_int (entry, "by_ns", &by_ns)) // in its overrun, it begins that anew
      latest = MAX (latest + MAX (frames (self, by_ns), 0), entry->frame + overrun_of (self, event));
  }
  return latest;
}

static void add_event (Search *self, PoPlanEvent *event, PoResolver *resolver) {
  PoFrame *latest = g_new (PoFrame, 1);
  *latest = latest_end (self, event, resolver);
  g_hash_table_insert (self->latest, event, latest);
  // It may have been let go as soon as what it follows had begun.
  add_reach (self, event->pred != NULL ? event->pred->start : event->start, *latest);
  for (guint i = 0; i < self->takes->len; i++) {
    const PoJournalEntry *entry = self->takes->pdata[i];
    PoFrame ahead = event->start - entry->frame;
    if (ahead >= -frames (self, DAY_NS) && ahead <= frames (self, 8 * DAY_NS))
      add_reach (self, entry->frame, MAX (*latest, entry->frame + *latest - event->start));
  }
}

// The events of one pair of revisions, while it was in force.
static void add_epoch (Search *self, PoBook *book, PoFrame from, PoFrame to) {
  g_autoptr (PoPlanEventSet) set = po_plan_event_set_new (self->settings, self->source, book, time_of (self, from));
  po_plan_event_set_load (set, time_of (self, to) + (self->takes->len > 0 ? 8 : 2) * DAY_NS);
  for (guint i = 0; i < po_plan_event_set_size (set); i++)
    add_event (self, po_plan_event_set_get (set, i), po_plan_event_set_resolver (set));
  g_hash_table_remove_all (self->latest);
}

static gboolean ends_filling (PoJournalKind kind) {
  return kind == PO_JOURNAL_TAKE || kind == PO_JOURNAL_SLATE || kind == PO_JOURNAL_BACK;
}

static PoFrame standing_until (const Search *self, guint index, gboolean (*ends) (PoJournalKind)) {
  for (guint i = index + 1; i < self->journal->len; i++) {
    const PoJournalEntry *entry = self->journal->pdata[i];
    if (ends (entry->kind))
      return entry->frame + 1; // what ends it looks at what it ends
  }
  return G_MAXINT64;
}

static void add_entry (Search *self, guint index) {
  const PoJournalEntry *entry = self->journal->pdata[index];
  PoFrame frame = entry->frame, until = frame, lost_until = frame;
  switch (entry->kind) {
  case PO_JOURNAL_HOLD:
    add_reach (self, frame, standing_until (self, index, po_journal_kind_ends_hold));
    break;
  case PO_JOURNAL_FILL:
    add_reach (self, frame, standing_until (self, index, ends_filling));
    break;
  case PO_JOURNAL_START:
    if (po_journal_entry_get_int (entry, "lost_until", &lost_until))
      add_reach (self, lost_until, frame);
    break;
  case PO_JOURNAL_INSERT:
    po_journal_entry_get_frame (entry, "at", self->settings->zone, self->settings->rate, &until);
    add_reach (self, frame, MAX (frame, until) + frames (self, DAY_NS));
    break;
  case PO_JOURNAL_REPLACE:
  case PO_JOURNAL_TAKE:
    add_reach (self, frame, frame + frames (self, DAY_NS));
    break;
  default:
    break;
  }
}

static void find_near (Search *self, PoFrame low) {
  g_ptr_array_set_size (self->extends, 0);
  g_ptr_array_set_size (self->takes, 0);
  for (guint i = 0; i < self->journal->len; i++) {
    PoJournalEntry *entry = self->journal->pdata[i];
    if (entry->frame < low - frames (self, 8 * DAY_NS) || entry->frame >= self->midnight)
      continue;
    if (entry->kind == PO_JOURNAL_EXTEND)
      g_ptr_array_add (self->extends, entry);
    else if (entry->kind == PO_JOURNAL_TAKE)
      g_ptr_array_add (self->takes, entry);
  }
}

static void collect (Search *self, PoFrame low) {
  find_near (self, low);
  guint noted = 0;
  PoFrame from = low - frames (self, DAY_NS), to = self->midnight;
  g_autoptr (PoBook) book = po_plan_past_open (self->source->past, self->settings->zone, self->journal, from, &noted);
  g_array_set_size (self->reaches, 0);
  for (guint i = 0; i < self->journal->len; i++) {
    const PoJournalEntry *entry = self->journal->pdata[i];
    if (entry->frame >= to)
      break;
    if (entry->kind == PO_JOURNAL_ADOPT && entry->frame > from) {
      add_epoch (self, book, from, entry->frame);
      from = entry->frame;
    }
    if (i >= noted)
      po_book_note (book, entry);
    add_entry (self, i);
  }
  add_epoch (self, book, from, to);
}

static gint compare_reaches (gconstpointer a, gconstpointer b) {
  const Reach *left = a, *right = b;
  return left->start < right->start ? -1 : left->start > right->start;
}

// The last point at or before midnight outside all of them.
static PoFrame last_free_point (Search *self) {
  Reach group = {PO_FRAME_NONE, PO_FRAME_NONE};
  g_array_sort (self->reaches, compare_reaches);
  for (guint i = 0; i < self->reaches->len; i++) {
    const Reach *reach = &g_array_index (self->reaches, Reach, i);
    if (reach->start >= self->midnight)
      break;
    if (reach->start >= group.end)
      group = *reach;
    else
      group.end = MAX (group.end, reach->end);
  }
  return group.end > self->midnight ? group.start : self->midnight;
}

PoFrame po_settle_point (const PoPlanSettings *settings, const PoPlanSource *source, GPtrArray *journal,
                         PoFrame midnight) {
  g_autoptr (GArray) reaches = g_array_new (FALSE, FALSE, sizeof (Reach));
  g_autoptr (GPtrArray) extends = g_ptr_array_new ();
  g_autoptr (GPtrArray) takes = g_ptr_array_new ();
  g_autoptr (GHashTable) latest = g_hash_table_new_full (g_direct_hash, g_direct_equal, NULL, g_free);
  Search search = {settings, source, journal, midnight, extends, takes, reaches, latest};
  PoFrame low = midnight;
  for (guint i = 0; i < G_N_ELEMENTS (windows_days); i++) {
    low = po_frame_from_time_ceil (time_of (&search, midnight) - windows_days[i] * DAY_NS, settings->rate);
    collect (&search, low);
    PoFrame point = last_free_point (&search);
    if (point >= low)
      return point;
  }
  return low;
}
