// SPDX-License-Identifier: GPL-3.0-or-later
// Any bytes make a schedule, clips and a journal; whatever they are, the plan covers its window, agrees with the plan
// of a part of it, and does not change before an entry that is appended.
#include <stdint.h>
#include <stdlib.h>

#include "rundown/check.h"
#include "rundown/random-stage.h"

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

// Every item of @part lies inside one of @whole that plays the same.
static void check_agrees (PoRundown *whole, PoRundown *part, PoFrame until) {
  for (guint i = 0; i < po_rundown_size (part); i++) {
    const PoItem *item = po_rundown_item (part, i);
    const PoItem *other = po_rundown_at (whole, item->start);
    g_autofree gchar *mine = po_item_run_key (item);
    g_autofree gchar *theirs = other != NULL ? po_item_run_key (other) : NULL;
    if (other == NULL || item->start >= until)
      continue;
    if (g_strcmp0 (mine, theirs) != 0 || item->reason != other->reason || item->held != other->held)
      abort ();
  }
}

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size) {
  PoDice dice = {data, size, 0};
  g_autoptr (PoStage) stage = po_stage_new ();
  g_autoptr (GPtrArray) findings = g_ptr_array_new_with_free_func ((GDestroyNotify)po_finding_free);
  po_random_stage (stage, &dice);
  PoFrame from = po_stage_frame (stage, "0:00"), to = po_stage_frame (stage, "120:00");
  PoFrame middle = po_random_frame (stage, &dice), end = MIN (middle + 1 + (PoFrame)po_dice (&dice, 60000) * 40, to);
  if (middle >= to)
    return 0;
  g_autoptr (PoRundown) whole = po_stage_plan (stage, from, to, findings);
  g_autoptr (GPtrArray) bugs = po_rundown_check (whole, from, to);
  g_autoptr (PoRundown) part = po_stage_plan (stage, middle, end, NULL);
  if (bugs->len > 0)
    abort ();
  check_agrees (whole, part, end);
  guint count = stage->journal->len;
  PoFrame last = count > 0 ? ((PoJournalEntry *)stage->journal->pdata[count - 1])->frame : from;
  PoFrame frame = MAX (last, middle);
  g_ptr_array_add (stage->journal, po_random_entry (stage, &dice, frame));
  g_autoptr (PoRundown) after = po_stage_plan (stage, from, to, NULL);
  check_agrees (whole, after, frame);
  return 0;
}
