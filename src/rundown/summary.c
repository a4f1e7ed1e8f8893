// SPDX-License-Identifier: GPL-3.0-or-later
#include "rundown/summary.h"

#include <inttypes.h>
#include <string.h>

#include "model/text.h"
#include "rundown/words.h"

#define FEWEST_TOGETHER 3 // fewer that move alike are told one by one

// Airings of one event that move by the same time.
typedef struct {
  const PoChange *first;
  guint count;
} Together;

static PoFrame moved_by (const PoChange *change) {
  return change->new_start - change->old_start;
}

static GHashTable *gather_moved (GPtrArray *changes) {
  GHashTable *table = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  for (guint i = 0; i < changes->len; i++) {
    const PoChange *change = changes->pdata[i];
    if (change->kind != PO_CHANGE_MOVED)
      continue;
    gchar *key = g_strdup_printf ("%s\n%" G_GINT64_FORMAT, change->uid, moved_by (change));
    Together *together = g_hash_table_lookup (table, key);
    if (together == NULL) {
      together = g_new0 (Together, 1);
      together->first = change;
      g_hash_table_insert (table, g_strdup (key), together);
    }
    together->count++;
    g_free (key);
  }
  return table;
}

static gint compare_together (gconstpointer a, gconstpointer b) {
  const PoChange *left = (*(Together *const *)a)->first, *right = (*(Together *const *)b)->first;
  if (left->new_start != right->new_start)
    return left->new_start < right->new_start ? -1 : 1;
  return strcmp (left->uid, right->uid);
}

// Says what moves together; returns how many moves it has not said.
static guint say_moved (GStrvBuilder *lines, GPtrArray *changes, PoRate rate) {
  g_autoptr (GHashTable) table = gather_moved (changes);
  g_autoptr (GPtrArray) all = g_ptr_array_new ();
  GHashTableIter iter;
  gpointer value = NULL;
  guint alone = 0;
  g_hash_table_iter_init (&iter, table);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    g_ptr_array_add (all, value);
  g_ptr_array_sort (all, compare_together);
  for (guint i = 0; i < all->len; i++) {
    const Together *together = all->pdata[i];
    PoFrame by = moved_by (together->first);
    g_autofree gchar *length = po_words_length (ABS (by), rate);
    if (together->count < FEWEST_TOGETHER) {
      alone += together->count;
      continue;
    }
    const gchar *format =
        by > 0 ? NG_ ("“%s”: %u airing starts %s later", "“%s”: %u airings start %s later", together->count)
               : NG_ ("“%s”: %u airing starts %s earlier", "“%s”: %u airings start %s earlier", together->count);
    g_autofree gchar *line = g_strdup_printf (format, together->first->title, together->count, length);
    g_strv_builder_add (lines, line);
  }
  return alone;
}

static void say (GStrvBuilder *lines, guint count, const gchar *format) {
  g_autofree gchar *line = count > 0 ? g_strdup_printf (format, count) : NULL;
  if (line != NULL)
    g_strv_builder_add (lines, line);
}

GStrv po_changes_summary (GPtrArray *changes, PoRate rate) {
  g_autoptr (GStrvBuilder) lines = g_strv_builder_new ();
  guint n[PO_CHANGE_SLATE + 1] = {0}, bare = 0;
  for (guint i = 0; i < changes->len; i++) {
    const PoChange *change = changes->pdata[i];
    n[change->kind]++;
    bare += change->kind == PO_CHANGE_ADDED && change->new_frames == 0;
  }
  guint alone = say_moved (lines, changes, rate);
  say (lines, alone, NG_ ("%u item moves", "%u items move", alone));
  say (lines, n[PO_CHANGE_MISSING], NG_ ("%u item loses its clip", "%u items lose their clip", n[PO_CHANGE_MISSING]));
  say (lines, n[PO_CHANGE_FOUND], NG_ ("%u item gets its clip", "%u items get their clip", n[PO_CHANGE_FOUND]));
  say (lines, n[PO_CHANGE_REMOVED], NG_ ("%u item no longer airs", "%u items no longer air", n[PO_CHANGE_REMOVED]));
  say (lines, n[PO_CHANGE_ADDED], NG_ ("%u item is new", "%u items are new", n[PO_CHANGE_ADDED]));
  say (lines, bare, NG_ ("%u new item has no clip yet", "%u new items have no clip yet", bare));
  say (lines, n[PO_CHANGE_LENGTH],
       NG_ ("%u item is on air for another length", "%u items are on air for another length", n[PO_CHANGE_LENGTH]));
  say (lines, n[PO_CHANGE_MEDIA], NG_ ("%u item plays another clip", "%u items play another clip", n[PO_CHANGE_MEDIA]));
  say (lines, n[PO_CHANGE_TITLE], NG_ ("%u item has another title", "%u items have another title", n[PO_CHANGE_TITLE]));
  return g_strv_builder_end (lines);
}
