// SPDX-License-Identifier: GPL-3.0-or-later
// What a sheet holds, for those who set it: sheet.c (HTML) and sheet-pdf.c.
#pragma once

#include "record/sheet.h"

typedef enum { PO_BLOCK_HEADING, PO_BLOCK_PARAGRAPH, PO_BLOCK_TABLE, PO_BLOCK_ROW } PoBlockKind;

typedef struct {
  PoBlockKind kind;
  gchar *text;   // HEADING, PARAGRAPH
  gchar **cells; // TABLE: its titles; ROW
  gint weight[PO_SHEET_MAX_COLUMNS];
  gboolean is_number[PO_SHEET_MAX_COLUMNS];
  gboolean is_marked; // ROW
} PoBlock;

struct _PoSheet {
  gchar *title, *subtitle;
  gboolean landscape;
  GPtrArray *blocks; // PoBlock
  guint columns;     // of the table that was added last
};
