// SPDX-License-Identifier: GPL-3.0-or-later
// PoSim: who has the air, from edge to edge: starts, ends, entries of the journal. It yields spans in which one source,
// or filler on behalf of one event, is on; which filler is fill.c's. Private to `rundown`; one plan, one thread.
//
// The state is explicit and can be copied: a copy run ahead tells how long a gap will last as far as is known by now,
// and a restart goes back to the copy made when the last frame was aired.
#pragma once

#include "rundown/airing.h"

typedef enum { PO_SPAN_PLAY, PO_SPAN_FILL, PO_SPAN_SLATE } PoSpanKind;

/** PoSpan: [start, end) with one thing on. What it points to lives as long as the simulation. */
typedef struct {
  PoFrame start, end;
  PoSpanKind kind;
  PoReason reason;
  PoPlanEvent *event;  // (nullable) whose air it is
  gint part;           // PLAY
  const PoPart *media; // PLAY; valid until the next step
  PoFrame origin;      // PLAY: where this run of the source began
  gint64 in_ns;        // PLAY: position shown there
  PoFrame media_end;   // PLAY: where it would have been shown to its end
  PoFrame put_off;     // PLAY: so much later than at first promised
  PoFrame due;         // PLAY: when its slot ends, as far as is known at `start`
  gboolean held;
  gboolean cut;           // FILL: a command ended the clip that was on
  const gchar *ended_run; // FILL: the clip of this run ended early (nullable), valid until the next step
  PoFrame known_end;      // FILL: where the gap ends, as far as is known at `start`
  gboolean fresh;         // FILL: known_end was worked out anew
} PoSpan;

/** PoMiss: an event that did not get what the calendar promised it. */
typedef enum { PO_MISS_NO_ROOM, PO_MISS_NOT_TAKEN, PO_MISS_CUT, PO_MISS_LATE } PoMissKind;
typedef struct {
  PoMissKind kind;
  const PoPlanEvent *event;
  PoFrame frame; // when that was settled
  PoFrame lost;  // LATE: frames after its time
} PoMiss;

typedef struct _PoSim PoSim;

/** Starts at @start, which nothing earlier reaches; @book holds the entries before. @journal is in frame order.
 * Everything is borrowed. (transfer full) */
PoSim *po_sim_new (const PoPlanSettings *settings, const PoPlanSource *source, PoBook *book, GPtrArray *journal,
                   PoFrame start);
void po_sim_free (PoSim *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PoSim, po_sim_free)

PoFrame po_sim_now (PoSim *self);
/** The set of the revisions in force now. (transfer none) */
PoPlanEventSet *po_sim_set (PoSim *self);

/** The span that begins now, and goes on to its end. */
void po_sim_step (PoSim *self, PoSpan *ret_span);

/** What was missed so far. (transfer none) of PoMiss */
GArray *po_sim_misses (PoSim *self);

/** Run keys as items have them, without making an item. (transfer full) */
gchar *po_run_key_of_event (const PoPlanEvent *event, gint part, const PoPart *media, PoFrame origin, gint64 in_ns);
