// SPDX-License-Identifier: GPL-3.0-or-later
// One recurrence rule of RFC 5545, bound to its DTSTART: which civil times does it name? All of FREQ SECONDLY to
// YEARLY, every BY part, BYSETPOS, WKST, INTERVAL, COUNT and UNTIL. It knows no zone: civil seconds in, civil seconds
// out. Asking for a window costs by what lies in the window; counting goes on from where the last count ended. A PoRule
// remembers its last count, so it is used by one thread at a time.
//
// How it works: time is cut into blocks, of a year, a month, a week or a day by FREQ (a day for what is faster). A
// block that INTERVAL meets has a set of days and a set of times of day; BYSETPOS picks from their product. What RFC
// 5545 leaves open is decided so:
//  - BYWEEKNO makes the year a week-year (ISO 8601), so that week 1 is never torn in two by New Year.
//  - A part that is missing comes from DTSTART: BYWEEKNO alone means DTSTART's day of the week.
//  - DTSTART is the first instance and counts, also where the rule would not name it.
#pragma once

#include "schedule/civil.h"

typedef struct _PoRule PoRule;

/** PoRuleUntil: how UNTIL was given; the caller turns it into a civil time, because only it knows the zone. */
typedef enum { PO_UNTIL_NONE, PO_UNTIL_DATE, PO_UNTIL_LOCAL, PO_UNTIL_UTC } PoRuleUntil;

/** Reads @text and binds it to @start_civil_s. NULL when it is against the grammar, with the reason (translated) in
 * @ret_why; @ret_why is also set, with a rule returned, when something in it was not taken as written. (transfer full)
 */
PoRule *po_rule_parse (const gchar *text, gint64 start_civil_s, gboolean is_date, gchar **ret_why);
void po_rule_free (PoRule *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PoRule, po_rule_free)

PoRuleUntil po_rule_until (const PoRule *self, gint64 *ret_s);

/** The last civil second that UNTIL lets in; before any other question. */
void po_rule_set_until (PoRule *self, gint64 civil_s);

/** Whether neither COUNT nor UNTIL ends it. */
gboolean po_rule_is_endless (const PoRule *self);

/** COUNT, 0 without. */
gint64 po_rule_count (const PoRule *self);

/** Appends the instances in [@from, @to) to @times (gint64), in order, not before DTSTART, at most @max of them. */
void po_rule_expand (PoRule *self, gint64 from_s, gint64 to_s, guint max, GArray *times);

gboolean po_rule_contains (PoRule *self, gint64 civil_s);

/** How many instances begin before @civil_s. DTSTART counts as one only where the rule itself names it. */
gint64 po_rule_count_before (PoRule *self, gint64 civil_s);

/** The last instant at which an instance may begin (exact for COUNT, UNTIL itself otherwise); G_MAXINT64 when
 * endless. */
gint64 po_rule_last (PoRule *self);
