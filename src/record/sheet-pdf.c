// SPDX-License-Identifier: GPL-3.0-or-later
// A4 pages; text as large as print needs; the head of a table again on each page.
#include <cairo-pdf.h>
#include <glib/gi18n-lib.h>
#include <pango/pangocairo.h>

#include "model/error.h"
#include "record/sheet-private.h"

#define SHORT_PT  595.0 // A4
#define LONG_PT   842.0
#define MARGIN_PT 40.0
#define PAD_PT    3.0
#define FOOT_PT   18.0
#define LEAD_PT   1.5   // between lines: a capital with two marks (Ẫ) reaches high
#define MOST_PT   240.0 // of one row: a text without an end must not push the rest off the page

typedef struct {
  cairo_t *cairo;
  PangoLayout *layout, *foot;
  const gchar *subtitle;
  PangoLayout *cell[PO_SHEET_MAX_COLUMNS]; // of the row being set
  gdouble width, height, y;                // of the page; how far it is filled
  guint page;
  const PoBlock *table; // (nullable) the one being set
} Press;

static cairo_status_t collect (void *closure, const unsigned char *data, unsigned int length) {
  g_byte_array_append (closure, data, length);
  return CAIRO_STATUS_SUCCESS;
}

static void set_font (PangoLayout *layout, const gchar *font) {
  g_autoptr (PangoFontDescription) description = pango_font_description_from_string (font);
  pango_layout_set_font_description (layout, description);
}

static void set_cell_font (Press *press, const gchar *font) {
  for (guint i = 0; i < PO_SHEET_MAX_COLUMNS; i++)
    set_font (press->cell[i], font);
}

// Lays out @text in @width, its end left out where it would be higher than @most; how high that is.
static gdouble lay_out (PangoLayout *layout, const gchar *text, gdouble width, gdouble most, gboolean to_the_right) {
  int height = 0;
  pango_layout_set_height (layout, most > 0 ? (int)(most * PANGO_SCALE) : -1);
  pango_layout_set_ellipsize (layout, most > 0 ? PANGO_ELLIPSIZE_END : PANGO_ELLIPSIZE_NONE);
  pango_layout_set_width (layout, (int)(width * PANGO_SCALE));
  pango_layout_set_wrap (layout, PANGO_WRAP_WORD_CHAR);
  pango_layout_set_alignment (layout, to_the_right ? PANGO_ALIGN_RIGHT : PANGO_ALIGN_LEFT);
  if (!g_str_equal (pango_layout_get_text (layout), text)) // of one that has it already nothing is done again
    pango_layout_set_text (layout, text, -1);
  pango_layout_get_size (layout, NULL, &height);
  return (gdouble)height / PANGO_SCALE;
}

static void print_at (Press *press, PangoLayout *layout, gdouble x, gdouble y) {
  cairo_move_to (press->cairo, x, y);
  pango_cairo_show_layout (press->cairo, layout);
}

static void print_foot (Press *press, const gchar *text, gboolean to_the_right) {
  lay_out (press->foot, text, press->width - 2 * MARGIN_PT, FOOT_PT, to_the_right);
  print_at (press, press->foot, MARGIN_PT, press->height - MARGIN_PT);
}

// What it is, and which page of it: paper gets out of order.
static void end_page (Press *press) {
  g_autofree gchar *number = g_strdup_printf ("%u", press->page);
  print_foot (press, press->subtitle, FALSE);
  print_foot (press, number, TRUE);
  cairo_show_page (press->cairo);
  press->page++;
  press->y = MARGIN_PT;
}

static gdouble column_width (const Press *press, guint column) {
  gint sum = 0;
  for (guint i = 0; press->table->cells[i] != NULL; i++)
    sum += press->table->weight[i];
  return (press->width - 2 * MARGIN_PT) * press->table->weight[column] / sum;
}

static gdouble lay_out_cells (Press *press, const PoBlock *row) {
  gdouble height = 0;
  for (guint i = 0; row->cells[i] != NULL; i++)
    height = MAX (height, lay_out (press->cell[i], row->cells[i], column_width (press, i) - 2 * PAD_PT, MOST_PT,
                                   press->table->is_number[i]));
  return height + 2 * PAD_PT;
}

// Ground and borders of all cells of a row in one stroke each: years make thousands of rows.
static void print_grid (Press *press, const PoBlock *row, gdouble height) {
  gdouble x = MARGIN_PT;
  for (guint i = 0; row->cells[i] != NULL; i++) {
    cairo_rectangle (press->cairo, x, press->y, column_width (press, i), height);
    x += column_width (press, i);
  }
  if (row->kind == PO_BLOCK_TABLE || row->is_marked) {
    cairo_set_source_rgb (press->cairo, row->is_marked ? 0.99 : 0.93, row->is_marked ? 0.90 : 0.93, 0.9);
    cairo_fill_preserve (press->cairo);
  }
  cairo_set_source_rgb (press->cairo, 0.6, 0.6, 0.6);
  cairo_set_line_width (press->cairo, 0.5);
  cairo_stroke (press->cairo);
}

