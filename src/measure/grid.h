// SPDX-License-Identifier: GPL-3.0-or-later
// A picture judged by a grid of its luma: whether it is black, and whether it is the one that was there before. Pure
// arithmetic on bytes: the player's probe and live sources use it, and what watches the programme as it leaves.
#pragma once

#include <glib.h>

#define PO_GRID_WIDTH  128
#define PO_GRID_HEIGHT 72
#define PO_GRID_POINTS (PO_GRID_WIDTH * PO_GRID_HEIGHT)

/** The middle of each cell of a plane of 8 bits a pixel. */
void po_grid_read (guint8 *grid, const guint8 *plane, gint stride, gint width, gint height);

/** Where the point of a cell lies. */
gint po_grid_x (gint column, gint width);
gint po_grid_y (gint row, gint height);

/** 98 of 100 points are dark: in the lowest tenth of the range, which is 0 to 255 where it is full, else 16 to 235. */
gboolean po_grid_is_black (const guint8 *grid, gboolean is_full_range);

/** No more than noise lies between them. */
gboolean po_grid_is_same (const guint8 *a, const guint8 *b);
