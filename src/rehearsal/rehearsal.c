// SPDX-License-Identifier: GPL-3.0-or-later
#include "rehearsal/rehearsal.h"

#include <glib/gstdio.h>

#include "model/error.h"
#include "rehearsal/stage.h"

#define FLUSH_MS 60000

typedef struct {
  PoRehearsal *rehearsal;
  const PoRehearsalSettings *settings;
  GHashTable *known; // findings, as text
} Sums;

static void remove_folder (const gchar *folder) {
  const gchar *name = NULL;
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
    g_autofree gchar *path = g_build_filename (folder, name, NULL);
    g_unlink (path);
  }
  g_rmdir (folder);
}

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

static void on_stretch (PoRundown *rundown, guint n_walked, GPtrArray *findings, gpointer user) {
  Sums *sums = user;
  const PoRehearsalSettings *settings = sums->settings;
  take_findings (sums, findings);
  for (guint i = 0; i < n_walked; i++)
    count_item (sums->rehearsal, po_rundown_item (rundown, i));
  if (settings->progress != NULL && n_walked > 0)
    settings->progress (po_rundown_item (rundown, n_walked - 1)->end - settings->from, settings->to - settings->from,
                        settings->user);
}

static GPtrArray *rehearse (PoStation *station, const PoRehearsalSettings *settings, const gchar *folder, Sums *sums,
                            GError **error) {
  g_autoptr (PoStage) stage = po_stage_new (station, settings->channel, folder, settings->is_every_frame, error);
  if (stage == NULL)
    return NULL;
  po_stage_walk (stage, settings->from, settings->to, on_stretch, sums);
  po_stage_stop (stage);
  po_log_flush (po_stage_log (stage), FLUSH_MS);
  PoAsrunFilter everything = {0};
  return po_log_asrun (po_stage_log (stage), PO_TIME_NONE, PO_TIME_NONE, &everything, error);
}

PoRehearsal *po_rehearse (PoStation *station, const PoRehearsalSettings *settings, GError **error) {
  g_autofree gchar *folder = g_dir_make_tmp ("playoutd-rehearsal-XXXXXX", error);
  if (folder == NULL)
    return NULL;
  g_autoptr (PoRehearsal) rehearsal = g_new0 (PoRehearsal, 1);
  g_autoptr (GHashTable) known = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  rehearsal->findings = g_ptr_array_new_with_free_func ((GDestroyNotify)po_finding_free);
  Sums sums = {rehearsal, settings, known};
  rehearsal->rows = rehearse (station, settings, folder, &sums, error);
  remove_folder (folder);
  return rehearsal->rows != NULL ? g_steal_pointer (&rehearsal) : NULL;
}

void po_rehearsal_free (PoRehearsal *self) {
  if (self == NULL)
    return;
  g_clear_pointer (&self->rows, g_ptr_array_unref);
  g_clear_pointer (&self->findings, g_ptr_array_unref);
  g_free (self);
}
