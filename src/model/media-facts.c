// SPDX-License-Identifier: GPL-3.0-or-later
// The table keeps its facts by exact path and, for what people type, by the NFC form of the path.
#include "model/media-facts.h"

#include <string.h>

#include "model/error.h"
#include "model/text.h"

struct _PoMediaTable {
  gint ref_count;        // atomic
  GHashTable *by_path;   // path -> PoMediaFacts, owned
  GHashTable *by_nfc;    // NFC path -> GPtrArray of PoMediaFacts
  GHashTable *awaited;   // set of NFC paths
  GPtrArray *sorted;     // in natural order; NULL while it must be made again
  GHashTable *by_folder; // NFC folder with its '/' -> GPtrArray of PoMediaFacts below it, in natural order; likewise
  gchar *revision;       // NULL likewise
  GMutex lock;           // protects what is made on first use: sorted, by_folder, revision
};

void po_media_facts_free (PoMediaFacts *self) {
  if (self == NULL)
    return;
  g_free (self->path);
  g_free (self->sha256);
  g_free (self->problem);
  g_clear_pointer (&self->probe, g_ref_string_release);
  g_free (self);
}

PoMediaFacts *po_media_facts_copy (const PoMediaFacts *self) {
  PoMediaFacts *copy = g_memdup2 (self, sizeof *self);
  copy->path = g_strdup (self->path);
  copy->sha256 = g_strdup (self->sha256);
  copy->problem = g_strdup (self->problem);
  copy->probe = self->probe != NULL ? g_ref_string_acquire (self->probe) : NULL;
  return copy;
}

gboolean po_media_facts_equal (const PoMediaFacts *a, const PoMediaFacts *b) {
  return g_strcmp0 (a->sha256, b->sha256) == 0 && a->size_bytes == b->size_bytes && a->mtime_ns == b->mtime_ns &&
         a->kind == b->kind && a->duration_ns == b->duration_ns && a->frames == b->frames &&
         a->rate.fps_n == b->rate.fps_n && a->rate.fps_d == b->rate.fps_d && a->width == b->width &&
         a->height == b->height && a->has_audio == b->has_audio && g_strcmp0 (a->problem, b->problem) == 0 &&
         po_mark_equal (&a->som, &b->som) && po_mark_equal (&a->eom, &b->eom);
}

PoMediaTable *po_media_table_new (void) {
  PoMediaTable *self = g_new0 (PoMediaTable, 1);
  self->ref_count = 1;
  self->by_path = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify)po_media_facts_free);
  self->by_nfc = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_ptr_array_unref);
  self->awaited = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_mutex_init (&self->lock);
  return self;
}

PoMediaTable *po_media_table_ref (PoMediaTable *self) {
  g_atomic_int_inc (&self->ref_count);
  return self;
}

void po_media_table_unref (PoMediaTable *self) {
  if (self == NULL || !g_atomic_int_dec_and_test (&self->ref_count))
    return;
  g_clear_pointer (&self->sorted, g_ptr_array_unref);
  g_clear_pointer (&self->by_folder, g_hash_table_unref);
  g_hash_table_unref (self->by_nfc);
  g_hash_table_unref (self->by_path);
  g_hash_table_unref (self->awaited);
  g_free (self->revision);
  g_mutex_clear (&self->lock);
  g_free (self);
}

gchar *po_media_name_nfc (const gchar *text) {
  if (g_str_is_ascii (text))
    return g_strdup (text);
  gchar *nfc = g_utf8_normalize (text, -1, G_NORMALIZE_NFC);
  return nfc != NULL ? nfc : g_strdup (text);
}

