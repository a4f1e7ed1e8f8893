// SPDX-License-Identifier: GPL-3.0-or-later
// The recurrence set of one master, before any override: DTSTART, RRULE and RDATE, less EXDATE and EXRULE. Original
// starts only, as instants with the civil time that they came from. Part of a series; one thread at a time.
#pragma once

#include "schedule/event.h"

typedef struct {
  gint64 utc_s;
  gint64 civil_s; // in the master's zone, as the rule names it
  gboolean has_length;
  PoLength length; // a PERIOD's own
} PoOriginal;

typedef struct _PoOriginals PoOriginals;

PoOriginals *po_originals_new (const PoEvent *master); // (transfer full)
void po_originals_free (PoOriginals *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PoOriginals, po_originals_free)

/** Those that begin in [@from_s, @to_s), in order, each once; at most about @max, counted before any exclusion.
 * @ret_cut: (nullable) whether the rules may name more. (element-type PoOriginal) (transfer full) */
GArray *po_originals_between (const PoOriginals *self, gint64 from_s, gint64 to_s, guint max, gboolean *ret_cut);

gboolean po_originals_contain (const PoOriginals *self, gint64 utc_s);

/** The longest that an instance may last, rounded up. */
gint64 po_originals_reach (const PoOriginals *self);

/** The begin of the last one, or more; G_MAXINT64 when endless. */
gint64 po_originals_last (const PoOriginals *self);

/** How many begin before @utc_s. */
gint64 po_originals_count_before (PoOriginals *self, gint64 utc_s);
