// SPDX-License-Identifier: GPL-3.0-or-later
// The library in one call, for the command line.
#include "media/identify.h"
#include "media/library.h"
#include "media/scan.h"
#include "model/error.h"

static const gint never_stop = 0;

static void move_findings (PoMediaScan *scan, GPtrArray *findings) {
  while (findings != NULL && scan->findings->len > 0)
    g_ptr_array_add (findings, g_ptr_array_steal_index (scan->findings, 0));
}

// (transfer full) NULL with @error only where probing is not possible at all.
static PoMediaFacts *learn (const gchar *dir, PoMediaSight *sight, PoMediaIndex *index, PoProber *prober,
                            GError **error) {
  g_autoptr (GError) why = NULL;
  gboolean lasting = FALSE;
  // An earlier version of the index kept less of what it had looked into: that is looked into again.
  if (sight->facts != NULL && (sight->facts->probe != NULL || *sight->facts->sha256 == '\0'))
    return g_steal_pointer (&sight->facts);
  PoMediaFacts *facts =
      po_media_identify (dir, sight->entry, PO_LOOK_PROBE, index, prober, &never_stop, &lasting, &why);
  if (facts == NULL && g_error_matches (why, PO_ERROR, PO_ERROR_CONFLICT))
    return po_media_facts_unfit (sight->entry, why->message);
  if (facts == NULL)
    g_propagate_error (error, g_steal_pointer (&why));
  return facts;
}

PoMediaTable *po_media_scan_sync (const gchar *media_dir, const gchar *state_dir, PoProber *prober,
                                  PoMediaProgress progress, gpointer user, GPtrArray *findings, GError **error) {
  g_autofree gchar *dir = g_canonicalize_filename (media_dir, NULL);
  g_autoptr (PoMediaIndex) index = po_media_index_open (state_dir);
  g_autoptr (PoMediaScan) scan = po_media_scan_look (dir, index, NULL, 0);
  g_autoptr (PoMediaTable) table = po_media_table_new ();
  if (scan->sights == NULL) {
    const PoFinding *why = scan->findings->pdata[0];
    g_set_error_literal (error, PO_ERROR, PO_ERROR_INPUT, why->message);
    return NULL;
  }
  for (guint i = 0; i < scan->sights->len; i++) {
    PoMediaSight *sight = scan->sights->pdata[i];
    if (progress != NULL)
      progress (i, scan->sights->len, sight->entry->path, user);
    PoMediaFacts *facts = learn (dir, sight, index, prober, error);
    if (facts == NULL)
      return NULL;
    po_media_table_add (table, facts);
  }
  if (progress != NULL)
    progress (scan->sights->len, scan->sights->len, "", user);
  move_findings (scan, findings);
  return g_steal_pointer (&table);
}
