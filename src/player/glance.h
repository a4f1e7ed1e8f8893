// SPDX-License-Identifier: GPL-3.0-or-later
// What a file seems to be by its header and its first picture: enough to plan with and to put it on air at once, while
// po_probe_run() still counts. One JSON object on stdout, the plan's part of what a probe prints, with "glance": true.
// Runs in a process of its own, sandboxed like any player.
#pragma once

#include "player/enquiry.h"

/** Prints it and ends the process. A file of which nothing can be said so soon has a "problem". */
void po_glance_run (const gchar *path, const PoEnquiryOptions *options) G_GNUC_NORETURN;
