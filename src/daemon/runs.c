// SPDX-License-Identifier: GPL-3.0-or-later
#include "daemon/runs.h"

#include "daemon/live-run.h"
#include "daemon/players.h"
#include "program/joined-source.h"
#include "rundown/cue.h"

/** Run: one prepared run of a source. */
typedef struct {
  PoSource *source;
  gboolean was_retried;
  gboolean is_failed;
} Run;

struct _PoRuns {
  PoPlayerPool *pool;
  PoHead *head;
  PoLiveWatch *live;
  PoStation *station;
  PoConfig *config; // owned by reference
  PoCueSettings cue;
  GHashTable *runs; // run key -> Run
};

static void run_free (Run *run) {
  po_source_unref (run->source);
  g_free (run);
}

PoRuns *po_runs_new (PoPlayerPool *pool, PoHead *head, PoLiveWatch *live, PoStation *station, PoConfig *config) {
  PoRuns *self = g_new0 (PoRuns, 1);
  self->pool = pool;
  self->head = head;
  self->live = live;
  self->station = station;
  self->config = po_config_ref (config);
  self->runs = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)run_free);
  po_cue_settings_init (&self->cue);
  return self;
}

void po_runs_free (PoRuns *self) {
  if (self == NULL)
    return;
  g_hash_table_unref (self->runs);
  po_config_unref (self->config);
  g_free (self);
}

void po_runs_set_config (PoRuns *self, PoConfig *config) {
  po_config_ref (config);
  po_config_unref (self->config);
  self->config = config;
}

static void prepare_live (PoRuns *self, const PoItem *item, const gchar *run_key, Run *run) {
  run->source =
      po_live_run_prepare (self->pool, self->head, self->config, po_station_media (self->station), run_key, item);
  po_live_watch_add (self->live, run_key, item->media, run->source);
}

static void prepare_file (PoRuns *self, const PoItem *item, const PoCueCommand *command, Run *run) {
  g_autofree gchar *path = g_build_filename (self->config->media, item->media, NULL);
  PoPlayerSpec spec = {.kind = PO_PLAYER_FILE,
                       .path = path,
                       .media_in_ns = command->media_in_ns,
                       .sound = po_players_sound (self->config, po_station_media (self->station), item->media)};
  run->source = po_player_pool_prepare (self->pool, command->run_key, &spec);
  gint64 first_frame = command->due - item->media_origin;
  if (first_frame > 0)
    run->source = po_joined_source_new (run->source, first_frame, self->config->format.rate);
  po_head_bind (self->head, command->run_key, run->source);
}

static void prepare (PoRuns *self, const PoItem *item, const PoCueCommand *command) {
  Run *run = g_new0 (Run, 1);
  if (item->kind == PO_ITEM_LIVE)
    prepare_live (self, item, command->run_key, run);
  else
    prepare_file (self, item, command, run);
  g_hash_table_replace (self->runs, g_strdup (command->run_key), run);
}

void po_runs_release (PoRuns *self, const gchar *run_key) {
  if (po_live_watch_remove (self->live, run_key))
    po_live_run_release_fallback (self->pool, self->head, run_key);
  po_head_bind (self->head, run_key, NULL);
  po_player_pool_release (self->pool, run_key);
  g_hash_table_remove (self->runs, run_key);
}

void po_runs_follow (PoRuns *self, PoRundown *rundown, PoFrame now) {
  g_autofree const gchar **running = (const gchar **)g_hash_table_get_keys_as_array (self->runs, NULL);
  g_autoptr (GPtrArray) commands = po_cue_next (rundown, running, now, &self->cue);
  for (guint i = 0; i < commands->len; i++) {
    const PoCueCommand *command = commands->pdata[i];
    switch (command->kind) {
    case PO_CUE_PREPARE:
      prepare (self, po_rundown_item (rundown, command->index), command);
      break;
    case PO_CUE_RELEASE:
      po_runs_release (self, command->run_key);
      break;
    }
  }
}

gboolean po_runs_fail (PoRuns *self, const gchar *run_key) {
  Run *run = g_hash_table_lookup (self->runs, run_key);
  if (run == NULL || run->is_failed)
    return FALSE;
  return run->is_failed = TRUE;
}

gboolean po_runs_retry (PoRuns *self, const gchar *run_key, PoRundown *rundown, PoFrame now) {
  g_autofree gchar *key = g_strdup (run_key); // the caller's may be the run's own
  Run *run = g_hash_table_lookup (self->runs, key);
  if (run == NULL || run->was_retried)
    return FALSE;
  po_runs_release (self, key);
  po_runs_follow (self, rundown, now);
  run = g_hash_table_lookup (self->runs, key);
  if (run != NULL)
    run->was_retried = TRUE;
  return run != NULL;
}

const gchar *po_runs_state (PoRuns *self, const gchar *run_key) {
  const Run *run = g_hash_table_lookup (self->runs, run_key);
  PoSourceState state;
  PoSignal signal;
  if (run == NULL)
    return NULL;
  if (po_source_signal (run->source, &signal))
    return signal == PO_SIGNAL_PICTURE || signal == PO_SIGNAL_NO_SOUND ? "cued" : "preparing";
  po_source_query (run->source, &state);
  if (run->is_failed || (state.flags & (PO_SOURCE_FAILED | PO_SOURCE_DEAD)) != 0)
    return "failed";
  return (state.flags & PO_SOURCE_VIDEO_READY) != 0 ? "cued" : "preparing";
}
