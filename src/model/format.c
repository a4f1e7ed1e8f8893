// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/format.h"

#include "model/error.h"
#include "model/text.h"

#define WIDTH_MAX  7680 // 8K: a ring slot and every stride stay far inside 32 bits
#define HEIGHT_MAX 4320

static gboolean parse_size (const gchar *size, PoFormat *format) {
  static const struct {
    gint64 height;
    gint width;
  } named[] = {{2160, 3840}, {1080, 1920}, {720, 1280}, {576, 1024}, {540, 960}, {480, 854}, {360, 640}};
  gchar *end = NULL;
  gint64 first = g_ascii_strtoll (size, &end, 10);
  if (end != size && *end == 'x') {
    const gchar *second = end + 1;
    gint64 height = g_ascii_strtoll (second, &end, 10);
    format->width = (gint)CLAMP (first, 0, WIDTH_MAX + 1);
    format->height = (gint)CLAMP (height, 0, HEIGHT_MAX + 1);
    return end != second && *end == '\0';
  }
  for (guint i = 0; end != size && *end == '\0' && i < G_N_ELEMENTS (named); i++) {
    if (named[i].height == first) {
      format->width = named[i].width;
      format->height = (gint)first;
      return TRUE;
    }
  }
  return FALSE;
}

gboolean po_format_parse (const gchar *text, PoFormat *ret_format, GError **error) {
  g_auto (GStrv) halves = g_strsplit (text, "p", 2);
  PoFormat format = {0};
  gboolean good = g_strv_length (halves) == 2 && parse_size (halves[0], &format);
  good = good && format.width >= 16 && format.width <= WIDTH_MAX && format.width % 2 == 0;
  good = good && format.height >= 16 && format.height <= HEIGHT_MAX && format.height % 2 == 0;
  if (!good) {
    g_set_error (error, PO_ERROR, PO_ERROR_INPUT,
                 _ ("“%s” is not a house format; write it like 1080p25 or 640x360p25 (progressive, even sizes)"), text);
    return FALSE;
  }
  if (!po_rate_parse (halves[1], &format.rate, error)) {
    g_prefix_error (error, "%s: ", text);
    return FALSE;
  }
  *ret_format = format;
  return TRUE;
}

gchar *po_format_to_string (const PoFormat *format) {
  g_autofree gchar *rate = po_rate_to_string (format->rate);
  return g_strdup_printf ("%dx%dp%s", format->width, format->height, rate);
}

static const gchar *const field_orders[] = {NULL, "progressive", "top", "bottom"};

const gchar *po_field_order_to_string (PoFieldOrder order) {
  return field_orders[order];
}

PoFieldOrder po_field_order_from_string (const gchar *text) {
  guint order = PO_FIELDS_BOTTOM_FIRST;
  while (order > PO_FIELDS_AS_SAID && g_strcmp0 (field_orders[order], text) != 0)
    order--;
  return (PoFieldOrder)order;
}