static void print_cells (Press *press, const PoBlock *row, gdouble height) {
  gdouble x = MARGIN_PT;
  print_grid (press, row, height);
  cairo_set_source_rgb (press->cairo, 0, 0, 0);
  for (guint i = 0; row->cells[i] != NULL; i++) {
    if (*row->cells[i] != '\0')
      print_at (press, press->cell[i], x + PAD_PT, press->y + PAD_PT);
    x += column_width (press, i);
  }
  press->y += height;
}

static gboolean fits (const Press *press, gdouble height) {
  return press->y + height <= press->height - MARGIN_PT - FOOT_PT;
}

static void print_head (Press *press) {
  set_cell_font (press, "Sans Bold 7");
  print_cells (press, press->table, lay_out_cells (press, press->table));
  set_cell_font (press, "Sans 8");
}

static void print_row (Press *press, const PoBlock *row) {
  gdouble height = lay_out_cells (press, row);
  if (!fits (press, height)) {
    end_page (press);
    print_head (press);
    lay_out_cells (press, row);
  }
  print_cells (press, row, height);
}

// Line by line, over as many pages as it takes; together with what is @with_next where there is room for both.
static void print_text (Press *press, const gchar *text, const gchar *font, gdouble above, gdouble with_next) {
  set_font (press->layout, font);
  const gdouble height = lay_out (press->layout, text, press->width - 2 * MARGIN_PT, 0, FALSE);
  if (!fits (press, above + MIN (height, MOST_PT) + with_next))
    end_page (press);
  press->y += above;
  PangoLayoutIter *line = pango_layout_get_iter (press->layout);
  do {
    PangoRectangle extents;
    pango_layout_iter_get_line_extents (line, NULL, &extents);
    const gdouble line_height = (gdouble)extents.height / PANGO_SCALE;
    if (!fits (press, line_height))
      end_page (press);
    const gdouble ascent = (gdouble)(pango_layout_iter_get_baseline (line) - extents.y) / PANGO_SCALE;
    cairo_move_to (press->cairo, MARGIN_PT + (gdouble)extents.x / PANGO_SCALE, press->y + ascent);
    pango_cairo_show_layout_line (press->cairo, pango_layout_iter_get_line_readonly (line));
    press->y += line_height + LEAD_PT;
  } while (pango_layout_iter_next_line (line));
  pango_layout_iter_free (line);
}

static void print_block (Press *press, const PoBlock *block) {
  switch (block->kind) {
  case PO_BLOCK_HEADING:
    print_text (press, block->text, "Sans Bold 11", 14, 40);
    press->y += 4;
    break;
  case PO_BLOCK_PARAGRAPH:
    print_text (press, block->text, "Sans 9", 4, 0);
    press->y += 8;
    break;
  case PO_BLOCK_TABLE:
    press->table = block;
    if (!fits (press, 40))
      end_page (press);
    print_head (press);
    break;
  case PO_BLOCK_ROW:
    print_row (press, block);
    break;
  }
}

static PangoLayout *new_layout (cairo_t *cairo) {
  PangoLayout *layout = pango_cairo_create_layout (cairo);
  pango_layout_set_spacing (layout, (int)(LEAD_PT * PANGO_SCALE));
  return layout;
}

static void print_sheet (PoSheet *self, cairo_t *cairo) {
  Press press = {.cairo = cairo,
                 .width = self->landscape ? LONG_PT : SHORT_PT,
                 .height = self->landscape ? SHORT_PT : LONG_PT,
                 .y = MARGIN_PT,
                 .page = 1,
                 .subtitle = self->subtitle};
  press.layout = new_layout (cairo);
  press.foot = new_layout (cairo);
  set_font (press.foot, "Sans 8");
  for (guint i = 0; i < PO_SHEET_MAX_COLUMNS; i++)
    press.cell[i] = new_layout (cairo);
  print_text (&press, self->title, "Sans Bold 14", 0, 0);
  print_text (&press, self->subtitle, "Sans 9", 2, 0);
  press.y += 8;
  for (guint i = 0; i < self->blocks->len; i++)
    print_block (&press, self->blocks->pdata[i]);
  end_page (&press);
  g_object_unref (press.layout);
  g_object_unref (press.foot);
  for (guint i = 0; i < PO_SHEET_MAX_COLUMNS; i++)
    g_object_unref (press.cell[i]);
}

GBytes *po_sheet_to_pdf (PoSheet *self, GError **error) {
  GByteArray *bytes = g_byte_array_new ();
  cairo_surface_t *surface = cairo_pdf_surface_create_for_stream (collect, bytes, self->landscape ? LONG_PT : SHORT_PT,
                                                                  self->landscape ? SHORT_PT : LONG_PT);
  cairo_pdf_surface_set_metadata (surface, CAIRO_PDF_METADATA_TITLE, self->title);
  cairo_t *cairo = cairo_create (surface);
  print_sheet (self, cairo);
  cairo_surface_finish (surface);
  cairo_status_t status = cairo_status (cairo);
  cairo_destroy (cairo);
  cairo_surface_destroy (surface);
  pango_cairo_font_map_set_default (NULL);
  GBytes *pdf = g_byte_array_free_to_bytes (bytes);
  if (status == CAIRO_STATUS_SUCCESS)
    return pdf;
  g_set_error (error, PO_ERROR, PO_ERROR_SYSTEM, _ ("the sheet cannot be set: %s"), cairo_status_to_string (status));
  g_bytes_unref (pdf);
  return NULL;
}
