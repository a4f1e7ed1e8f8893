// SPDX-License-Identifier: GPL-3.0-or-later
// What is put together of several recordings, as by copying one MPEG stream behind the other, or the chapters of a DVD:
// its clock goes back in the middle. Such a file plays, but what lies where in it no demuxer can reckon.
// It reads bytes alone; any thread.
#pragma once

#include <glib.h>

/** Whether the clock of the transport or program stream in @fd goes back from one place to the next, of some fifty that
 * are looked at, or all of a small file. FALSE of anything else. */
gboolean po_clock_survey_goes_back (gint fd);
