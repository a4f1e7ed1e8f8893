// SPDX-License-Identifier: GPL-3.0-or-later
// PoOutput: one output's life: takes units from its queue, keeps a sink alive for them, changes it at segment edges,
// and when it fails makes another after a growing pause, joining at the next key picture with timestamps going on, or,
// where those end after a while, begun anew.
//
// It owns a thread, in which everything that can block does. Neither the head nor an encoder nor another output ever
// waits for it. All functions belong to the main thread; status may be asked from any.
#pragma once

#include "output/retention.h"
#include "output/service.h"
#include "output/settings.h"
#include "output/unit.h"

/**
 * PoOutputState:
 * @PO_OUTPUT_WAITING: for the first key picture, or for its place to take something
 * @PO_OUTPUT_RUNNING: units leave
 * @PO_OUTPUT_FAILED: the last attempt failed; another follows, or is being made
 * @PO_OUTPUT_ENDED: it was finished
 */
typedef enum { PO_OUTPUT_WAITING, PO_OUTPUT_RUNNING, PO_OUTPUT_FAILED, PO_OUTPUT_ENDED } PoOutputState;

const gchar *po_output_state_to_string (PoOutputState state); // "running"

typedef struct {
  gchar *name;
  gchar *type;
  PoOutputState state;
  gchar *where;        // the file being written, or the URI without its secrets
  gchar *problem;      // (nullable) the last failure, while it lasts
  guint64 bytes;       // that the place was given
  gint peers;          // connected, where others call; -1 = nobody does
  guint64 frames;      // pictures that were given to the sink
  guint64 dropped;     // pictures lost: the encoder was too slow, or the sink, or it was away
  guint queued;        // pictures that wait for the place to take them
  guint unencoded;     // pictures that wait for the encoder
  guint64 errors;      // sinks that failed
  guint64 restarts;    // sinks made after a failure
  gboolean is_renewed; // its stream was begun anew within the last minute, since its time stamps would have ended
  gboolean is_kept;    // a recording, of which `keeping` is known
  PoKeeping keeping;
} PoOutputStatus;

void po_output_status_free (PoOutputStatus *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PoOutputStatus, po_output_status_free)

typedef struct _PoOutput PoOutput;

/** @waits: free run. @utc_at_zero_ns: wall clock of output frame 0, for names. @service: what its transport stream
 * tells viewers. Fails only on settings that can never work; what may work later is tried again for ever. (transfer
 * full) */
PoOutput *po_output_new (const PoOutputSettings *settings, const PoFormat *house, GTimeZone *zone, PoService *service,
                         gboolean waits, PoTimeNs utc_at_zero_ns, GError **error);
/** Takes no more; what its sink was given leaves if it can within two seconds. A sink stuck in the system is left
 * behind. May take seconds, and may be called from any thread. */
void po_output_free (PoOutput *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PoOutput, po_output_free)

const PoOutputSettings *po_output_settings (PoOutput *self);
PoUnitQueue *po_output_queue (PoOutput *self); // (transfer none)
void po_output_set_utc (PoOutput *self, PoTimeNs utc_at_zero_ns);

/** Whether the wall clock is right, so that recordings may be removed for their age; not before it was said. */
void po_output_set_clock_trusted (PoOutput *self, gboolean is_trusted);

/** After the mark of the end went into its queue for both streams: waits until everything has left, at most
 * @timeout_ns. FALSE when something was left over. */
gboolean po_output_join (PoOutput *self, gint64 timeout_ns);

/** (transfer full) */
PoOutputStatus *po_output_status (PoOutput *self);

/** How long to wait after a failure, after @pause_ns for the one before, 0 = it was well. To be refused by a peer costs
 * next to nothing, and viewers wait for it; a disk that is full or ill is tried ever more seldom. */
gint64 po_output_pause_after (gint64 pause_ns, gboolean is_peer);
