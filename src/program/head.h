// SPDX-License-Identifier: GPL-3.0-or-later
// PoHead: puts exactly that on air. One thread ticks once a frame: output frame k, planned frame n, the item that owns
// n in the rundown of the moment, its source's picture and samples, pushed to every feed; what happened goes out as
// events.
//
// The thread (SCHED_FIFO where allowed) opens nothing, waits on no lock that others hold for long, frees nothing of
// others' and touches no disk. Everything it reads is one immutable view, swapped atomically by the setters here;
// events come back through a bounded lock-free queue, in the main context that was the thread default when the head was
// made. All functions but those marked "any thread" belong to that main context's thread.
//
// Free run: the same loop waits for data and for the listener's answer to each event in place of the clock, so that it
// decides alike and faster. Rehearsals call po_head_walk() instead of starting the thread.
// It knows no calendar, no file, no output: those are the rundown's, the source's and the feed's business.
#pragma once

#include "program/feed.h"
#include "program/head-event.h"
#include "program/lateness.h"
#include "program/clockwork.h"
#include "program/image.h"

typedef struct _PoHead PoHead;

typedef struct {
  PoFormat format;
  PoHoldLimits hold;
  gboolean is_free_run;
  PoFrame until;      // free run: stop before this planned frame; PO_FRAME_NONE = go on
  gint64 patience_ms; // free run: how long an item is waited for, in real time; 0 = not at all
} PoHeadSettings;

/** Holds of 500 ms, 1 s and 400 ms; real time; patience of 30 s. */
void po_head_settings_init (PoHeadSettings *self, const PoFormat *format);

/** @slate is what cannot fail. (transfer full) */
PoHead *po_head_new (const PoHeadSettings *settings, PoImage *slate, PoHeadEventFunc on_event, gpointer user_data,
                     GError **error);
/** Stops first. */
void po_head_free (PoHead *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PoHead, po_head_free)

/** Before the start only. */
void po_head_add_feed (PoHead *self, const PoFeed *feed);

/** Output frame 0 is @anchor's. @mono_to_utc_ns: wall clock minus monotonic clock, as the events are to say it; in free
 * run the anchor's monotonic time is whatever suits. */
void po_head_start (PoHead *self, const PoAnchor *anchor, gint64 mono_to_utc_ns);
/** After the frame being made; the airing on air gets its END; all events are delivered before it returns. */
void po_head_stop (PoHead *self);

// What the head reads, from the next frame on. References are taken.
void po_head_set_rundown (PoHead *self, PoRundown *rundown);
void po_head_bind (PoHead *self, const gchar *run_key, PoSource *source);  // NULL unbinds
void po_head_set_card (PoHead *self, const gchar *run_key, PoImage *card); // NULL removes
void po_head_set_slate (PoHead *self, PoImage *slate);
void po_head_set_utc (PoHead *self, gint64 mono_to_utc_ns);
/** From output frame @from_k on. Changes that lie behind are forgotten as new ones come. */
void po_head_set_offset (PoHead *self, gint64 from_k, PoFrame offset);

/** Rehearsal, on a head that was never started: planned frames [@from, @to) in this thread, without clock or waiting;
 * every event is delivered within the call. Frames left out between walks count as the one before them did. */
void po_head_walk (PoHead *self, PoFrame from, PoFrame to);

/** PoHeadShown: the last frame taken, and what stood on the screen then. */
typedef struct {
  gint64 k;
  PoFrame n;
  PoScreen screen;
  gboolean is_stand_in; // PO_SCREEN_FALLBACK: a live item's own, not the slate
} PoHeadShown;

/** FALSE before the first. Any thread. */
gboolean po_head_shown (PoHead *self, PoHeadShown *ret_shown);
/** The same, of which frame it was. */
gboolean po_head_position (PoHead *self, gint64 *ret_k, PoFrame *ret_n);

typedef struct {
  gint64 frames;
  gboolean is_realtime; // the machine granted SCHED_FIFO
  gint64 late_p50_ns, late_p99_ns, late_max_ns;
  guint64 late_ticks; // by more than 10 ms
  guint64 events_dropped;
} PoHeadStats;

/** Gives up what the head has read and needs no more, such as a source that was unbound, with the memory of its ring;
 * each change of the above does so for the ones before it. */
void po_head_sweep (PoHead *self);

/** Any thread. */
void po_head_stats (PoHead *self, PoHeadStats *ret_stats);
