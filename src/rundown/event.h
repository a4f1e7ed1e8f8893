// SPDX-License-Identifier: GPL-3.0-or-later
// PoPlanEvent: one occurrence as the planner sees it: a slot in frames, resolved parts, whom it follows.
// PoPlanEventSet: the events of one pair of adopted revisions, loaded in order of start as far as they are needed.
// Private to `rundown`.
//
// Sets only grow at the end, so that an index into one stays valid; they live as long as the plan is made, and events
// of different sets are compared by identity (UID, instance), never by address.
#pragma once

#include "rundown/resolve.h"

#define PO_FOLLOW_WAIT_NS (600 * PO_NS_PER_SECOND) // that a FOLLOW that follows nobody waits for the air

typedef struct _PoPlanEvent PoPlanEvent;
struct _PoPlanEvent {
  PoOccurrence *occurrence; // owned
  gchar *instance;          // the name under which it was first known
  PoFrame start, end;       // the slot; a zero-length event lasts as long as its media
  PoStartType start_type;
  PoEndType end_type;
  gboolean join;
  gboolean tentative;
  gboolean synthetic; // inserted by an operator
  gint64 episode;     // 0 = none; known with the parts
  GPtrArray *parts;   // PoPart; NULL until po_plan_event_parts()
  PoFrame total;      // of all parts
  PoPlanEvent *pred;  // FOLLOW: whom it follows, of the same set; NULL = nobody
  PoPlanEvent *after; // inserted behind this one; NULL = not
};

void po_plan_event_free (PoPlanEvent *self);

/** (transfer none) of PoPart */
GPtrArray *po_plan_event_parts (PoPlanEvent *self, PoResolver *resolver);

/** Its parts are looked up anew when next asked for: pins may have come since. */
void po_plan_event_forget_parts (PoPlanEvent *self);

gboolean po_plan_event_same (const PoPlanEvent *a, const PoPlanEvent *b);
/** Likewise where there may be none: (nullable). */
gboolean po_plan_event_same_or_none (const PoPlanEvent *a, const PoPlanEvent *b);

/** Whether @events (PoPlanEvent) hold it. */
gboolean po_plan_event_is_among (const PoPlanEvent *self, GPtrArray *events);

/** TRUE if an edit from @a to @b changes nothing about when and what it airs. */
gboolean po_plan_event_airs_alike (const PoPlanEvent *a, const PoPlanEvent *b);

/** TRUE if the last part is live, so that its end is not known beforehand. */
gboolean po_plan_event_is_live (const PoPlanEvent *self);

/** (nullable) of an inserted clip, whose part is already known. (transfer full) of @part */
PoPlanEvent *po_plan_event_new_insert (const gchar *uid, const gchar *instance, PoFrame start, PoPart *part,
                                       PoTimeNs start_ns);

typedef struct _PoPlanEventSet PoPlanEventSet;

/** Loads from @from_ns. Borrows everything. (transfer full) */
PoPlanEventSet *po_plan_event_set_new (const PoPlanSettings *settings, const PoPlanSource *source, PoBook *book,
                                       PoTimeNs from_ns);
void po_plan_event_set_free (PoPlanEventSet *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PoPlanEventSet, po_plan_event_set_free)

PoResolver *po_plan_event_set_resolver (PoPlanEventSet *self); // (transfer none)
gboolean po_plan_event_set_is_for (PoPlanEventSet *self, PoBook *book);

/** Makes sure that every event that starts before @until_ns is there. */
void po_plan_event_set_load (PoPlanEventSet *self, PoTimeNs until_ns);

guint po_plan_event_set_size (PoPlanEventSet *self);
PoPlanEvent *po_plan_event_set_get (PoPlanEventSet *self, guint index); // (transfer none) (nullable) past the end
/** The index of the first event that starts at or after @frame. */
guint po_plan_event_set_first_at (PoPlanEventSet *self, PoFrame frame);
/** (transfer none) (nullable) */
PoPlanEvent *po_plan_event_set_find (PoPlanEventSet *self, const gchar *uid, const gchar *instance);
/** Events that follow @event. (transfer container) */
GPtrArray *po_plan_event_set_followers (PoPlanEventSet *self, const PoPlanEvent *event);
/** After a CANCEL: predecessors anew. */
void po_plan_event_set_relink (PoPlanEventSet *self);

/** What does not take the air: TRANSPARENT occurrences in order of start, and those that cannot air at all, with timed
 * events of no length and no media and notes for people among them. (transfer none) of PoOccurrence */
GPtrArray *po_plan_event_set_pools (PoPlanEventSet *self);
GPtrArray *po_plan_event_set_notes (PoPlanEventSet *self);
