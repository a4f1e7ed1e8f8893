// SPDX-License-Identifier: GPL-3.0-or-later
// What holds between series: which one continues which, and what looks like a mistake (a season that starts again at
// episode 1, a file that is there twice). Works on sealed series, once.
#pragma once

#include "schedule/series.h"

/** Gives each series its root: the first of the chain of RELATED-TO (parent) and of Google's "UID_R<time>@…", which is
 * how programs write "this and following". @roots: root's uid -> GPtrArray of PoSeries, where there are several. */
void po_series_link (GPtrArray *series, GHashTable *by_uid, GHashTable *roots);

/** A new series over the template or folder of one that has ended, without X-PLAYOUT-EPISODE. */
void po_series_check_restarts (GPtrArray *series, GPtrArray *findings);

/** Two files that share over half of their UIDs. @events: (element-type PoEvent) of all files */
void po_series_check_shared (GPtrArray *events, GPtrArray *findings);
