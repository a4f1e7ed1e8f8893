// SPDX-License-Identifier: GPL-3.0-or-later
// What can be wrong with a programme that runs: black, frozen, silent; and since when. Decides and touches nothing:
// time is an argument.
#pragma once

#include <glib.h>

typedef enum { PO_FAULT_BLACK, PO_FAULT_FREEZE, PO_FAULT_SILENCE } PoFault;
#define PO_N_FAULTS 3

const gchar *po_fault_to_string (PoFault fault); // "black"

typedef enum { PO_FAULT_SAME, PO_FAULT_RAISED, PO_FAULT_CLEARED } PoFaultChange;

/** PoFaultTimer: one fault. Zero-initialised but for the threshold. */
typedef struct {
  gint64 threshold_ns; // how long it must last to count; 0 = it never does
  gboolean holds;
  gboolean is_up;
  gint64 since_ns; // while it holds
} PoFaultTimer;

/** Whether it was so during [@from_ns, @to_ns), in order of time. */
PoFaultChange po_fault_timer_put (PoFaultTimer *self, gboolean holds, gint64 from_ns, gint64 to_ns);
