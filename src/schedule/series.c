// SPDX-License-Identifier: GPL-3.0-or-later
// An instance is an original start, the event whose properties it has (master, "this and future", or single override),
// and where that event puts it. THISANDFUTURE moves by civil time in the override's own zone, so that "15 minutes
// later" or "a day later" stays that over a change of the clocks; every instance that it changes counts as touched.
#include "schedule/series.h"

#include "model/text.h"
#include "schedule/originals.h"

// So many originals before a window, a week of seconds, may still reach into it.
#define MAX_BEFORE (7 * PO_DAY_S)

struct _PoSeries {
  PoEvent *events, *last_event; // all versions, chained, in order
  const PoEvent *master;        // (nullable)
  const PoEvent *taken_back;    // (nullable) the cancellation of all of it
  PoOriginals *originals;       // of the master; (nullable)
  GPtrArray *singles;           // PoEvent, by recurrence_id
  GPtrArray *ranges;            // PoEvent with and_future, by recurrence_id
  gchar *root;                  // (nullable) UID, where it is not its own
  gint64 first_s, last_s;       // nothing airs before or after
  GArray *single_sums;          // gint64 a single: what those up to it add to the count; NULL until someone counts
  GArray *range_sums;           // gint64 a range: what those before it add to the count; likewise
};

PoSeries *po_series_new (void) {
  return g_new0 (PoSeries, 1);
}

void po_series_free (PoSeries *self) {
  if (self == NULL)
    return;
  g_clear_pointer (&self->originals, po_originals_free);
  g_clear_pointer (&self->singles, g_ptr_array_unref);
  g_clear_pointer (&self->ranges, g_ptr_array_unref);
  g_clear_pointer (&self->single_sums, g_array_unref);
  g_clear_pointer (&self->range_sums, g_array_unref);
  g_free (self->root);
  g_free (self);
}

void po_series_add (PoSeries *self, PoEvent *event) {
  *(self->events != NULL ? &self->last_event->next : &self->events) = event;
  self->last_event = event;
}

const PoEvent *po_series_event (const PoSeries *self) {
  if (self->master != NULL)
    return self->master;
  return g_ptr_array_index (self->singles != NULL && self->singles->len > 0 ? self->singles : self->ranges, 0);
}

const gchar *po_series_uid (const PoSeries *self) {
  return po_series_event (self)->uid;
}

const gchar *po_series_root (const PoSeries *self) {
  return self->root != NULL ? self->root : po_series_uid (self);
}

void po_series_set_root (PoSeries *self, const gchar *root_uid) {
  g_free (self->root);
  self->root = g_strdup (root_uid);
}

gint64 po_series_first (const PoSeries *self) {
  return self->first_s;
}

gint64 po_series_last (const PoSeries *self) {
  return self->last_s;
}

gboolean po_series_is_recurring (const PoSeries *self) {
  return self->master == NULL || self->master->rules != NULL || self->master->rdates != NULL || self->singles != NULL ||
         self->ranges != NULL;
}

// The next RRULE from @prop on. (nullable)
static const PoIcsProp *next_rule (const PoIcsProp *prop) {
  while (prop != NULL && !g_str_equal (prop->name, "RRULE"))
    prop = prop->next;
  return prop;
}

gboolean po_series_recurs_alike (const PoSeries *a, const PoSeries *b) {
  if (a->master == NULL || b->master == NULL)
    return TRUE;
  if (a->master->start.utc_s != b->master->start.utc_s ||
      (a->master->start.kind == PO_WHEN_DATE) != (b->master->start.kind == PO_WHEN_DATE))
    return FALSE;
  const PoIcsProp *x = next_rule (a->master->component->props), *y = next_rule (b->master->component->props);
  for (; x != NULL && y != NULL; x = next_rule (x->next), y = next_rule (y->next))
    if (g_ascii_strcasecmp (x->value, y->value) != 0)
      return FALSE;
  return x == y;
}

static gboolean is_same_event (const PoEvent *a, const PoEvent *b) {
  return a->start.kind == b->start.kind && a->start.civil_s == b->start.civil_s && a->start.utc_s == b->start.utc_s &&
         a->recurrence_id.utc_s == b->recurrence_id.utc_s && a->status == b->status &&
         po_ics_says_the_same (a->component, b->component);
}

