// SPDX-License-Identifier: GPL-3.0-or-later
// Clips of the rundown that will air although they should not, because they have something to show: cut short, damaged.
// Each is told while there is time to send it again. Asked for every second; judged only when something is new. Main
// thread.
#pragma once

#include "config/config.h"
#include "model/item.h"
#include "model/media-facts.h"

typedef struct _PoFlaws PoFlaws;

PoFlaws *po_flaws_new (GTimeZone *zone); // (transfer full)
void po_flaws_free (PoFlaws *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PoFlaws, po_flaws_free)

/** Of what @rundown airs from @from on; one for each clip, at its next airing. (transfer none) of PoFinding */
GPtrArray *po_flaws_find (PoFlaws *self, PoConfig *config, PoRundown *rundown, PoMediaTable *media, PoFrame from);
