// SPDX-License-Identifier: GPL-3.0-or-later
#include "guide/age-mark.h"

static const struct {
  const gchar *mark;
  guint years;
} marks[] = {{"P", 0},    {"K", 0},    {"T13", 13}, {"T16", 16}, {"T18", 18},
             {"C13", 13}, {"C16", 16}, {"C18", 18}, {"C", 18}};

static gint find (const gchar *category) {
  for (guint i = 0; i < G_N_ELEMENTS (marks); i++)
    if (g_strcmp0 (marks[i].mark, category) == 0)
      return (gint)i;
  return -1;
}

gboolean po_age_mark_is (const gchar *category) {
  return find (category) >= 0;
}

const gchar *po_age_mark_of (const PoOccurrence *occurrence) {
  for (guint i = 0; occurrence != NULL && occurrence->categories != NULL && occurrence->categories[i] != NULL; i++)
    if (po_age_mark_is (occurrence->categories[i]))
      return occurrence->categories[i];
  return NULL;
}

guint po_age_mark_years (const gchar *mark) {
  const gint index = find (mark);
  return index >= 0 ? marks[index].years : 0;
}
