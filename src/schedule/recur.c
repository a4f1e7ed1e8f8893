// SPDX-License-Identifier: GPL-3.0-or-later
// Blocks, the days in them, the times of day, and what BYSETPOS picks of both.
#include "schedule/recur-private.h"

#define HORIZON_S      (po_civil_days (PO_CIVIL_LAST_YEAR + 1, 1, 1) * PO_DAY_S)
#define MAX_BLOCK_DAYS 378 // 54 weeks

static const gint64 UNIT_S[] = {1, 60, 3600};

static gboolean bit (guint64 set, gint n) {
  return set >> n & 1;
}

static gboolean bit_in (const guint64 *set, gint n) {
  return set[n / 64] >> (n % 64) & 1;
}

// Collects instances in [from, to), or only counts them; says FALSE when it is full or time is up.
typedef struct {
  gint64 from, to;
  gint64 max;
  gint64 n;
  GArray *times; // (nullable)
} Sink;

// Of this thread: blocks and instances looked at, which is what answers cost.
static _Thread_local guint64 steps;

guint64 po_rule_steps (void) {
  return steps;
}

static gboolean sink_push (Sink *self, gint64 civil_s) {
  steps++;
  if (civil_s >= self->to || self->n >= self->max)
    return FALSE;
  if (civil_s < self->from)
    return TRUE;
  if (self->times != NULL)
    g_array_append_val (self->times, civil_s);
  self->n++;
  return TRUE;
}

// One day with all that a rule may ask of it.
typedef struct {
  gint64 days;
  gint month, day, month_length, yearday, year_length;
  gint week, weeks; // of the week-year; only where BYWEEKNO asks
} Day;

static gboolean weekday_matches (const PoRule *self, const Day *day) {
  if (!self->weekdays && !self->has_nth)
    return TRUE;
  gint weekday = po_civil_weekday (day->days);
  if (bit (self->weekdays, weekday))
    return TRUE;
  if (!self->has_nth)
    return FALSE;
  const PoNthDay *nth = &self->nth[weekday];
  gboolean by_month = self->freq == PO_FREQ_MONTHLY || self->months != 0;
  gint from_start = by_month ? day->day - 1 : day->yearday - 1;
  gint from_end = by_month ? day->month_length - day->day : day->year_length - day->yearday;
  return bit (nth->from_start, from_start / 7 + 1) || bit (nth->from_end, from_end / 7 + 1);
}

static gboolean month_matches (const PoRule *self, gint month) {
  return !self->months || bit (self->months, month);
}

static gboolean monthday_matches (const PoRule *self, const Day *day) {
  return bit (self->monthdays, day->day) || bit (self->monthdays_end, day->month_length - day->day + 1) ||
         (self->skip == PO_SKIP_BACKWARD && day->day == day->month_length && self->monthdays >> (day->day + 1) != 0);
}

// The first of a month, for a day that the month before does not have. December has all.
static gboolean comes_forward (const PoRule *self, const Day *day) {
  if (self->skip != PO_SKIP_FORWARD || day->day != 1 || day->month == 1 || !month_matches (self, day->month - 1))
    return FALSE;
  gint before = po_civil_days_in_month (day->year_length == 366 ? 2000 : 2001, day->month - 1);
  return self->monthdays >> (before + 1) != 0;
}

static gboolean day_matches (const PoRule *self, const Day *day) {
  const gboolean in_month = month_matches (self, day->month) && (!self->has_monthdays || monthday_matches (self, day));
  if (!in_month && !comes_forward (self, day))
    return FALSE;
  if (self->has_yeardays && !bit_in (self->yeardays, day->yearday) &&
      !bit_in (self->yeardays_end, day->year_length - day->yearday + 1))
    return FALSE;
  if (self->has_weeks && !bit (self->weeks, day->week) && !bit (self->weeks_end, day->weeks - day->week + 1))
    return FALSE;
  return weekday_matches (self, day);
}

static Day make_day (gint64 days) {
  gint year, month, day;
  po_civil_from_days (days, &year, &month, &day);
  return (Day){.days = days,
               .month = month,
               .day = day,
               .month_length = po_civil_days_in_month (year, month),
               .yearday = (gint)(days - po_civil_days (year, 1, 1)) + 1,
               .year_length = po_civil_is_leap (year) ? 366 : 365};
}

