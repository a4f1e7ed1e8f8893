// SPDX-License-Identifier: GPL-3.0-or-later
// One line on the terminal that is written over each second: what is on air, time left, next, alarms. Main thread.
#pragma once

#include "desk/desk.h"

typedef struct _PoStatusLine PoStatusLine;

/** @desk is borrowed. */
PoStatusLine *po_status_line_new (PoDesk *desk);
void po_status_line_free (PoStatusLine *self); // leaves the terminal on a fresh line
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PoStatusLine, po_status_line_free)

void po_status_line_show (PoStatusLine *self);
/** Takes it away, so that a message can be printed; the next show brings it back. */
void po_status_line_clear (PoStatusLine *self);
