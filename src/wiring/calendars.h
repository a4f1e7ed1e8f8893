// SPDX-License-Identifier: GPL-3.0-or-later
// The calendars elsewhere that the configuration names: makes, keeps and ends their subscriptions, hands out their
// files, raises their alarms. Main thread.
#pragma once

#include <json-glib/json-glib.h>

#include "config/config.h"
#include "subscription/subscription.h"

typedef struct _PoCalendars PoCalendars;

/** @changed: one of them has a newer copy, or they are others. (transfer full) */
PoCalendars *po_calendars_new (const gchar *state_dir, PoSubscriptionFunc changed, gpointer user);
void po_calendars_free (PoCalendars *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PoCalendars, po_calendars_free)

/** Those of @config, at the start and after a reload; one that is as it was goes on undisturbed. TRUE: they changed. */
gboolean po_calendars_set_config (PoCalendars *self, PoConfig *config, PoTimeNs now_ns);

/** Call it every second. */
void po_calendars_check (PoCalendars *self, PoTimeNs now_ns);
/** Asks for all of them now. */
void po_calendars_hurry (PoCalendars *self);

/** Their last good copies. (transfer full) of PoCalendarFile */
GPtrArray *po_calendars_files (PoCalendars *self);
/** (transfer full) of PoFinding */
GPtrArray *po_calendars_findings (PoCalendars *self, PoTimeNs now_ns);
/** Array of {name, file, host, good, next, problem}: never an address. (transfer full) */
JsonArray *po_calendars_to_json (PoCalendars *self);
