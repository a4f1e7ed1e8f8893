// SPDX-License-Identifier: GPL-3.0-or-later
#include "daemon/players.h"

#include "station/clip-sound.h"

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

PoPlayerSound po_players_sound (const PoConfig *config, PoMediaTable *media, const gchar *path) {
  g_auto (PoClipSound) sound;
  po_clip_sound_init (&sound, config, po_media_table_lookup (media, path));
  return (PoPlayerSound){.track = sound.track,
                         .gain_mb = sound.level.gain_mb,
                         .limit = sound.level.limit,
                         .ceiling_mb = sound.level.ceiling_mb};
}
