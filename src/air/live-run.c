// SPDX-License-Identifier: GPL-3.0-or-later
#include "air/live-run.h"

#include <math.h>
#include <string.h>

#include "air/players.h"
#include "program/absent-source.h"
#include "program/round-source.h"

static const PoConfigSource *named_source (PoConfig *config, const gchar *media) {
  return g_str_has_prefix (media, "live:") ? po_config_source (config, media + strlen ("live:")) : NULL;
}

const gchar *po_live_run_uri (PoConfig *config, const gchar *media) {
  if (!g_str_has_prefix (media, "live:"))
    return media;
  const PoConfigSource *named = named_source (config, media);
  return named != NULL ? named->uri : NULL;
}

// Where the clip @path begins by its marks, and how many frames of it are played; 0: to its end.
static gint64 begin_of (const PoConfig *config, PoStation *station, const gchar *path, gint64 *ret_frames) {
  const PoMediaFacts *facts = po_media_table_lookup (po_station_media (station), path);
  const PoRate house = config->format.rate;
  *ret_frames = 0;
  if (facts == NULL || facts->kind == PO_MEDIA_STILL)
    return 0;
  const gint64 in_ns = po_mark_to_ns (&facts->som, facts->rate, house);
  if (facts->eom.set && facts->kind == PO_MEDIA_VIDEO)
    *ret_frames = po_frames_from_duration_ceil (po_mark_to_ns (&facts->eom, facts->rate, house) - in_ns, house);
  return in_ns;
}

PoSource *po_live_run_prepare_fallback (PoPlayerPool *pool, PoHead *head, PoConfig *config, PoStation *station,
                                        const gchar *run_key, const gchar *path) {
  g_autofree gchar *key = g_strdup_printf (PO_FALLBACK_KEY_FORMAT, run_key);
  gint64 frames = 0;
  const gint64 in_ns = begin_of (config, station, path, &frames);
  PoSource *first = po_players_prepare_file (pool, config, station, key, path, in_ns);
  PoSource *fallback = po_round_source_new (first, config->format.rate, frames);
  po_head_bind (head, key, fallback);
  return fallback;
}

void po_live_run_keep_fallback (PoPlayerPool *pool, PoConfig *config, PoStation *station, const gchar *player_key,
                                const gchar *path, PoSource *fallback) {
  if (!po_round_source_is_wanting (fallback))
    return;
  g_autofree gchar *key = g_strdup_printf (PO_FALLBACK_KEY_FORMAT, player_key);
  gint64 frames = 0;
  const gint64 in_ns = begin_of (config, station, path, &frames);
  po_player_pool_release (pool, key); // what it has delivered stays
  po_round_source_give (fallback, po_players_prepare_file (pool, config, station, key, path, in_ns), frames);
}

PoSource *po_live_run_prepare (PoPlayerPool *pool, PoConfig *config, const gchar *run_key, const PoItem *item) {
  const gchar *uri = po_live_run_uri (config, item->media);
  gint64 buffer_ms;
  gboolean is_hls;
  if (uri == NULL)
    return po_absent_source_new ();
  po_config_live_buffer (config, named_source (config, item->media), uri, &buffer_ms, &is_hls);
  const PoPlayerSpec spec = {
      .kind = PO_PLAYER_LIVE,
      .uri = uri,
      .buffer_ms = is_hls ? config->live_buffer_ms : buffer_ms,
      .slack_ms = is_hls ? buffer_ms : 0,
      .hold_ms = config->live_hold_ms,
      .silence_peak = (gint)lround (32768 * pow (10, (gdouble)config->watch_silence_dbfs / 20)),
  };
  return po_player_pool_prepare (pool, run_key, &spec);
}

void po_live_run_rename (PoHead *head, const gchar *former_key, const gchar *run_key, PoSource *source,
                         PoSource *fallback) {
  g_autofree gchar *former = g_strdup_printf (PO_FALLBACK_KEY_FORMAT, former_key);
  g_autofree gchar *key = g_strdup_printf (PO_FALLBACK_KEY_FORMAT, run_key);
  if (fallback != NULL)
    po_head_bind (head, key, fallback);
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
