// SPDX-License-Identifier: GPL-3.0-or-later
// One remembered sight for each file.
#include "store/settle.h"

#include <string.h>

#define DIGITS       "0123456789"
#define HEX_DIGITS   DIGITS "abcdef"
#define SAVED_DIGITS 8

typedef struct {
  gint64 size_bytes, mtime_ns;
  guint64 inode;
  PoTimeNs since_ns; // seen like this since
  gboolean seen;     // since the last sweep
  gboolean is_whole; // as it was seen last
  gboolean is_told;  // that it is whole; not seen since
} Sight;

struct _PoSettle {
  gint64 settle_ns;
  GHashTable *sights; // path -> Sight
};

PoSettle *po_settle_new (gint64 settle_ns) {
  PoSettle *self = g_new0 (PoSettle, 1);
  self->settle_ns = settle_ns;
  self->sights = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  return self;
}

void po_settle_free (PoSettle *self) {
  if (self == NULL)
    return;
  g_hash_table_unref (self->sights);
  g_free (self);
}

static Sight *find_sight (PoSettle *self, const gchar *path) {
  Sight *sight = g_hash_table_lookup (self->sights, path);
  if (sight == NULL) {
    sight = g_new0 (Sight, 1);
    sight->since_ns = PO_TIME_NONE;
    g_hash_table_insert (self->sights, g_strdup (path), sight);
  }
  sight->seen = TRUE;
  return sight;
}

void po_settle_take_whole (PoSettle *self, const gchar *path) {
  find_sight (self, path)->is_told = TRUE;
}

gboolean po_settle_see (PoSettle *self, const gchar *path, gint64 size_bytes, gint64 mtime_ns, guint64 inode,
                        PoTimeNs now_ns) {
  Sight *sight = find_sight (self, path);
  gboolean same = sight->since_ns != PO_TIME_NONE && sight->size_bytes == size_bytes && sight->mtime_ns == mtime_ns &&
                  sight->inode == inode;
  // A clock set back would make a file wait for ever: then it is watched anew.
  if (!same || sight->since_ns > now_ns) {
    sight->since_ns = now_ns;
    sight->size_bytes = size_bytes;
    sight->mtime_ns = mtime_ns;
    sight->inode = inode;
  }
  sight->is_whole = sight->is_told || (sight->is_whole && same);
  sight->is_told = FALSE;
  if (sight->is_whole || (mtime_ns <= now_ns && now_ns - mtime_ns >= self->settle_ns))
    return TRUE;
  return now_ns - sight->since_ns >= self->settle_ns;
}

gint64 po_settle_left_ns (PoSettle *self, PoTimeNs now_ns) {
  GHashTableIter iter;
  gpointer value = NULL;
  gint64 left_ns = self->settle_ns;
  g_hash_table_iter_init (&iter, self->sights);
  while (g_hash_table_iter_next (&iter, NULL, &value)) {
    const gint64 one_ns = ((Sight *)value)->since_ns + self->settle_ns - now_ns;
    if (one_ns > 0)
      left_ns = MIN (left_ns, one_ns);
  }
  return left_ns;
}

static gboolean was_not_seen (gpointer path, gpointer value, gpointer user) {
  Sight *sight = value;
  gboolean seen = sight->seen;
  sight->seen = FALSE;
  return !seen;
}

void po_settle_sweep (PoSettle *self) {
  g_hash_table_foreach_remove (self->sights, was_not_seen, NULL);
}

// What a program of macOS saves to before it renames it: "clip.mov.sb-1a2b3c4d-Xy12aB".
static gboolean is_being_saved (const gchar *lower) {
  const gchar *id = g_strrstr (lower, ".sb-");
  return id != NULL && strspn (id + 4, HEX_DIGITS) == SAVED_DIGITS && id[4 + SAVED_DIGITS] == '-';
}

// ".part", and ".part1" of several.
static gboolean is_part (const gchar *lower) {
  const gchar *part = g_strrstr (lower, ".part");
  return part != NULL && part[5 + strspn (part + 5, DIGITS)] == '\0';
}

gboolean po_settle_name_unfinished (const gchar *path) {
  static const gchar *const suffixes[] = {
      ".partial", ".uploading", ".tmp",           ".temp",     ".crdownload", ".filepart",   ".download",
      ".aria2",   ".!ut",       ".!qb",           ".!sync",    ".bts",        ".opdownload", ".dctmp",
      ".ffs_tmp", ".gstmp",     ".drivedownload", ".kgetpart", ".bc!",        ".xltd",       "~"};
  g_autofree gchar *base = g_path_get_basename (path);
  if (*base == '.' || g_str_has_prefix (base, "~$") || (*base == '#' && g_str_has_suffix (base, "#")))
    return TRUE;
  g_autofree gchar *lower = g_ascii_strdown (base, -1);
  for (guint i = 0; i < G_N_ELEMENTS (suffixes); i++) {
    if (g_str_has_suffix (lower, suffixes[i]))
      return TRUE;
  }
  return is_part (lower) || is_being_saved (lower);
}
