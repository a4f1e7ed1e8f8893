// SPDX-License-Identifier: GPL-3.0-or-later
// What the head tells the rest of the house, and the queue that carries it: bounded, lock-free, one producer (the
// head's thread), one consumer (the main context), woken through an eventfd. A full queue drops and counts, checkpoints
// first; it never makes the head wait.
#pragma once

#include "model/item.h"
#include "program/hold.h"

/**
 * PoHeadEventKind:
 * @PO_HEAD_START: the first frame of an airing
 * @PO_HEAD_CHECKPOINT: once a second of output
 * @PO_HEAD_SCREEN: what stands on the screen has changed from `screen_before` to `screen` (hold, fallback, back)
 * @PO_HEAD_SOURCE_ENDED: the item's source ended in good order before `media_frame`, sooner than the item; once an
 * airing
 * @PO_HEAD_SOURCE_GONE: the item's source failed or died before `media_frame`; once an airing
 * @PO_HEAD_END: the frame after an airing's last one; `counts` are final
 * @PO_HEAD_FINISHED: the head has stopped by itself (free run, at its last frame)
 */
typedef enum {
  PO_HEAD_START,
  PO_HEAD_CHECKPOINT,
  PO_HEAD_SCREEN,
  PO_HEAD_SOURCE_ENDED,
  PO_HEAD_SOURCE_GONE,
  PO_HEAD_END,
  PO_HEAD_FINISHED,
} PoHeadEventKind;

/** PoAiringCounts: output frames of an airing so far, by what they showed. */
typedef struct {
  gint64 shown;    // what was planned
  gint64 repeated; // the last picture again, or a damaged one, because the due one was missing
  gint64 filled;   // a card or the slate instead
  gint64 damaged;  // of those repeated: the clip has no sound picture for them
  gint64 unheard;  // of all: silence in place of sound that the clip lost
} PoAiringCounts;

typedef struct {
  PoHeadEventKind kind;
  PoFrame n;          // planned frame
  gint64 k;           // output frame
  PoTimeNs utc_ns;    // wall clock at the frame's due time
  PoRundown *rundown; // (nullable: outside every rundown) valid during the call; take a reference to keep it
  guint item_index;   // in @rundown
  const PoItem *item; // (nullable) likewise
  gint64 media_frame; // n - media_origin
  PoScreen screen;
  PoScreen screen_before;
  PoAiringCounts counts;
} PoHeadEvent;

/** In the main context; @event is valid during the call. */
typedef void (*PoHeadEventFunc) (const PoHeadEvent *event, gpointer user_data);

typedef struct _PoHeadQueue PoHeadQueue;

/** Dispatches in the thread-default main context of its maker. (transfer full) */
PoHeadQueue *po_head_queue_new (PoHeadEventFunc func, gpointer user_data, GError **error);
void po_head_queue_free (PoHeadQueue *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PoHeadQueue, po_head_queue_free)

/** Producer: takes its own reference of the rundown. */
void po_head_queue_push (PoHeadQueue *self, const PoHeadEvent *event);
/** Consumer: delivers everything that waits, in this call. */
void po_head_queue_drain (PoHeadQueue *self);
/** Any thread: nothing waits, and every delivery has returned. */
gboolean po_head_queue_is_idle (PoHeadQueue *self);
/** Producer, free run only: waits until it is idle, at most @timeout_ns. */
gboolean po_head_queue_wait_idle (PoHeadQueue *self, gint64 timeout_ns);
/** Any thread. */
guint64 po_head_queue_dropped (PoHeadQueue *self);
