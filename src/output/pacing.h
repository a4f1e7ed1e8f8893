// SPDX-License-Identifier: GPL-3.0-or-later
// PoPacing: lets a constant-bitrate stream's datagrams pass when they are due. Those that are due together pass
// together, so that the system is called once for them where the place takes several at a time.
#pragma once

#include <gst/gst.h>

typedef struct _PoPacing PoPacing;

/** On the way through @element, which passes single datagrams on as they are; lists of them take the way past it.
 * Outlives its streaming thread. */
PoPacing *po_pacing_new (GstElement *element, gint64 bits_per_second);

/** Nothing is held back any more. Any thread. */
void po_pacing_interrupt (PoPacing *self);
void po_pacing_free (PoPacing *self);