void po_media_table_add (PoMediaTable *self, PoMediaFacts *facts) {
  g_autofree gchar *nfc = po_media_name_nfc (facts->path);
  GPtrArray *same = g_hash_table_lookup (self->by_nfc, nfc);
  if (same == NULL) {
    same = g_ptr_array_new ();
    g_hash_table_insert (self->by_nfc, g_steal_pointer (&nfc), same);
  }
  for (guint i = same->len; i > 0; i--) {
    if (strcmp (((PoMediaFacts *)same->pdata[i - 1])->path, facts->path) == 0)
      g_ptr_array_remove_index (same, i - 1);
  }
  g_ptr_array_add (same, facts);
  g_hash_table_replace (self->by_path, facts->path, facts);
  g_clear_pointer (&self->sorted, g_ptr_array_unref);
  g_clear_pointer (&self->by_folder, g_hash_table_unref);
  g_clear_pointer (&self->revision, g_free);
}

// One that printed nothing is kept as "".
static gboolean are_probes_equal (const PoMediaFacts *a, const PoMediaFacts *b) {
  return g_strcmp0 (a->probe != NULL ? a->probe : "", b->probe != NULL ? b->probe : "") == 0;
}

static gboolean are_awaited_equal (PoMediaTable *a, PoMediaTable *b) {
  GHashTableIter iter;
  gpointer path = NULL;
  gboolean is_equal = g_hash_table_size (a->awaited) == g_hash_table_size (b->awaited);
  g_hash_table_iter_init (&iter, a->awaited);
  while (is_equal && g_hash_table_iter_next (&iter, &path, NULL))
    is_equal = g_hash_table_contains (b->awaited, path);
  return is_equal;
}

gboolean po_media_table_equal (PoMediaTable *a, PoMediaTable *b) {
  GHashTableIter iter;
  gpointer path = NULL, facts = NULL;
  gboolean is_equal = g_hash_table_size (a->by_path) == g_hash_table_size (b->by_path) && are_awaited_equal (a, b);
  g_hash_table_iter_init (&iter, a->by_path);
  while (is_equal && g_hash_table_iter_next (&iter, &path, &facts)) {
    const PoMediaFacts *other = g_hash_table_lookup (b->by_path, path);
    is_equal = other != NULL && po_media_facts_equal (facts, other) && are_probes_equal (facts, other);
  }
  return is_equal;
}

const PoMediaFacts *po_media_table_lookup (PoMediaTable *self, const gchar *path) {
  return g_hash_table_lookup (self->by_path, path);
}

// What may stand before a path under the media folder. (transfer none)
static const gchar *skip_prefixes (const gchar *typed) {
  while (g_str_has_prefix (typed, "./"))
    typed += 2;
  return typed;
}

static gboolean lookup_nfc (PoMediaTable *self, const gchar *text, const PoMediaFacts **ret_facts, GError **error) {
  g_autofree gchar *nfc = po_media_name_nfc (text);
  GPtrArray *same = g_hash_table_lookup (self->by_nfc, nfc);
  *ret_facts = same != NULL && same->len == 1 ? same->pdata[0] : NULL;
  if (same == NULL || same->len < 2)
    return TRUE;
  g_set_error (error, PO_ERROR, PO_ERROR_INPUT,
               _ ("“%s” matches %u files whose names differ only in how their accents are encoded; rename one of them"),
               text, same->len);
  return FALSE;
}

const PoMediaFacts *po_media_table_resolve (PoMediaTable *self, const gchar *typed, GError **error) {
  const gchar *text = skip_prefixes (typed);
  const PoMediaFacts *facts = NULL;
  if (!lookup_nfc (self, text, &facts, error) || facts != NULL)
    return facts;
  g_autofree gchar *decoded = g_uri_unescape_string (text, NULL);
  if (decoded != NULL && strcmp (decoded, text) != 0)
    lookup_nfc (self, decoded, &facts, error);
  return facts;
}

void po_media_table_await (PoMediaTable *self, const gchar *path) {
  g_hash_table_add (self->awaited, po_media_name_nfc (path));
}

static gboolean is_awaited_nfc (PoMediaTable *self, const gchar *text) {
  g_autofree gchar *nfc = po_media_name_nfc (text);
  GHashTableIter iter;
  gpointer path = NULL;
  if (!g_str_has_suffix (nfc, "/"))
    return g_hash_table_contains (self->awaited, nfc);
  g_hash_table_iter_init (&iter, self->awaited);
  while (g_hash_table_iter_next (&iter, &path, NULL))
    if (g_str_has_prefix (path, nfc))
      return TRUE;
  return FALSE;
}

