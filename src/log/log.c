// SPDX-License-Identifier: GPL-3.0-or-later
// Appending, asking, opening and closing. The thread is in writer.c, meeting the database in connect.c, what is wrong
// with it in findings.c.
#include "log/log.h"

#include <unistd.h>

#include "log/log-private.h"
#include "log/reader-private.h"
#include "log/schema.h"
#include "model/error.h"
#include "model/text.h"

static void awaited_free (gpointer data) {
  PoLogAwaited *self = data;
  g_source_unref (self->source);
  g_free (self);
}

static PoLog *log_new (const gchar *state_dir, const gchar *node) {
  PoLog *self = g_new0 (PoLog, 1);
  self->dir = g_strdup (state_dir);
  self->path = state_dir != NULL ? g_build_filename (state_dir, PO_LOG_FILE, NULL) : NULL;
  self->node = g_strdup (node);
  self->context = g_main_context_ref_thread_default ();
  self->lock_fd = -1;
  g_mutex_init (&self->lock);
  g_cond_init (&self->wake);
  g_cond_init (&self->written);
  self->queue = g_ptr_array_new_with_free_func ((GDestroyNotify)po_log_row_unref);
  self->marks = po_log_marks_new ();
  self->awaiting = g_ptr_array_new_with_free_func (awaited_free);
  self->open = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, (GDestroyNotify)po_log_row_unref);
  return self;
}

static void log_free (PoLog *self) {
  po_log_disconnect (self);
  g_clear_error (&self->damage);
  if (self->lock_fd >= 0)
    close (self->lock_fd);
  g_ptr_array_unref (self->queue);
  g_hash_table_unref (self->marks);
  g_hash_table_unref (self->open);
  g_ptr_array_unref (self->awaiting);
  g_main_context_unref (self->context);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->wake);
  g_cond_clear (&self->written);
  g_free (self->waiting_why);
  g_free (self->aside);
  g_free (self->rules);
  g_free (self->refused);
  g_free (self->broken);
  g_free (self->journal_unread);
  g_free (self->alarms_unread);
  g_free (self->node);
  g_free (self->path);
  g_free (self->dir);
  g_free (self);
}

PoLog *po_log_open (const gchar *state_dir, const gchar *node, GError **error) {
  g_autoptr (GError) why = NULL;
  PoLog *self = log_new (state_dir, node);
  if (state_dir == NULL)
    return self;
  if (!po_log_connect (self, &why)) {
    if (g_error_matches (why, PO_ERROR, PO_ERROR_CONFLICT)) {
      g_propagate_error (error, g_steal_pointer (&why));
      log_free (self);
      return NULL;
    }
    self->waiting_why = g_strdup (why->message);
  }
  self->thread = g_thread_new ("po-log", po_log_writer_main, self);
  return self;
}

gboolean po_log_close (PoLog *self, guint timeout_ms) {
  if (self == NULL)
    return TRUE;
  g_mutex_lock (&self->lock);
  self->stop_at_us = g_get_monotonic_time () + (gint64)timeout_ms * 1000;
  g_cond_broadcast (&self->wake);
  g_mutex_unlock (&self->lock);
  if (self->thread != NULL)
    g_thread_join (self->thread);
  gboolean whole = self->path == NULL || self->asked == self->done;
  log_free (self);
  return whole;
}

static void appended_locked (PoLog *self) {
  self->asked++;
  g_cond_signal (&self->wake);
}

static void append_row_locked (PoLog *self, PoLogRow *row) {
  g_ptr_array_add (self->queue, row);
  appended_locked (self);
}

gint64 po_log_append_journal (PoLog *self, PoJournalEntry *entry, PoRate rate) {
  PoLogRow *row = po_log_row_new_journal (entry, rate);
  g_mutex_lock (&self->lock);
  row->id = ++self->next_seq;
  entry->seq = self->base.seq + row->id;
  append_row_locked (self, row);
  g_mutex_unlock (&self->lock);
  return entry->seq;
}

