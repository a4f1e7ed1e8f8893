// SPDX-License-Identifier: GPL-3.0-or-later
// Counting is the rule's own count, corrected by a short list: DTSTART or an RDATE that the rule does not name, and
// what EXDATE takes away.
#include "schedule/originals.h"

#include <stdlib.h>

// Several rules may name the same instance, so such sets are listed to be counted; beyond this many, or that far ahead
// of what was asked, the rules' counts are added instead.
#define MAX_LISTED     50000
#define LISTED_AHEAD_S (366 * (gint64)PO_DAY_S)
// Finding the end of a rule with a COUNT beyond this is left until someone asks for it.
#define MANY             400
#define EXCLUDED_AT_ONCE 2000

typedef struct {
  gint64 utc_s;
  gint64 sum; // of all corrections up to here
} Correction;

struct _PoOriginals {
  const PoEvent *master;
  GArray *excluded;      // gint64 instants, in order; both NULL without EXDATE
  GArray *excluded_days; // gint64 civil days of the master's zone, in order
  gint64 reach_s;
  GArray *corrections; // Correction; NULL until someone counts
  GArray *listed;      // gint64: all that begin before `listed_to_s`, where several rules make it up
  gint64 listed_to_s;
  gboolean too_many; // to be listed
};

static gint compare_int64 (gconstpointer a, gconstpointer b) {
  gint64 x = *(const gint64 *)a, y = *(const gint64 *)b;
  return (x > y) - (x < y);
}

static gint compare_originals (gconstpointer a, gconstpointer b) {
  const PoOriginal *x = a, *y = b;
  if (x->utc_s != y->utc_s)
    return x->utc_s < y->utc_s ? -1 : 1;
  if (x->has_length != y->has_length)
    return y->has_length - x->has_length;                       // the one with a length of its own wins
  return (y->civil_s > x->civil_s) - (y->civil_s < x->civil_s); // then the one that no gap has shifted
}

static gboolean has (const GArray *sorted, gint64 value) {
  return sorted->len > 0 && bsearch (&value, sorted->data, sorted->len, sizeof (gint64), compare_int64) != NULL;
}

static gint64 day_of (gint64 civil_s) {
  return po_floor_div (civil_s, PO_DAY_S);
}

// An EXDATE takes away an instant; a date, or anything in a series of dates, takes away a day. A floating time is the
// station's; one that was meant in the series' zone is understood as well.
static void add_excluded (PoOriginals *self, const PoWhen *when) {
  const PoEvent *master = self->master;
  if (when->kind == PO_WHEN_DATE || master->start.kind == PO_WHEN_DATE) {
    gint64 day = po_when_day (when, master->start.zone);
    g_array_append_val (self->excluded_days, day);
    return;
  }
  g_array_append_val (self->excluded, when->utc_s);
  if (when->kind == PO_WHEN_FLOATING && master->start.kind == PO_WHEN_ZONED) {
    gint64 other = po_zone_to_utc (master->start.zone, when->civil_s);
    g_array_append_val (self->excluded, other);
  }
}

static void read_excluded (PoOriginals *self) {
  self->excluded = g_array_new (FALSE, FALSE, sizeof (gint64));
  self->excluded_days = g_array_new (FALSE, FALSE, sizeof (gint64));
  for (guint i = 0; i < self->master->exdates->len; i++)
    add_excluded (self, &g_array_index (self->master->exdates, PoWhen, i));
  g_array_sort (self->excluded, compare_int64);
  g_array_sort (self->excluded_days, compare_int64);
}

static gint64 length_reach (const PoLength *length) {
  return length->days * PO_DAY_S + length->exact_s + (length->days != 0 ? PO_DAY_S : 0);
}

PoOriginals *po_originals_new (const PoEvent *master) {
  PoOriginals *self = g_new0 (PoOriginals, 1);
  self->master = master;
  if (master->exdates != NULL)
    read_excluded (self);
  self->reach_s = length_reach (&master->length);
  for (guint i = 0; master->rdates != NULL && i < master->rdates->len; i++)
    self->reach_s = MAX (self->reach_s, length_reach (&g_array_index (master->rdates, PoRdate, i).length));
  return self;
}

