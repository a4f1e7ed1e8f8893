// SPDX-License-Identifier: GPL-3.0-or-later
// Reports for those who ask over the API: made by `playoutctl report --json`, a process of its own because it reads
// calendars and years of log. One at a time. Main thread.
#pragma once

#include "control/server.h"

typedef struct _PoReports PoReports;

/** Strings are copied; @config_path: (nullable) the default file. (transfer full) */
PoReports *po_reports_new (const gchar *config_path, const gchar *state_dir);
void po_reports_free (PoReports *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PoReports, po_reports_free)

/** @done is called once, later or at once; PO_ERROR_SYSTEM: another report is being made. */
void po_reports_make (PoReports *self, PoTimeNs from_ns, PoTimeNs to_ns, PoControlDone done, gpointer data);
