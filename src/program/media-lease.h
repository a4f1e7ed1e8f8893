// SPDX-License-Identifier: GPL-3.0-or-later
// A clip's file that a player reads, held against being written over in place (`cp`, `rsync --inplace`): the kernel
// lets whoever opens it for writing wait while a copy is made, from which the player reads on. Only of file systems of
// this machine, and only for the file's owner or with CAP_LEASE; not when there is no room for the copy, or no time:
// the kernel waits for 45 s. Any thread, one at a time; copying has a thread of its own. It knows no process.
#pragma once

#include "program/blank-files.h"
#include "program/slot.h"

/**
 * PoMediaLeaseState:
 * @PO_MEDIA_LEASE_HELD: nobody wants to write
 * @PO_MEDIA_LEASE_COPYING: somebody waits
 * @PO_MEDIA_LEASE_COPIED: the copy is read, the writer writes
 * @PO_MEDIA_LEASE_LOST: there is no copy, the writer writes
 */
typedef enum {
  PO_MEDIA_LEASE_HELD,
  PO_MEDIA_LEASE_COPYING,
  PO_MEDIA_LEASE_COPIED,
  PO_MEDIA_LEASE_LOST,
} PoMediaLeaseState;

typedef struct _PoMediaLease PoMediaLease;

/** Takes it on @media_fd (transfer none), for a copy in one of @spares (transfer none). NULL: it cannot be had.
 * (transfer full) */
PoMediaLease *po_media_lease_new (gint media_fd, PoBlankFiles *spares);
PoMediaLease *po_media_lease_ref (PoMediaLease *self);
/** The last one gives the file free. */
void po_media_lease_unref (PoMediaLease *self);

/** The file that the copy will be in, for reading. (transfer none) */
gint po_media_lease_spare_fd (PoMediaLease *self);

/** To be called now and then: looks whether somebody waits, has the copy made then, after which @slot's child is told
 * to read it, and lets the writer write. Never blocks. */
PoMediaLeaseState po_media_lease_check (PoMediaLease *self, PoSlot *slot);

/** Nothing will be read of the file any more. */
void po_media_lease_end (PoMediaLease *self);
