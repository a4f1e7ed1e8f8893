// SPDX-License-Identifier: GPL-3.0-or-later
// The log's own thread: everything that waits goes to disk in one transaction; what fails stays queued, in order.
#include "log/chain.h"
#include "log/log-private.h"
#include "model/error.h"
#include "model/text.h"

#define RETRY_US (G_USEC_PER_SEC)

typedef struct {
  GPtrArray *rows;
  GHashTable *marks; // airing -> PoAiringMark
  guint64 asked;     // how many appends these are
  GPtrArray *open;   // starts of the airings still open
  PoLogBase base;
} Batch;

static void batch_clear (Batch *batch) {
  g_clear_pointer (&batch->rows, g_ptr_array_unref);
  g_clear_pointer (&batch->open, g_ptr_array_unref);
  g_clear_pointer (&batch->marks, g_hash_table_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Batch, batch_clear)

static void batch_take_locked (PoLog *self, Batch *batch) {
  GHashTableIter iter;
  gpointer start = NULL;
  batch->rows = po_log_rows_copy (self->queue);
  batch->marks = po_log_marks_copy (self->marks);
  batch->open = g_ptr_array_new_with_free_func ((GDestroyNotify)po_log_row_unref);
  batch->asked = self->asked;
  batch->base = self->base;
  g_hash_table_iter_init (&iter, self->open);
  while (self->fresh && g_hash_table_iter_next (&iter, NULL, &start))
    g_ptr_array_add (batch->open, po_log_row_ref (start));
}

static void refuse (PoLog *self, const GError *why) {
  g_mutex_lock (&self->lock);
  if (self->refused == NULL)
    po_log_note_locked (&self->refused, why->message);
  g_mutex_unlock (&self->lock);
}

// A row that breaks a rule of the tables is ours to explain, not a reason to hold up all that follow.
static gboolean write_row (PoLog *self, const PoLogRow *row, GError **error) {
  g_autoptr (GError) why = NULL;
  if (po_log_pen_write (self->pen, row, &why))
    return TRUE;
  if (g_error_matches (why, PO_ERROR, PO_ERROR_INTERNAL) && !sqlite3_get_autocommit (self->db)) {
    refuse (self, why);
    return TRUE;
  }
  g_propagate_error (error, g_steal_pointer (&why));
  return FALSE;
}

static gboolean is_written (const PoLogRow *row, const PoLogBase *base, gint64 max_seq, gint64 max_id) {
  if (row->kind == PO_LOG_ROW_ALARM || row->kind == PO_LOG_ROW_MEASURE)
    return FALSE; // written once by its own numbers
  return row->kind == PO_LOG_ROW_JOURNAL ? base->seq + row->id <= max_seq : base->id + row->id <= max_id;
}

// The starts of what is on air, so that a database begun anew knows whose end will come.
static gboolean write_open_again (PoLog *self, Batch *batch, gint64 max_id, GError **error) {
  for (guint i = 0; i < batch->open->len; i++) {
    PoLogRow *row = batch->open->pdata[i];
    gboolean absent = !is_written (row, &batch->base, 0, max_id) && !g_ptr_array_find (batch->rows, row, NULL);
    if (absent && !write_row (self, row, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean write_in_transaction (PoLog *self, Batch *batch, GError **error) {
  gint64 max_seq = 0, max_id = 0;
  PoLogCursor cursor;
  GHashTableIter iter;
  gpointer airing = NULL, mark = NULL;
  gboolean skip = self->ambiguous || self->fresh;
  if (skip && (!po_sql_get_int (self->db, "SELECT max (seq) FROM journal", 0, &max_seq, error) ||
               !po_sql_get_int (self->db, "SELECT max (id) FROM airing_event", 0, &max_id, error)))
    return FALSE;
  if (!po_log_cursor_read (self->db, &cursor, error) || !write_open_again (self, batch, max_id, error))
    return FALSE;
  for (guint i = 0; i < batch->rows->len; i++) {
    const PoLogRow *row = batch->rows->pdata[i];
    if (skip && is_written (row, &batch->base, max_seq, max_id))
      continue;
    if (!write_row (self, row, error))
      return FALSE;
  }
  g_hash_table_iter_init (&iter, batch->marks);
  while (g_hash_table_iter_next (&iter, &airing, &mark)) {
    if (!po_log_pen_mark (self->pen, *(gint64 *)airing, mark, error))
      return FALSE;
  }
  return po_log_chain_extend (self->db, &cursor, error) && po_sql_run (self->db, "COMMIT", error);
}

static gboolean write_batch (PoLog *self, Batch *batch, GError **error) {
  if (self->db == NULL)
    return FALSE;
  g_autoptr (GError) why = NULL;
  if (po_sql_run (self->db, "BEGIN IMMEDIATE", &why) && write_in_transaction (self, batch, &why)) {
    self->ambiguous = FALSE;
    self->fresh = FALSE;
    if (batch->rows->len > 0)
      po_log_keep_head (self);
    return TRUE;
  }
  // Whether a failed COMMIT reached the disk is seen only after meeting the file again.
  if (!sqlite3_get_autocommit (self->db))
    po_sql_run (self->db, "ROLLBACK", NULL);
  self->ambiguous = TRUE;
  po_log_disconnect (self);
  if (g_error_matches (why, PO_ERROR, PO_ERROR_INPUT))
    self->damage = g_error_copy (why);
  g_propagate_error (error, g_steal_pointer (&why));
  return FALSE;
}

static gboolean is_same_mark (const PoAiringMark *a, const PoAiringMark *b) {
  return a->k == b->k && a->frame == b->frame && a->utc_ns == b->utc_ns && a->frames_shown == b->frames_shown &&
         a->frames_repeated == b->frames_repeated && a->frames_filled == b->frames_filled;
}

static void forget_written_locked (PoLog *self, const Batch *batch) {
  GHashTableIter iter;
  gpointer airing = NULL, value = NULL;
  if (batch->rows->len > 0)
    g_ptr_array_remove_range (self->queue, 0, batch->rows->len);
  g_hash_table_iter_init (&iter, batch->marks);
  while (g_hash_table_iter_next (&iter, &airing, &value)) {
    const PoAiringMark *written = value, *now = g_hash_table_lookup (self->marks, airing);
    if (now != NULL && is_same_mark (now, written)) // else a newer one came meanwhile
      g_hash_table_remove (self->marks, airing);
  }
  self->done = batch->asked;
  po_log_wake_awaiting_locked (self);
  g_cond_broadcast (&self->written);
}

static gboolean write_what_waits (PoLog *self) {
  g_autoptr (GError) error = NULL;
  g_auto (Batch) batch = {0};
  gboolean connected = self->db != NULL ? po_log_restore_deleted (self, &error) : po_log_connect (self, &error);
  g_mutex_lock (&self->lock);
  batch_take_locked (self, &batch);
  g_mutex_unlock (&self->lock);
  gboolean written = connected && write_batch (self, &batch, &error);
  g_mutex_lock (&self->lock);
  if (written)
    forget_written_locked (self, &batch);
  po_log_note_locked (&self->waiting_why, error != NULL ? error->message : NULL);
  g_mutex_unlock (&self->lock);
  return written;
}

static gboolean must_stop_locked (PoLog *self, gboolean written) {
  if (self->stop_at_us == 0)
    return FALSE;
  return self->asked == self->done || (!written && g_get_monotonic_time () >= self->stop_at_us);
}

// Returns when there is something to write (again), or to stop.
static void wait_locked (PoLog *self, gboolean written) {
  gint64 retry_at_us = g_get_monotonic_time () + RETRY_US;
  while (written && self->asked == self->done && self->stop_at_us == 0)
    g_cond_wait (&self->wake, &self->lock);
  while (!written && g_get_monotonic_time () < retry_at_us) {
    gint64 until_us = self->stop_at_us != 0 ? MIN (self->stop_at_us, retry_at_us) : retry_at_us;
    if (!g_cond_wait_until (&self->wake, &self->lock, until_us))
      break;
  }
}

gpointer po_log_writer_main (gpointer user) {
  PoLog *self = user;
  gboolean written = TRUE;
  g_mutex_lock (&self->lock);
  written = self->waiting_why == NULL;
  for (;;) {
    wait_locked (self, written);
    if (must_stop_locked (self, written))
      break;
    g_mutex_unlock (&self->lock);
    written = write_what_waits (self);
    g_mutex_lock (&self->lock);
  }
  g_mutex_unlock (&self->lock);
  return NULL;
}
