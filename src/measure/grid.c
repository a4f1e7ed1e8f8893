// SPDX-License-Identifier: GPL-3.0-or-later
#include "measure/grid.h"

#include <stdlib.h>

#define BLACK_PERCENT  98 // of the points
#define BLACK_LUMA     38 // of 16 to 235
#define BLACK_FULL     25 // of 0 to 255
#define STILL_QUARTERS 1  // mean difference of a point, in quarters of a level
#define STILL_LEVELS   24 // of any one point: a mouth or a hand that moves is more, what a codec does to a still is less

gint po_grid_x (gint column, gint width) {
  return (2 * column + 1) * width / (2 * PO_GRID_WIDTH);
}

gint po_grid_y (gint row, gint height) {
  return (2 * row + 1) * height / (2 * PO_GRID_HEIGHT);
}

void po_grid_read (guint8 *grid, const guint8 *plane, gint stride, gint width, gint height) {
  for (gint row = 0; row < PO_GRID_HEIGHT; row++) {
    const guint8 *line = plane + (gsize)po_grid_y (row, height) * (gsize)stride;
    for (gint column = 0; column < PO_GRID_WIDTH; column++)
      *grid++ = line[po_grid_x (column, width)];
  }
}

gboolean po_grid_is_black (const guint8 *grid, gboolean is_full_range) {
  const guint8 limit = is_full_range ? BLACK_FULL : BLACK_LUMA;
  guint dark = 0;
  for (guint i = 0; i < PO_GRID_POINTS; i++)
    dark += grid[i] <= limit;
  return dark * 100 >= PO_GRID_POINTS * BLACK_PERCENT;
}

gboolean po_grid_is_same (const guint8 *a, const guint8 *b) {
  guint sum = 0, most = 0;
  for (guint i = 0; i < PO_GRID_POINTS; i++) {
    const guint difference = (guint)abs (a[i] - b[i]);
    sum += difference;
    most = MAX (most, difference);
  }
  return most <= STILL_LEVELS && sum * 4 <= PO_GRID_POINTS * STILL_QUARTERS;
}