// Blocks.

static gint week_year (gint64 days, gint wkst) {
  gint year, month, day;
  po_civil_from_days (days, &year, &month, &day);
  if (days >= po_civil_week_one (year + 1, wkst))
    return year + 1;
  return days < po_civil_week_one (year, wkst) ? year - 1 : year;
}

static gint64 block_of (const PoRule *self, gint64 civil_s) {
  gint64 days = po_floor_div (civil_s, PO_DAY_S);
  gint year, month, day;
  switch (self->freq) {
  case PO_FREQ_YEARLY:
    if (self->has_weeks)
      return week_year (days, self->wkst);
    po_civil_from_days (days, &year, &month, &day);
    return year;
  case PO_FREQ_MONTHLY:
    po_civil_from_days (days, &year, &month, &day);
    return (gint64)year * 12 + month - 1;
  case PO_FREQ_WEEKLY:
    return po_floor_div (days + 3 - self->wkst, 7);
  default:
    return days;
  }
}

static gint64 block_start (const PoRule *self, gint64 block) {
  gint64 months = self->freq == PO_FREQ_YEARLY ? block * 12 : block;
  if (self->freq >= PO_FREQ_MONTHLY && months > 12 * 9999) // a long INTERVAL leads out of the calendar
    return G_MAXINT64;
  switch (self->freq) {
  case PO_FREQ_YEARLY:
    if (self->has_weeks)
      return po_civil_week_one ((gint)block, self->wkst) * PO_DAY_S;
    G_GNUC_FALLTHROUGH;
  case PO_FREQ_MONTHLY:
    return po_civil_days ((gint)po_floor_div (months, 12), (gint)(months - po_floor_div (months, 12) * 12) + 1, 1) *
           PO_DAY_S;
  case PO_FREQ_WEEKLY:
    return (block * 7 - 3 + self->wkst) * PO_DAY_S;
  default:
    return block * PO_DAY_S;
  }
}

// The first number at or after @value that INTERVAL meets.
static gint64 align_up (const PoRule *self, gint64 value) {
  gint64 past = value - self->origin;
  return past <= 0 ? self->origin : self->origin + (past + self->interval - 1) / self->interval * self->interval;
}

// The first block at or after @block that INTERVAL meets.
static gint64 block_align (const PoRule *self, gint64 block) {
  if (self->freq >= PO_FREQ_DAILY)
    return align_up (self, block);
  gint64 unit = UNIT_S[self->freq];
  return MAX (block, po_floor_div (align_up (self, block * (PO_DAY_S / unit)) * unit, PO_DAY_S));
}

static guint year_days (const PoRule *self, gint year, gint64 *ret_days) {
  guint n = 0;
  gint64 first = po_civil_days (year, 1, 1);
  Day day = {.days = first, .yearday = 1, .year_length = po_civil_is_leap (year) ? 366 : 365};
  for (day.month = 1; day.month <= 12; day.month++) {
    day.month_length = po_civil_days_in_month (year, day.month);
    if (!month_matches (self, day.month) && self->skip != PO_SKIP_FORWARD) {
      day.days += day.month_length;
      day.yearday += day.month_length;
      continue;
    }
    for (day.day = 1; day.day <= day.month_length; day.day++, day.days++, day.yearday++)
      if (day_matches (self, &day))
        ret_days[n++] = day.days;
  }
  return n;
}

static guint week_year_days (const PoRule *self, gint year, gint64 *ret_days) {
  guint n = 0;
  gint64 first = po_civil_week_one (year, self->wkst), end = po_civil_week_one (year + 1, self->wkst);
  for (gint64 days = first; days < end; days++) {
    Day day = make_day (days);
    day.week = (gint)(days - first) / 7 + 1;
    day.weeks = (gint)(end - first) / 7;
    if (day_matches (self, &day))
      ret_days[n++] = days;
  }
  return n;
}

// Days and weeks of which nothing is asked but the weekday need no calendar.
static gboolean asks_only_weekdays (const PoRule *self) {
  return (self->freq == PO_FREQ_WEEKLY || self->freq == PO_FREQ_DAILY) && !self->months && !self->has_monthdays &&
         !self->has_yeardays && !self->has_weeks && !self->has_nth;
}

