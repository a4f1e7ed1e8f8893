// SPDX-License-Identifier: GPL-3.0-or-later
// As-run and report as printable sheets, in the reader's language.
#pragma once

#include "ctl/ctl.h"
#include "record/sheet.h"
#include "report/report.h"

/** The log sheet of [from, to): @rows are PoAsrunRow. (transfer full) */
PoSheet *po_sheet_of_asrun (PoCtl *ctl, GPtrArray *rows, PoTimeNs from_ns, PoTimeNs to_ns);

/** (transfer full) */
PoSheet *po_sheet_of_report (PoCtl *ctl, const PoReport *report);

/** As PDF or as HTML to standard output. */
gboolean po_sheet_print (PoSheet *sheet, gboolean pdf, GError **error);
