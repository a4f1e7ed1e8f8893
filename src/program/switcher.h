// SPDX-License-Identifier: GPL-3.0-or-later
// PoSwitcher: what is on air in one frame, made from a view: picture, samples, and the events that go with them.
//
// It has no thread and no clock: the head calls it once a frame with k and n; a rehearsal calls it for whichever frames
// it likes. It opens nothing, waits for nothing, frees nothing that a view owns. Pictures are copied once, from the
// source into the switcher's own pool; what it hands out is read-only and may be kept by encoders as long as they like.
#pragma once

#include "program/head-event.h"
#include "program/head-view.h"

typedef struct _PoSwitcher PoSwitcher;

/** @wants_media FALSE: decide and count only, make no buffers. @events outlives the switcher. (transfer full) */
PoSwitcher *po_switcher_new (const PoFormat *format, const PoHoldLimits *limits, gboolean wants_media,
                             PoHeadQueue *events);
void po_switcher_free (PoSwitcher *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PoSwitcher, po_switcher_free)

/** From now on frames come from @view; the last one may be given back after the next po_switcher_frame(). */
void po_switcher_set_view (PoSwitcher *self, PoHeadView *view);

/** The planned frame for output frame @k, by the view's offsets; never less than the last one shown. */
PoFrame po_switcher_planned_frame (PoSwitcher *self, gint64 k);

/** One output frame, due at @mono_ns. @is_walk: frames left out since the last call count as that one did. Buffers are
 * (transfer full), NULL when no media is wanted; valid PTS. */
void po_switcher_frame (PoSwitcher *self, gint64 k, PoFrame n, gint64 mono_ns, gboolean is_walk, GstBuffer **ret_video,
                        GstBuffer **ret_audio);

/** What stood on the screen of the last frame made; @ret_is_stand_in: PO_SCREEN_FALLBACK is a live item's own, not the
 * slate. */
PoScreen po_switcher_screen (PoSwitcher *self, gboolean *ret_is_stand_in);

/** Ends the airing that is on, as if frame @n had another one. */
void po_switcher_finish (PoSwitcher *self, gint64 k, PoFrame n, gint64 mono_ns);

/**
 * PoSwitcherWant: what free run waits for before it makes a frame.
 * @PO_SWITCHER_WANTS_PLAN: no rundown covers it
 * @PO_SWITCHER_WANTS_SOURCE: no source is bound for its item
 * @PO_SWITCHER_WANTS_DATA: its source may not have it yet: wait on it
 */
typedef enum {
  PO_SWITCHER_WANTS_NOTHING,
  PO_SWITCHER_WANTS_PLAN,
  PO_SWITCHER_WANTS_SOURCE,
  PO_SWITCHER_WANTS_DATA,
} PoSwitcherWant;

PoSwitcherWant po_switcher_wants (PoSwitcher *self, gint64 k, PoFrame n, PoSource **ret_source, gint64 *ret_frame,
                                  gint64 *ret_samples_end);

/** The wait for @n was given up: its airing is not waited for again until something comes of it. */
void po_switcher_give_up (PoSwitcher *self, PoFrame n);
