// SPDX-License-Identifier: GPL-3.0-or-later
// What viewers are told within the transport streams: what is on and what follows, by the plan. Main thread; the plan
// is made anew, beside it, only when it has changed, or the hour.
#pragma once

#include "desk/desk.h"
#include "desk/guide.h"
#include "wiring/outputs.h"

typedef struct _PoViewers PoViewers;

PoViewers *po_viewers_new (void); // (transfer full)
void po_viewers_free (PoViewers *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PoViewers, po_viewers_free)

/** Tells @outputs what is on, and what will be after the next change. Once a second is right. It must outlive @desk. */
void po_viewers_tell (PoViewers *self, const PoGuideParts *parts, PoDesk *desk, PoOutputs *outputs, PoAir *air);