static guint plain_days (const PoRule *self, gint64 first, gint length, gint64 *ret_days) {
  guint n = 0;
  for (gint64 days = first; days < first + length; days++)
    if (!self->weekdays || bit (self->weekdays, po_civil_weekday (days)))
      ret_days[n++] = days;
  return n;
}

static guint block_days (const PoRule *self, gint64 block, gint64 *ret_days) {
  if (self->freq == PO_FREQ_YEARLY)
    return self->has_weeks ? week_year_days (self, (gint)block, ret_days) : year_days (self, (gint)block, ret_days);
  gint64 first = block_start (self, block) / PO_DAY_S;
  if (asks_only_weekdays (self))
    return plain_days (self, first, self->freq == PO_FREQ_WEEKLY ? 7 : 1, ret_days);
  Day day = make_day (first);
  gint length = self->freq == PO_FREQ_MONTHLY ? day.month_length : self->freq == PO_FREQ_WEEKLY ? 7 : 1;
  guint n = 0;
  for (gint i = 0; i < length; i++) {
    if (i > 0 && self->freq == PO_FREQ_WEEKLY)
      day = make_day (first + i);
    if (day_matches (self, &day))
      ret_days[n++] = day.days;
    day.days++;
    day.day++;
    day.yearday++;
  }
  return n;
}

// Times of day.

static gint64 times_per_base (const PoRule *self) {
  return (gint64)__builtin_popcountll (self->hours) * __builtin_popcountll (self->minutes) *
         __builtin_popcountll (self->seconds);
}

static gint nth_bit (guint64 set, gint64 n) {
  while (n-- > 0)
    set &= set - 1;
  return __builtin_ctzll (set);
}

static gint64 nth_time (const PoRule *self, gint64 n) {
  gint64 seconds = __builtin_popcountll (self->seconds), minutes = __builtin_popcountll (self->minutes);
  return nth_bit (self->hours, n / (seconds * minutes)) * 3600 + nth_bit (self->minutes, n / seconds % minutes) * 60 +
         nth_bit (self->seconds, n % seconds);
}

static gboolean emit_base (const PoRule *self, gint64 base_s, Sink *sink) {
  for (guint64 h = self->hours; h; h &= h - 1) {
    gint64 hour_s = base_s + __builtin_ctzll (h) * 3600;
    for (guint64 m = hour_s + 3600 > sink->from ? self->minutes : 0; m; m &= m - 1) {
      gint64 minute_s = hour_s + __builtin_ctzll (m) * 60;
      for (guint64 s = minute_s + 60 > sink->from ? self->seconds : 0; s; s &= s - 1)
        if (!sink_push (sink, minute_s + __builtin_ctzll (s)))
          return FALSE;
    }
  }
  return TRUE;
}

// The indices that BYSETPOS picks out of @n, in order, each once. @ret_indices has n_setpos places.
static guint pick_positions (const PoRule *self, gint64 n, gint64 *ret_indices) {
  guint picked = 0;
  for (guint i = 0; i < self->n_setpos; i++) {
    gint64 index = self->setpos[i] > 0 ? self->setpos[i] - 1 : n + self->setpos[i];
    if (index < 0 || index >= n)
      continue;
    guint at = picked;
    while (at > 0 && ret_indices[at - 1] > index)
      at--;
    if (at > 0 && ret_indices[at - 1] == index)
      continue;
    for (guint k = picked; k > at; k--)
      ret_indices[k] = ret_indices[k - 1];
    ret_indices[at] = index;
    picked++;
  }
  return picked;
}

// The product of @bases_s and the times, as BYSETPOS wants it.
static gboolean emit_set (const PoRule *self, const gint64 *bases_s, guint n_bases, Sink *sink) {
  if (self->n_setpos == 0) {
    for (guint i = 0; i < n_bases; i++)
      if (bases_s[i] + PO_DAY_S > sink->from && !emit_base (self, bases_s[i], sink))
        return FALSE;
    return TRUE;
  }
  gint64 times = times_per_base (self);
  gint64 indices[2 * 366];
  guint picked = pick_positions (self, times * n_bases, indices);
  for (guint i = 0; i < picked; i++)
    if (!sink_push (sink, bases_s[indices[i] / times] + nth_time (self, indices[i] % times)))
      return FALSE;
  return TRUE;
}

