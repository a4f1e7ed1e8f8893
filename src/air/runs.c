// SPDX-License-Identifier: GPL-3.0-or-later
#include "air/runs.h"

#include <string.h>

#include "air/live-run.h"
#include "air/players.h"
#include "model/live-address.h"
#include "program/joined-source.h"
#include "rundown/cue.h"

#define STAND_BY    "stand-by"       // no run key of a rundown is like it
#define LATE_FRAMES 50               // a joined run can skip so many frames of what its player has decoded
#define SOON_NS     PO_NS_PER_SECOND // what is due later can wait until the head has its rundown

/** Run: one prepared run of a source. What is planned anew keeps its player, if that has not been on air: the run's key
 * in the rundown changes, the player's own does not. Runs of one live source have one player: of two that listen at one
 * port one hears nothing, and many a sender serves but one. */
typedef struct {
  PoSource *source;
  PoSource *fallback;   // (nullable) of a live one
  gchar *fallback_path; // (nullable)
  gchar *own_key;       // what stands in for it goes by this
  gchar *player_key;    // that of the first one, where runs of one live source share its player
  gchar *uri;           // (nullable) of a live one, by the configuration that it was prepared by
  PoItemKind kind;
  gchar *media;
  gchar *sha256;      // (nullable)
  gint64 media_in_ns; // as the item has it
  PoFrame origin;     // of the item's run
  PoFrame first;      // the run's frame at which its player began; 0 = at its beginning
  PoFrame due;        // when its first picture is wanted
  PoFrame ends;       // as it was planned when that was
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
  GHashTable *runs;    // run key -> Run
  GHashTable *resting; // own key -> Run: of live sources, taken off the air before their end; they may come back
  guint64 prepared;    // so many players' keys have been given out
};

static void run_free (Run *run) {
  po_source_unref (run->source);
  g_clear_pointer (&run->fallback, po_source_unref);
  g_free (run->fallback_path);
  g_free (run->own_key);
  g_free (run->player_key);
  g_free (run->uri);
  g_free (run->media);
  g_free (run->sha256);
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
  self->resting = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify)run_free);
  po_cue_settings_init (&self->cue);
  return self;
}

void po_runs_free (PoRuns *self) {
  if (self == NULL)
    return;
  g_hash_table_unref (self->runs);
  g_hash_table_unref (self->resting);
  po_config_unref (self->config);
  g_free (self);
}

static Run *run_new (PoRuns *self, const PoItem *item, const gchar *run_key, PoFrame due) {
  Run *run = g_new0 (Run, 1);
  run->own_key = g_strdup_printf ("%s#%" G_GUINT64_FORMAT, run_key, self->prepared++);
  run->kind = item->kind;
  run->media = g_strdup (item->media);
  run->sha256 = g_strdup (item->sha256);
  run->media_in_ns = item->media_in_ns;
  run->origin = item->media_origin;
  run->first = item->kind == PO_ITEM_LIVE ? 0 : MAX (due - item->media_origin, 0);
  run->due = due;
  return run;
}

// (nullable)
static const Run *find_well (GHashTable *runs, const gchar *uri) {
  GHashTableIter iter;
  gpointer value;
  g_hash_table_iter_init (&iter, runs);
  while (g_hash_table_iter_next (&iter, NULL, &value)) {
    const Run *run = value;
    if (g_strcmp0 (run->uri, uri) == 0 && (po_source_flags (run->source) & (PO_SOURCE_FAILED | PO_SOURCE_DEAD)) == 0)
      return run;
  }
  return NULL;
}

// (nullable) A run of the live source at @uri (nullable), whose player is well.
static const Run *find_line (PoRuns *self, const gchar *uri) {
  if (uri == NULL)
    return NULL;
  const Run *run = find_well (self->runs, uri);
  return run != NULL ? run : find_well (self->resting, uri);
}

static void tell_unknown (PoRuns *self, const Run *run) {
  g_autofree gchar *words = po_live_address_unknown (run->media);
  const PoPlayerFact fact = {.kind = PO_PLAYER_FACT_INFO, .run_key = run->player_key, .message = words};
  po_live_watch_take_fact (self->live, &fact);
}

