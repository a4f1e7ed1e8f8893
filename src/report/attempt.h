// SPDX-License-Identifier: GPL-3.0-or-later
// How much of one obligation was shown, judged from its own rows. Private to `report`; pure.
#pragma once

#include "report/report.h"

typedef struct {
  gboolean full;     // some attempt at every part that was begun showed all of it
  gboolean on_air;   // it has not ended
  gint64 shown_ns;   // of all attempts
  gint64 lost_ns;    // of the best attempt at each part
  gboolean any;      // a picture of its own was shown
  PoTimeNs first_ns; // when the first was, or PO_TIME_NONE
} PoReportShown;

/** @rows: PoAsrunRow of @instance, kinds media and live, in order of id. @journal: (nullable). */
PoReportShown po_report_judge (GPtrArray *rows, const PoReportInstance *instance, GPtrArray *journal);

gint64 po_report_row_shown_ns (const PoAsrunRow *row);
gboolean po_report_row_is_own (const PoAsrunRow *row);      // media or live, not filler
gboolean po_report_row_is_inserted (const PoAsrunRow *row); // by an operator: nobody had promised it
