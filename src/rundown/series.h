// SPDX-License-Identifier: GPL-3.0-or-later
// What is odd about a series as a whole: daylight saving moved one of its instances. Private to `rundown`. (One that
// begins again over the files of another is a fault of the calendars: schedule/series-check.h.)
#pragma once

#include "rundown/book.h"
#include "rundown/plan.h"

/** Appends PoFinding for instances that start in [from, to), by the calendars that @book has adopted. */
void po_series_check (const PoPlanSettings *settings, const PoPlanSource *source, PoBook *book, PoFrame from,
                      PoFrame to, GPtrArray *findings);
