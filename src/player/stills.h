// SPDX-License-Identifier: GPL-3.0-or-later
// Pictures of a clip for people to look at: one as it airs at a time, or several side by side from all of it. A JPEG on
// stdout, nothing where there is no picture. Runs in a process of its own, sandboxed like any player; it seeks, so that
// a film costs hardly more than a spot.
#pragma once

#include "player/enquiry.h"

/** @at_ns: since its first picture, as marks count; @columns: 0, or how many side by side instead. Ends the process:
 * with 0 when a JPEG was printed. */
void po_stills_run (const gchar *path, const PoEnquiryOptions *options, gint64 at_ns, guint columns) G_GNUC_NORETURN;
