// SPDX-License-Identifier: GPL-3.0-or-later
// Aligned columns and wrapped sentences on a terminal, by what the eye sees (Vietnamese in either normal form, wide
// characters), and colours only where they are wanted. Pure but for looking once at standard output and NO_COLOR.
#pragma once

#include <glib.h>

#define PO_INDENT_CELLS 4 // of the lines in which something goes on

typedef struct _PoTable PoTable;

typedef enum {
  PO_COLOUR_NONE,
  PO_COLOUR_BOLD,
  PO_COLOUR_DIM,
  PO_COLOUR_RED,
  PO_COLOUR_GREEN,
  PO_COLOUR_AMBER
} PoColour;

/** @text in @colour if colours are wanted. (transfer full) */
gchar *po_colour (PoColour colour, const gchar *text);

/** How many cells @text takes on a terminal. */
gsize po_display_width (const gchar *text);

/** @text as one line of visible characters of at most @cells cells, cut with “…”. (transfer full) */
gchar *po_display_fit (const gchar *text, gsize cells);

/** @text broken at its spaces into lines of at most @cells cells; the first has @used of them already, the others begin
 * with @indent. A word that is longer than a line stays whole. (transfer full) */
gchar *po_display_wrap (const gchar *text, gsize cells, gsize used, gsize indent);

/** Prints @text in @colour and ends the line, of which @used cells are written; on a terminal wrapped to its width,
 * else as it is. */
void po_print_wrapped (PoColour colour, const gchar *text, gsize used, gsize indent);

/** @... : the columns' titles, then NULL. (transfer full) */
PoTable *po_table_new (const gchar *first, ...) G_GNUC_NULL_TERMINATED;
void po_table_free (PoTable *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PoTable, po_table_free)

/** As many texts as there are columns; NULL is an empty cell. The row is shown in @colour. */
void po_table_add (PoTable *self, PoColour colour, ...);

/** Prints to standard output; nothing but the titles when there is no row. On a terminal that is too narrow the widest
 * texts are cut, and a row goes on beneath if that is not enough. */
void po_table_print (PoTable *self);
