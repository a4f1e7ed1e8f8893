// SPDX-License-Identifier: GPL-3.0-or-later
// What one channel has told of the alarms, and what it should tell next: by severity and hour, grouped, again and again
// until somebody acknowledges, never a storm. Decides only: no clock, no file, no network; time is an argument.
#pragma once

#include "model/alarm.h"

/** PoRouteRules: when to tell. Hours are minutes of the local day; equal ones mean no quiet hours. */
typedef struct {
  PoSeverity severity; // the least that is told
  gint quiet_from_minute, quiet_to_minute;
  PoSeverity quiet_severity; // the least that is told then
  gint64 group_ns;           // how long the first waits for others
  gint64 repeat_ns;          // until acknowledged; 0 = told once
  gint64 most_per_hour;      // messages; a few may come at once, the rest in a later, longer one
} PoRouteRules;

/** PoNews: what goes into one message. */
typedef struct {
  GPtrArray *fresh; // PoAlarm: raised, or worse than told
  GPtrArray *again; // still up, not acknowledged
  GPtrArray *over;  // told, and no longer up
} PoNews;

void po_news_free (PoNews *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PoNews, po_news_free)

typedef struct _PoAlarmRoute PoAlarmRoute;

/** @begun_ns: for a minute from then on, nothing is said to be over that was told in an earlier life. (transfer full)
 */
PoAlarmRoute *po_alarm_route_new (const PoRouteRules *rules, GTimeZone *zone, PoTimeNs begun_ns);
void po_alarm_route_free (PoAlarmRoute *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PoAlarmRoute, po_alarm_route_free)

/** What to tell now of @alarms (all that are up), or NULL. It counts as told from then on. (transfer full) (nullable)
 */
PoNews *po_alarm_route_next (PoAlarmRoute *self, GPtrArray *alarms, PoTimeNs now_ns);

/** What it has told, as text, and back again after a restart. */
gchar *po_alarm_route_to_text (PoAlarmRoute *self);                   // (transfer full)
void po_alarm_route_remember (PoAlarmRoute *self, const gchar *text); // what cannot be read is left out
