// SPDX-License-Identifier: GPL-3.0-or-later
// Which pins a rundown makes necessary: the daemon journals them, the next plan reads them.
#include "rundown/plan.h"

#include <string.h>

static gchar *pin_key (const gchar *series, const gchar *part, const gchar *episode, const gchar *media,
                       const gchar *instance) {
  return g_strjoin ("\n", series != NULL ? series : "", part != NULL ? part : "0", episode != NULL ? episode : "",
                    media != NULL ? media : "", instance != NULL ? instance : "", NULL);
}

// A pin says: this episode has this file. With aired=1 also: and this instance has this number.
static GHashTable *known_pins (GPtrArray *journal, GHashTable *wanted) {
  GHashTable *known = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  for (guint i = 0; journal != NULL && i < journal->len; i++) {
    const PoJournalEntry *entry = journal->pdata[i];
    if (entry->kind != PO_JOURNAL_PIN)
      continue;
    const gchar *series = po_journal_entry_get (entry, "series");
    if (series == NULL)
      series = po_journal_entry_get (entry, "uid");
    if (series == NULL || !g_hash_table_contains (wanted, series))
      continue; // years of others' pins
    const gchar *part = po_journal_entry_get (entry, "part");
    const gchar *episode = po_journal_entry_get (entry, "episode");
    const gchar *media = po_journal_entry_get (entry, "media");
    gboolean aired = g_strcmp0 (po_journal_entry_get (entry, "aired"), "1") == 0;
    g_hash_table_add (known, pin_key (series, part, episode, media, NULL));
    if (aired)
      g_hash_table_add (known, pin_key (series, part, episode, media, po_journal_entry_get (entry, "instance")));
  }
  return known;
}

static gboolean is_pinned (const PoItem *item) {
  return item->kind == PO_ITEM_MEDIA && item->episode != 0 && item->series_uid != NULL;
}

// The series of what @rundown has of episodes. Its strings are the items'.
static GHashTable *find_series (PoRundown *rundown) {
  GHashTable *series = g_hash_table_new (g_str_hash, g_str_equal);
  for (guint i = 0; i < po_rundown_size (rundown); i++) {
    const PoItem *item = po_rundown_item (rundown, i);
    if (is_pinned (item))
      g_hash_table_add (series, (gpointer)item->series_uid);
  }
  return series;
}

static void add_pin (GPtrArray *pins, GHashTable *known, const PoItem *item, PoFrame frame, gboolean aired) {
  g_autofree gchar *part = g_strdup_printf ("%d", item->part);
  g_autofree gchar *episode = g_strdup_printf ("%" G_GINT64_FORMAT, item->episode);
  g_autofree gchar *key = pin_key (item->series_uid, part, episode, item->media, aired ? item->instance : NULL);
  if (!g_hash_table_add (known, g_steal_pointer (&key)))
    return;
  g_ptr_array_add (pins,
                   po_journal_entry_new (frame, PO_JOURNAL_PIN, "daemon", "uid", item->uid, "instance", item->instance,
                                         "series", item->series_uid, "part", part, "episode", episode, "media",
                                         item->media, "sha256", item->sha256, "aired", aired ? "1" : NULL, NULL));
}

GPtrArray *po_plan_new_pins (PoRundown *rundown, GPtrArray *journal, PoFrame frame, PoFrame aired_before) {
  GPtrArray *pins = g_ptr_array_new_with_free_func ((GDestroyNotify)po_journal_entry_free);
  g_autoptr (GHashTable) wanted = find_series (rundown);
  g_autoptr (GHashTable) known = known_pins (journal, wanted);
  for (guint i = 0; i < po_rundown_size (rundown); i++) {
    const PoItem *item = po_rundown_item (rundown, i);
    if (!is_pinned (item))
      continue;
    if (item->start < aired_before && item->reason != PO_REASON_COMMAND)
      add_pin (pins, known, item, frame, TRUE);
    else if (item->picked)
      add_pin (pins, known, item, frame, FALSE);
  }
  return pins;
}
