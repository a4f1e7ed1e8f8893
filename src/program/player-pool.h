// SPDX-License-Identifier: GPL-3.0-or-later
// The parent of all players: keeps warm spares, gives one to each run, watches, kills and reaps them.
//
// One permanent supervisor thread spawns, polls sockets and pidfds and reaps; the public functions only hand it work
// and return at once, from any thread. Facts about runs are delivered in the GMainContext that was the thread default
// when the pool was made. One child serves one run and ends; neither child nor ring is used twice.
// It knows no rundown and no schedule: which run is wanted when is `cue`'s business.
#pragma once

#include <gio/gio.h>

#include "model/format.h"
#include "program/player-fact.h"
#include "program/source.h"

typedef struct _PoPlayerPool PoPlayerPool;

/**
 * PoPlayerSandbox:
 * @PO_PLAYER_SANDBOX_ON: every layer that the machine allows
 * @PO_PLAYER_SANDBOX_OFF: none, for debugging and sanitizer runs
 * @PO_PLAYER_SANDBOX_REQUIRED: a player that cannot have all of Landlock, seccomp and no-new-privileges refuses to play
 */
typedef enum { PO_PLAYER_SANDBOX_ON, PO_PLAYER_SANDBOX_OFF, PO_PLAYER_SANDBOX_REQUIRED } PoPlayerSandbox;

typedef struct {
  PoFormat format;
  const gchar *player_path;   // executable of playoutd-player
  const gchar *registry_path; // (nullable) GStreamer registry file; NULL = GStreamer's default
  const gchar *spare_folder;  // (nullable) for a copy of a clip that is written over while it is read; NULL = none
  guint spares;               // warm children waiting; 0 = spawn on demand
  gboolean nursery;           // one process loads the plugins for all children, where it can
  guint slots;                // pictures per ring; 0 = 8
  PoPlayerSandbox sandbox;
  gint64 stopped_ms; // a child that has been stopped (SIGSTOP) for so long is killed; 0 = 5 s
} PoPlayerPoolSettings;

typedef enum { PO_PLAYER_FILE, PO_PLAYER_LIVE } PoPlayerSourceKind;

/** What a player does to a file's sound. All 0: the first track, as it is. */
typedef struct {
  guint track;     // which of its tracks
  gint gain_mb;    // static gain, in hundredths of a dB
  gboolean limit;  // whether
  gint ceiling_mb; // no true peak passes this, in hundredths of a dB
} PoPlayerSound;

/** What subtitles a player burns into a file's pictures. All 0: none. */
typedef struct {
  gboolean wanted;
  const gchar *languages; // (nullable) of a file beside the clip, the first that there is
  const gchar *script;    // (nullable) when there is no such file
  const gchar *font;      // of what brings no style
} PoPlayerSubtitles;

typedef struct {
  PoPlayerSourceKind kind;
  const gchar *path;           // FILE: absolute path; picture, sound or still, the player finds out
  const gchar *uri;            // LIVE
  gint64 buffer_ms;            // LIVE: jitter buffer
  gint64 slack_ms;             // LIVE that comes in segments: how much later than in time it is played
  gint64 hold_ms;              // LIVE: without a picture for so long it is away
  gint silence_peak;           // LIVE: samples that never pass it are silence
  gint64 media_in_ns;          // FILE: position shown at frame 0, from the first picture
  PoFieldOrder fields;         // FILE
  PoPlayerSound sound;         // FILE
  PoPlayerSubtitles subtitles; // FILE
} PoPlayerSpec;

typedef struct {
  guint children; // alive, spares included
  guint spares;   // warm and waiting
  guint runs;     // prepared and not released
  guint64 spawned, reaped;
  guint rings_mapped; // rings still mapped by this process
} PoPlayerPoolStats;

/** Settings are copied. @on_fact may be NULL. The registry is made here if it is absent, once. (transfer full) */
PoPlayerPool *po_player_pool_new (const PoPlayerPoolSettings *settings, PoPlayerFactFunc on_fact, gpointer user_data,
                                  GError **error);

/** Kills and reaps every child, joins the supervisor; sources still held stay valid and are dead. */
void po_player_pool_free (PoPlayerPool *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PoPlayerPool, po_player_pool_free)

/** Starts a run and returns its source at once; what goes wrong shows in the source's state and as a fact.
 * Preparing a key that is already there gives another reference to its source. (transfer full) */
PoSource *po_player_pool_prepare (PoPlayerPool *self, const gchar *run_key, const PoPlayerSpec *spec);

/** Ends a run: its player is killed and reaped in the background. The source stays readable while it is held. */
void po_player_pool_release (PoPlayerPool *self, const gchar *run_key);

void po_player_pool_stats (PoPlayerPool *self, PoPlayerPoolStats *ret_stats);