gint64 po_log_append_start (PoLog *self, const PoAiringStart *start) {
  PoLogRow *row = po_log_row_new_start (start);
  g_mutex_lock (&self->lock);
  gint64 airing = ++self->next_id;
  row->id = airing;
  row->airing = airing;
  g_hash_table_insert (self->open, g_memdup2 (&airing, sizeof airing), po_log_row_ref (row));
  append_row_locked (self, row);
  g_mutex_unlock (&self->lock);
  return airing;
}

void po_log_append_alarm (PoLog *self, const PoAlarm *alarm, PoAlarmChange change, PoTimeNs utc_ns) {
  PoLogRow *row = po_log_row_new_alarm (alarm, change, utc_ns);
  g_mutex_lock (&self->lock);
  row->id = ++self->next_alarm;
  append_row_locked (self, row);
  g_mutex_unlock (&self->lock);
}

void po_log_append_mark (PoLog *self, gint64 airing, const PoAiringMark *mark) {
  g_mutex_lock (&self->lock);
  if (g_hash_table_contains (self->open, &airing)) {
    po_log_marks_set (self->marks, airing, mark);
    appended_locked (self);
  }
  g_mutex_unlock (&self->lock);
}

gboolean po_log_append_end (PoLog *self, gint64 airing, const PoAiringMark *end, PoAiringStatus status,
                            const gchar *reason) {
  g_mutex_lock (&self->lock);
  PoLogRow *start = g_hash_table_lookup (self->open, &airing);
  gboolean is_open = start != NULL;
  if (is_open) {
    PoLogRow *row = po_log_row_new_close (airing, start->rate, end, status, reason);
    row->id = ++self->next_id;
    g_hash_table_remove (self->open, &airing);
    g_hash_table_remove (self->marks, &airing);
    append_row_locked (self, row);
  }
  g_mutex_unlock (&self->lock);
  return is_open;
}

void po_log_append_measures (PoLog *self, gint64 airing, const PoAiringMeasures *measures) {
  PoLogRow *row = po_log_row_new_measure (airing, measures);
  g_mutex_lock (&self->lock);
  append_row_locked (self, row);
  g_mutex_unlock (&self->lock);
}

gboolean po_log_flush (PoLog *self, guint timeout_ms) {
  gint64 until_us = g_get_monotonic_time () + (gint64)timeout_ms * 1000;
  g_mutex_lock (&self->lock);
  guint64 target = self->asked;
  while (self->path != NULL && self->done < target && g_cond_wait_until (&self->written, &self->lock, until_us))
    continue;
  gboolean flushed = self->path == NULL || self->done >= target;
  g_mutex_unlock (&self->lock);
  return flushed;
}

void po_log_wake_awaiting_locked (PoLog *self) {
  for (guint i = self->awaiting->len; i-- > 0;) {
    const PoLogAwaited *awaited = self->awaiting->pdata[i];
    if (self->path != NULL && self->done < awaited->target)
      continue;
    g_source_set_ready_time (awaited->source, 0);
    g_ptr_array_remove_index (self->awaiting, i);
  }
}

GSource *po_log_when_written (PoLog *self, guint timeout_ms, GSourceFunc func, gpointer user) {
  PoLogAwaited *awaited = g_new0 (PoLogAwaited, 1);
  GSource *source = g_timeout_source_new (timeout_ms);
  g_source_set_callback (source, func, user, NULL);
  g_source_attach (source, self->context);
  g_mutex_lock (&self->lock);
  *awaited = (PoLogAwaited){self->asked, g_source_ref (source)};
  g_ptr_array_add (self->awaiting, awaited);
  po_log_wake_awaiting_locked (self);
  g_mutex_unlock (&self->lock);
  return source;
}

gint64 po_log_epoch (PoLog *self) {
  g_mutex_lock (&self->lock);
  gint64 epoch = self->base.epoch + 1;
  g_mutex_unlock (&self->lock);
  return epoch;
}

