// SPDX-License-Identifier: GPL-3.0-or-later
// One calendar elsewhere that this channel follows: asked for again and again, the last good copy kept, its troubles
// told. What goes on air of it is the schedule store's business, by the same rules as for a file of the folder.
// All functions on the thread that made it; time is an argument, and it has no timer: call po_subscription_check().
#pragma once

#include "schedule/judge.h"

typedef struct _PoSubscription PoSubscription;

/** PoSubscriptionSettings: strings are copied. */
typedef struct {
  const gchar *name;
  const gchar *url;
  const gchar *username;      // (nullable)
  const gchar *password_file; // (nullable)
  gint64 refresh_ns, stale_ns;
  const gchar *state_dir; // (nullable) nothing can be kept
} PoSubscriptionSettings;

/** There is a newer copy than before. */
typedef void (*PoSubscriptionFunc) (gpointer user);

/** Loads the last good copy. (transfer full) */
PoSubscription *po_subscription_new (const PoSubscriptionSettings *settings, PoTimeNs now_ns,
                                     PoSubscriptionFunc changed, gpointer user);
void po_subscription_free (PoSubscription *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PoSubscription, po_subscription_free)

/** Asks when it is time to, gives up what takes too long. Call it every second. */
void po_subscription_check (PoSubscription *self, PoTimeNs now_ns);
/** Asks now, whatever the pace is. */
void po_subscription_hurry (PoSubscription *self);

/** The last good copy, "calendar:NAME". (transfer none) (nullable) */
const PoCalendarFile *po_subscription_file (PoSubscription *self);

/** What is wrong: a warning while it is new, an error when nothing good was heard for too long. (transfer full)
 * (nullable) */
PoFinding *po_subscription_finding (PoSubscription *self, PoTimeNs now_ns);

/** What a list of them says. */
typedef struct {
  const gchar *name;
  gchar *host;               // (transfer full)
  PoTimeNs good_ns, next_ns; // 0 = never, at once
  const gchar *problem;      // (nullable)
} PoSubscriptionState;
PoSubscriptionState po_subscription_state (PoSubscription *self);
