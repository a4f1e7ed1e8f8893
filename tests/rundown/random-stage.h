// SPDX-License-Identifier: GPL-3.0-or-later
// Random schedules and journals on a stage, the same for the same bytes. The property tests draw the bytes from a
// seeded generator, the fuzz target from its input.
#pragma once

#include "rundown/stage.h"

typedef struct {
  const guint8 *data;
  gsize size, at;
} PoDice;

/** 0 … n - 1; zeros when the bytes have run out. */
guint po_dice (PoDice *self, guint n);

/** Clips, pools, four days of events from 2027-01-05 on, and entries within them. */
void po_random_stage (PoStage *stage, PoDice *dice);

/** One more entry at @frame. (transfer full) */
PoJournalEntry *po_random_entry (PoStage *stage, PoDice *dice, PoFrame frame);

PoFrame po_random_frame (PoStage *stage, PoDice *dice);