static gboolean are_same_events (GPtrArray *a, GPtrArray *b) {
  const guint count = a != NULL ? a->len : 0;
  if (count != (b != NULL ? b->len : 0))
    return FALSE;
  for (guint i = 0; i < count; i++)
    if (!is_same_event (a->pdata[i], b->pdata[i]))
      return FALSE;
  return TRUE;
}

gboolean po_series_says_the_same (const PoSeries *a, const PoSeries *b) {
  if (g_strcmp0 (a->root, b->root) != 0 || (a->master == NULL) != (b->master == NULL) ||
      (a->taken_back == NULL) != (b->taken_back == NULL))
    return FALSE;
  return (a->master == NULL || is_same_event (a->master, b->master)) && are_same_events (a->singles, b->singles) &&
         are_same_events (a->ranges, b->ranges);
}

// Versions.

static gint compare_versions (const PoEvent *a, const PoEvent *b) {
  if (a->sequence != b->sequence)
    return a->sequence < b->sequence ? -1 : 1;
  if (a->dtstamp_s != b->dtstamp_s)
    return a->dtstamp_s < b->dtstamp_s ? -1 : 1;
  if (a->modified_s != b->modified_s)
    return a->modified_s < b->modified_s ? -1 : 1;
  return a->order < b->order ? -1 : 1;
}

static void report_loser (GPtrArray *findings, const PoEvent *loser, const PoEvent *winner) {
  PoSeverity severity = loser->file == winner->file ? PO_SEVERITY_WARNING : PO_SEVERITY_NOTE;
  g_ptr_array_add (findings, po_finding_new (severity, "older-version", loser->file, loser->line, loser->uid,
                                             loser->is_override ? "RECURRENCE-ID" : "UID",
                                             _ ("%s:%u is a later version of the same; this one was left out"),
                                             winner->file, winner->line));
}

// Of a series that is known, a cancellation leaves the times: its instances are cancelled, not gone. It holds for the
// version that it follows, and not for one that came after it.
static void choose_taking_back (PoSeries *self, GPtrArray *findings) {
  const PoEvent *latest = NULL;
  for (const PoEvent *event = self->events; event != NULL; event = event->next)
    if (event->takes_back && !event->is_override && (latest == NULL || compare_versions (latest, event) < 0))
      latest = event;
  if (latest == NULL || latest == self->master)
    return;
  const gboolean is_outdated =
      self->master != NULL &&
      (latest->sequence < self->master->sequence ||
       (latest->sequence == self->master->sequence && latest->dtstamp_s < self->master->dtstamp_s));
  if (is_outdated) {
    report_loser (findings, latest, self->master);
    return;
  }
  const PoEvent *whole = self->master != NULL ? self->master : self->events;
  self->taken_back = latest;
  g_ptr_array_add (findings, po_finding_new (PO_SEVERITY_NOTE, "cancelled", latest->file, latest->line, latest->uid,
                                             "METHOD", _ ("it cancels %s:%u"), whole->file, whole->line));
}

// A cancellation stands for the event itself only where there is nothing else.
static gboolean is_worse (const PoEvent *a, const PoEvent *b) {
  return a->takes_back != b->takes_back ? a->takes_back : compare_versions (a, b) < 0;
}

static void choose_master (PoSeries *self, GPtrArray *findings) {
  for (const PoEvent *event = self->events; event != NULL; event = event->next) {
    if (event->is_override || !event->has_start)
      continue;
    const PoEvent *loser = NULL;
    if (self->master == NULL || is_worse (self->master, event)) {
      loser = self->master;
      self->master = event;
    } else {
      loser = event;
    }
    if (loser != NULL && !loser->takes_back)
      report_loser (findings, loser, self->master);
  }
}

// Overrides.

static gint compare_overrides (gconstpointer a, gconstpointer b) {
  const PoEvent *x = *(PoEvent *const *)a, *y = *(PoEvent *const *)b;
  if (x->recurrence_id.utc_s != y->recurrence_id.utc_s)
    return x->recurrence_id.utc_s < y->recurrence_id.utc_s ? -1 : 1;
  return compare_versions (x, y);
}

