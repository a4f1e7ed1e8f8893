// SPDX-License-Identifier: GPL-3.0-or-later
// The daemon's figures for Prometheus, in its text format. Read from the parts when asked, never kept. Main thread.
#pragma once

#include "desk/desk.h"

/** (transfer full) */
gchar *po_metrics_text (const PoDeskParts *parts);
