// SPDX-License-Identifier: GPL-3.0-or-later
// What a report is made from, as lines: calendars and rows. The station's zone is Asia/Ho_Chi_Minh: local time is UTC +
// 7 h; the rate is 25.
#pragma once

#include "report/report.h"

typedef struct {
  PoReportSource source;
  GPtrArray *revisions, *rows, *journal;
  GTimeZone *zone;
} ReportStage;

#define LINES(...) ((const gchar *const[]){__VA_ARGS__, NULL})

PoTimeNs at (const gchar *text); // "2027-01-06T12:45:00Z"

ReportStage *report_stage_new (const gchar *now);
void report_stage_free (ReportStage *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ReportStage, report_stage_free)

/** Calendars in force from @in_force on; each line "UID ORIGINAL START MINUTES ORDINAL MEDIA FLAGS": X cancelled, L
 * live, T transparent, 3 clips, - none. */
void report_stage_add_revision (ReportStage *stage, const gchar *in_force, const gchar *who, const gchar *const *lines);

/** "UID INSTANCE KIND MEDIA START SECONDS PLANNED-SECONDS SOM-SECONDS STATUS"; UID - for none; KIND "media+1": part 1.
 * Ids count from 1. What of a row's length its status does not say was shown, was: "aired/2" had 2 seconds held,
 * "partial:3" 3 filled. */
void report_stage_add_row (ReportStage *stage, const gchar *line);
void report_stage_add_rows (ReportStage *stage, const gchar *const *lines);

PoReport *report_stage_make (ReportStage *stage); // of 2027

/** "UID planned 4 aired 2 …" for each series, zeros left out. */
void assert_series (const PoReport *report, const gchar *const *expected);
