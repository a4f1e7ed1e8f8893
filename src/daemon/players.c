// SPDX-License-Identifier: GPL-3.0-or-later
#include "daemon/players.h"

PoPlayerPool *po_players_new (const PoConfig *config, const gchar *player_path, const gchar *registry_path,
                              PoPlayerFactFunc on_fact, gpointer user, GError **error) {
  static const PoPlayerSandbox sandboxes[] = {
      [PO_CONFIG_SANDBOX_OFF] = PO_PLAYER_SANDBOX_OFF,
      [PO_CONFIG_SANDBOX_ON] = PO_PLAYER_SANDBOX_ON,
      [PO_CONFIG_SANDBOX_REQUIRED] = PO_PLAYER_SANDBOX_REQUIRED,
  };
  PoPlayerPoolSettings settings = {.format = config->format,
                                   .player_path = player_path,
                                   .registry_path = registry_path,
                                   .spares = (guint)config->spares,
                                   .sandbox = sandboxes[config->sandbox]};
  return po_player_pool_new (&settings, on_fact, user, error);
}