gboolean po_media_table_is_awaited (PoMediaTable *self, const gchar *typed) {
  const gchar *text = skip_prefixes (typed);
  if (g_hash_table_size (self->awaited) == 0 || is_awaited_nfc (self, text))
    return g_hash_table_size (self->awaited) > 0;
  g_autofree gchar *decoded = g_uri_unescape_string (text, NULL);
  return decoded != NULL && strcmp (decoded, text) != 0 && is_awaited_nfc (self, decoded);
}

// Facts beside the key that they are sorted by, so that it is made once and not at every comparison.
typedef struct {
  gchar *folded;
  PoMediaFacts *facts;
} SortEntry;

static gchar *to_folded (const gchar *text);
static gint compare_natural_folded (const gchar *a, const gchar *b);

static gint compare_entries (gconstpointer a, gconstpointer b) {
  const SortEntry *left = a, *right = b;
  gint order = compare_natural_folded (left->folded, right->folded);
  return order != 0 ? order : strcmp (left->facts->path, right->facts->path);
}

static void sort_locked (PoMediaTable *self) {
  if (self->sorted != NULL)
    return;
  GHashTableIter iter;
  gpointer facts = NULL;
  guint size = g_hash_table_size (self->by_path);
  g_autoptr (GArray) entries = g_array_sized_new (FALSE, FALSE, sizeof (SortEntry), size);
  g_hash_table_iter_init (&iter, self->by_path);
  while (g_hash_table_iter_next (&iter, NULL, &facts)) {
    SortEntry entry = {to_folded (((PoMediaFacts *)facts)->path), facts};
    g_array_append_val (entries, entry);
  }
  g_array_sort (entries, compare_entries);
  self->sorted = g_ptr_array_sized_new (size);
  for (guint i = 0; i < entries->len; i++) {
    SortEntry *entry = &g_array_index (entries, SortEntry, i);
    g_ptr_array_add (self->sorted, entry->facts);
    g_free (entry->folded);
  }
}

GPtrArray *po_media_table_list (PoMediaTable *self) {
  g_mutex_lock (&self->lock);
  sort_locked (self);
  GPtrArray *list = g_ptr_array_copy (self->sorted, NULL, NULL);
  g_mutex_unlock (&self->lock);
  return list;
}

// A season names a folder that is not there once for each of its airings: none of them may go through all clips.
static void file_by_folder_locked (PoMediaTable *self) {
  sort_locked (self);
  if (self->by_folder != NULL)
    return;
  self->by_folder = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_ptr_array_unref);
  for (guint i = 0; i < self->sorted->len; i++) {
    PoMediaFacts *facts = self->sorted->pdata[i];
    g_autofree gchar *nfc = po_media_name_nfc (facts->path);
    for (const gchar *slash = strchr (nfc, '/'); slash != NULL; slash = strchr (slash + 1, '/')) {
      g_autofree gchar *folder = g_strndup (nfc, (gsize)(slash + 1 - nfc));
      GPtrArray *below = g_hash_table_lookup (self->by_folder, folder);
      if (below == NULL) {
        below = g_ptr_array_new ();
        g_hash_table_insert (self->by_folder, g_steal_pointer (&folder), below);
      }
      g_ptr_array_add (below, facts);
    }
  }
}

// Files below the NFC folder name @prefix (which ends in '/', or is empty).
static GPtrArray *list_below (PoMediaTable *self, const gchar *prefix) {
  g_mutex_lock (&self->lock);
  file_by_folder_locked (self);
  GPtrArray *below = *prefix == '\0' ? self->sorted : g_hash_table_lookup (self->by_folder, prefix);
  GPtrArray *list = below != NULL ? g_ptr_array_copy (below, NULL, NULL) : g_ptr_array_new ();
  g_mutex_unlock (&self->lock);
  return list;
}

