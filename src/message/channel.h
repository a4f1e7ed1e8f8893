// SPDX-License-Identifier: GPL-3.0-or-later
// One way to tell people: a thread of its own that decides what to tell (route), keeps it until it is sent (spool), and
// sends it (post), so that a slow or dead server holds up nobody, the other channels neither. Its functions may be
// called from one thread, the daemon's; none of them waits, but for free, which ends a sending.
#pragma once

#include "message/letter.h"
#include "message/settings.h"

typedef struct _PoChannel PoChannel;

/** @dir: (nullable) its own folder, for what must survive a restart. @begun_ns: now. (transfer full) of @settings */
PoChannel *po_channel_new (PoMessageSettings *settings, const gchar *dir, GTimeZone *zone, PoTimeNs begun_ns);
void po_channel_free (PoChannel *self); // what is not sent stays in the folder
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PoChannel, po_channel_free)

const gchar *po_channel_name (PoChannel *self);
PoMessageKind po_channel_kind (PoChannel *self);

/** All alarms that are up at @now_ns (PoAlarm, copied); at each change, and once a second. */
void po_channel_tell (PoChannel *self, GPtrArray *alarms, PoTimeNs now_ns);

/** One letter of its own, besides alarms; to its own recipients unless it names some. (transfer full) */
void po_channel_post (PoChannel *self, PoLetter *letter);

/** PoChannelState: how it fares. */
typedef struct {
  guint waiting;  // letters
  guint64 sent;   // since the start
  gchar *problem; // (nullable) why nothing can be sent, or what was refused
} PoChannelState;

void po_channel_state (PoChannel *self, PoChannelState *ret_state);
void po_channel_state_clear (PoChannelState *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (PoChannelState, po_channel_state_clear)
