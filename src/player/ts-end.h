// SPDX-License-Identifier: GPL-3.0-or-later
// Whether the end of a transport stream in a file is missing although it was cut between two packets. It reads bytes
// alone; any thread.
#pragma once

#include <glib.h>

typedef enum {
  PO_TS_END_THERE,    // or nobody can tell: what was taken out of a stream that ran already may stop anywhere
  PO_TS_END_DOUBTFUL, // its last picture fills its packets, as one in 184 does that is whole
  PO_TS_END_MISSING,  // it stops within a stretch of sound, or a picture that says how long it is
} PoTsEnd;

/** Of a file that somebody began, and did not just record from somewhere on. */
PoTsEnd po_ts_end_look (gint fd);