void po_originals_free (PoOriginals *self) {
  if (self == NULL)
    return;
  g_clear_pointer (&self->excluded, g_array_unref);
  g_clear_pointer (&self->excluded_days, g_array_unref);
  g_clear_pointer (&self->corrections, g_array_unref);
  g_clear_pointer (&self->listed, g_array_unref);
  g_free (self);
}

gint64 po_originals_reach (const PoOriginals *self) {
  return self->reach_s;
}

// FALSE: @max of them were found, and there may be more. The search goes by civil time, so what it finds beside the
// window uses up no room.
static gboolean add_rule (const PoEvent *master, PoRule *rule, gint64 until_utc_s, gint64 from_s, gint64 to_s,
                          guint max, GArray *out) {
  // The civil times that may fall into the window, whichever offset holds there.
  const PoZone *zone = master->start.zone;
  gint64 civil_from = from_s + MIN (po_zone_offset (zone, from_s - PO_DAY_S), po_zone_offset (zone, from_s + PO_DAY_S));
  gint64 civil_to = to_s + MAX (po_zone_offset (zone, to_s - PO_DAY_S), po_zone_offset (zone, to_s + PO_DAY_S));
  g_autoptr (GArray) times = g_array_new (FALSE, FALSE, sizeof (gint64));
  for (guint room = max; room > 0; civil_from = g_array_index (times, gint64, times->len - 1) + 1) {
    g_array_set_size (times, 0);
    po_rule_expand (rule, civil_from, civil_to, max, times);
    for (guint i = 0; i < times->len && room > 0; i++) {
      PoOriginal original = {.civil_s = g_array_index (times, gint64, i)};
      original.utc_s = po_zone_to_utc (zone, original.civil_s);
      if (original.utc_s < from_s || original.utc_s >= to_s || original.utc_s > until_utc_s)
        continue;
      g_array_append_val (out, original);
      room--;
    }
    if (times->len < max)
      return room > 0;
  }
  return FALSE;
}

static gint64 until_of (const PoEvent *master, GPtrArray *rules, guint i) {
  return rules == master->rules ? g_array_index (master->until_utc, gint64, i) : G_MAXINT64;
}

static gboolean add_rules (const PoEvent *master, GPtrArray *rules, gint64 from_s, gint64 to_s, guint max,
                           GArray *out) {
  gboolean whole = TRUE;
  for (guint i = 0; rules != NULL && i < rules->len && whole; i++)
    whole = add_rule (master, rules->pdata[i], until_of (master, rules, i), from_s, to_s, max, out);
  return whole;
}

static void sort_unique (GArray *originals) {
  gboolean sorted = TRUE;
  for (guint i = 1; i < originals->len && sorted; i++)
    sorted = g_array_index (originals, PoOriginal, i - 1).utc_s < g_array_index (originals, PoOriginal, i).utc_s;
  if (sorted)
    return;
  g_array_sort (originals, compare_originals);
  guint kept = 1;
  for (guint i = 1; i < originals->len; i++)
    if (g_array_index (originals, PoOriginal, i).utc_s != g_array_index (originals, PoOriginal, kept - 1).utc_s)
      g_array_index (originals, PoOriginal, kept++) = g_array_index (originals, PoOriginal, i);
  g_array_set_size (originals, kept);
}

