// SPDX-License-Identifier: GPL-3.0-or-later
// The nursery that a pool's players come from: a process with all plugins loaded, of which each player is a fork. It is
// started with the pool, and again after a pause when it ends or does not answer; whoever wants a player meanwhile
// starts one by itself. The supervisor's thread.
#pragma once

#include "program/player-process.h"

typedef struct _PoPlayerNursery PoPlayerNursery;

/** Its descriptors are watched by @epoll_fd. */
PoPlayerNursery *po_player_nursery_new (const gchar *player_path, const gchar *registry_path, gint epoll_fd);
void po_player_nursery_free (PoPlayerNursery *self);

/** To be called now and then: starts what is to be started. */
void po_player_nursery_keep (PoPlayerNursery *self);

/** When at the latest, in monotonic time, it is warm or given up; 0: it is that now. */
gint64 po_player_nursery_awaited_until (PoPlayerNursery *self, gint64 now_us);

/** Brings a player into being. FALSE: it cannot. */
gboolean po_player_nursery_bear (PoPlayerNursery *self, PoPlayerProcess *ret_process);

/** Something happened at @fd. FALSE: that is none of its own. */
gboolean po_player_nursery_handle (PoPlayerNursery *self, gint fd);

/** Kills it; it is gone when that has been handled. */
void po_player_nursery_close (PoPlayerNursery *self);
gboolean po_player_nursery_is_gone (PoPlayerNursery *self);
