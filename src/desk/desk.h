// SPDX-License-Identifier: GPL-3.0-or-later
// What the daemon answers to those who ask: status, rundown, as-run, alarms, schedules; and what commands do.
// Everything is read from the parts at the moment of asking; it keeps no state of its own, so it cannot say what is not
// so. Main thread.
#pragma once

#include "air/air.h"
#include "control/server.h"
#include "wiring/deadlines.h"
#include "wiring/errand.h"
#include "wiring/inputs.h"
#include "wiring/messages.h"
#include "wiring/outputs.h"
#include "wiring/room.h"

typedef struct _PoDesk PoDesk;

/** All borrowed; they must outlive the desk. */
typedef struct {
  PoConfig *config;
  GTimeZone *zone;
  const PoClock *clock;
  PoAlarms *alarms;
  PoStation *station;
  PoLog *log;
  PoInputs *inputs;
  PoAir *air;
  PoOutputs *outputs;
  PoErrands *errands;
  PoMessages *messages;
  PoDeadlines *deadlines;
  PoRoom *room;
} PoDeskParts;

PoDesk *po_desk_new (const PoDeskParts *parts);
/** After a reload: answers from @config, which outlives it or the next call. */
void po_desk_set_config (PoDesk *self, PoConfig *config);
/** At start, once the inputs of the last life are known: begins in the background what takes long to answer first. */
void po_desk_prepare (PoDesk *self);
void po_desk_free (PoDesk *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PoDesk, po_desk_free)

/** For the control server, with the desk as its user. */
const PoControlOps *po_desk_ops (void);

/** @rundown and @occurrences: borrowed for the call; NULL: not now, ask again. */
typedef void (*PoDeskLooked) (PoRundown *rundown, GPtrArray *occurrences, gpointer data);

/** Plans [from, to) beside the main loop; with the occurrences of @back_ns before it too. @done is called once, on the
 * main thread, at the latest when the desk goes. */
void po_desk_look_ahead (PoDesk *self, PoTimeNs from_ns, PoTimeNs to_ns, gint64 back_ns, PoDeskLooked done,
                         gpointer data);

/** The same in one line for a terminal: on air, time left, next, alarms. (transfer full) */
gchar *po_desk_status_text (PoDesk *self);
