// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/text.h"
#include "record/sheet-private.h"

static const gchar style[] =
    "body{font-family:sans-serif;font-size:10pt;margin:2em;color:#111}h1{font-size:15pt;margin:0}"
    "h2{font-size:12pt;margin:1.4em 0 .4em}p.sub{margin:.2em 0 1em;color:#444}"
    "table{border-collapse:collapse;width:100%}thead{display:table-header-group}tr{break-inside:avoid}"
    "th,td{border:1px solid #999;padding:.2em .4em;text-align:left;vertical-align:top}th{background:#eee}"
    ".n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}tr.bad td{background:#fde8e4}"
    "@media print{body{margin:0}tr.bad td{font-weight:bold}}";

static void block_free (PoBlock *self) {
  g_free (self->text);
  g_strfreev (self->cells);
  g_free (self);
}

// Of a control character neither a printer nor a browser makes anything.
static gboolean can_be_set (gunichar c) {
  return c == '\n' || (!g_unichar_iscntrl (c) && c != 0xfffe && c != 0xffff);
}

// (transfer full)
static gchar *clean (const gchar *text) {
  return po_text_clean (text, can_be_set);
}

PoSheet *po_sheet_new (const gchar *title, const gchar *subtitle, gboolean landscape) {
  PoSheet *self = g_new0 (PoSheet, 1);
  self->title = clean (title);
  self->subtitle = clean (subtitle);
  self->landscape = landscape;
  self->blocks = g_ptr_array_new_with_free_func ((GDestroyNotify)block_free);
  return self;
}

void po_sheet_free (PoSheet *self) {
  if (self == NULL)
    return;
  g_free (self->title);
  g_free (self->subtitle);
  g_ptr_array_unref (self->blocks);
  g_free (self);
}

static PoBlock *add_block (PoSheet *self, PoBlockKind kind) {
  PoBlock *block = g_new0 (PoBlock, 1);
  block->kind = kind;
  g_ptr_array_add (self->blocks, block);
  return block;
}

void po_sheet_add_heading (PoSheet *self, const gchar *text) {
  add_block (self, PO_BLOCK_HEADING)->text = clean (text);
}

void po_sheet_add_paragraph (PoSheet *self, const gchar *text) {
  add_block (self, PO_BLOCK_PARAGRAPH)->text = clean (text);
}

void po_sheet_add_table (PoSheet *self, const PoSheetColumn *columns) {
  PoBlock *block = add_block (self, PO_BLOCK_TABLE);
  g_autoptr (GPtrArray) titles = g_ptr_array_new ();
  for (guint i = 0; columns[i].title != NULL && i < PO_SHEET_MAX_COLUMNS; i++) {
    g_ptr_array_add (titles, g_strdup (columns[i].title));
    block->weight[i] = MAX (columns[i].weight, 1);
    block->is_number[i] = columns[i].is_number;
  }
  self->columns = titles->len;
  g_ptr_array_add (titles, NULL);
  block->cells = (gchar **)g_ptr_array_free (g_steal_pointer (&titles), FALSE);
}

void po_sheet_add_row (PoSheet *self, gboolean is_marked, const gchar *const *cells) {
  const guint count = self->columns;
  PoBlock *block = add_block (self, PO_BLOCK_ROW);
  block->is_marked = is_marked;
  block->cells = g_new0 (gchar *, count + 1);
  for (guint i = 0; i < count; i++)
    block->cells[i] = clean (cells[i] != NULL ? cells[i] : "");
}

// ---- HTML ----

static void add_element (GString *html, const gchar *open, const gchar *text, const gchar *close) {
  g_autofree gchar *escaped = g_markup_escape_text (text, -1);
  g_string_append_printf (html, "%s%s%s", open, escaped, close);
}

static void add_cells (GString *html, const PoBlock *block, const PoBlock *table, const gchar *tag) {
  g_autofree gchar *close = g_strdup_printf ("</%s>", tag);
  for (guint i = 0; block->cells[i] != NULL; i++) {
    g_autofree gchar *open = g_strdup_printf ("<%s%s>", tag, table->is_number[i] ? " class=\"n\"" : "");
    add_element (html, open, block->cells[i], close);
  }
}

static void add_html (GString *html, const PoBlock *block, const PoBlock **table) {
  gboolean ends = *table != NULL && block->kind != PO_BLOCK_ROW;
  if (ends)
    g_string_append (html, "</tbody></table>\n");
  *table = block->kind == PO_BLOCK_TABLE ? block : ends ? NULL : *table;
  switch (block->kind) {
  case PO_BLOCK_HEADING:
    add_element (html, "<h2>", block->text, "</h2>\n");
    break;
  case PO_BLOCK_PARAGRAPH:
    add_element (html, "<p>", block->text, "</p>\n");
    break;
  case PO_BLOCK_TABLE:
    g_string_append (html, "<table><thead><tr>");
    add_cells (html, block, block, "th");
    g_string_append (html, "</tr></thead><tbody>\n");
    break;
  case PO_BLOCK_ROW:
    g_string_append (html, block->is_marked ? "<tr class=\"bad\">" : "<tr>");
    add_cells (html, block, *table, "td");
    g_string_append (html, "</tr>\n");
    break;
  }
}

gchar *po_sheet_to_html (PoSheet *self) {
  const PoBlock *table = NULL;
  GString *html = g_string_new ("<!DOCTYPE html>\n");
  // Translators: the code of this language (“vi”), by which a browser knows in what language a printed sheet is.
  g_string_append_printf (html, "<html lang=\"%s\"><head><meta charset=\"utf-8\">", _ ("en"));
  add_element (html, "<title>", self->title, "</title>");
  g_string_append_printf (html, "<style>@page{size:A4%s;margin:15mm}%s</style></head><body>\n",
                          self->landscape ? " landscape" : "", style);
  add_element (html, "<h1>", self->title, "</h1>\n");
  add_element (html, "<p class=\"sub\">", self->subtitle, "</p>\n");
  for (guint i = 0; i < self->blocks->len; i++)
    add_html (html, self->blocks->pdata[i], &table);
  g_string_append (html, table != NULL ? "</tbody></table>\n</body></html>\n" : "</body></html>\n");
  return g_string_free (html, FALSE);
}