// DTSTART, rules and dates, nothing excluded. @ret_cut: (nullable)
static GArray *all_between (const PoOriginals *self, gint64 from_s, gint64 to_s, guint max, gboolean *ret_cut) {
  const PoEvent *master = self->master;
  GArray *out = g_array_new (FALSE, FALSE, sizeof (PoOriginal));
  if (from_s >= to_s)
    return out;
  if (master->start.utc_s >= from_s && master->start.utc_s < to_s) {
    PoOriginal first = {.utc_s = master->start.utc_s, .civil_s = master->start.civil_s};
    g_array_append_val (out, first);
  }
  gboolean whole = add_rules (master, master->rules, from_s, to_s, max, out);
  if (ret_cut != NULL)
    *ret_cut = !whole;
  for (guint i = 0; master->rdates != NULL && i < master->rdates->len; i++) {
    const PoRdate *date = &g_array_index (master->rdates, PoRdate, i);
    if (date->when.utc_s < from_s || date->when.utc_s >= to_s)
      continue;
    PoOriginal original = {.utc_s = date->when.utc_s, .has_length = date->has_length, .length = date->length};
    original.civil_s = po_zone_to_civil (master->start.zone, original.utc_s);
    g_array_append_val (out, original);
  }
  sort_unique (out);
  return out;
}

static gboolean is_excluded (const PoOriginals *self, const PoOriginal *original) {
  return has (self->excluded, original->utc_s) || has (self->excluded_days, day_of (original->civil_s));
}

// Takes out of @originals from @first on what @gone names too. Where it stands after that.
static guint remove_named (GArray *originals, guint first, guint *kept, const GArray *gone, gint64 through_s) {
  guint g = 0, i = first;
  for (; i < originals->len && g_array_index (originals, PoOriginal, i).utc_s <= through_s; i++) {
    const PoOriginal original = g_array_index (originals, PoOriginal, i);
    while (g < gone->len && g_array_index (gone, PoOriginal, g).utc_s < original.utc_s)
      g++;
    if (g == gone->len || g_array_index (gone, PoOriginal, g).utc_s != original.utc_s)
      g_array_index (originals, PoOriginal, (*kept)++) = original;
  }
  return i;
}

// A rule may take away far more than there is: only so much of it is looked at in one go.
static void remove_exrule (const PoOriginals *self, guint rule, gint64 to_s, GArray *originals) {
  const PoEvent *master = self->master;
  g_autoptr (GArray) gone = g_array_new (FALSE, FALSE, sizeof (PoOriginal));
  guint kept = 0, i = 0;
  while (i < originals->len) {
    gint64 from_s = g_array_index (originals, PoOriginal, i).utc_s, through_s = to_s;
    g_array_set_size (gone, 0);
    if (!add_rule (master, master->exrules->pdata[rule], G_MAXINT64, from_s, to_s, EXCLUDED_AT_ONCE, gone))
      through_s = g_array_index (gone, PoOriginal, gone->len - 1).utc_s;
    sort_unique (gone);
    i = remove_named (originals, i, &kept, gone, through_s);
  }
  g_array_set_size (originals, kept);
}

static void remove_exdates (const PoOriginals *self, GArray *originals) {
  guint kept = 0;
  for (guint i = 0; i < originals->len; i++) {
    PoOriginal original = g_array_index (originals, PoOriginal, i);
    if (!is_excluded (self, &original))
      g_array_index (originals, PoOriginal, kept++) = original;
  }
  g_array_set_size (originals, kept);
}

GArray *po_originals_between (const PoOriginals *self, gint64 from_s, gint64 to_s, guint max, gboolean *ret_cut) {
  const PoEvent *master = self->master;
  GArray *originals = all_between (self, from_s, to_s, max, ret_cut);
  for (guint i = 0; master->exrules != NULL && i < master->exrules->len; i++)
    remove_exrule (self, i, to_s, originals);
  if (master->exdates != NULL)
    remove_exdates (self, originals);
  return originals;
}

gboolean po_originals_contain (const PoOriginals *self, gint64 utc_s) {
  g_autoptr (GArray) here = po_originals_between (self, utc_s, utc_s + 1, 8, NULL);
  return here->len > 0;
}