static void start_live (PoRuns *self, const PoItem *item, Run *run) {
  const gchar *uri = po_live_run_uri (self->config, item->media);
  const Run *line = find_line (self, uri);
  run->uri = g_strdup (uri);
  run->player_key = g_strdup (line != NULL ? line->player_key : run->own_key);
  run->source =
      line != NULL ? po_source_ref (line->source) : po_live_run_prepare (self->pool, self->config, run->own_key, item);
  run->fallback_path = g_strdup (item->fallback);
  if (item->fallback != NULL)
    run->fallback = po_live_run_prepare_fallback (self->pool, self->head, self->config, self->station, run->own_key,
                                                  item->fallback);
  po_head_bind (self->head, run->own_key, run->source);
  po_live_watch_add (self->live, run->player_key, run->own_key, item, run->source);
  if (uri == NULL)
    tell_unknown (self, run);
}

static void start_file (PoRuns *self, const PoItem *item, Run *run) {
  PoRate rate = self->config->format.rate;
  run->player_key = g_strdup (run->own_key);
  run->source = po_players_prepare_file (self->pool, self->config, self->station, run->player_key, item->media,
                                         po_cue_media_position_ns (item, run->due, rate));
  if (run->first > 0)
    run->source = po_joined_source_new (run->source, run->first, rate);
}

static Run *start (PoRuns *self, const PoItem *item, const gchar *run_key, PoFrame due) {
  Run *run = run_new (self, item, run_key, due);
  if (item->kind == PO_ITEM_LIVE)
    start_live (self, item, run);
  else
    start_file (self, item, run);
  return run;
}

static gboolean plays (const Run *run, const PoItem *item) {
  return (run->kind == PO_ITEM_LIVE) == (item->kind == PO_ITEM_LIVE) && run->media_in_ns == item->media_in_ns &&
         g_strcmp0 (run->media, item->media) == 0 && g_strcmp0 (run->sha256, item->sha256) == 0;
}

// Whether the player of @run, which has not been on air, can show @item at @due.
static gboolean could_serve (const Run *run, const PoItem *item, PoFrame due) {
  if (!plays (run, item) || run->is_failed)
    return FALSE;
  if (item->kind == PO_ITEM_LIVE)
    return TRUE;
  if ((po_source_flags (run->source) & (PO_SOURCE_FAILED | PO_SOURCE_DEAD)) != 0)
    return FALSE;
  PoFrame skipped = due - run->origin - run->first;
  return run->first == 0 ? due == item->media_origin
                         : run->origin == item->media_origin && skipped >= 0 && skipped <= LATE_FRAMES;
}

static gboolean is_planned (PoRundown *rundown, const gchar *run_key, PoFrame now) {
  gint first = MAX (po_rundown_index_at (rundown, now), 0);
  for (guint i = (guint)first; i < po_rundown_size (rundown) && i < (guint)first + 16; i++) {
    g_autofree gchar *key = po_item_run_key (po_rundown_item (rundown, i));
    if (strcmp (key, run_key) == 0)
      return TRUE;
  }
  return FALSE;
}

// A run that @rundown does not have any more, or that stands by, and that can serve @item. (nullable)
static const gchar *find_spare (PoRuns *self, PoRundown *rundown, const PoItem *item, PoFrame due, PoFrame now) {
  GHashTableIter iter;
  gpointer key, run;
  g_hash_table_iter_init (&iter, self->runs);
  while (g_hash_table_iter_next (&iter, &key, &run)) {
    gboolean is_unseen = strcmp (key, STAND_BY) == 0 || ((Run *)run)->due > now + 1;
    if (is_unseen && could_serve (run, item, due) && !is_planned (rundown, key, now))
      return key;
  }
  return NULL;
}

// @former_key: (nullable) what it was bound to before.
static void bind (PoRuns *self, const Run *run, const gchar *former_key, const gchar *run_key) {
  if (run->kind == PO_ITEM_LIVE) {
    po_live_run_rename (self->head, former_key != NULL ? former_key : run->own_key, run_key, run->source,
                        run->fallback);
    return;
  }
  po_head_bind (self->head, run_key, run->source);
  if (former_key != NULL)
    po_head_bind (self->head, former_key, NULL);
}

static void prepare (PoRuns *self, PoRundown *rundown, const PoItem *item, const PoCueCommand *command, PoFrame now) {
  const gchar *spare = find_spare (self, rundown, item, command->due, now);
  gpointer key = NULL, found = NULL;
  if (spare != NULL)
    g_hash_table_steal_extended (self->runs, spare, &key, &found);
  g_autofree gchar *former_key = key;
  Run *run = found != NULL ? found : start (self, item, command->run_key, command->due);
  run->due = command->due;
  run->ends = MAX (item->end, item->slot_end);
  if (run->first == 0)
    run->origin = item->media_origin;
  bind (self, run, former_key, command->run_key);
  g_hash_table_replace (self->runs, g_strdup (command->run_key), run);
}

