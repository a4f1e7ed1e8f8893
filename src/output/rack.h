// SPDX-License-Identifier: GPL-3.0-or-later
// PoOutputRack: all outputs of the channel, and the encoders that they share: one encode for each distinct format,
// however many outputs want it. The head pushes each frame here once.
//
// Thread: push is the head's (it waits only in free run); everything else is the main thread's.
#pragma once

#include "output/output.h"

typedef struct _PoOutputRack PoOutputRack;

/** @is_free_run: nothing is ever dropped, pushes wait instead. @utc_at_zero_ns: wall clock of output frame 0.
 * gst_init() has been called. (transfer full) */
PoOutputRack *po_output_rack_new (const PoFormat *house, GTimeZone *zone, gboolean is_free_run,
                                  PoTimeNs utc_at_zero_ns);
/** Without po_output_rack_finish(), what is inside is thrown away. No push may come any more. */
void po_output_rack_free (PoOutputRack *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PoOutputRack, po_output_rack_free)

/** At any time; it begins with the next key picture. Replaces an output of the same name. A failure leaves the others,
 * and one of the same name, as they were. */
gboolean po_output_rack_add (PoOutputRack *self, const PoOutputSettings *settings, GError **error);
/** Returns at once; the output ends in the background. */
void po_output_rack_remove (PoOutputRack *self, const gchar *name);

/** After a step of the wall clock: names of files to come follow it. */
void po_output_rack_set_utc (PoOutputRack *self, PoTimeNs utc_at_zero_ns);

/** Whether the wall clock is right; FALSE until said: nothing is removed for its age. */
void po_output_rack_set_clock_trusted (PoOutputRack *self, gboolean is_trusted);

/** What viewers of a transport stream are told, as po_service_set_programmes() has it. */
void po_output_rack_set_programmes (PoOutputRack *self, const PoServiceTable *tables, guint n_tables);

/** Head: fits the head's feed; @user is the rack. */
void po_output_rack_push (gpointer user, GstBuffer *video, GstBuffer *audio, gint64 k);

/** When the head has stopped: lets everything out that was pushed, at most @timeout_ns in all. FALSE when some output
 * could not get rid of it. */
gboolean po_output_rack_finish (PoOutputRack *self, gint64 timeout_ns);

/** (transfer full) of PoOutputStatus, in order of addition */
GPtrArray *po_output_rack_status (PoOutputRack *self);
