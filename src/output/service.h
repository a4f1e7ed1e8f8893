// SPDX-License-Identifier: GPL-3.0-or-later
// PoService: what the transport streams of the channel tell viewers: what is on, what follows, what time it is. One
// for all outputs, reference counted, any thread: whoever plans sets it ahead, every multiplexer reads it at its own
// place in the stream, so that what is told changes with the picture, however long that was on its way.
#pragma once

#include "output/si.h"

typedef struct _PoService PoService;

/** PoServiceTable: what the tables say from @from_ns on, in running time since output frame 0. (nullable) of both. */
typedef struct {
  gint64 from_ns;
  const PoProgramme *present, *following;
} PoServiceTable;

/** PoServiceTold: what one stream has told of it; all zero: nothing. */
typedef struct {
  guint serial;
  gint64 time_due_ns;
} PoServiceTold;

/** @utc_at_zero_ns: wall clock of output frame 0. (transfer full) */
PoService *po_service_new (PoTimeNs utc_at_zero_ns);
PoService *po_service_ref (PoService *self);
void po_service_unref (PoService *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PoService, po_service_unref)

void po_service_set_utc (PoService *self, PoTimeNs utc_at_zero_ns);

/** @tables, in order of time, take the place of those from the first one's instant on. The tables' version changes only
 * where something did. Copies are taken. */
void po_service_set_programmes (PoService *self, const PoServiceTable *tables, guint n_tables);

/** Gives @carousel what is to be told at @running_ns and was not yet, and each second the time. */
void po_service_update (PoService *self, PoSiCarousel *carousel, PoServiceTold *told, gint64 running_ns);
