// SPDX-License-Identifier: GPL-3.0-or-later
// What a PoRule is made of and what asking it costs; only recur.c, recur-parse.c and the tests of that look. Sets are
// bits: bit n of `months` is month n, bit n of a `_end` set is the value -n. An empty `hours`, `minutes` or `seconds`
// means "not given" until the rule is bound to its DTSTART; after that they hold the times of day of a block, and the
// `limit_` sets what a fast FREQ must meet.
#pragma once

#include "schedule/recur.h"

typedef enum {
  PO_FREQ_SECONDLY,
  PO_FREQ_MINUTELY,
  PO_FREQ_HOURLY,
  PO_FREQ_DAILY,
  PO_FREQ_WEEKLY,
  PO_FREQ_MONTHLY,
  PO_FREQ_YEARLY,
} PoFreq;

/** PoSkip: where a day of the month goes that a month does not have (RFC 7529). */
typedef enum { PO_SKIP_OMIT, PO_SKIP_BACKWARD, PO_SKIP_FORWARD } PoSkip;

/** PoNthDay: which of its weekdays: bit n of @from_start is "the n-th", of @from_end "the n-th from the end". */
typedef struct {
  guint64 from_start, from_end;
} PoNthDay;

#define PO_RULE_MEMO 16

struct _PoRule {
  PoFreq freq;
  gint64 interval;
  gint64 count; // 0 = none
  PoRuleUntil until_kind;
  gint64 until_s; // as given; for a date its last second
  gint wkst;
  PoSkip skip;

  guint64 seconds, minutes, hours, months;
  guint64 limit_seconds, limit_minutes, limit_hours; // all bits where nothing is limited
  guint64 monthdays, monthdays_end;
  guint64 yeardays[6], yeardays_end[6];
  guint64 weeks, weeks_end;
  gboolean has_monthdays, has_yeardays, has_weeks, has_nth;
  guint8 weekdays; // without a number
  PoNthDay nth[7]; // by weekday
  gint16 *setpos;  // in order, each once
  guint n_setpos;

  // Bound to DTSTART.
  gint64 start_s;
  gint64 end_s;      // no instance after it, by UNTIL
  gint64 origin;     // the block of DTSTART (for fast rules: its hour, minute or second)
  gint64 step_s;     // a rule without any BY part that is a plain progression: its step; else 0
  gboolean has_days; // some part limits the day

  // Counting goes on from here: the instances in blocks before `counted_block` were `counted`.
  gint64 counted_block, counted;
  gint64 part_block, part_to_s, part_count; // of that block, those before `part_to_s`
  gint64 goes_on_s;                         // COUNT does not end it before
  gint64 last_s;                            // PO_CIVIL_NONE = not yet known
  gint start_is_named;                      // whether the rule itself names DTSTART; -1 = not yet known
  gint is_never;                            // it names nothing: 30 February, the third of two; likewise
  gint64 memo_phase[PO_RULE_MEMO], memo_count[PO_RULE_MEMO]; // of a day, by where the first period falls in it
};

/** Finds the block of DTSTART; the last step of binding. */
void po_rule_bind_blocks (PoRule *self);

/** How many blocks and instances this thread has looked at so far: what answers cost, for those who bound it. */
guint64 po_rule_steps (void);
