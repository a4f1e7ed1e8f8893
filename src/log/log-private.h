// SPDX-License-Identifier: GPL-3.0-or-later
// The state that the appending threads (log.c) and the log's own thread (writer.c, connect.c) share.
#pragma once

#include "log/log.h"
#include "log/pen.h"
#include "log/rows.h"

/** PoLogAwaited: a source of the context, made ready once `done` has come to @target. */
typedef struct {
  guint64 target;
  GSource *source;
} PoLogAwaited;

struct _PoLog {
  // Fixed after po_log_open().
  gchar *dir;  // NULL: in memory only
  gchar *path; // NULL likewise
  gchar *node;
  GMainContext *context;
  GThread *thread; // NULL in memory only

  // The log's thread only (and po_log_open() before it starts).
  PoSql *db;          // NULL: not connected
  PoLogPen *pen;      // of `db`
  gint lock_fd;       // -1: not held
  gboolean met;       // the database was met in this life: `base` is final
  gboolean ambiguous; // a commit failed: rows may be on disk all the same
  GError *damage;     // (nullable) a write found the database damaged: it is to be moved aside
  gboolean fresh;     // an empty database took the place of one moved aside

  GMutex lock;
  GCond wake;    // something to write, or stop
  GCond written; // `done` went up
  // All below: protected by lock.
  PoLogBase base;
  gint64 next_seq, next_id, next_alarm; // counted from 1 in each life
  GPtrArray *queue;                     // PoLogRow, waiting or being written, in order
  GHashTable *marks;                    // airing -> PoAiringMark, waiting or being written
  GHashTable *open;                     // airing -> PoLogRow of its start
  guint64 asked, done;                  // appends counted
  gint64 stop_at_us;                    // monotonic; 0: not stopping
  GPtrArray *awaiting;                  // PoLogAwaited: who is told when an append is on disk
  gchar *waiting_why;                   // (nullable) why rows wait
  gchar *aside;                         // (nullable) where a database was moved to in this life, and why
  gchar *rules;                         // (nullable) which of its triggers were put right in this life
  gchar *refused;                       // (nullable) the first row that the database refused
  gchar *broken;                        // (nullable) what is wrong with the chain
  guint unreadable;
  gchar *journal_unread; // (nullable) why what is on disk of the journal was not read
  gchar *alarms_unread;  // (nullable) likewise of the alarms
  gboolean ever_aired;   // in an earlier life
  PoFrame last_frame;
  PoRate last_rate;
  PoTimeNs last_utc_ns;
};

/** Closes the database and all that was prepared for it. */
void po_log_disconnect (PoLog *self);

/** Connects, closes what an earlier life left open, learns its numbers. Any failure: not connected. */
gboolean po_log_connect (PoLog *self, GError **error);

/** When somebody deleted the database under us: writes it out anew from the open file and meets that. FALSE: it cannot
 * be written now; the open file is kept. */
gboolean po_log_restore_deleted (PoLog *self, GError **error);

/** Writes the chain's head beside the database, or finds that the chain is broken. */
void po_log_keep_head (PoLog *self);

/** The thread. */
gpointer po_log_writer_main (gpointer user);

/** Makes those ready whose appends are on disk. Lock held. */
void po_log_wake_awaiting_locked (PoLog *self);

/** @now (nullable) is what is so of @about, one of the texts above. Lock held. */
void po_log_note_locked (gchar **about, const gchar *now);
