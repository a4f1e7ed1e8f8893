// SPDX-License-Identifier: GPL-3.0-or-later
#include "measure/fault.h"

const gchar *po_fault_to_string (PoFault fault) {
  static const gchar *const names[] = {"black", "freeze", "silence"};
  return (guint)fault < G_N_ELEMENTS (names) ? names[fault] : "invalid";
}

PoFaultChange po_fault_timer_put (PoFaultTimer *self, gboolean holds, gint64 from_ns, gint64 to_ns) {
  const gboolean was_up = self->is_up;
  if (holds && !self->holds)
    self->since_ns = from_ns;
  self->holds = holds;
  self->is_up = holds && self->threshold_ns > 0 && to_ns - self->since_ns >= self->threshold_ns;
  if (self->is_up == was_up)
    return PO_FAULT_SAME;
  return self->is_up ? PO_FAULT_RAISED : PO_FAULT_CLEARED;
}
