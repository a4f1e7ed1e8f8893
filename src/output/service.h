// SPDX-License-Identifier: GPL-3.0-or-later
// PoService: what the transport streams of the channel tell viewers: what is on now, what follows, what time it is. One
// for all outputs, reference counted, any thread: whoever plans sets it, every multiplexer reads it.
#pragma once

#include "output/si.h"

typedef struct _PoService PoService;

/** @utc_at_zero_ns: wall clock of output frame 0. (transfer full) */
PoService *po_service_new (PoTimeNs utc_at_zero_ns);
PoService *po_service_ref (PoService *self);
void po_service_unref (PoService *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PoService, po_service_unref)

void po_service_set_utc (PoService *self, PoTimeNs utc_at_zero_ns);

/** (nullable) of both. The tables' version changes only where something did. */
void po_service_set_programmes (PoService *self, const PoProgramme *present, const PoProgramme *following);

/** Gives @carousel what has changed since *@serial (0: nothing given yet), and the time at @running_ns since output
 * frame 0. */
void po_service_update (PoService *self, PoSiCarousel *carousel, guint *serial, gint64 running_ns);