// The periods of a rule faster than DAILY that fall into one day.
static gboolean expand_fast_day (const PoRule *self, gint64 day, Sink *sink) {
  gint64 unit = UNIT_S[self->freq];
  gint64 start = day * PO_DAY_S, end = MIN (start + PO_DAY_S, sink->to);
  if (MAX (start, sink->from) >= end)
    return TRUE;
  gint64 period = align_up (self, po_floor_div (MAX (start, sink->from), unit));
  while (period * unit < end) {
    gint64 time = period * unit - start, skip_to = -1;
    if (!bit (self->limit_hours, (gint)(time / 3600)))
      skip_to = (time / 3600 + 1) * 3600;
    else if (!bit (self->limit_minutes, (gint)(time / 60 % 60)))
      skip_to = (time / 60 + 1) * 60;
    else if (bit (self->limit_seconds, (gint)(time % 60))) {
      gint64 base = period * unit;
      if (!emit_set (self, &base, 1, sink))
        return FALSE;
    }
    period = skip_to < 0 ? period + self->interval : align_up (self, (start + skip_to) / unit);
  }
  return TRUE;
}

static gboolean fast_day_matches (const PoRule *self, gint64 day) {
  if (!self->has_days)
    return TRUE;
  Day d = make_day (day);
  return day_matches (self, &d);
}

static gboolean expand_block (const PoRule *self, gint64 block, Sink *sink) {
  steps++;
  if (self->freq < PO_FREQ_DAILY)
    return !fast_day_matches (self, block) || expand_fast_day (self, block, sink);
  gint64 bases_s[MAX_BLOCK_DAYS];
  guint n = block_days (self, block, bases_s);
  for (guint i = 0; i < n; i++)
    bases_s[i] *= PO_DAY_S;
  return emit_set (self, bases_s, n, sink);
}

// How many instances a whole block has.
static gint64 block_count (PoRule *self, gint64 block) {
  steps++;
  gint64 buffer[2 * MAX_BLOCK_DAYS];
  if (self->freq >= PO_FREQ_DAILY) {
    gboolean is_whole_week = self->freq == PO_FREQ_WEEKLY && self->weekdays && asks_only_weekdays (self);
    gint64 days = is_whole_week ? __builtin_popcountll (self->weekdays) : block_days (self, block, buffer);
    gint64 n = days * times_per_base (self);
    return self->n_setpos > 0 ? pick_positions (self, n, buffer) : n;
  }
  if (!fast_day_matches (self, block))
    return 0;
  gint64 start = block * PO_DAY_S, first = start / UNIT_S[self->freq];
  gint64 phase = align_up (self, first) - first;
  guint slot = (guint)(phase % PO_RULE_MEMO);
  if (self->memo_phase[slot] != phase + 1) {
    Sink sink = {.from = start, .to = start + PO_DAY_S, .max = G_MAXINT64};
    expand_fast_day (self, block, &sink);
    self->memo_phase[slot] = phase + 1;
    self->memo_count[slot] = sink.n;
  }
  return self->memo_count[slot];
}

#define EVERY_MONTH_HAS(bits, last) (((bits) & ~((G_GUINT64_CONSTANT (2) << (last)) - 2)) == 0)

// Whether all whole blocks that INTERVAL meets have as many instances as any other, so that nobody need look.
static gboolean counts_alike (const PoRule *self) {
  if (self->freq == PO_FREQ_WEEKLY)
    return asks_only_weekdays (self);
  if (self->freq != PO_FREQ_MONTHLY || self->months || self->has_yeardays || self->has_weeks || self->weekdays)
    return FALSE;
  if (self->has_monthdays)
    return !self->has_nth && EVERY_MONTH_HAS (self->monthdays | self->monthdays_end, 28) &&
           (!self->monthdays || !self->monthdays_end);
  for (guint i = 0; i < G_N_ELEMENTS (self->nth); i++) {
    const PoNthDay *nth = &self->nth[i];
    if (!EVERY_MONTH_HAS (nth->from_start | nth->from_end, 4) || (nth->from_start && nth->from_end))
      return FALSE;
  }
  return self->has_nth;
}

