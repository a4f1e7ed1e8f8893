// SPDX-License-Identifier: GPL-3.0-or-later
// The configuration's [output NAME] sections made into outputs, kept so when the configuration changes, their troubles
// made into alarms. Main thread; frames pass by it, from the head straight into the rack.
#pragma once

#include <json-glib/json-glib.h>

#include "config/config.h"
#include "message/alarms.h"
#include "output/service.h"
#include "program/clock.h"
#include "program/feed.h"

typedef struct _PoOutputs PoOutputs;

/** Borrowed pointers must outlive it. (transfer full) */
PoOutputs *po_outputs_new (PoConfig *config, GTimeZone *zone, PoAlarms *alarms, const PoClock *clock,
                           gboolean is_free_run);
/** Lets everything out that was pushed, then closes. The head has stopped. */
void po_outputs_free (PoOutputs *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PoOutputs, po_outputs_free)

PoFeed po_outputs_feed (PoOutputs *self);

/** Wall clock of output frame 0, after which recordings are named, kept and removed: at the start, and whenever it may
 * have been set. @is_right: it agrees with the wall clock of now; else nothing is removed for its age. */
void po_outputs_set_utc (PoOutputs *self, PoTimeNs utc_at_zero_ns, gboolean is_right);

/** What viewers of a transport stream are told, as po_service_set_programmes() has it. */
void po_outputs_set_programmes (PoOutputs *self, const PoServiceTable *tables, guint n_tables);

/** Makes what is new, remakes what changed, ends what is gone; leaves the others alone. */
void po_outputs_set_config (PoOutputs *self, PoConfig *config, GPtrArray *changes);

/** Raises and clears the outputs' alarms. Once a second is right. */
void po_outputs_check (PoOutputs *self);

/** Pictures have left since the last call, or no output is connected: that no place can be reached is an alarm, and a
 * restart would not mend it. For the watchdog, once a second. */
gboolean po_outputs_are_alive (PoOutputs *self);

/** How the outputs stand now: PoOutputStatus. (transfer full) */
GPtrArray *po_outputs_list (PoOutputs *self);

/** How long, as @list stands, until the first disk is full on which recordings cannot be kept as long as they are to
 * be, and (transfer full) of which recording; G_MAXINT64 and NULL: none is, or it is full already, of which there is an
 * alarm. */
gint64 po_outputs_disk_fills_in_ns (PoOutputs *self, GPtrArray *list, gchar **ret_name);

/** Array of {name, type, state, where, bytes, peers, frames, dropped, queued, unencoded, errors, restarts, problem}, of
 * recordings with `recording` {kept_bytes, room_bytes, oldest, removed_old, removed_for_room}. (transfer full) */
JsonNode *po_outputs_to_json (GPtrArray *list);
