// SPDX-License-Identifier: GPL-3.0-or-later
// What a file is, found by decoding all of it and believing no header: one JSON object on stdout.
// Runs in a process of its own, sandboxed like any player, and ends in time whatever the file is. Analysers (loudness,
// black, freeze …) hang on the decoded branches beside the counters.
// Who makes it find something else raises PO_PROBE_VERSION (media/prober.h).
#pragma once

#include "player/enquiry.h"

/** Prints the facts and ends the process, with 0 also for a file that cannot air, which its "problem" says. */
void po_probe_run (const gchar *path, const PoEnquiryOptions *options) G_GNUC_NORETURN;