// How many blocks from @block on, all whole, can be counted as one: those before @target, and not all of @missing.
static gint64 blocks_alike (const PoRule *self, gint64 block, gint64 target, gint64 here, gint64 missing) {
  if (here <= 0 || block >= target || !counts_alike (self))
    return 0;
  return MIN ((target - block + self->interval - 1) / self->interval, (missing - 1) / here);
}

// Days at most in a block.
static const gint64 MOST_DAYS[] = {1, 1, 1, 1, 7, 31, MAX_BLOCK_DAYS};

static gboolean picks_any (const PoRule *self) {
  const gint64 most = MOST_DAYS[self->freq] * times_per_base (self);
  for (guint i = 0; i < self->n_setpos; i++)
    if (ABS (self->setpos[i]) <= most)
      return TRUE;
  return self->n_setpos == 0;
}

// In 28 years every kind of year comes: leap or not, from any day of the week.
static gboolean has_any_day (const PoRule *self) {
  if (self->has_weeks || (!self->months && !self->has_monthdays && !self->has_yeardays))
    return TRUE;
  for (gint64 days = po_civil_days (2001, 1, 1), end = po_civil_days (2029, 1, 1); days < end; days++) {
    Day day = make_day (days);
    if (day_matches (self, &day))
      return TRUE;
  }
  return FALSE;
}

// So that nobody looks for it through two thousand years.
static gboolean is_never (PoRule *self) {
  if (self->is_never < 0)
    self->is_never = !picks_any (self) || !has_any_day (self);
  return self->is_never;
}

void po_rule_bind_blocks (PoRule *self) {
  self->origin =
      self->freq < PO_FREQ_DAILY ? po_floor_div (self->start_s, UNIT_S[self->freq]) : block_of (self, self->start_s);
  self->counted_block = PO_CIVIL_NONE;
  self->part_block = PO_CIVIL_NONE;
}

// Everything but COUNT and UNTIL.
static void expand_raw (const PoRule *self, gint64 from_s, gint64 to_s, Sink *sink) {
  sink->from = MAX (from_s, self->start_s);
  sink->to = MIN (to_s, HORIZON_S);
  if (sink->from >= sink->to)
    return;
  if (self->step_s > 0) {
    gint64 past = sink->from - self->start_s;
    gint64 time = self->start_s + (past + self->step_s - 1) / self->step_s * self->step_s;
    while (sink_push (sink, time))
      time += self->step_s;
    return;
  }
  gint64 block = block_align (self, block_of (self, sink->from));
  while (block_start (self, block) < sink->to && expand_block (self, block, sink))
    block = block_align (self, block + 1);
}

static gboolean names_start (PoRule *self) {
  if (self->start_is_named < 0) {
    Sink sink = {.max = 1};
    expand_raw (self, self->start_s, self->start_s + 1, &sink);
    self->start_is_named = sink.n > 0;
  }
  return self->start_is_named;
}

// How many instances COUNT leaves to the rule itself.
static gint64 count_limit (PoRule *self) {
  return self->count == 0 ? G_MAXINT64 : self->count - !names_start (self);
}

// A day of seconds is long: within a block, too, counting goes on from where it ended.
static gint64 count_in_block (PoRule *self, gint64 block, gint64 to_s) {
  if (self->freq < PO_FREQ_DAILY)
    to_s = MIN (to_s, (block + 1) * PO_DAY_S);
  if (self->part_block != block || self->part_to_s > to_s) {
    self->part_block = block;
    self->part_to_s = self->start_s;
    self->part_count = 0;
  }
  Sink sink = {.from = self->part_to_s, .to = to_s, .max = G_MAXINT64};
  expand_block (self, block, &sink);
  self->part_to_s = MAX (self->part_to_s, to_s);
  self->part_count += sink.n;
  return self->part_count;
}

// A block counts in full unless DTSTART lies within it.
static gint64 block_count_from_start (PoRule *self, gint64 block, gint64 first_block) {
  return block == first_block ? count_in_block (self, block, G_MAXINT64) : block_count (self, block);
}

