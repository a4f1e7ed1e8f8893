// SPDX-License-Identifier: GPL-3.0-or-later
// PoPainter: draws boards on a thread of its own at low priority and hands the finished pictures over in the main
// context that was the thread default when it was made. What is asked for is drawn in order.
#pragma once

#include "program/board.h"

typedef struct _PoPainter PoPainter;

/** (transfer none) of @image. */
typedef void (*PoPainterFunc) (PoImage *image, gpointer user_data);

/** (transfer full) */
PoPainter *po_painter_new (const PoFormat *format);
/** Waits for the board being drawn; what was asked for and not delivered yet is forgotten, its user data freed. */
void po_painter_free (PoPainter *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PoPainter, po_painter_free)

/** Draws @board (copied); @user_data is freed with @free_data (nullable) after the call. */
void po_painter_draw (PoPainter *self, const PoBoard *board, PoPainterFunc done, gpointer user_data,
                      GDestroyNotify free_data);

/** Draws the clock's new @time on @slate, which was drawn before. */
void po_painter_redraw_time (PoPainter *self, PoImage *slate, const gchar *time, PoPainterFunc done, gpointer user_data,
                             GDestroyNotify free_data);
