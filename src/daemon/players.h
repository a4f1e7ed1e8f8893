// SPDX-License-Identifier: GPL-3.0-or-later
// The pool of players as the configuration wants it. Main thread.
#pragma once

#include "config/config.h"
#include "program/player-pool.h"

/** @registry_path may be NULL. (transfer full) */
PoPlayerPool *po_players_new (const PoConfig *config, const gchar *player_path, const gchar *registry_path,
                              PoPlayerFactFunc on_fact, gpointer user, GError **error);