static gboolean has_player (GHashTable *runs, const gchar *player_key) {
  GHashTableIter iter;
  gpointer run;
  g_hash_table_iter_init (&iter, runs);
  while (g_hash_table_iter_next (&iter, NULL, &run))
    if (strcmp (((Run *)run)->player_key, player_key) == 0)
      return TRUE;
  return FALSE;
}

// (transfer full) of @run, which is nowhere any more.
static void end_run (PoRuns *self, Run *run) {
  if (!has_player (self->runs, run->player_key) && !has_player (self->resting, run->player_key))
    po_player_pool_release (self->pool, run->player_key);
  run_free (run);
}

// Takes it out of what is planned. (transfer full) (nullable)
static Run *unplan (PoRuns *self, const gchar *run_key) {
  gpointer key = NULL, value = NULL;
  if (!g_hash_table_steal_extended (self->runs, run_key, &key, &value))
    return NULL;
  Run *run = value;
  if (po_live_watch_remove (self->live, run->player_key, run->own_key))
    po_live_run_release_fallback (self->pool, self->head, run->own_key, key);
  po_head_bind (self->head, key, NULL);
  g_free (key);
  return run;
}

void po_runs_release (PoRuns *self, const gchar *run_key) {
  Run *run = unplan (self, run_key);
  if (run != NULL)
    end_run (self, run);
}

// A show that the slate interrupts is to be back without a second of what stands in for it.
static void release_or_rest (PoRuns *self, const gchar *run_key, PoFrame now) {
  Run *run = unplan (self, run_key);
  if (run == NULL)
    return;
  if (run->uri == NULL || now >= run->ends) {
    end_run (self, run);
    return;
  }
  po_head_bind (self->head, run->own_key, run->source); // it moves on there
  g_hash_table_replace (self->resting, run->own_key, run);
}

static void end_rests (PoRuns *self, PoFrame now) {
  g_autofree gchar **keys = (gchar **)g_hash_table_get_keys_as_array (self->resting, NULL);
  for (guint i = 0; keys[i] != NULL; i++) {
    Run *run = g_hash_table_lookup (self->resting, keys[i]);
    if (now < run->ends)
      continue;
    po_head_bind (self->head, run->own_key, NULL);
    g_hash_table_steal (self->resting, run->own_key);
    end_run (self, run);
  }
}

static void keep_fallbacks (PoRuns *self) {
  GHashTableIter iter;
  gpointer value;
  g_hash_table_iter_init (&iter, self->runs);
  while (g_hash_table_iter_next (&iter, NULL, &value)) {
    const Run *run = value;
    if (run->fallback != NULL)
      po_live_run_keep_fallback (self->pool, self->config, self->station, run->own_key, run->fallback_path,
                                 run->fallback);
  }
}

// Prepares what is due before @until.
static void follow (PoRuns *self, PoRundown *rundown, PoFrame now, PoFrame until, gboolean releases) {
  g_autofree const gchar **running = (const gchar **)g_hash_table_get_keys_as_array (self->runs, NULL);
  g_autoptr (GPtrArray) commands = po_cue_next (rundown, running, now, &self->cue);
  for (guint i = 0; i < commands->len; i++) {
    const PoCueCommand *command = commands->pdata[i];
    if (command->kind == PO_CUE_PREPARE && command->due < until)
      prepare (self, rundown, po_rundown_item (rundown, command->index), command, now);
  }
  for (guint i = 0; releases && i < commands->len; i++) {
    const PoCueCommand *command = commands->pdata[i];
    if (command->kind == PO_CUE_RELEASE && strcmp (command->run_key, STAND_BY) != 0)
      release_or_rest (self, command->run_key, now);
  }
}

void po_runs_prepare (PoRuns *self, PoRundown *rundown, PoFrame now) {
  follow (self, rundown, now, now + po_frames_from_duration_ceil (SOON_NS, self->config->format.rate), FALSE);
}

void po_runs_follow (PoRuns *self, PoRundown *rundown, PoFrame now) {
  follow (self, rundown, now, G_MAXINT64, TRUE);
  end_rests (self, now);
  keep_fallbacks (self);
}

