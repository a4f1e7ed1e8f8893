// SPDX-License-Identifier: GPL-3.0-or-later
// Stretches of a stream during which something holds: silence, black, a frozen picture. Fed in order by one streaming
// thread, read after the end. Only what is long enough to be noticed is kept, and no more than a list can be read for;
// the stretches at head and tail count from their first moment.
#pragma once

#include <glib.h>

typedef struct {
  gint64 from_ns, to_ns; // [from, to)
} PoStretch;

/** PoStretches: a plain value, zero-initialised but for @least_ns. */
typedef struct {
  gint64 least_ns; // shorter ones are not listed
  GArray *list;    // PoStretch; NULL: none
  gint64 count;    // of all long enough, listed or not
  gint64 longest_ns;
  gint64 head_ns, tail_ns; // known after po_stretches_finish()
  gint64 end_ns;           // of what was put so far
  gboolean started, open;
  gint64 begin_ns; // of the stream
  PoStretch run;   // while open
} PoStretches;

/** Whether it holds during [@from_ns, @to_ns). */
void po_stretches_put (PoStretches *self, gboolean holds, gint64 from_ns, gint64 to_ns);
void po_stretches_finish (PoStretches *self);
/** Adds the member @name: {"head_ns", "tail_ns", "longest_ns", "count", "runs": [[from, to], …]} */
void po_stretches_add_json (const PoStretches *self, GString *out, const gchar *name);
void po_stretches_clear (PoStretches *self);
