// SPDX-License-Identifier: GPL-3.0-or-later
// What GStreamer's elements of a live source are told otherwise than they come: buffers and latencies that suit a head
// which follows the source's own clock, no wait for sound that is not sent, no streams given up for a lost packet.
// `take` on whichever thread adds the element, what it sets up on the streaming threads; the rest on the main thread.
// It knows neither address nor ring.
#pragma once

#include <gst/gst.h>

typedef struct _PoLiveTuning PoLiveTuning;

/** @is_paced: segments come in bursts and are played by the clock. (transfer full) */
PoLiveTuning *po_live_tuning_new (gboolean is_paced);
/** Once no pipeline of its is running any more. */
void po_live_tuning_free (PoLiveTuning *self);

/** A new connection, by @pipeline (borrowed until the next). */
void po_live_tuning_begin (PoLiveTuning *self, GstElement *pipeline);

/** @element, made by the factory @name, has been added to it. */
void po_live_tuning_take (PoLiveTuning *self, GstElement *element, const gchar *name);

/** Ends what @pipeline plays, as if the source had: its owner connects anew. Any thread. */
void po_live_begin_anew (GstElement *pipeline);
