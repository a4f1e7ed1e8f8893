// SPDX-License-Identifier: GPL-3.0-or-later
// Writing iCalendar: lines folded between characters, text escaped, instants in UTC. Pure.
#pragma once

#include "model/time.h"

/** Begins a calendar that may be subscribed to. (transfer full) */
GString *po_ics_text_new (const gchar *what, const gchar *title);
/** Ends it. (transfer full) */
gchar *po_ics_text_end (GString *self);

void po_ics_text_line (GString *self, const gchar *name, const gchar *value);
void po_ics_text_add (GString *self, const gchar *name, const gchar *text);
/** To the second: iCalendar knows no fractions. */
void po_ics_text_instant (GString *self, const gchar *name, PoTimeNs time_ns);
