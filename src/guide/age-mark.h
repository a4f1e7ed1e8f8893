// SPDX-License-Identifier: GPL-3.0-or-later
// The age marks of the Vietnamese rules, as a category of an event bears them: P (for everybody), K (with a guardian),
// T13, T16, T18 and C13, C16, C18 (from that age), C. Pure.
#pragma once

#include "model/occurrence.h"

gboolean po_age_mark_is (const gchar *category);

/** The mark among what @occurrence (nullable) is categorised as. (transfer none) (nullable) */
const gchar *po_age_mark_of (const PoOccurrence *occurrence);

/** From which age @mark (nullable) allows it; 0: it sets none. */
guint po_age_mark_years (const gchar *mark);