// A RECURRENCE-ID of another kind than DTSTART names the instance of that day; a floating one may be meant in the
// series' zone.
static void resolve_recurrence_id (const PoSeries *self, PoEvent *event) {
  const PoEvent *master = self->master;
  PoWhen *id = &event->recurrence_id;
  if (master == NULL)
    return;
  gboolean date_series = master->start.kind == PO_WHEN_DATE;
  if (date_series && id->kind != PO_WHEN_DATE) {
    PoWhen day = master->start;
    day.civil_s = po_when_day (id, master->start.zone) * PO_DAY_S;
    day.utc_s = po_zone_to_utc (day.zone, day.civil_s);
    *id = day;
  } else if (!date_series && id->kind == PO_WHEN_DATE) {
    gint64 from = po_zone_to_utc (master->start.zone, id->civil_s);
    gint64 to = po_zone_to_utc (master->start.zone, id->civil_s + PO_DAY_S);
    g_autoptr (GArray) here = po_originals_between (self->originals, from, to, 8, NULL);
    if (here->len > 0) {
      const PoOriginal *original = &g_array_index (here, PoOriginal, 0);
      *id = master->start;
      id->civil_s = original->civil_s;
      id->utc_s = original->utc_s;
    }
  } else if (id->kind == PO_WHEN_FLOATING && master->start.kind == PO_WHEN_ZONED &&
             !po_originals_contain (self->originals, id->utc_s)) {
    gint64 other = po_zone_to_utc (master->start.zone, id->civil_s);
    if (po_originals_contain (self->originals, other))
      id->utc_s = other;
  }
}

static void keep_latest (GPtrArray *overrides, GPtrArray *findings) {
  g_ptr_array_sort (overrides, compare_overrides);
  guint kept = 0;
  for (guint i = 0; i < overrides->len; i++) {
    PoEvent *event = g_ptr_array_index (overrides, i),
            *last = kept > 0 ? g_ptr_array_index (overrides, kept - 1) : NULL;
    if (last != NULL && last->recurrence_id.utc_s == event->recurrence_id.utc_s) {
      report_loser (findings, last, event);
      kept--;
    }
    g_ptr_array_index (overrides, kept++) = event;
  }
  g_ptr_array_set_size (overrides, (gint)kept);
}

