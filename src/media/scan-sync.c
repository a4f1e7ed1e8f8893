// SPDX-License-Identifier: GPL-3.0-or-later
// The library in one call, for the command line: a few threads, each of which takes the next file.
#include "media/identify.h"
#include "media/library.h"
#include "media/scan.h"
#include "model/error.h"
#include "model/text.h"

#define MOST_WORKERS 4 // each decodes, with threads of its own
#define GIVEN_UP_NS                                                                                                    \
  (24 * 3600 * PO_NS_PER_SECOND) // for so long what was given up is not tried again: it takes a minute

typedef struct {
  const gchar *dir;
  PoMediaScan *scan;
  PoMediaIndex *index;
  PoProber *prober;
  PoMediaProgress progress; // (nullable)
  gpointer user;
  PoTimeNs now_ns;
  PoMediaFacts **facts; // one for each sight
  gint stop;            // atomic: probing is not possible
  GMutex lock;          // protects the next two, and is held while `progress` runs
  guint next;
  GError *error; // the first one
} Work;

static void move_findings (PoMediaScan *scan, GPtrArray *findings) {
  while (findings != NULL && scan->findings->len > 0)
    g_ptr_array_add (findings, g_ptr_array_steal_index (scan->findings, 0));
}

// (transfer full) NULL with @error only where probing is not possible at all.
static PoMediaFacts *learn (Work *work, PoMediaSight *sight, GError **error) {
  g_autoptr (GError) why = NULL;
  gboolean lasting = FALSE;
  // An earlier version of the index kept less of what it had looked into: that is looked into again.
  if (sight->facts != NULL && (sight->facts->probe != NULL || *sight->facts->sha256 == '\0'))
    return g_steal_pointer (&sight->facts);
  PoMediaFacts *given_up = po_media_index_given_up (work->index, sight->entry, work->now_ns - GIVEN_UP_NS);
  if (given_up != NULL)
    return given_up;
  const PoMediaBench bench = {work->dir, work->index, work->prober, &work->stop};
  PoMediaFacts *facts = po_media_identify (&bench, sight->entry, PO_LOOK_PROBE, &lasting, &why);
  if (facts == NULL && g_error_matches (why, PO_ERROR, PO_ERROR_CONFLICT))
    return po_media_facts_growing (sight->entry);
  if (facts == NULL)
    g_propagate_error (error, g_steal_pointer (&why));
  return facts;
}

// The next sight to look into, or NULL.
static PoMediaSight *take_next (Work *work, guint *ret_index) {
  GPtrArray *sights = work->scan->sights;
  PoMediaSight *sight = NULL;
  g_mutex_lock (&work->lock);
  if (work->next < sights->len && work->error == NULL) {
    *ret_index = work->next++;
    sight = sights->pdata[*ret_index];
    if (work->progress != NULL)
      work->progress (*ret_index, sights->len, sight->entry->path, work->user);
  }
  g_mutex_unlock (&work->lock);
  return sight;
}

static gpointer look_into_all (gpointer data) {
  Work *work = data;
  guint index = 0;
  for (PoMediaSight *sight = take_next (work, &index); sight != NULL; sight = take_next (work, &index)) {
    g_autoptr (GError) error = NULL;
    work->facts[index] = learn (work, sight, &error);
    if (work->facts[index] != NULL)
      continue;
    g_atomic_int_set (&work->stop, 1);
    g_mutex_lock (&work->lock);
    if (work->error == NULL)
      work->error = g_steal_pointer (&error);
    g_mutex_unlock (&work->lock);
  }
  return NULL;
}

static void run_workers (Work *work) {
  GThread *threads[MOST_WORKERS - 1];
  guint n = MIN (MIN (g_get_num_processors (), MOST_WORKERS), MAX (work->scan->sights->len, 1)) - 1;
  g_mutex_init (&work->lock);
  for (guint i = 0; i < n; i++)
    threads[i] = g_thread_new ("look into clips", look_into_all, work);
  look_into_all (work);
  for (guint i = 0; i < n; i++)
    g_thread_join (threads[i]);
  g_mutex_clear (&work->lock);
}

