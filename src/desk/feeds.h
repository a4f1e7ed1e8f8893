// SPDX-License-Identifier: GPL-3.0-or-later
// The plan and the as-run as calendars that others subscribe to. Both are made by an errand; many who ask at once, and
// those who ask again before anything has changed, share one. Main thread.
#pragma once

#include "control/server.h"
#include "wiring/errand.h"

typedef struct _PoFeeds PoFeeds;

/** @errands and @zone are borrowed. (transfer full) */
PoFeeds *po_feeds_new (PoErrands *errands, GTimeZone *zone);
void po_feeds_free (PoFeeds *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PoFeeds, po_feeds_free)

/** PoFeedWish: @state is what the answer depends on besides the day: as long as it stays, so does the answer.
 * PO_TIME_NONE: the usual window, from yesterday to 60 days ahead of the plan, the last 60 days of the as-run. */
typedef struct {
  gboolean is_plan;
  PoTimeNs from_ns, to_ns;
  const gchar *state;
  PoTimeNs now_ns;
} PoFeedWish;

void po_feeds_ask (PoFeeds *self, const PoFeedWish *wish, PoControlTextDone done, gpointer data);
