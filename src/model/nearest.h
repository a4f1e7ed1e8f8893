// SPDX-License-Identifier: GPL-3.0-or-later
// What somebody meant who misspelt a word: the nearest of those there are, if any is near. Pure.
#pragma once

#include <glib.h>

typedef struct {
  const gchar *word; // NULL: none is near
  guint edits;
} PoNearest;

/** @self begins as {0}. Whichever of the words @known that it is shown is nearest to @typed, it keeps. */
void po_nearest_consider (PoNearest *self, const gchar *typed, const gchar *known);
