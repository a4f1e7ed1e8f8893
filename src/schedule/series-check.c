// SPDX-License-Identifier: GPL-3.0-or-later
// Chains are followed with a bound, so that a circle of RELATED-TO ends.
#include "schedule/series-check.h"

#include <inttypes.h>
#include <string.h>

#include "model/text.h"

#define MAX_CHAIN        64
#define MAX_FILES_OF_UID 16

// "abc_R20270401T124500@google.com" -> "abc@google.com"; NULL for any other UID.
static gchar *google_parent (const gchar *uid) {
  const gchar *at = strchr (uid, '@');
  gsize length = at != NULL ? (gsize)(at - uid) : strlen (uid);
  const gchar *mark = g_strrstr_len (uid, (gssize)length, "_R");
  if (mark == NULL)
    return NULL;
  g_autofree gchar *stamp = g_strndup (mark + 2, length - (gsize)(mark + 2 - uid));
  PoCivil civil;
  if (!po_civil_parse (stamp, &civil))
    return NULL;
  return g_strdup_printf ("%.*s%s", (gint)(mark - uid), uid, at != NULL ? at : "");
}

// The UID that this one continues. A single event may be related to a season without being a part of it.
static gchar *find_parent (const PoSeries *series) {
  const PoEvent *event = po_series_event (series);
  if (event->related_to != NULL && po_series_is_recurring (series) && !g_str_equal (event->related_to, event->uid))
    return g_strdup (event->related_to);
  return google_parent (event->uid);
}

static gchar *find_root (PoSeries *series, GHashTable *by_uid) {
  g_autofree gchar *root = g_strdup (po_series_uid (series));
  for (guint i = 0; i < MAX_CHAIN && series != NULL; i++) {
    gchar *parent = find_parent (series);
    if (parent == NULL)
      return g_steal_pointer (&root);
    g_free (root);
    root = parent;
    series = g_hash_table_lookup (by_uid, root);
  }
  return series == NULL ? g_steal_pointer (&root) : NULL; // NULL: a circle
}

void po_series_link (GPtrArray *series, GHashTable *by_uid, GHashTable *roots) {
  for (guint i = 0; i < series->len; i++) {
    PoSeries *one = g_ptr_array_index (series, i);
    g_autofree gchar *root = find_root (one, by_uid);
    if (root == NULL || g_str_equal (root, po_series_uid (one)))
      continue;
    po_series_set_root (one, root);
    GPtrArray *members = g_hash_table_lookup (roots, root);
    if (members == NULL) {
      members = g_ptr_array_new ();
      PoSeries *first = g_hash_table_lookup (by_uid, root);
      if (first != NULL)
        g_ptr_array_add (members, first);
      g_hash_table_insert (roots, (gpointer)po_series_root (one), members);
    }
    g_ptr_array_add (members, one);
  }
}

// The template or folder that numbers this series' media; NULL if it has none.
static const gchar *numbered_media (const PoSeries *series) {
  const PoEvent *event = po_series_event (series);
  if (!po_series_is_recurring (series) || event->transparent || event->status == PO_STATUS_CANCELLED)
    return NULL;
  for (guint i = 0; i < event->n_attach; i++)
    if (strstr (event->attach[i].uri, "{episode") != NULL || g_str_has_suffix (event->attach[i].uri, "/"))
      return event->attach[i].uri;
  return NULL;
}

static void check_restart (PoSeries *before, PoSeries *series, const gchar *media, GPtrArray *findings) {
  const PoEvent *event = po_series_event (series), *old = po_series_event (before);
  gboolean continues = g_str_equal (po_series_root (before), po_series_root (series));
  if (continues || event->first_episode_set || po_series_last (before) > event->start.utc_s)
    return;
  gint64 next = old->first_episode + po_series_count_before (before, G_MAXINT64 / 2);
  g_ptr_array_add (findings,
                   po_finding_new (PO_SEVERITY_ERROR, "series-starts-again", event->file, event->line, event->uid,
                                   "ATTACH",
                                   _ ("“%s” was the series %s (%s:%u), which has ended; this one starts again "
                                      "at 1; did you mean X-PLAYOUT-EPISODE:%" PRId64 "?"),
                                   media, old->uid, old->file, old->line, next));
}

static gint compare_starts (gconstpointer a, gconstpointer b) {
  const PoEvent *x = po_series_event (*(PoSeries *const *)a), *y = po_series_event (*(PoSeries *const *)b);
  return (x->start.utc_s > y->start.utc_s) - (x->start.utc_s < y->start.utc_s);
}

