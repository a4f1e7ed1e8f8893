// SPDX-License-Identifier: GPL-3.0-or-later
#include "air/players.h"

#include "media/details.h"
#include "media/subtitles.h"
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
                                   .spare_folder = config->state,
                                   .spares = (guint)config->spares,
                                   .nursery = TRUE,
                                   .sandbox = sandboxes[config->sandbox]};
  return po_player_pool_new (&settings, on_fact, user, error);
}

static PoPlayerSound sound_of (const PoConfig *config, const PoMediaFacts *facts, const PoMediaDetails *details) {
  g_auto (PoClipSound) sound;
  po_clip_sound_init (&sound, config, facts, details);
  return (PoPlayerSound){.track = sound.track,
                         .gain_mb = sound.level.gain_mb,
                         .limit = sound.level.limit,
                         .ceiling_mb = sound.level.ceiling_mb};
}

// What the file itself carries. (transfer full) (nullable)
static gchar *script_of (const PoConfig *config, PoStation *station, const PoMediaFacts *facts) {
  if (facts == NULL || config->subtitles_burn == PO_CONFIG_SWITCH_OFF)
    return NULL;
  g_autofree gchar *subtitles = po_station_subtitles (station, facts->sha256);
  return po_media_subtitles_choose (subtitles, config->subtitles_languages);
}

PoSource *po_players_prepare_file (PoPlayerPool *pool, const PoConfig *config, PoStation *station, const gchar *run_key,
                                   const gchar *path, gint64 media_in_ns) {
  const PoMediaFacts *facts = po_media_table_lookup (po_station_media (station), path);
  g_autoptr (PoMediaDetails) details = facts != NULL ? po_media_details_new (facts) : NULL;
  g_autofree gchar *file = g_build_filename (config->media, path, NULL);
  g_autofree gchar *script = script_of (config, station, facts);
  const PoPlayerSpec spec = {.kind = PO_PLAYER_FILE,
                             .path = file,
                             .media_in_ns = media_in_ns,
                             .fields = details != NULL ? po_media_details_air_fields (details) : PO_FIELDS_AS_SAID,
                             .sound = sound_of (config, facts, details),
                             .subtitles = {.wanted = config->subtitles_burn == PO_CONFIG_SWITCH_ON,
                                           .languages = config->subtitles_languages,
                                           .script = script,
                                           .font = config->subtitles_font}};
  return po_player_pool_prepare (pool, run_key, &spec);
}
