// SPDX-License-Identifier: GPL-3.0-or-later
// Compared in NFC, as typed and percent-decoded, like the table does; a folder is found by walking up the path.
#include "media/wish.h"

#include <string.h>

#include "model/media-facts.h"

struct _PoMediaWish {
  GHashTable *ranks; // NFC path without trailing slash -> rank + 1
};

static void add (PoMediaWish *self, const gchar *text, guint rank) {
  gchar *key = po_media_name_nfc (text);
  gsize length = strlen (key);
  while (length > 0 && key[length - 1] == '/')
    key[--length] = '\0';
  if (g_hash_table_contains (self->ranks, key))
    g_free (key);
  else
    g_hash_table_insert (self->ranks, key, GUINT_TO_POINTER (rank + 1));
}

PoMediaWish *po_media_wish_new (const gchar *const *paths) {
  PoMediaWish *self = g_new0 (PoMediaWish, 1);
  self->ranks = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  for (guint i = 0; paths != NULL && paths[i] != NULL; i++) {
    const gchar *text = g_str_has_prefix (paths[i], "./") ? paths[i] + 2 : paths[i];
    g_autofree gchar *decoded = g_uri_unescape_string (text, NULL);
    add (self, text, i);
    if (decoded != NULL)
      add (self, decoded, i);
  }
  return self;
}

void po_media_wish_free (PoMediaWish *self) {
  if (self == NULL)
    return;
  g_hash_table_unref (self->ranks);
  g_free (self);
}

guint po_media_wish_rank (PoMediaWish *self, const gchar *path) {
  guint best = G_MAXUINT;
  if (g_hash_table_size (self->ranks) == 0)
    return best;
  g_autofree gchar *part = po_media_name_nfc (path);
  for (gchar *end = part + strlen (part); end != NULL; end = strrchr (part, '/')) {
    *end = '\0';
    guint rank = GPOINTER_TO_UINT (g_hash_table_lookup (self->ranks, part));
    if (rank > 0)
      best = MIN (best, rank - 1);
  }
  guint whole = GPOINTER_TO_UINT (g_hash_table_lookup (self->ranks, ""));
  return whole > 0 ? MIN (best, whole - 1) : best;
}
