// SPDX-License-Identifier: GPL-3.0-or-later
#include "daemon/live-run.h"

#include <math.h>
#include <string.h>

#include "daemon/players.h"

static const PoConfigSource *named_source (PoConfig *config, const gchar *media) {
  return g_str_has_prefix (media, "live:") ? po_config_source (config, media + strlen ("live:")) : NULL;
}

static void prepare_fallback (PoPlayerPool *pool, PoHead *head, PoConfig *config, PoStation *station,
                              const gchar *run_key, const PoItem *item) {
  g_autofree gchar *key = g_strdup_printf (PO_FALLBACK_KEY_FORMAT, run_key);
  g_autoptr (PoSource) source = po_players_prepare_file (pool, config, station, key, item->fallback, 0);
  po_head_bind (head, key, source);
}

PoSource *po_live_run_prepare (PoPlayerPool *pool, PoHead *head, PoConfig *config, PoStation *station,
                               const gchar *run_key, const PoItem *item) {
  const PoConfigSource *named = named_source (config, item->media);
  const gchar *uri = named != NULL ? named->uri : item->media;
  gint64 buffer_ms;
  gboolean is_hls;
  po_config_live_buffer (config, named, uri, &buffer_ms, &is_hls);
  const PoPlayerSpec spec = {
      .kind = PO_PLAYER_LIVE,
      .uri = uri,
      .buffer_ms = is_hls ? config->live_buffer_ms : buffer_ms,
      .slack_ms = is_hls ? buffer_ms : 0,
      .hold_ms = config->live_hold_ms,
      .silence_peak = (gint)lround (32768 * pow (10, (gdouble)config->watch_silence_dbfs / 20)),
  };
  PoSource *source = po_player_pool_prepare (pool, run_key, &spec);
  if (item->fallback != NULL)
    prepare_fallback (pool, head, config, station, run_key, item);
  po_head_bind (head, run_key, source);
  return source;
}

void po_live_run_rename (PoPlayerPool *pool, PoHead *head, const gchar *player_key, const gchar *former_key,
                         const gchar *run_key, PoSource *source) {
  g_autofree gchar *player = g_strdup_printf (PO_FALLBACK_KEY_FORMAT, player_key);
  g_autofree gchar *former = g_strdup_printf (PO_FALLBACK_KEY_FORMAT, former_key);
  g_autofree gchar *key = g_strdup_printf (PO_FALLBACK_KEY_FORMAT, run_key);
  PoSource *fallback = po_player_pool_lookup (pool, player);
  if (fallback != NULL)
    po_head_bind (head, key, fallback);
  g_clear_pointer (&fallback, po_source_unref);
  po_head_bind (head, run_key, source);
  po_head_bind (head, former, NULL);
  po_head_bind (head, former_key, NULL);
}

void po_live_run_release_fallback (PoPlayerPool *pool, PoHead *head, const gchar *player_key, const gchar *run_key) {
  g_autofree gchar *player = g_strdup_printf (PO_FALLBACK_KEY_FORMAT, player_key);
  g_autofree gchar *key = g_strdup_printf (PO_FALLBACK_KEY_FORMAT, run_key);
  po_head_bind (head, key, NULL);
  po_player_pool_release (pool, player);
}
