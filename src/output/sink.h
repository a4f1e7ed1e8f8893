// SPDX-License-Identifier: GPL-3.0-or-later
// PoSink: one multiplexer with one place behind it, in a GStreamer pipeline of its own, fed with encoded units. It
// lives as long as its place does: a connection, a segment of a recording. When anything in it fails it is thrown away
// and another is made; nothing outside notices.
//
// Thread: one at a time, its output's. Everything here may block, since only that output waits.
#pragma once

#include "output/service.h"
#include "output/settings.h"
#include "output/unit.h"

typedef struct _PoSink PoSink;

/** What a file's name ends in. */
const gchar *po_sink_extension (const PoOutputSettings *settings);

/** FALSE with PO_ERROR_CONFIG: settings that can never work. */
gboolean po_sink_check (const PoOutputSettings *settings, const PoFormat *house, GError **error);

/** Playing; @location (nullable) is the file of a segmented sink. All times of units become later by @lead_ns, so that
 * none is negative. @service: (nullable) what a transport stream tells viewers. @is_paced: a constant-bitrate stream
 * leaves evenly by the clock. (transfer full) */
PoSink *po_sink_new (const PoOutputSettings *settings, const PoFormat *house, PoService *service, const gchar *location,
                     gint64 lead_ns, gboolean is_paced, GError **error);
/** Throws away what has not left yet. */
void po_sink_free (PoSink *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PoSink, po_sink_free)

/** Waits while the sink is full, but not for ever on one that takes nothing. FALSE when it has failed. (transfer none)
 * of @unit */
gboolean po_sink_push (PoSink *self, PoUnit *unit, GError **error);

/** Lets everything out and closes the place; at most @timeout_ns. */
gboolean po_sink_finish (PoSink *self, gint64 timeout_ns, GError **error);

/** Any thread: makes a push or finish that waits give up. */
void po_sink_interrupt (PoSink *self);

/** PoSinkCount: what its place has taken so far. Plain value. */
typedef struct {
  guint64 bytes;
  gint peers;         // who called, of a place that is called; -1 = it is none
  gboolean is_proven; // the place has taken something
  gint64 waiting_ns;  // of pictures that it was given and has not sent
} PoSinkCount;

/** Any thread. */
void po_sink_count (PoSink *self, PoSinkCount *ret_count);

/** Why nothing reaches its place just now, though it is open: in the system's words. Any thread. (transfer full)
 * (nullable) */
gchar *po_sink_complaint (PoSink *self);