gint64 po_originals_last (const PoOriginals *self) {
  const PoEvent *master = self->master;
  gint64 last = master->start.utc_s;
  for (guint i = 0; master->rdates != NULL && i < master->rdates->len; i++)
    last = MAX (last, g_array_index (master->rdates, PoRdate, i).when.utc_s);
  for (guint i = 0; master->rules != NULL && i < master->rules->len; i++) {
    PoRule *rule = g_ptr_array_index (master->rules, i);
    gint64 civil = po_rule_is_endless (rule) || po_rule_count (rule) > MANY ? G_MAXINT64 : po_rule_last (rule);
    if (civil > PO_TIME_MAX_S)
      return G_MAXINT64;
    last = MAX (last, civil - po_zone_offset (master->start.zone, civil) + PO_DAY_S);
  }
  return last;
}

// Counting.

static gboolean rule_names (const PoOriginals *self, gint64 utc_s) {
  g_autoptr (GArray) here = g_array_new (FALSE, FALSE, sizeof (PoOriginal));
  add_rules (self->master, self->master->rules, utc_s, utc_s + 1, 8, here);
  return here->len > 0;
}

static gboolean is_excluded_day (const PoOriginals *self, gint64 utc_s) {
  return self->excluded != NULL &&
         has (self->excluded_days, day_of (po_zone_to_civil (self->master->start.zone, utc_s)));
}

static void collect_excluded (const PoOriginals *self, GArray *gone) {
  for (guint i = 0; i < self->excluded->len; i++) {
    gint64 utc = g_array_index (self->excluded, gint64, i);
    g_autoptr (GArray) here = is_excluded_day (self, utc) ? NULL : all_between (self, utc, utc + 1, 8, NULL);
    if (here != NULL && here->len > 0)
      g_array_append_val (gone, utc);
  }
}

static void correct (GArray *corrections, gint64 utc_s, gint64 by) {
  Correction correction = {utc_s, by};
  g_array_append_val (corrections, correction);
}

// Takes away whole days by the rules' own counts: a day may have 86,400 instances.
static void correct_days (PoOriginals *self) {
  const PoEvent *master = self->master;
  for (guint i = 0; i < self->excluded_days->len; i++) {
    gint64 civil = g_array_index (self->excluded_days, gint64, i) * PO_DAY_S, named = 0;
    if (i > 0 && g_array_index (self->excluded_days, gint64, i - 1) * PO_DAY_S == civil)
      continue;
    for (guint k = 0; master->rules != NULL && k < master->rules->len; k++) {
      PoRule *rule = g_ptr_array_index (master->rules, k);
      gint64 before = po_rule_count_before (rule, civil);
      named += po_rule_count_before (rule, civil + PO_DAY_S) - before;
    }
    correct (self->corrections, po_zone_to_utc (master->start.zone, civil), -named);
  }
}

static void make_corrections (PoOriginals *self) {
  const PoEvent *master = self->master;
  self->corrections = g_array_new (FALSE, FALSE, sizeof (Correction));
  g_autoptr (GArray) extra = g_array_new (FALSE, FALSE, sizeof (gint64));
  if (!rule_names (self, master->start.utc_s))
    g_array_append_val (extra, master->start.utc_s);
  for (guint i = 0; master->rdates != NULL && i < master->rdates->len; i++) {
    gint64 utc = g_array_index (master->rdates, PoRdate, i).when.utc_s;
    if (utc != master->start.utc_s && !rule_names (self, utc))
      g_array_append_val (extra, utc);
  }
  g_array_sort (extra, compare_int64);
  for (guint i = 0; i < extra->len; i++)
    if ((i == 0 || g_array_index (extra, gint64, i) != g_array_index (extra, gint64, i - 1)) &&
        !is_excluded_day (self, g_array_index (extra, gint64, i)))
      correct (self->corrections, g_array_index (extra, gint64, i), 1);
  g_autoptr (GArray) gone = g_array_new (FALSE, FALSE, sizeof (gint64));
  if (self->excluded != NULL) {
    collect_excluded (self, gone);
    correct_days (self);
  }
  for (guint i = 0; i < gone->len; i++)
    if (i == 0 || g_array_index (gone, gint64, i) != g_array_index (gone, gint64, i - 1))
      correct (self->corrections, g_array_index (gone, gint64, i), -1);
  g_array_sort (self->corrections, compare_int64); // by their first field
  for (guint i = 1; i < self->corrections->len; i++)
    g_array_index (self->corrections, Correction, i).sum += g_array_index (self->corrections, Correction, i - 1).sum;
}

