// SPDX-License-Identifier: GPL-3.0-or-later
// PoHeadView: everything the head's thread reads that others decide, as one immutable snapshot. Private to the head.
//
// The main thread builds a view, publishes it into a mailbox of one place, and frees those that the head hands back:
// the head takes the newest with one atomic exchange, never waits, and never frees anything. A view that was replaced
// before the head took it is freed by the publisher. Rundowns come with the run keys of their items worked out, so that
// the head compares strings and makes none.
#pragma once

#include "model/item.h"
#include "program/clockwork.h"
#include "program/image.h"

/** PoHeadPlan: a rundown and the run key of each of its items. Reference counted, atomic, immutable. */
typedef struct {
  gint ref_count;
  PoRundown *rundown;
  GPtrArray *keys; // gchar *, one an item
} PoHeadPlan;

PoHeadPlan *po_head_plan_new (PoRundown *rundown);
PoHeadPlan *po_head_plan_ref (PoHeadPlan *self);
void po_head_plan_unref (PoHeadPlan *self);

typedef struct _PoHeadView PoHeadView;
struct _PoHeadView {
  PoHeadView *next;    // while on its way back
  PoHeadPlan *plan;    // (nullable)
  GHashTable *sources; // run key -> PoSource
  GHashTable *cards;   // run key -> PoImage
  PoImage *slate;
  GArray *offsets; // PoOffset, sorted by from_k, never empty
  gint64 mono_to_utc_ns;
};

PoHeadView *po_head_view_new (PoImage *slate);
PoHeadView *po_head_view_copy (const PoHeadView *self);
void po_head_view_free (PoHeadView *self);

/** PoHeadMailbox: one producer (main), one consumer (head). Zero-initialised. */
typedef struct {
  PoHeadView *incoming; // atomic
  PoHeadView *returned; // atomic stack
} PoHeadMailbox;

/** Main: (transfer full) of @view; frees what came back. */
void po_head_mailbox_publish (PoHeadMailbox *self, PoHeadView *view);
/** Main: frees what came back. */
void po_head_mailbox_sweep (PoHeadMailbox *self);
/** Head: the newest view, or NULL when nothing is new. It stays the head's until it is given back. */
PoHeadView *po_head_mailbox_take (PoHeadMailbox *self);
/** Head: (transfer full) of @view, which nothing of the head's may point into any more. */
void po_head_mailbox_give_back (PoHeadMailbox *self, PoHeadView *view);
/** When the head's thread has ended: frees everything. */
void po_head_mailbox_clear (PoHeadMailbox *self);
