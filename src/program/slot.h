// SPDX-License-Identifier: GPL-3.0-or-later
// PoSlot: the PoSource in front of one player's ring. The head's thread reads it; the supervisor marks it failed or
// dead; the last unref, wherever it happens, only puts it on its bin's heap, and the supervisor unmaps it.
// It knows no process.
#pragma once

#include "program/live-anchor.h"
#include "program/source.h"
#include "ring/layout.h"

/** PoSlotBin: where slots go when nobody holds them, and the bell that calls the supervisor. Reference counted. */
typedef struct _PoSlotBin PoSlotBin;

PoSlotBin *po_slot_bin_new (void);
PoSlotBin *po_slot_bin_ref (PoSlotBin *self);
void po_slot_bin_unref (PoSlotBin *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PoSlotBin, po_slot_bin_unref)

/** An eventfd, readable when there is something to do. (transfer none) */
gint po_slot_bin_fd (PoSlotBin *self);
/** Rings the bell. Any thread, never blocks. */
void po_slot_bin_wake (PoSlotBin *self);
/** Unmaps and frees what was thrown away. The supervisor. */
void po_slot_bin_empty (PoSlotBin *self);
/** The supervisor ends: from now on whoever throws away also frees. */
void po_slot_bin_close (PoSlotBin *self);
/** Rings mapped by slots of this bin. */
guint po_slot_bin_mapped (PoSlotBin *self);

typedef struct _PoSlot PoSlot;

/** A slot with a fresh ring. @live (nullable): of a live source.
 * @ret_ring_fd (transfer full) is the child's. When there can be no ring, @ret_ring_fd is
 * -1, the slot is a failed one, and @error says why. (transfer full) never NULL */
PoSlot *po_slot_new (PoSlotBin *bin, const PoFormat *format, guint n_slots, const PoLiveAnchorSettings *live,
                     gint *ret_ring_fd, GError **error);

/** (transfer none) */
PoSource *po_slot_source (PoSlot *self);
const PoRingLayout *po_slot_layout (PoSlot *self);

/** Any thread. */
void po_slot_mark_failed (PoSlot *self);
void po_slot_mark_dead (PoSlot *self);

/** The child is to read on in the copy of its clip that it has. Any thread. */
void po_slot_move_media (PoSlot *self);

/** What the child did wrong in the ring, once the head has found it; static string or NULL. Any thread. */
const gchar *po_slot_violation (PoSlot *self);