static gint64 corrections_before (const GArray *corrections, gint64 utc_s) {
  guint low = 0, high = corrections->len;
  while (low < high) {
    guint middle = (low + high) / 2;
    if (g_array_index (corrections, Correction, middle).utc_s < utc_s)
      low = middle + 1;
    else
      high = middle;
  }
  return low > 0 ? g_array_index (corrections, Correction, low - 1).sum : 0;
}

// The civil time by which the rule names the instance at @utc_s: in a gap that is earlier than what the clock shows.
static gint64 named_civil (const PoOriginals *self, PoRule *rule, gint64 utc_s) {
  const PoZone *zone = self->master->start.zone;
  gint64 civil = po_zone_to_civil (zone, utc_s), before = utc_s + po_zone_offset (zone, utc_s - PO_DAY_S);
  gboolean in_gap = before < civil && po_zone_to_utc (zone, before) == utc_s;
  return in_gap && po_rule_contains (rule, before) ? before : civil;
}

// FALSE if there are too many to list.
static gboolean list_until (PoOriginals *self, gint64 utc_s) {
  if (self->too_many || (self->listed != NULL && utc_s <= self->listed_to_s))
    return !self->too_many;
  g_clear_pointer (&self->listed, g_array_unref);
  self->listed = g_array_new (FALSE, FALSE, sizeof (gint64));
  self->listed_to_s = utc_s + LISTED_AHEAD_S;
  g_autoptr (GArray) all = po_originals_between (self, -PO_TIME_MAX_S, self->listed_to_s, MAX_LISTED, NULL);
  for (guint i = 0; i < all->len; i++)
    g_array_append_val (self->listed, g_array_index (all, PoOriginal, i).utc_s);
  // What EXRULE took away may hide that a rule was cut.
  gint64 named = 0;
  for (guint i = 0; self->master->rules != NULL && i < self->master->rules->len; i++)
    named += po_rule_count_before (g_ptr_array_index (self->master->rules, i), self->listed_to_s);
  self->too_many = named >= MAX_LISTED;
  return !self->too_many;
}

static gint64 count_by_rules (PoOriginals *self, GPtrArray *rules, gint64 utc_s) {
  gint64 n = 0;
  for (guint i = 0; rules != NULL && i < rules->len; i++) {
    PoRule *rule = g_ptr_array_index (rules, i);
    n += po_rule_count_before (rule, named_civil (self, rule, utc_s));
  }
  return n;
}

static gint64 lower_bound (const GArray *sorted, gint64 value) {
  guint low = 0, high = sorted->len;
  while (low < high) {
    guint middle = (low + high) / 2;
    if (g_array_index (sorted, gint64, middle) < value)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

gint64 po_originals_count_before (PoOriginals *self, gint64 utc_s) {
  const PoEvent *master = self->master;
  utc_s = CLAMP (utc_s, -PO_TIME_MAX_S, PO_TIME_MAX_S);
  gboolean several = (master->rules != NULL && master->rules->len > 1) || master->exrules != NULL;
  if (several && list_until (self, utc_s))
    return lower_bound (self->listed, utc_s);
  if (self->corrections == NULL)
    make_corrections (self);
  if (is_excluded_day (self, utc_s)) // nothing of that day counts
    utc_s = po_zone_to_utc (master->start.zone, day_of (po_zone_to_civil (master->start.zone, utc_s)) * PO_DAY_S);
  return count_by_rules (self, master->rules, utc_s) - count_by_rules (self, master->exrules, utc_s) +
         corrections_before (self->corrections, utc_s);
}