void po_series_check_restarts (GPtrArray *series, GPtrArray *findings) {
  g_autoptr (GPtrArray) numbered = g_ptr_array_new ();
  for (guint i = 0; i < series->len; i++)
    if (numbered_media (g_ptr_array_index (series, i)) != NULL)
      g_ptr_array_add (numbered, g_ptr_array_index (series, i));
  g_ptr_array_sort (numbered, compare_starts);
  g_autoptr (GHashTable) latest = g_hash_table_new (g_str_hash, g_str_equal); // media -> the last series over it
  for (guint i = 0; i < numbered->len; i++) {
    PoSeries *one = g_ptr_array_index (numbered, i);
    const gchar *media = numbered_media (one);
    PoSeries *before = g_hash_table_lookup (latest, media);
    if (before != NULL)
      check_restart (before, one, media, findings);
    g_hash_table_insert (latest, (gpointer)media, one);
  }
}

// Files that share UIDs.

typedef struct {
  const gchar *name;
  guint n_uids;
} FileUids;

static void count_pair (GHashTable *pairs, guint a, guint b) {
  gint64 key = (gint64)a << 32 | b;
  gint *n = g_hash_table_lookup (pairs, &key);
  if (n == NULL) {
    n = g_new0 (gint, 1);
    g_hash_table_insert (pairs, g_memdup2 (&key, sizeof key), n);
  }
  (*n)++;
}

static guint file_index (GArray *files, GHashTable *index, const gchar *name) {
  gpointer value = g_hash_table_lookup (index, name);
  if (value != NULL)
    return GPOINTER_TO_UINT (value) - 1;
  FileUids file = {name, 0};
  g_array_append_val (files, file);
  g_hash_table_insert (index, (gpointer)name, GUINT_TO_POINTER (files->len));
  return files->len - 1;
}

// Which files each UID stands in, counted by pairs of files.
static void count_shared (GPtrArray *events, GArray *files, GHashTable *pairs) {
  g_autoptr (GHashTable) index = g_hash_table_new (g_direct_hash, g_direct_equal);
  g_autoptr (GHashTable) uids = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify)g_array_unref);
  for (guint i = 0; i < events->len; i++) {
    const PoEvent *event = g_ptr_array_index (events, i);
    if (event->takes_back) // stands beside what it cancels by its nature
      continue;
    guint file = file_index (files, index, event->file);
    GArray *in = g_hash_table_lookup (uids, event->uid);
    if (in == NULL) {
      in = g_array_new (FALSE, FALSE, sizeof (guint));
      g_hash_table_insert (uids, event->uid, in);
    }
    gboolean known = FALSE;
    for (guint k = 0; k < in->len; k++)
      known |= g_array_index (in, guint, k) == file;
    if (known || in->len >= MAX_FILES_OF_UID)
      continue;
    for (guint k = 0; k < in->len; k++)
      count_pair (pairs, g_array_index (in, guint, k), file);
    g_array_append_val (in, file);
    g_array_index (files, FileUids, file).n_uids++;
  }
}

void po_series_check_shared (GPtrArray *events, GPtrArray *findings) {
  const gchar *only = events->len > 0 ? ((const PoEvent *)g_ptr_array_index (events, 0))->file : NULL;
  if (only == NULL || ((const PoEvent *)g_ptr_array_index (events, events->len - 1))->file == only)
    return; // events come file by file
  g_autoptr (GArray) files = g_array_new (FALSE, FALSE, sizeof (FileUids));
  g_autoptr (GHashTable) pairs = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, g_free);
  count_shared (events, files, pairs);
  GHashTableIter iter;
  gpointer key, value;
  g_hash_table_iter_init (&iter, pairs);
  g_autoptr (GPtrArray) found = g_ptr_array_new ();
  while (g_hash_table_iter_next (&iter, &key, &value)) {
    gint64 pair = *(gint64 *)key;
    const FileUids *a = &g_array_index (files, FileUids, pair >> 32),
                   *b = &g_array_index (files, FileUids, pair & G_MAXUINT32);
    guint shared = (guint) * (gint *)value;
    if (2 * shared > a->n_uids && 2 * shared > b->n_uids)
      g_ptr_array_add (found,
                       po_finding_new (PO_SEVERITY_ERROR, "files-share-uids", b->name, 0, NULL, "UID",
                                       _ ("%u of its events stand in %s too; is one a copy of the other? The later "
                                          "version of each was taken"),
                                       shared, a->name));
  }
  g_ptr_array_extend_and_steal (findings, g_steal_pointer (&found));
}
