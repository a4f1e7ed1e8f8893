// SPDX-License-Identifier: GPL-3.0-or-later
// The pool of players as the configuration wants it. Main thread.
#pragma once

#include "config/config.h"
#include "model/media-facts.h"
#include "program/player-pool.h"

/** @registry_path may be NULL. (transfer full) */
PoPlayerPool *po_players_new (const PoConfig *config, const gchar *player_path, const gchar *registry_path,
                              PoPlayerFactFunc on_fact, gpointer user, GError **error);

/** What a player does to the sound of the clip @path, by what @media knows of it. */
PoPlayerSound po_players_sound (const PoConfig *config, PoMediaTable *media, const gchar *path);