void po_runs_stand_by (PoRuns *self, const PoItem *item, PoFrame due) {
  po_runs_stand_down (self);
  Run *run = start (self, item, STAND_BY, due);
  bind (self, run, NULL, STAND_BY);
  g_hash_table_replace (self->runs, g_strdup (STAND_BY), run);
}

void po_runs_stand_down (PoRuns *self) {
  po_runs_release (self, STAND_BY);
}

// @at: the run's frame that is wanted first. That its player has begun says nothing of where it is by now.
static const gchar *state_of (PoRuns *self, const Run *run, PoFrame at) {
  PoReception live;
  if (po_source_reception (run->source, &live))
    return live.signal == PO_SIGNAL_PICTURE || live.signal == PO_SIGNAL_NO_SOUND ? "cued" : "preparing";
  const PoSourceFlags flags = po_source_flags (run->source);
  if (run->is_failed || (flags & (PO_SOURCE_FAILED | PO_SOURCE_DEAD)) != 0)
    return "failed";
  const gboolean can_start = po_source_can_start (run->source, MAX (at, run->first), self->config->format.rate);
  return can_start ? "cued" : "preparing";
}

// At the frame that it is wanted for by the plan that it was prepared by.
static const gchar *state_when_due (PoRuns *self, const Run *run) {
  return state_of (self, run, run->due - run->origin);
}

const gchar *po_runs_readiness (PoRuns *self, PoRundown *rundown, const PoItem *item, PoFrame due, PoFrame now) {
  g_autofree gchar *key = po_item_run_key (item);
  const Run *stands_by = g_hash_table_lookup (self->runs, STAND_BY);
  const Run *own = g_hash_table_lookup (self->runs, key);
  const gchar *spare = find_spare (self, rundown, item, due, now);
  if (own != NULL)
    return own->due <= now ? state_when_due (self, own) : state_of (self, own, due - item->media_origin);
  if (spare != NULL)
    return state_of (self, g_hash_table_lookup (self->runs, spare), due - item->media_origin);
  const Run *line = item->kind == PO_ITEM_LIVE ? find_line (self, po_live_run_uri (self->config, item->media)) : NULL;
  if (line != NULL && strcmp (state_of (self, line, 0), "cued") == 0)
    return "cued"; // by the player that it will share
  const gboolean failed =
      stands_by != NULL && plays (stands_by, item) && strcmp (state_when_due (self, stands_by), "failed") == 0;
  return failed ? "failed" : NULL;
}

// What brings a picture to the air is left alone until its show is over.
static gboolean has_moved (PoRuns *self, const Run *run, PoFrame now) {
  const gchar *uri = run->kind == PO_ITEM_LIVE ? po_live_run_uri (self->config, run->media) : NULL;
  return uri != NULL && g_strcmp0 (uri, run->uri) != 0 &&
         (run->due > now || strcmp (state_of (self, run, 0), "cued") != 0);
}

void po_runs_set_config (PoRuns *self, PoConfig *config, PoFrame now) {
  po_config_ref (config);
  po_config_unref (self->config);
  self->config = config;
  g_autofree gchar **keys = (gchar **)g_hash_table_get_keys_as_array (self->runs, NULL);
  for (guint i = 0; keys[i] != NULL; i++)
    if (has_moved (self, g_hash_table_lookup (self->runs, keys[i]), now))
      po_runs_release (self, keys[i]);
}

gboolean po_runs_wait_for (PoRuns *self, PoFrame due) {
  const Run *run = g_hash_table_lookup (self->runs, STAND_BY);
  if (run == NULL)
    return FALSE;
  if (run->first > 0 && due - run->origin > run->first)
    po_source_skip_to (run->source, due - run->origin,
                       po_samples_before_frame (due - run->origin, self->config->format.rate));
  return (po_source_flags (run->source) & PO_SOURCE_VIDEO_READY) != 0;
}

gchar *po_runs_key_of (PoRuns *self, const gchar *player_key) {
  GHashTableIter iter;
  gpointer key, run;
  g_hash_table_iter_init (&iter, self->runs);
  while (g_hash_table_iter_next (&iter, &key, &run))
    if (strcmp (((Run *)run)->player_key, player_key) == 0)
      return g_strdup (key);
  return NULL;
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
  return run != NULL ? state_when_due (self, run) : NULL;
}
