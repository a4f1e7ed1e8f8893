// SPDX-License-Identifier: GPL-3.0-or-later
// As-run rows in the forms that other programs open: CSV for a spreadsheet, iCalendar for a calendar. Pure but for
// standard output.
#pragma once

#include "log/airing.h"

/** UTF-8 with a byte order mark, CRLF, quoted where needed; local times in @zone. What a spreadsheet would take for a
 * formula is kept from it by an apostrophe. (transfer full) */
gchar *po_asrun_to_csv (GPtrArray *rows, GTimeZone *zone);

/** A VCALENDAR with one transparent VEVENT for each row that was not fill, stamped with its end. (transfer full) */
gchar *po_asrun_to_ics (GPtrArray *rows, const gchar *title);