GPtrArray *po_media_table_folder (PoMediaTable *self, const gchar *typed) {
  const gchar *text = skip_prefixes (typed);
  g_autofree gchar *nfc = po_media_name_nfc (text);
  g_autofree gchar *prefix =
      *nfc == '\0' || g_str_has_suffix (nfc, "/") ? g_strdup (nfc) : g_strconcat (nfc, "/", NULL);
  g_autoptr (GPtrArray) below = list_below (self, prefix);
  if (below->len > 0)
    return g_steal_pointer (&below);
  g_autofree gchar *decoded = g_uri_unescape_string (prefix, NULL);
  if (decoded == NULL || strcmp (decoded, prefix) == 0)
    return g_steal_pointer (&below);
  g_autofree gchar *decoded_nfc = po_media_name_nfc (decoded);
  return list_below (self, decoded_nfc);
}

static void hash_facts (GChecksum *checksum, const PoMediaFacts *facts) {
  g_autofree gchar *line = g_strdup_printf (
      "%s\n%s\n%" G_GINT64_FORMAT "\n%d %" G_GINT64_FORMAT " %" G_GINT64_FORMAT " %d/%d %dx%d %d\n%s\n", facts->path,
      facts->sha256 != NULL ? facts->sha256 : "", facts->size_bytes, facts->kind, facts->duration_ns, facts->frames,
      facts->rate.fps_n, facts->rate.fps_d, facts->width, facts->height, facts->has_audio,
      facts->problem != NULL ? facts->problem : "");
  g_checksum_update (checksum, (const guchar *)line, -1);
  if (!facts->som.set && !facts->eom.set) // as before there were any
    return;
  g_autofree gchar *som = po_mark_to_string (&facts->som), *eom = po_mark_to_string (&facts->eom);
  g_autofree gchar *marks = g_strdup_printf ("%s %s\n", som != NULL ? som : "-", eom != NULL ? eom : "-");
  g_checksum_update (checksum, (const guchar *)marks, -1);
}

const gchar *po_media_table_revision (PoMediaTable *self) {
  g_mutex_lock (&self->lock);
  if (self->revision == NULL) {
    g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
    sort_locked (self);
    for (guint i = 0; i < self->sorted->len; i++)
      hash_facts (checksum, self->sorted->pdata[i]);
    self->revision = g_strdup (g_checksum_get_string (checksum));
  }
  g_mutex_unlock (&self->lock);
  return self->revision;
}

static gint compare_number_runs (const gchar **a, const gchar **b) {
  while (**a == '0')
    (*a)++;
  while (**b == '0')
    (*b)++;
  gsize length_a = strspn (*a, "0123456789"), length_b = strspn (*b, "0123456789");
  if (length_a != length_b)
    return length_a < length_b ? -1 : 1;
  gint order = strncmp (*a, *b, length_a);
  *a += length_a;
  *b += length_b;
  return order;
}

static gint compare_natural_folded (const gchar *a, const gchar *b) {
  while (*a != '\0' && *b != '\0') {
    if (g_ascii_isdigit (*a) && g_ascii_isdigit (*b)) {
      gint order = compare_number_runs (&a, &b);
      if (order != 0)
        return order;
    } else if (*a != *b) {
      return (guchar)*a < (guchar)*b ? -1 : 1;
    } else {
      a++;
      b++;
    }
  }
  return (*a != '\0') - (*b != '\0');
}

// (transfer full) What natural order compares first: NFC, case-folded.
static gchar *to_folded (const gchar *text) {
  if (g_str_is_ascii (text))
    return g_ascii_strdown (text, -1);
  g_autofree gchar *nfc = po_media_name_nfc (text);
  return g_utf8_validate (nfc, -1, NULL) ? g_utf8_casefold (nfc, -1) : g_strdup (nfc);
}

gint po_natural_compare (const gchar *a, const gchar *b) {
  g_autofree gchar *folded_a = to_folded (a);
  g_autofree gchar *folded_b = to_folded (b);
  gint order = compare_natural_folded (folded_a, folded_b);
  return order != 0 ? order : strcmp (a, b);
}