static gint64 find_last (PoRule *self) {
  gint64 limit = count_limit (self), horizon = HORIZON_S;
  if (limit == 0 || is_never (self))
    return self->start_s;
  if (self->step_s > 0)
    return limit - 1 > (horizon - self->start_s) / self->step_s ? horizon : self->start_s + (limit - 1) * self->step_s;
  gint64 first = block_of (self, self->start_s), n = 0;
  gint64 end = block_of (self, horizon);
  for (gint64 block = first; block_start (self, block) < horizon; block = block_align (self, block + 1)) {
    gint64 here = block_count_from_start (self, block, first);
    gint64 skipped = block == first ? 0 : blocks_alike (self, block, end, here, limit - n);
    block += skipped * self->interval;
    n += skipped * here;
    if (block >= end && skipped > 0)
      break;
    if (n + here >= limit) {
      g_autoptr (GArray) times = g_array_new (FALSE, FALSE, sizeof (gint64));
      Sink sink = {.from = self->start_s, .to = horizon, .max = limit - n, .times = times};
      expand_block (self, block, &sink);
      return times->len > 0 ? g_array_index (times, gint64, times->len - 1) : self->start_s;
    }
    n += here;
  }
  return horizon;
}

gint64 po_rule_last (PoRule *self) {
  if (self->count == 0)
    return self->end_s;
  if (self->last_s == PO_CIVIL_NONE)
    self->last_s = find_last (self);
  return MIN (self->last_s, self->end_s);
}

// It cannot if even the fullest blocks would not reach it.
static gboolean count_may_end (const PoRule *self, gint64 to_s) {
  gint64 unit = self->freq < PO_FREQ_DAILY ? UNIT_S[self->freq] : MOST_DAYS[self->freq] * PO_DAY_S * 9 / 10;
  gint64 blocks = (MIN (to_s, HORIZON_S) - self->start_s) / unit / self->interval + 2;
  return self->count <= blocks * MOST_DAYS[self->freq] * times_per_base (self);
}

// Whether COUNT ends the rule before @to_s; it is not looked for farther ahead.
static gboolean count_ends (PoRule *self, gint64 to_s) {
  if (self->count == 0 || to_s <= self->start_s)
    return FALSE;
  if (self->step_s > 0 || self->last_s != PO_CIVIL_NONE)
    return TRUE;
  if (to_s <= self->goes_on_s || !count_may_end (self, to_s))
    return FALSE;
  if (po_rule_count_before (self, to_s) >= count_limit (self))
    return TRUE;
  self->goes_on_s = to_s;
  return FALSE;
}

void po_rule_expand (PoRule *self, gint64 from_s, gint64 to_s, guint max, GArray *times) {
  gint64 end = count_ends (self, to_s) ? po_rule_last (self) : self->end_s;
  Sink sink = {.max = max, .times = times};
  gboolean none_left = self->count > 0 && count_limit (self) == 0;
  if (end != PO_CIVIL_NONE && !none_left)
    expand_raw (self, from_s, end < to_s ? end + 1 : to_s, &sink);
}

gboolean po_rule_contains (PoRule *self, gint64 civil_s) {
  g_autoptr (GArray) times = g_array_new (FALSE, FALSE, sizeof (gint64));
  po_rule_expand (self, civil_s, civil_s + 1, 1, times);
  return times->len > 0;
}

gint64 po_rule_count_before (PoRule *self, gint64 civil_s) {
  gint64 to = MIN (civil_s, HORIZON_S);
  if (self->end_s < to)
    to = self->end_s + 1;
  if (to <= self->start_s || is_never (self))
    return 0;
  gint64 limit = count_limit (self);
  if (self->step_s > 0)
    return MIN (limit, (to - self->start_s - 1) / self->step_s + 1);
  gint64 first = block_of (self, self->start_s), target = block_of (self, to);
  if (self->counted_block == PO_CIVIL_NONE || self->counted_block > target) {
    self->counted_block = first;
    self->counted = 0;
  }
  while (self->counted_block < target && self->counted < limit) {
    gint64 block = self->counted_block, here = block_count_from_start (self, block, first);
    gint64 alike = block == first ? 0 : blocks_alike (self, block, target, here, limit - self->counted);
    self->counted += MAX (alike, 1) * here;
    self->counted_block = block_align (self, block + (MAX (alike, 1) - 1) * self->interval + 1);
  }
  gint64 rest = self->counted_block == target ? count_in_block (self, target, to) : 0;
  return MIN (limit, self->counted + rest);
}
