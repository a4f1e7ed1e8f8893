// SPDX-License-Identifier: GPL-3.0-or-later
// The pool of players as the configuration wants it. Main thread.
#pragma once

#include "config/config.h"
#include "program/player-pool.h"
#include "station/station.h"

/** @registry_path may be NULL. (transfer full) */
PoPlayerPool *po_players_new (const PoConfig *config, const gchar *player_path, const gchar *registry_path,
                              PoPlayerFactFunc on_fact, gpointer user, GError **error);

/** Starts a run of the clip @path, under the media folder, with the sound and the subtitles that it airs with.
 * (transfer full) */
PoSource *po_players_prepare_file (PoPlayerPool *pool, const PoConfig *config, PoStation *station, const gchar *run_key,
                                   const gchar *path, gint64 media_in_ns);