// How many of @overrides stand before @original_s.
static guint overrides_before (const GPtrArray *overrides, gint64 original_s) {
  guint low = 0, high = overrides != NULL ? overrides->len : 0;
  while (low < high) {
    guint middle = (low + high) / 2;
    if (((const PoEvent *)g_ptr_array_index (overrides, middle))->recurrence_id.utc_s < original_s)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

static const PoEvent *find_single (const PoSeries *self, gint64 original_s) {
  guint at = overrides_before (self->singles, original_s);
  const PoEvent *event = self->singles != NULL && at < self->singles->len ? self->singles->pdata[at] : NULL;
  return event != NULL && event->recurrence_id.utc_s == original_s ? event : NULL;
}

static void add_override (PoSeries *self, PoEvent *event) {
  resolve_recurrence_id (self, event);
  GPtrArray **list = event->and_future ? &self->ranges : &self->singles;
  if (*list == NULL)
    *list = g_ptr_array_new ();
  g_ptr_array_add (*list, event);
}

// The begin and the end of everything, so that windows pass by quickly.
static gint64 find_first (const PoSeries *self) {
  gint64 first = self->master != NULL ? self->master->start.utc_s : G_MAXINT64;
  GArray *dates = self->master != NULL ? self->master->rdates : NULL;
  for (guint i = 0; dates != NULL && i < dates->len; i++)
    first = MIN (first, g_array_index (dates, PoRdate, i).when.utc_s);
  for (guint i = 0; self->singles != NULL && i < self->singles->len; i++)
    first = MIN (first, ((const PoEvent *)g_ptr_array_index (self->singles, i))->start.utc_s);
  // What a "this and future" moves, it moves no farther than a change of the clocks from its own start.
  for (guint i = 0; self->ranges != NULL && i < self->ranges->len; i++)
    first = MIN (first, ((const PoEvent *)g_ptr_array_index (self->ranges, i))->start.utc_s - PO_DAY_S);
  return first;
}

static gint64 find_last (const PoSeries *self) {
  gint64 last = G_MININT64, moved = 0;
  for (guint i = 0; self->singles != NULL && i < self->singles->len; i++) {
    const PoEvent *event = g_ptr_array_index (self->singles, i);
    last = MAX (last, po_length_after (&event->length, event->start.zone, event->start.civil_s, event->start.utc_s));
  }
  for (guint i = 0; self->ranges != NULL && i < self->ranges->len; i++) {
    const PoEvent *event = g_ptr_array_index (self->ranges, i);
    gint64 end = po_length_after (&event->length, event->start.zone, event->start.civil_s, event->start.utc_s);
    last = MAX (last, end);
    moved = MAX (moved, end - event->recurrence_id.utc_s + 2 * PO_DAY_S);
  }
  if (self->originals == NULL)
    return last;
  gint64 originals = po_originals_last (self->originals);
  if (originals == G_MAXINT64)
    return G_MAXINT64;
  return MAX (last, originals + MAX (moved, po_originals_reach (self->originals)));
}

void po_series_seal (PoSeries *self, GPtrArray *findings) {
  choose_master (self, findings);
  choose_taking_back (self, findings);
  if (self->master != NULL)
    self->originals = po_originals_new (self->master);
  for (PoEvent *event = self->events; event != NULL; event = event->next)
    if (event->is_override)
      add_override (self, event);
  if (self->singles != NULL)
    keep_latest (self->singles, findings);
  if (self->ranges != NULL)
    keep_latest (self->ranges, findings);
  self->first_s = find_first (self);
  self->last_s = find_last (self);
}

// Instances.

static gboolean overlaps (gint64 start_s, gint64 end_s, gint64 from_s, gint64 to_s) {
  if (start_s == end_s)
    return start_s >= from_s && start_s < to_s;
  return start_s < to_s && end_s > from_s;
}

typedef struct {
  const PoSeries *series;
  gint64 from_s, to_s;
  GPtrArray *occurrences;
  guint max;
  gboolean cancelled; // those, and no others
  gboolean is_cut;    // there may be more
} Window;

static gboolean is_all_cancelled (const PoSeries *self) {
  return self->taken_back != NULL || (self->master != NULL && self->master->status == PO_STATUS_CANCELLED);
}

// Whose media @event airs: its own; those of the "this and future" that it lies in, or of the master, if it names none.
static const PoEvent *media_event (const PoSeries *self, const PoEvent *event) {
  if (!event->is_override)
    return event;
  gint64 id = event->recurrence_id.utc_s;
  for (guint i = overrides_before (self->ranges, event->and_future ? id : id + 1); i > 0; i--) {
    const PoEvent *range = g_ptr_array_index (self->ranges, i - 1);
    if (po_event_leaves_media_to (event, range))
      return range;
  }
  return self->master != NULL && po_event_leaves_media_to (event, self->master) ? self->master : event;
}

static void emit (Window *window, const PoEvent *event, gint64 original_s, gint64 start_s, gint64 end_s) {
  const PoSeries *series = window->series;
  const gboolean is_cancelled = event->status == PO_STATUS_CANCELLED || is_all_cancelled (series);
  if (is_cancelled != window->cancelled || !overlaps (start_s, end_s, window->from_s, window->to_s) ||
      ABS (original_s) > PO_TIME_MAX_S || ABS (start_s) > PO_TIME_MAX_S || ABS (end_s) > PO_TIME_MAX_S)
    return;
  if (window->max == 0) {
    window->is_cut = TRUE;
    return;
  }
  window->max--;
  PoOccurrence *occurrence = po_occurrence_new ();
  const PoWhen *kind = series->master != NULL ? &series->master->start : &event->recurrence_id;
  gboolean date = kind->kind == PO_WHEN_DATE;
  occurrence->uid = g_strdup (event->uid);
  occurrence->instance = po_civil_to_text (date ? po_zone_to_civil (kind->zone, original_s) : original_s, date, TRUE);
  occurrence->recurrence_id = event->is_override ? g_strdup (occurrence->instance) : NULL;
  occurrence->original_ns = original_s * PO_NS_PER_SECOND;
  occurrence->start_ns = start_s * PO_NS_PER_SECOND;
  occurrence->end_ns = end_s * PO_NS_PER_SECOND;
  occurrence->date_only = event->start.kind == PO_WHEN_DATE;
  occurrence->recurring = po_series_is_recurring (series);
  po_event_describe (event, media_event (series, event), occurrence);
  if (is_cancelled)
    occurrence->status = PO_STATUS_CANCELLED;
  if (!event->first_episode_set && series->master != NULL)
    occurrence->first_episode = series->master->first_episode;
  g_ptr_array_add (window->occurrences, occurrence);
}

static void emit_override (Window *window, const PoEvent *event) {
  emit (window, event, event->recurrence_id.utc_s, event->start.utc_s,
        po_length_after (&event->length, event->start.zone, event->start.civil_s, event->start.utc_s));
}

// By how much a THISANDFUTURE moves, in civil time of its own zone.
static gint64 range_shift (const PoEvent *range) {
  return range->start.civil_s - po_zone_to_civil (range->start.zone, range->recurrence_id.utc_s);
}

static void emit_original (Window *window, const PoEvent *range, const PoOriginal *original) {
  const PoEvent *master = window->series->master;
  if (range == NULL) {
    const PoLength *length = original->has_length ? &original->length : &master->length;
    emit (window, master, original->utc_s, original->utc_s,
          po_length_after (length, master->start.zone, original->civil_s, original->utc_s));
    return;
  }
  const PoZone *zone = range->start.zone;
  gint64 civil = po_zone_to_civil (zone, original->utc_s) + range_shift (range);
  gint64 start = po_zone_to_utc (zone, civil);
  emit (window, range, original->utc_s, start, po_length_after (&range->length, zone, civil, start));
}

// The originals of one stretch: before all THISANDFUTURE (@range NULL), or from one to the next.
static void emit_stretch (Window *window, const PoEvent *range, gint64 stretch_from_s, gint64 stretch_to_s) {
  const PoSeries *series = window->series;
  gint64 from, to;
  if (range == NULL) {
    from = window->from_s - po_originals_reach (series->originals);
    to = window->to_s;
  } else {
    gint64 shift = range_shift (range), slack = 2 * PO_DAY_S;
    from = window->from_s - shift - slack - range->length.days * PO_DAY_S - range->length.exact_s;
    to = window->to_s - shift + slack;
  }
  from = MAX (from, stretch_from_s);
  // Those that are looked at only for the slack use up no room.
  guint before = range != NULL ? (guint)CLAMP (window->from_s - from, 0, MAX_BEFORE) : 0;
  gboolean cut = FALSE;
  g_autoptr (GArray) here =
      po_originals_between (series->originals, from, MIN (to, stretch_to_s), window->max + before, &cut);
  window->is_cut = window->is_cut || cut;
  for (guint i = 0; i < here->len; i++) {
    const PoOriginal *original = &g_array_index (here, PoOriginal, i);
    if (find_single (series, original->utc_s) == NULL)
      emit_original (window, range, original);
  }
}

// A THISANDFUTURE whose instance is not in the set plays all the same, as a single override would.
static void emit_ranges (Window *window) {
  GPtrArray *ranges = window->series->ranges;
  for (guint i = 0; i < ranges->len; i++) {
    const PoEvent *range = g_ptr_array_index (ranges, i), *next = i + 1 < ranges->len ? ranges->pdata[i + 1] : NULL;
    gint64 id = range->recurrence_id.utc_s;
    if (window->series->originals != NULL)
      emit_stretch (window, range, id, next != NULL ? next->recurrence_id.utc_s : G_MAXINT64);
    gboolean matched = window->series->originals != NULL && po_originals_contain (window->series->originals, id);
    if (!matched && find_single (window->series, id) == NULL)
      emit_override (window, range);
  }
}

static void list_instances (PoSeries *self, Window *window) {
  if (self->first_s >= window->to_s || self->last_s < window->from_s || (!window->cancelled && is_all_cancelled (self)))
    return;
  for (guint i = 0; self->singles != NULL && i < self->singles->len; i++)
    emit_override (window, g_ptr_array_index (self->singles, i));
  if (self->originals != NULL) {
    const PoEvent *first = self->ranges != NULL ? g_ptr_array_index (self->ranges, 0) : NULL;
    emit_stretch (window, NULL, G_MININT64, first != NULL ? first->recurrence_id.utc_s : G_MAXINT64);
  }
  if (self->ranges != NULL)
    emit_ranges (window);
}

gboolean po_series_occurrences (PoSeries *self, gint64 from_s, gint64 to_s, guint max, GPtrArray *occurrences) {
  Window window = {self, from_s, to_s, occurrences, max, FALSE, FALSE};
  list_instances (self, &window);
  return !window.is_cut;
}

gboolean po_series_cancelled (PoSeries *self, gint64 from_s, gint64 to_s, guint max, GPtrArray *occurrences) {
  Window window = {self, from_s, to_s, occurrences, max, TRUE, FALSE};
  list_instances (self, &window);
  return !window.is_cut;
}

// Counting.

static gint64 count_originals (PoSeries *self, gint64 to_s) {
  return self->originals != NULL ? po_originals_count_before (self->originals, to_s) : 0;
}

// Whether the instance @event stands for is one of the master's own.
static gboolean is_matched (const PoSeries *self, const PoEvent *event) {
  return self->originals != NULL && po_originals_contain (self->originals, event->recurrence_id.utc_s);
}

static gboolean in_cancelled_range (const PoSeries *self, gint64 original_s) {
  guint n = overrides_before (self->ranges, original_s + 1);
  return n > 0 && ((const PoEvent *)self->ranges->pdata[n - 1])->status == PO_STATUS_CANCELLED;
}

// Cancelled single overrides take an instance away; those that match none, or stand in a cancelled stretch, add one.
static void sum_singles (PoSeries *self) {
  gint64 sum = 0;
  self->single_sums = g_array_sized_new (FALSE, FALSE, sizeof (gint64), self->singles->len);
  for (guint i = 0; i < self->singles->len; i++) {
    const PoEvent *event = g_ptr_array_index (self->singles, i);
    gboolean counted = is_matched (self, event) && !in_cancelled_range (self, event->recurrence_id.utc_s);
    sum += (event->status != PO_STATUS_CANCELLED) - counted;
    g_array_append_val (self->single_sums, sum);
  }
}

static gint64 count_singles (PoSeries *self, gint64 to_s) {
  if (self->singles == NULL)
    return 0;
  if (self->single_sums == NULL)
    sum_singles (self);
  guint n = overrides_before (self->singles, to_s);
  return n > 0 ? g_array_index (self->single_sums, gint64, n - 1) : 0;
}

// What the range at @index, as far as @to_s, adds to the count: less than nothing where it is cancelled.
static gint64 count_range (PoSeries *self, guint index, gint64 to_s) {
  const PoEvent *range = g_ptr_array_index (self->ranges, index);
  gint64 id = range->recurrence_id.utc_s;
  if (range->status == PO_STATUS_CANCELLED)
    return count_originals (self, id) - count_originals (self, to_s);
  return !is_matched (self, range) && find_single (self, id) == NULL;
}

static void sum_ranges (PoSeries *self) {
  gint64 sum = 0;
  self->range_sums = g_array_sized_new (FALSE, FALSE, sizeof (gint64), self->ranges->len);
  for (guint i = 0; i < self->ranges->len; i++) {
    const PoEvent *next = i + 1 < self->ranges->len ? self->ranges->pdata[i + 1] : NULL;
    g_array_append_val (self->range_sums, sum);
    sum += next != NULL ? count_range (self, i, next->recurrence_id.utc_s) : 0;
  }
}

static gint64 count_ranges (PoSeries *self, gint64 to_s) {
  guint n = overrides_before (self->ranges, to_s);
  if (n == 0)
    return 0;
  if (self->range_sums == NULL)
    sum_ranges (self);
  return g_array_index (self->range_sums, gint64, n - 1) + count_range (self, n - 1, to_s);
}

gint64 po_series_count_before (PoSeries *self, gint64 original_s) {
  if (self->master != NULL && self->master->status == PO_STATUS_CANCELLED)
    return 0;
  return count_originals (self, original_s) + count_singles (self, original_s) + count_ranges (self, original_s);
}