gboolean po_log_last_aired (PoLog *self, PoRate rate, PoFrame *ret_frame, PoTimeNs *ret_utc_ns) {
  g_mutex_lock (&self->lock);
  gboolean aired = self->ever_aired;
  if (aired) {
    gboolean same = self->last_rate.fps_n == rate.fps_n && self->last_rate.fps_d == rate.fps_d;
    *ret_frame = same ? self->last_frame
                      : po_frame_from_time_ceil (po_frame_to_time_floor (self->last_frame, self->last_rate), rate);
    *ret_utc_ns = self->last_utc_ns;
  }
  g_mutex_unlock (&self->lock);
  return aired;
}

const gchar *po_log_dir (PoLog *self) {
  return self->dir;
}

guint po_log_pending (PoLog *self) {
  g_mutex_lock (&self->lock);
  guint pending = self->queue->len + g_hash_table_size (self->marks);
  g_mutex_unlock (&self->lock);
  return pending;
}

// What waits is taken before the file is looked at, so that a row written in between is seen once, not missed.
// @ret_unread: why what is on disk is not in it; or NULL: without that it is an error.
static PoLogReader *open_reader (PoLog *self, gchar **ret_unread, GError **error) {
  g_mutex_lock (&self->lock);
  g_autoptr (GPtrArray) rows = po_log_rows_copy (self->queue);
  g_autoptr (GHashTable) marks = po_log_marks_copy (self->marks);
  PoLogWaiting waiting = {.rows = rows, .marks = marks, .base = self->base, .node = self->node};
  g_mutex_unlock (&self->lock);
  gboolean on_disk = self->path != NULL && g_file_test (self->path, G_FILE_TEST_EXISTS);
  g_autoptr (GError) why = NULL;
  PoLogReader *reader = on_disk ? po_log_reader_new (self->path, &waiting, &why) : NULL;
  if (reader != NULL)
    return reader;
  if (why != NULL && ret_unread == NULL) {
    g_set_error (
        error, PO_ERROR, PO_ERROR_SYSTEM,
        _ ("the record cannot be read: %s; the air goes on and its rows are kept: look at the alarms, mend the "
           "state folder, and ask again"),
        why->message);
    return NULL;
  }
  // Damaged or half-made on disk: what is in memory can still be told.
  if (why != NULL)
    *ret_unread = g_strdup (why->message);
  return po_log_reader_new (NULL, &waiting, error);
}

GPtrArray *po_log_asrun (PoLog *self, PoTimeNs from_ns, PoTimeNs to_ns, const PoAsrunFilter *filter, GError **error) {
  g_autoptr (PoLogReader) reader = open_reader (self, NULL, error);
  return reader != NULL ? po_log_reader_asrun (reader, from_ns, to_ns, filter, error) : NULL;
}

GPtrArray *po_log_load_journal (PoLog *self, PoRate rate, PoFrame from, GError **error) {
  g_autoptr (GError) why = NULL;
  g_autofree gchar *unread = NULL;
  g_autoptr (PoLogReader) reader = open_reader (self, &unread, &why);
  GPtrArray *entries = reader != NULL ? po_log_reader_journal (reader, rate, from, &why) : NULL;
  const gchar *problem = why != NULL ? why->message : unread;
  const guint unreadable = entries != NULL ? po_log_reader_unreadable (reader) : 0;
  g_mutex_lock (&self->lock);
  po_log_note_locked (&self->journal_unread, problem);
  self->unreadable = unreadable;
  g_mutex_unlock (&self->lock);
  if (why != NULL)
    g_propagate_error (error, g_steal_pointer (&why));
  return entries;
}

GPtrArray *po_log_open_alarms (PoLog *self, PoTimeNs from_ns, GError **error) {
  g_autoptr (GError) why = NULL;
  g_autoptr (PoLogReader) reader = open_reader (self, NULL, &why);
  GPtrArray *alarms = reader != NULL ? po_log_reader_open_alarms (reader, from_ns, &why) : NULL;
  g_mutex_lock (&self->lock);
  po_log_note_locked (&self->alarms_unread, why != NULL ? why->message : NULL);
  g_mutex_unlock (&self->lock);
  if (why != NULL)
    g_propagate_error (error, g_steal_pointer (&why));
  return alarms;
}
