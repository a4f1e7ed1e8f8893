// SPDX-License-Identifier: GPL-3.0-or-later
// The players of one live item: its source, and beside it what plays while that is away, waiting on its first frame.
// Main thread.
#pragma once

#include "config/config.h"
#include "model/item.h"
#include "program/head.h"
#include "program/player-pool.h"
#include "station/station.h"

/** The address that the source @media has in @config, or NULL if that does not know its name. (transfer none) */
const gchar *po_live_run_uri (PoConfig *config, const gchar *media);

/** Starts the source's player. (transfer full) */
PoSource *po_live_run_prepare (PoPlayerPool *pool, PoConfig *config, const gchar *run_key, const PoItem *item);

/** Starts and binds what stands in, again and again, for the run @run_key: the clip @path. (transfer full) */
PoSource *po_live_run_prepare_fallback (PoPlayerPool *pool, PoHead *head, PoConfig *config, PoStation *station,
                                        const gchar *run_key, const gchar *path);

/** Has the clip @path, which is about to be over, ready to begin anew. To be called from time to time. */
void po_live_run_keep_fallback (PoPlayerPool *pool, PoConfig *config, PoStation *station, const gchar *player_key,
                                const gchar *path, PoSource *fallback);

/** The rundown's name for the run is now @run_key: binds both, which keep their players, to it. */
void po_live_run_rename (PoHead *head, const gchar *former_key, const gchar *run_key, PoSource *source,
                         PoSource *fallback);

/** Unbinds and ends what stands in for it. */
void po_live_run_release_fallback (PoPlayerPool *pool, PoHead *head, const gchar *player_key, const gchar *run_key);
