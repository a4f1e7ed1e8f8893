// SPDX-License-Identifier: GPL-3.0-or-later
// PoBoard: the pictures that the house makes itself, with words on them: the slate, the "up next" card, the card of a
// clip without picture. Words are laid out by pango, so that every script and diacritic comes out right.
//
// Drawing takes tens of milliseconds at 1080p: never on the head's thread; any other will do, see painter.h. It always
// gives a picture: where there is no font or no memory for words, coloured bars alone.
#pragma once

#include "program/image.h"

/**
 * PoBoardKind:
 * @PO_BOARD_SLATE: the channel's name and the clock
 * @PO_BOARD_NEXT: what comes next and when
 * @PO_BOARD_SOUND: the title of what is heard
 */
typedef enum { PO_BOARD_SLATE, PO_BOARD_NEXT, PO_BOARD_SOUND } PoBoardKind;

/** What stands on a board; all text is UTF-8, any may be NULL. */
typedef struct {
  PoBoardKind kind;
  const gchar *channel;
  const gchar *heading; // above the title: "Up next"
  const gchar *title;
  const gchar *time; // SLATE: the clock; NEXT: when it begins
} PoBoard;

/** (transfer full) */
PoImage *po_board_draw (const PoFormat *format, const PoBoard *board);

/** A copy of a drawn slate with another @time in the clock's place; a small part of the work. (transfer full) */
PoImage *po_board_redraw_time (const PoFormat *format, PoImage *slate, const gchar *time);

/** Bars only; cannot fail. (transfer full) */
PoImage *po_board_bars (const PoFormat *format);
