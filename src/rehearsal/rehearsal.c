// SPDX-License-Identifier: GPL-3.0-or-later
#include "rehearsal/rehearsal.h"

#include "model/error.h"
#include "rehearsal/run-through.h"
#include "store/scratch.h"

#define FLUSH_MS     60000
#define MOST_WAITING 50000 // rows of the log in memory; one of days waits for the disk
#define PAGE_ROWS    8192

typedef struct {
  PoRehearsal *rehearsal;
  const PoRehearsalSettings *settings;
  GHashTable *known; // findings, as text
  const gchar *folder;
  PoRunThrough *run_through;
  gint64 last_row; // passed on
  GError *error;   // (nullable) why no more are
} Sums;

static void sums_clear (Sums *sums) {
  g_clear_pointer (&sums->known, g_hash_table_unref);
  g_clear_pointer (&sums->run_through, po_run_through_free);
  g_clear_error (&sums->error);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Sums, sums_clear)

static void count_item (PoRehearsal *rehearsal, const PoItem *item) {
  rehearsal->n_items++;
  rehearsal->n_media += item->kind == PO_ITEM_MEDIA || item->kind == PO_ITEM_LIVE;
  rehearsal->n_filler += item->kind == PO_ITEM_FILLER;
  rehearsal->n_cards += item->kind == PO_ITEM_CARD || item->kind == PO_ITEM_SLATE;
  rehearsal->n_missing += item->reason == PO_REASON_MISSING;
}

// Stretches overlap by an item, and what is wrong with that one is found twice.
static void take_findings (Sums *sums, GPtrArray *findings) {
  for (guint i = 0; i < findings->len; i++) {
    PoFinding *finding = findings->pdata[i];
    gchar *text = po_finding_to_string (finding);
    if (g_hash_table_add (sums->known, text))
      g_ptr_array_add (sums->rehearsal->findings, finding);
    else
      po_finding_free (finding);
  }
  g_ptr_array_set_free_func (findings, NULL);
}

static gboolean pass_on (Sums *sums, const PoAsrunRow *row) {
  if (row->status == PO_AIRING_ON_AIR)
    return FALSE;
  if (sums->settings->row != NULL)
    sums->settings->row (row, sums->settings->user);
  sums->rehearsal->n_rows++;
  sums->last_row = row->id;
  return TRUE;
}

// What is over and on disk, while the log's thread writes on: rows come there in order.
static void pass_on_rows (Sums *sums) {
  gboolean more = TRUE;
  if (sums->error != NULL)
    return;
  g_autoptr (PoLogReader) reader = po_log_reader_open (sums->folder, &sums->error);
  while (reader != NULL && more) {
    const PoAsrunFilter next = {.after_id = sums->last_row, .limit = PAGE_ROWS};
    g_autoptr (GPtrArray) rows = po_log_reader_asrun (reader, PO_TIME_NONE, PO_TIME_NONE, &next, &sums->error);
    more = rows != NULL && rows->len == PAGE_ROWS;
    for (guint i = 0; rows != NULL && i < rows->len && pass_on (sums, rows->pdata[i]); i++)
      continue;
  }
}

static void on_stretch (PoRundown *rundown, guint n_walked, GPtrArray *findings, gpointer user) {
  Sums *sums = user;
  const PoRehearsalSettings *settings = sums->settings;
  take_findings (sums, findings);
  for (guint i = 0; i < n_walked; i++)
    count_item (sums->rehearsal, po_rundown_item (rundown, i));
  if (settings->progress != NULL && n_walked > 0)
    settings->progress (po_rundown_item (rundown, n_walked - 1)->end - settings->from, settings->to - settings->from,
                        settings->user);
  pass_on_rows (sums);
  if (po_log_pending (po_run_through_log (sums->run_through)) > MOST_WAITING)
    po_log_flush (po_run_through_log (sums->run_through), FLUSH_MS);
}

static gboolean rehearse (PoStation *station, Sums *sums, GError **error) {
  const PoRehearsalSettings *settings = sums->settings;
  sums->run_through = po_run_through_new (station, settings->channel, sums->folder, settings->is_every_frame, error);
  if (sums->run_through == NULL)
    return FALSE;
  po_run_through_walk (sums->run_through, settings->from, settings->to, on_stretch, sums);
  po_run_through_stop (sums->run_through);
  po_log_flush (po_run_through_log (sums->run_through), FLUSH_MS);
  pass_on_rows (sums);
  if (sums->error == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&sums->error));
  return FALSE;
}

PoRehearsal *po_rehearse (PoStation *station, const PoRehearsalSettings *settings, GError **error) {
  g_autofree gchar *folder = g_dir_make_tmp ("playoutd-rehearsal-XXXXXX", error);
  if (folder == NULL)
    return NULL;
  g_autoptr (PoRehearsal) rehearsal = g_new0 (PoRehearsal, 1);
  rehearsal->findings = g_ptr_array_new_with_free_func ((GDestroyNotify)po_finding_free);
  g_auto (Sums) sums = {.rehearsal = rehearsal, .settings = settings, .folder = folder};
  sums.known = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  const gboolean done = rehearse (station, &sums, error);
  g_clear_pointer (&sums.run_through, po_run_through_free);
  po_scratch_remove (folder);
  return done ? g_steal_pointer (&rehearsal) : NULL;
}

void po_rehearsal_free (PoRehearsal *self) {
  if (self == NULL)
    return;
  g_clear_pointer (&self->findings, g_ptr_array_unref);
  g_free (self);
}
