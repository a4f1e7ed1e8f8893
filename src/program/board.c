// SPDX-License-Identifier: GPL-3.0-or-later
// Boards drawn with cairo and pango. Every length is a share of the picture's height, so that all sizes look alike.
#include "program/board.h"

#include <pango/pangocairo.h>
#include <string.h>

#define PAPER  0x10243c
#define INK    0xf4f6f8
#define FAINT  0x9fb3c8
#define ACCENT 0xd9a441

static const guint32 bar_colours[] = {0xbfbfbf, 0xbfbf00, 0x00bfbf, 0x00bf00, 0xbf00bf, 0xbf0000, 0x0000bf};

/** PoWords: one piece of text on a board; place and size in thousandths of the picture's height, centred. */
typedef struct {
  const gchar *text;
  gint top, size, lines;
  guint32 colour;
  const gchar *weight;
} PoWords;

PoImage *po_board_bars (const PoFormat *format) {
  PoImage *image = po_image_new (format);
  gint n = G_N_ELEMENTS (bar_colours);
  for (gint i = 0; i < n; i++) {
    gint left = format->width * i / n, right = format->width * (i + 1) / n;
    po_image_fill (image, left, 0, right - left, format->height, bar_colours[i]);
  }
  return image;
}

static void set_colour (cairo_t *cairo, guint32 rgb) {
  cairo_set_source_rgb (cairo, (rgb >> 16 & 0xff) / 255.0, (rgb >> 8 & 0xff) / 255.0, (rgb & 0xff) / 255.0);
}

// The picture's width in which words may stand; places are even, so that chroma falls alike wherever they are drawn.
static gint words_width (const PoFormat *format) {
  return (format->width * 86 / 100) & ~1;
}

static gint words_left (const PoFormat *format) {
  return ((format->width - words_width (format)) / 2) & ~1;
}

static gint words_top (const PoFormat *format, const PoWords *words) {
  return (format->height * words->top / 1000) & ~1;
}

static void draw_words (cairo_t *cairo, const PoFormat *format, const PoWords *words, gint left, gint top) {
  if (words->text == NULL || *words->text == '\0')
    return;
  g_autofree gchar *valid = g_utf8_make_valid (words->text, -1);
  g_autoptr (PangoLayout) layout = pango_cairo_create_layout (cairo);
  g_autofree gchar *font = g_strdup_printf ("Sans %s", words->weight);
  PangoFontDescription *description = pango_font_description_from_string (font);
  pango_font_description_set_absolute_size (description, (gdouble)format->height * words->size / 1000 * PANGO_SCALE);
  pango_layout_set_font_description (layout, description);
  pango_font_description_free (description);
  pango_layout_set_text (layout, valid, -1);
  pango_layout_set_width (layout, words_width (format) * PANGO_SCALE);
  pango_layout_set_height (layout, -words->lines);
  pango_layout_set_ellipsize (layout, PANGO_ELLIPSIZE_END);
  pango_layout_set_wrap (layout, PANGO_WRAP_WORD_CHAR);
  pango_layout_set_alignment (layout, PANGO_ALIGN_CENTER);
  set_colour (cairo, words->colour);
  cairo_move_to (cairo, left, top);
  pango_cairo_show_layout (cairo, layout);
}

static PoWords clock_words (const gchar *time) {
  return (PoWords){time, 560, 90, 1, ACCENT, ""};
}

static guint lay_out (const PoBoard *board, PoWords words[4]) {
  guint n = 0;
  switch (board->kind) {
  case PO_BOARD_SLATE:
    words[n++] = (PoWords){board->channel, 290, 95, 2, INK, "Bold"};
    words[n++] = clock_words (board->time);
    break;
  case PO_BOARD_NEXT:
  case PO_BOARD_SOUND:
    words[n++] = (PoWords){board->heading, 200, 50, 1, FAINT, ""};
    words[n++] = (PoWords){board->title, 300, 85, 3, INK, "Bold"};
    words[n++] = (PoWords){board->time, 680, 60, 1, ACCENT, ""};
    words[n++] = (PoWords){board->channel, 860, 45, 1, FAINT, ""};
    break;
  }
  return n;
}

PoImage *po_board_draw (const PoFormat *format, const PoBoard *board) {
  PoWords words[4];
  guint n_words = lay_out (board, words);
  PoImage *image = po_board_bars (format);
  cairo_surface_t *surface = cairo_image_surface_create (CAIRO_FORMAT_RGB24, format->width, format->height);
  cairo_t *cairo = cairo_create (surface);
  set_colour (cairo, PAPER);
  cairo_paint (cairo);
  set_colour (cairo, ACCENT);
  cairo_rectangle (cairo, 0, format->height * 0.965, format->width, format->height * 0.035);
  cairo_fill (cairo);
  for (guint i = 0; i < n_words; i++)
    draw_words (cairo, format, &words[i], words_left (format), words_top (format, &words[i]));
  if (cairo_status (cairo) == CAIRO_STATUS_SUCCESS) {
    cairo_surface_flush (surface);
    po_image_paint (image, cairo_image_surface_get_data (surface), cairo_image_surface_get_stride (surface), 0, 0,
                    format->width, format->height);
  }
  cairo_destroy (cairo);
  cairo_surface_destroy (surface);
  return image;
}

PoImage *po_board_redraw_time (const PoFormat *format, PoImage *slate, const gchar *time) {
  PoWords words = clock_words (time);
  PoImage *image = po_image_copy (slate);
  gint width = words_width (format), height = (format->height * words.size / 1000 * 3 / 2) & ~1;
  gint left = words_left (format), top = words_top (format, &words);
  cairo_surface_t *surface = cairo_image_surface_create (CAIRO_FORMAT_RGB24, width, height);
  cairo_t *cairo = cairo_create (surface);
  set_colour (cairo, PAPER);
  cairo_paint (cairo);
  draw_words (cairo, format, &words, 0, 0);
  if (cairo_status (cairo) == CAIRO_STATUS_SUCCESS) {
    cairo_surface_flush (surface);
    po_image_paint (image, cairo_image_surface_get_data (surface), cairo_image_surface_get_stride (surface), left, top,
                    width, height);
  }
  cairo_destroy (cairo);
  cairo_surface_destroy (surface);
  return image;
}
