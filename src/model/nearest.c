// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/nearest.h"

#include <string.h>

#define MOST_BYTES 64 // of what is looked at: nobody misspells a longer word

// Edits (insert, delete, change a byte) that turn @a into @b.
static guint distance (const gchar *a, const gchar *b) {
  gsize width = strlen (b) + 1;
  g_autofree guint *row = g_new (guint, width);
  for (gsize j = 0; j < width; j++)
    row[j] = (guint)j;
  for (gsize i = 0; a[i] != '\0'; i++) {
    guint diagonal = row[0];
    row[0] = (guint)i + 1;
    for (gsize j = 1; j < width; j++) {
      guint change = diagonal + (g_ascii_tolower (a[i]) != g_ascii_tolower (b[j - 1]));
      diagonal = row[j];
      row[j] = MIN (change, MIN (row[j], row[j - 1]) + 1);
    }
  }
  return row[width - 1];
}

void po_nearest_consider (PoNearest *self, const gchar *typed, const gchar *known) {
  if (strlen (typed) > MOST_BYTES)
    return;
  const guint edits = distance (typed, known);
  if (edits <= MAX (2, strlen (known) / 3) && (self->word == NULL || edits < self->edits))
    *self = (PoNearest){known, edits};
}
