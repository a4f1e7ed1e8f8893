// SPDX-License-Identifier: GPL-3.0-or-later
// One run of a source, as the pool sees it: its key, its file, its slot; and the inbox through which runs reach the
// supervisor once their file has been opened. Private to the pool. An opener's thread may hang in open() for ever, so
// what it touches is reference counted and outlives the pool.
#pragma once

#include "program/media-lease.h"
#include "program/player-pool.h"
#include "program/slot.h"

typedef struct _PoRunInbox PoRunInbox;

typedef struct {
  gint ref_count; // atomic
  gchar *key;
  gchar *path; // or URI
  PoPlayerSourceKind kind;
  gint64 media_in_ns;
  guint32 silence_peak, slack_ms;
  PoFieldOrder fields;
  PoPlayerSound sound;
  gboolean wants_subtitles;
  gchar *languages, *script, *font; // (nullable) of subtitles
  PoBlankFiles *spares;             // (nullable) what a clip is copied to that is written over; a reference
  PoSlot *slot;                     // holds one reference to its source
  PoRunInbox *inbox;
  gint released; // atomic
  // The opener's, then by way of the inbox the supervisor's.
  gint media_fd;       // -1 = not open
  gint subtitle_fd;    // -1 = none
  PoMediaLease *lease; // (nullable) of the media
  gint ring_fd;        // -1 = handed on
  gchar *problem;      // (nullable) why it cannot start
  gboolean is_machine; // which is not the file's fault, but for want of memory, descriptors or threads
} PoPlayerRun;

/** Never fails: what goes wrong is its `problem`. (transfer full) */
PoPlayerRun *po_player_run_new (const gchar *key, const PoPlayerSpec *spec, const PoPlayerPoolSettings *settings,
                                PoBlankFiles *spares, PoSlotBin *bin, PoRunInbox *inbox);
PoPlayerRun *po_player_run_ref (PoPlayerRun *self);
void po_player_run_unref (PoPlayerRun *self);

/** Opens a clip as a run does: only a regular file with something in it. May hang. -1 with @ret_problem (transfer
 * full). */
gint po_player_run_open_media (const gchar *path, gchar **ret_problem);

/** PoRunFiles: what opening a run gives. */
typedef struct {
  gint media_fd, subtitle_fd; // -1 = none
  PoMediaLease *lease;        // (nullable) of the media
  gchar *problem;             // (nullable) of the media
} PoRunFiles;

/** Opens the run's files; changes nothing of it. May hang. */
void po_player_run_open_files (const PoPlayerRun *self, PoRunFiles *ret_files);
/** They are the run's now (transfer full). */
void po_player_run_take_files (PoPlayerRun *self, const PoRunFiles *files);
void po_run_files_clear (PoRunFiles *files);

PoRunInbox *po_run_inbox_new (PoSlotBin *bin);
void po_run_inbox_unref (PoRunInbox *self);
/** @run (transfer full); rings the bin's bell. */
void po_run_inbox_push (PoRunInbox *self, PoPlayerRun *run);
/** (transfer full) (nullable) */
PoPlayerRun *po_run_inbox_pop (PoRunInbox *self);
/** Runs that come later are dropped. */
void po_run_inbox_close (PoRunInbox *self);
