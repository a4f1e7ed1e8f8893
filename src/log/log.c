// SPDX-License-Identifier: GPL-3.0-or-later
// Appending, asking, opening and closing. The thread is in writer.c, meeting the database in connect.c.
#include "log/log.h"

#include <unistd.h>

#include "log/log-private.h"
#include "log/reader-private.h"
#include "log/schema.h"
#include "model/error.h"
#include "model/text.h"

static gboolean notify_on_context (gpointer user) {
  PoLog *self = user;
  g_mutex_lock (&self->lock);
  g_clear_pointer (&self->notifying, g_source_unref);
  g_mutex_unlock (&self->lock);
  if (self->notify != NULL)
    self->notify (self, self->notify_user);
  return G_SOURCE_REMOVE;
}

void po_log_notify_locked (PoLog *self) {
  if (self->notifying != NULL)
    return;
  self->notifying = g_idle_source_new ();
  g_source_set_callback (self->notifying, notify_on_context, self, NULL);
  g_source_attach (self->notifying, self->context);
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
  self->marks = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, g_free);
  self->open = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, (GDestroyNotify)po_log_row_unref);
  return self;
}

static void log_free (PoLog *self) {
  if (self->notifying != NULL) {
    g_source_destroy (self->notifying);
    g_source_unref (self->notifying);
  }
  po_log_disconnect (self);
  g_clear_error (&self->damage);
  if (self->lock_fd >= 0)
    close (self->lock_fd);
  g_ptr_array_unref (self->queue);
  g_hash_table_unref (self->marks);
  g_hash_table_unref (self->open);
  g_main_context_unref (self->context);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->wake);
  g_cond_clear (&self->written);
  g_free (self->waiting_why);
  g_free (self->aside);
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
  g_hash_table_insert (self->open, po_log_key_new (airing), po_log_row_ref (row));
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
    g_hash_table_replace (self->marks, po_log_key_new (airing), g_memdup2 (mark, sizeof *mark));
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

GPtrArray *po_log_findings (PoLog *self) {
  GPtrArray *findings = g_ptr_array_new_with_free_func ((GDestroyNotify)po_finding_free);
  g_mutex_lock (&self->lock);
  if (self->waiting_why != NULL)
    g_ptr_array_add (
        findings, po_finding_new (PO_SEVERITY_ERROR, "log-waiting", self->path, 0, NULL, NULL,
                                  _ ("the log cannot be written: %s; %u rows wait in memory and are lost if playoutd "
                                     "ends before there is room: free space, or mend the state folder"),
                                  self->waiting_why, self->queue->len));
  if (self->aside != NULL)
    g_ptr_array_add (
        findings, po_finding_new (PO_SEVERITY_ERROR, "log-moved-aside", self->path, 0, NULL, NULL, "%s", self->aside));
  if (self->refused != NULL)
    g_ptr_array_add (findings, po_finding_new (PO_SEVERITY_ERROR, "log-refused", self->path, 0, NULL, NULL,
                                               _ ("a row was refused by the log: %s; please report this as a fault"),
                                               self->refused));
  if (self->broken != NULL)
    g_ptr_array_add (findings,
                     po_finding_new (PO_SEVERITY_ERROR, "log-broken", self->path, 0, NULL, NULL, "%s", self->broken));
  if (self->unreadable > 0)
    g_ptr_array_add (findings,
                     po_finding_new (PO_SEVERITY_ERROR, "log-unreadable", self->path, 0, NULL, NULL,
                                     _ ("%u journal entries cannot be read and were left out of the plan; were they "
                                        "written by a newer playoutd?"),
                                     self->unreadable));
  if (self->journal_unread != NULL)
    g_ptr_array_add (findings,
                     po_finding_new (PO_SEVERITY_ERROR, "log-journal", self->path, 0, NULL, NULL,
                                     _ ("the journal could not be read: %s; what operators commanded and which clips "
                                        "series were given before this start does not hold: mend the state folder and "
                                        "restart playoutd"),
                                     self->journal_unread));
  if (self->alarms_unread != NULL)
    g_ptr_array_add (findings,
                     po_finding_new (PO_SEVERITY_ERROR, "log-alarms", self->path, 0, NULL, NULL,
                                     _ ("which alarms were open before this start is not known: %s; they are told "
                                        "anew, and who had seen them is not shown"),
                                     self->alarms_unread));
  g_mutex_unlock (&self->lock);
  return findings;
}

void po_log_set_notify (PoLog *self, PoLogNotify func, gpointer user) {
  self->notify = func;
  self->notify_user = user;
}

static gpointer ref_row (gconstpointer row, gpointer user) {
  return po_log_row_ref ((PoLogRow *)row);
}

// What waits is taken before the file is looked at, so that a row written in between is seen once, not missed.
// @ret_unread: why what is on disk is not in it; or NULL: without that it is an error.
static PoLogReader *open_reader (PoLog *self, gchar **ret_unread, GError **error) {
  GHashTableIter iter;
  gpointer airing = NULL, mark = NULL;
  g_autoptr (GHashTable) marks = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, g_free);
  g_mutex_lock (&self->lock);
  g_autoptr (GPtrArray) rows = g_ptr_array_copy (self->queue, ref_row, NULL);
  g_ptr_array_set_free_func (rows, (GDestroyNotify)po_log_row_unref);
  g_hash_table_iter_init (&iter, self->marks);
  while (g_hash_table_iter_next (&iter, &airing, &mark))
    g_hash_table_insert (marks, po_log_key_new (*(gint64 *)airing), g_memdup2 (mark, sizeof (PoAiringMark)));
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

static void set_unread (PoLog *self, gchar **why, const gchar *now) {
  g_mutex_lock (&self->lock);
  if (g_strcmp0 (*why, now) != 0) {
    g_free (*why);
    *why = g_strdup (now);
    po_log_notify_locked (self);
  }
  g_mutex_unlock (&self->lock);
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
  set_unread (self, &self->journal_unread, problem);
  g_mutex_lock (&self->lock);
  if (self->unreadable != unreadable)
    po_log_notify_locked (self);
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
  set_unread (self, &self->alarms_unread, why != NULL ? why->message : NULL);
  if (why != NULL)
    g_propagate_error (error, g_steal_pointer (&why));
  return alarms;
}
