// SPDX-License-Identifier: GPL-3.0-or-later
// A printable sheet: headings, paragraphs and tables, as an HTML page or as PDF (Pango sets the text, Cairo the pages).
// It knows nothing of what it prints. One thread.
#pragma once

#include <glib.h>

#define PO_SHEET_MAX_COLUMNS 12

typedef struct _PoSheet PoSheet;

/** @landscape: for wide tables. (transfer full) */
PoSheet *po_sheet_new (const gchar *title, const gchar *subtitle, gboolean landscape);
void po_sheet_free (PoSheet *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PoSheet, po_sheet_free)

void po_sheet_add_heading (PoSheet *self, const gchar *text);
void po_sheet_add_paragraph (PoSheet *self, const gchar *text);

/** PoSheetColumn: @weight: its share of the width. @is_number: set to the right. */
typedef struct {
  const gchar *title;
  gint weight;
  gboolean is_number;
} PoSheetColumn;

/** What rows are added to from now on; its head is repeated on each page. @columns ends with a NULL title. */
void po_sheet_add_table (PoSheet *self, const PoSheetColumn *columns);

/** One text for each column; NULL is an empty cell. @is_marked: something is wrong with it. */
void po_sheet_add_row (PoSheet *self, gboolean is_marked, const gchar *const *cells);

gchar *po_sheet_to_html (PoSheet *self); // (transfer full)

/** (transfer full) NULL with @error: no font, no memory. */
GBytes *po_sheet_to_pdf (PoSheet *self, GError **error);