// One that grew while others were looked into is not whole either.
static gboolean has_changed (PoBeneath *beneath, const PoBeneathEntry *entry) {
  PoBeneathEntry now;
  return entry->kind == PO_BENEATH_FILE && po_beneath_stat (beneath, entry->path, &now) == PO_BENEATH_FILE &&
         !po_beneath_entry_is_same (&now, entry);
}

static void judge_changed (Work *work) {
  g_autoptr (PoBeneath) beneath = po_beneath_open (work->dir, NULL);
  for (guint i = 0; beneath != NULL && i < work->scan->sights->len; i++) {
    const PoMediaSight *sight = work->scan->sights->pdata[i];
    if (work->facts[i] == NULL || !has_changed (beneath, sight->entry))
      continue;
    po_media_facts_free (work->facts[i]);
    work->facts[i] = po_media_facts_growing (sight->entry);
  }
}

// (transfer full)
static PoMediaTable *collect (Work *work) {
  PoMediaTable *table = po_media_table_new ();
  for (guint i = 0; i < work->scan->sights->len; i++) {
    const PoMediaSight *sight = work->scan->sights->pdata[i];
    if (work->facts[i] == NULL)
      continue;
    work->facts[i]->som = sight->marks.som;
    work->facts[i]->eom = sight->marks.eom;
    po_media_table_add (table, work->facts[i]);
  }
  return table;
}

PoMediaTable *po_media_scan_sync (const gchar *media_dir, const gchar *state_dir, PoProber *prober,
                                  PoMediaProgress progress, gpointer user, GPtrArray *findings, GError **error) {
  g_autofree gchar *dir = g_canonicalize_filename (media_dir, NULL);
  g_autoptr (PoMediaIndex) index = po_media_index_open (state_dir);
  g_autoptr (PoMediaScan) scan = po_media_scan_look (dir, index, NULL, 0);
  if (scan->sights == NULL) {
    const PoFinding *why = scan->findings->pdata[0];
    g_set_error_literal (error, PO_ERROR, PO_ERROR_INPUT, why->message);
    return NULL;
  }
  g_autofree PoMediaFacts **facts = g_new0 (PoMediaFacts *, scan->sights->len + 1);
  Work work = {dir, scan, index, prober, progress, user, g_get_real_time () * 1000, .facts = facts};
  run_workers (&work);
  judge_changed (&work);
  g_autoptr (PoMediaTable) table = collect (&work);
  if (work.error != NULL) {
    g_propagate_error (error, work.error);
    return NULL;
  }
  if (progress != NULL)
    progress (scan->sights->len, scan->sights->len, "", user);
  move_findings (scan, findings);
  return g_steal_pointer (&table);
}

PoMediaFacts *po_media_scan_one (const gchar *media_dir, const gchar *state_dir, PoProber *prober, const gchar *path,
                                 GError **error) {
  const gint stop = 0;
  gboolean is_outdated = FALSE, is_lasting = FALSE;
  PoBeneathEntry entry;
  g_autofree gchar *dir = g_canonicalize_filename (media_dir, NULL);
  g_autoptr (PoBeneath) beneath = po_beneath_open (dir, error);
  if (beneath == NULL)
    return NULL;
  if (po_beneath_stat (beneath, path, &entry) != PO_BENEATH_FILE) {
    g_set_error (error, PO_ERROR, PO_ERROR_NOT_FOUND, _ ("%s: there is no such clip under %s"), path, media_dir);
    return NULL;
  }
  entry.path = (gchar *)path; // borrowed
  g_autoptr (PoMediaIndex) index = po_media_index_open (state_dir);
  g_autoptr (GHashTable) known = po_media_index_load (index);
  PoMediaFacts *facts = po_media_index_match (known, &entry, &is_outdated);
  const PoMediaBench bench = {dir, index, prober, &stop};
  return facts != NULL ? facts : po_media_identify (&bench, &entry, PO_LOOK_PROBE, &is_lasting, error);
}
